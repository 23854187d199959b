// SPDX-License-Identifier: Apache-2.0
//
// The way to a gateway on another machine: pairs once, renews in time, and lets nobody be taken for
// the gateway. The counterpart of attestation.h; docs/vendor/pairing.md has the rules.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "plugins/runtime/attestation.h"
#include "plugins/runtime/identity.h"

namespace semafoor::runtime {

// Used by one thread at a time.
class NetworkAccess {
 public:
  using Now = std::function<std::int64_t()>;

  // `now_s`: seconds since 1970 UTC; injected for tests.
  NetworkAccess(NetworkPlace place, Now now_s);

  // Where and as whom to call now. Pairs when the folder has no identity, or the configuration has
  // a code it was not paired with; renews from `renew_from_s` on, and goes on with what there is
  // when that fails. Errors: those of IdentityStore and look_at(); "pairing.*";
  // "gateway.impersonated", "gateway.clock"; "session.certificate_expired".
  std::variant<Introduction, Problem> introduce(const Patience& patience);

 private:
  using Clock = std::chrono::steady_clock;

  // Each leaves its result in the folder, and gives nothing when that is well.
  std::optional<Problem> pair(const Patience& patience);
  std::optional<Problem> pair_locked(const Patience& patience);
  std::optional<Problem> renew(const Patience& patience);
  std::optional<Problem> renew_locked(const Identity& current, const Patience& patience);
  // Has the gateway's answer, or what of it cannot be used.
  std::optional<Problem> take(const std::string& response, Identity& identity) const;
  // Who answers there belongs to this authority.
  std::optional<Problem> meet(const std::string& authority, const Patience& patience) const;
  Introduction introduction(const Identity& identity) const;
  std::chrono::seconds good_for(const Identity& identity) const;

  const NetworkPlace place_;
  const std::string code_digest_;
  const IdentityStore store_;
  const Now now_s_;
  // The gateway has refused this code for good: it is not sent again.
  std::optional<Problem> refused_;
  Clock::time_point renew_again_at_;
  std::chrono::seconds renew_pause_{0};
};

// Letters and digits of a code, as the gateway counts them; of a fingerprint, in lower case.
std::string plain_code(const std::string& text);
std::string plain_fingerprint(const std::string& text);

// "host:port", "[address]:port".
bool names_network_gateway(const std::string& address);

}  // namespace semafoor::runtime
