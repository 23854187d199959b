// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace semafoor::upstream::testing {

// A proxy of the environment, for the length of a test.
class ProxyVariable {
 public:
  explicit ProxyVariable(const std::string& url);
  ~ProxyVariable();
  ProxyVariable(const ProxyVariable&) = delete;
  ProxyVariable& operator=(const ProxyVariable&) = delete;
};

}  // namespace semafoor::upstream::testing
