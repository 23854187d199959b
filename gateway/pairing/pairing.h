// SPDX-License-Identifier: Apache-2.0
//
// Machines of the network: a one-time code, then a certificate of the gateway's own authority,
// renewed before it ends and revoked at once.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/domain/result.h"
#include "gateway/pairing/authority.h"
#include "gateway/pairing/codes.h"
#include "gateway/pairing/machines.h"

namespace semafoor::pairing {

struct PairingOptions {
  CodeOptions codes;
  std::int64_t certificate_life_s = 90LL * 86'400;
};

struct Certified {
  Issued certificate;
  // From then on another one may follow: two thirds of its life.
  std::int64_t renew_from_s = 0;
};

// Safe from several threads.
class Pairing {
 public:
  // The shelf outlives the object. Errors of Authority::open() and Machines::open().
  static Result<std::unique_ptr<Pairing>> open(vault::Shelf& shelf,
                                               const std::shared_ptr<const vault::SealKey>& seal,
                                               Authority::Now now_s, PairingOptions options);

  // A code for one machine; errors of Codes::issue().
  Result<std::string> offer(Grant grant) { return codes_.issue(std::move(grant)); }
  // Errors of Codes::redeem() and Authority::issue(). The machine is on disk when it returns. A
  // request that is refused uses up no code.
  Result<Certified> pair(std::string_view code, std::string_view request);
  // For who came with the certificate of this serial number: errors of standing() and issue(), and
  // "pairing.too_early"; "pairing.too_many": it has eight certificates that are good.
  Result<Certified> renew(const std::string& serial, std::string_view request);
  Result<Machine> machine(const std::string& serial) const { return machines_->machine(serial); }
  Result<Machine> revoke(const std::string& serial) { return machines_->revoke(serial, now_s_()); }
  std::vector<Machine> list() const { return machines_->list(); }

  // The machine behind a certificate that TLS has verified. Reads memory only.
  // "session.certificate_unknown", "session.revoked", "session.certificate_expired".
  Result<std::shared_ptr<const Machine>> standing(const std::string& serial) const;

  const Authority& authority() const { return *authority_; }
  std::int64_t code_life_s() const { return options_.codes.lifetime.count(); }
  std::int64_t now_s() const { return now_s_(); }

 private:
  Pairing(std::unique_ptr<Authority> authority, std::unique_ptr<Machines> machines,
          Authority::Now now_s, PairingOptions options)
      : options_(std::move(options)),
        now_s_(std::move(now_s)),
        authority_(std::move(authority)),
        machines_(std::move(machines)),
        codes_(options_.codes) {}
  static Certified certified(Issued issued);

  const PairingOptions options_;
  const Authority::Now now_s_;
  const std::unique_ptr<Authority> authority_;
  const std::unique_ptr<Machines> machines_;
  Codes codes_;
};

}  // namespace semafoor::pairing
