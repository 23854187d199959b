// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/testing/proxy_variable.h"

#include <cstdlib>

namespace semafoor::upstream::testing {

ProxyVariable::ProxyVariable(const std::string& url) {
  ::setenv("https_proxy", url.c_str(), 1);
  ::setenv("no_proxy", "", 1);
}

ProxyVariable::~ProxyVariable() {
  ::unsetenv("https_proxy");
  ::unsetenv("no_proxy");
}

}  // namespace semafoor::upstream::testing
