// SPDX-License-Identifier: Apache-2.0
//
// The attestation channel of this operating system, and what it says of this process.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "gateway/rpc/attestation.h"

namespace semafoor::tests {

// Answers at a place of its own until it goes.
class Channel {
 public:
  // Attestor and sessions outlive it.
  static std::unique_ptr<Channel> open(rpc::Attestor& attestor, rpc::Sessions& sessions);
  virtual ~Channel() = default;
  // As a host's configuration names it.
  virtual const std::string& place() const = 0;
};

// As the gateway must see this process.
std::string own_account();
std::int64_t own_pid();

}  // namespace semafoor::tests
