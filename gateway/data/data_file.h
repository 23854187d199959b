// SPDX-License-Identifier: Apache-2.0
//
// Code lists: read from the administrator's file or from the copy compiled in, with errors that
// name the place.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "gateway/domain/result.h"
#include "semafoor/v1/common.pb.h"

namespace semafoor::data {

// The lists that are compiled in.
std::string_view builtin_message_families();
std::string_view builtin_signal_types();
std::string_view builtin_feedback_codes();
std::string_view builtin_budget_articles();

// The text of `file`, or of `builtin` when the path is empty. "data.unreadable".
Result<std::string> text_of(const std::filesystem::path& file, std::string_view builtin);

// A cursor into a document that knows where it is. Its members throw DataError; read() turns that
// into a Result.
class Node {
 public:
  Node(const nlohmann::json& value, std::string where);

  Node at(std::string_view key) const;
  std::optional<Node> find(std::string_view key) const;
  std::vector<Node> items() const;
  // Refuses members other than these and "comment".
  void only(const std::vector<std::string_view>& keys) const;

  bool is_object() const;
  std::string text() const;
  bool flag() const;
  // A whole number between both, which belong to it.
  int whole(int lowest, int highest) const;
  // "yyyy-mm-dd".
  v1::Date date() const;
  // nl, fr and de are required: the three languages of the country.
  v1::LocalizedText localized() const;
  v1::Origin origin() const;
  [[noreturn]] void fail(const std::string& problem) const;

  std::optional<std::string> text(std::string_view key) const;
  bool flag_or(std::string_view key, bool otherwise) const;

 private:
  const nlohmann::json* value_;
  std::string where_;
};

// Runs `visit`; what a Node finds wrong in it, so that the reading goes on behind it.
std::optional<std::string> wrong_in(const std::function<void()>& visit);

// Parses `json`, checks that "schema" is `schema`, and lets `visit` read the rest. "data.invalid"
// with the name of the file, the path of the member and what is wrong with it.
Result<void> read(std::string_view json, const std::string& name, std::string_view schema,
                  const std::function<void(const Node& root)>& visit);

}  // namespace semafoor::data
