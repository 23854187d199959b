// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace semafoor::runtime::testing {

// A key and its certificate for gateway.semafoor.internal, as PEM; another one each time.
struct TestIdentity {
  std::string key;
  std::string certificate;
};
TestIdentity make_test_identity();

// A text as the inside of a JSON string; its only special characters are line feeds.
std::string in_json(const std::string& pem);

}  // namespace semafoor::runtime::testing
