// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace semafoor::upstream::testing {

// A variable of the environment, for the length of a test. An empty value is no value on Windows.
class Variable {
 public:
  Variable(std::string name, const std::string& value);
  ~Variable();
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

 private:
  const std::string name_;
};

}  // namespace semafoor::upstream::testing
