// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "plugins/runtime/test_identity.h"

namespace semafoor::runtime::testing {

// A gateway's own authority, as gateway/pairing makes it; another one each time.
class TestAuthority {
 public:
  TestAuthority();
  ~TestAuthority();
  TestAuthority(const TestAuthority&) = delete;
  TestAuthority& operator=(const TestAuthority&) = delete;

  const std::string& certificate() const { return certificate_; }
  // For gateway.semafoor.internal; the chain with the authority at its end.
  TestIdentity gateway() const;
  // A machine's certificate over the key of that request (PKCS#10).
  std::string machine(const std::string& request) const;

 private:
  struct Parts;
  const std::unique_ptr<Parts> parts_;
  std::string certificate_;
};

}  // namespace semafoor::runtime::testing
