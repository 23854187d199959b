// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "tests/sandbox/http/message.h"

namespace semafoor::sandbox::control {

inline http::Reply refuse(int status, const std::string& why) {
  return http::json_reply(status, {{"error", why}});
}

inline http::Reply done() {
  http::Reply reply;
  reply.status = 204;
  return reply;
}

// Reads members by name and remembers the first that is of another kind.
class Reader {
 public:
  explicit Reader(const http::Json& json) : json_(json) {}
  void text(const char* name, std::string& target) {
    if (!json_.contains(name)) return;
    if (!json_[name].is_string()) return fail(name, "a string");
    target = json_[name].get<std::string>();
  }
  void truth(const char* name, bool& target) {
    if (!json_.contains(name)) return;
    if (!json_[name].is_boolean()) return fail(name, "true or false");
    target = json_[name].get<bool>();
  }
  template <typename Number>
  void number(const char* name, Number& target) {
    if (!json_.contains(name)) return;
    if (!json_[name].is_number_integer() || json_[name].get<std::int64_t>() < 0)
      return fail(name, "a whole number from 0");
    target = static_cast<Number>(json_[name].get<std::int64_t>());
  }
  const std::string& wrong() const { return wrong_; }

 private:
  void fail(const char* name, const char* wanted) {
    if (wrong_.empty()) wrong_ = std::string(name) + " must be " + wanted;
  }
  const http::Json& json_;
  std::string wrong_;
};

}  // namespace semafoor::sandbox::control
