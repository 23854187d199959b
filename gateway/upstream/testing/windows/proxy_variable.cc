// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/testing/proxy_variable.h"

#include <cstdlib>

namespace semafoor::upstream::testing {

ProxyVariable::ProxyVariable(const std::string& url) {
  ::_putenv_s("https_proxy", url.c_str());
  ::_putenv_s("no_proxy", "");
}

ProxyVariable::~ProxyVariable() {
  ::_putenv_s("https_proxy", "");
}

}  // namespace semafoor::upstream::testing
