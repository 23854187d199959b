// SPDX-License-Identifier: Apache-2.0
//
// A request and its answer, free of any server library: the rooms oauth, ebox, podmi and control
// speak these, and can be tested without a socket.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/sandbox/content/file.h"

namespace semafoor::sandbox::http {

using Json = nlohmann::json;

// A part of multipart/form-data.
struct FormPart {
  std::string name;
  // Empty for what is no file.
  std::string file_name;
  std::string content_type;
  std::string content;
};

struct Call {
  std::string method;
  // Decoded, without the query; and cut at the slashes, the empty first part left out.
  std::string path;
  std::vector<std::string> segments;
  std::multimap<std::string, std::string> query;
  // Lower-case names.
  std::multimap<std::string, std::string> headers;
  std::string body;
  // In place of `body`, of multipart/form-data.
  std::vector<FormPart> parts;
  // Seconds by which a fault moves the server's clock for this call.
  std::int64_t clock_shift = 0;

  const std::string* parameter(const std::string& name) const;
  // Empty when absent.
  std::string header(const std::string& lower_case_name) const;
  // The path below `prefix` ("/ebox/messageRegistry/v2") in parts; nullopt when it lies elsewhere.
  std::optional<std::vector<std::string>> below(std::string_view prefix) const;
};

// `withdrawn`: it was called complete, and then the last write failed.
enum class Transfer { complete, interrupted, corrupted, withdrawn };

struct Reply {
  int status = 200;
  std::string content_type = "application/json";
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  // When set, the body is this file, streamed.
  content::FilePtr file;
  // Runs before the bytes leave, unless a fault spoils the answer: for effects that exist only if
  // the client can have seen it.
  std::function<void()> on_delivered;
  // For streamed bodies. `complete` is said just before the last bytes leave, so that whoever
  // received them finds it recorded; should that write fail, `withdrawn` follows.
  std::function<void(Transfer)> on_sent;
};

Reply json_reply(int status, const Json& body);
std::vector<std::string> split_path(std::string_view path);

}  // namespace semafoor::sandbox::http
