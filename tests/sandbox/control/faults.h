// SPDX-License-Identifier: Apache-2.0
//
// Which calls go wrong. All functions [any-thread].
#pragma once

#include <atomic>
#include <cstdint>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "tests/sandbox/http/fault.h"
#include "tests/sandbox/http/message.h"

namespace semafoor::sandbox::control {

struct Rule {
  std::string id;
  // Empty: every one. `path`: see aimed_at().
  std::string method, path, organisation;
  // Calls still to be hit; nullopt: until cleared. Calls to let pass first.
  std::optional<std::uint64_t> times;
  std::uint64_t skip = 0;
  std::uint64_t hits = 0;
  http::Fault fault;
};

// The JSON of POST /control/v1/faults; a sentence when it is not understood.
std::variant<Rule, std::string> read_rule(const http::Json& json);
bool glob(std::string_view pattern, std::string_view text);
// With a * in it, a pattern of the whole path, in which it stands for any characters, slashes too;
// without, its end.
bool aimed_at(std::string_view pattern, std::string_view path);

class FaultPlan {
 public:
  // Returns the id.
  std::string add(Rule rule);
  bool remove(const std::string& id);
  void clear();
  // The first rule that matches, used up by one.
  std::optional<http::Fault> take(const http::Call& call, const std::string& organisation);
  http::Json list() const;
  // Grows whenever rules are removed.
  std::uint64_t epoch() const { return epoch_; }
  bool empty() const { return count_ == 0; }

 private:
  mutable std::mutex mutex_;
  std::list<Rule> rules_;
  std::uint64_t next_ = 1;
  std::atomic<std::uint64_t> epoch_{0};
  std::atomic<std::size_t> count_{0};
};

}  // namespace semafoor::sandbox::control
