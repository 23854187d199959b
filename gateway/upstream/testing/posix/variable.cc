// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/testing/variable.h"

#include <cstdlib>
#include <utility>

namespace semafoor::upstream::testing {

Variable::Variable(std::string name, const std::string& value) : name_(std::move(name)) {
  ::setenv(name_.c_str(), value.c_str(), 1);
}

Variable::~Variable() {
  ::unsetenv(name_.c_str());
}

}  // namespace semafoor::upstream::testing
