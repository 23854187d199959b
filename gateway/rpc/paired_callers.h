// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "gateway/domain/result.h"
#include "gateway/pairing/pairing.h"
#include "gateway/rpc/rate_limit.h"
#include "gateway/rpc/sessions.h"

namespace semafoor::rpc {

// Machines of the network, known by the certificate that TLS has verified. Safe from several
// threads.
class PairedCallers {
 public:
  // The pairing outlives the object and its sessions.
  PairedCallers(const pairing::Pairing& pairing, std::int64_t calls_per_second)
      : pairing_(pairing), calls_per_second_(calls_per_second) {}

  // Errors of Pairing::standing(): asked at each call, so that a revocation counts at once.
  Result<std::shared_ptr<const Session>> identify(std::string_view certificate);

 private:
  struct Known {
    // What the session was made of: another one after each change.
    std::shared_ptr<const pairing::Machine> machine;
    std::shared_ptr<RateLimit> rate;
    std::map<std::string, std::shared_ptr<const Session>> sessions;
  };
  // Hexadecimal; empty when it cannot be read.
  std::string serial_of(std::string_view certificate);
  std::shared_ptr<const Session> session_of(const std::string& serial,
                                            const std::shared_ptr<const pairing::Machine>& machine);

  const pairing::Pairing& pairing_;
  const std::int64_t calls_per_second_;
  std::shared_mutex mutex_;
  // By their text: reading it each time would cost more than the rest of a call's admission.
  std::unordered_map<std::string, std::string> serials_;
  std::map<std::string, Known> machines_;
};

}  // namespace semafoor::rpc
