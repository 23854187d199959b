// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <vector>

#include "gateway/domain/result.h"
#include "gateway/pairing/authority.h"
#include "gateway/vault/seal/seal_key.h"
#include "gateway/vault/shelf.h"

namespace semafoor::pairing {

// What a machine may do once it is paired.
struct Grant {
  // For people.
  std::string name;
  bool all_organisations = false;
  std::vector<std::string> organisations;
  // "ebox", "knipperlicht", "feedback"; empty: all that the organisation has.
  std::vector<std::string> modules;
  // As the gateway names its roles.
  std::vector<std::string> roles;
};

struct Machine {
  // Serial number of its first certificate.
  std::string id;
  Grant grant;
  std::int64_t paired_s = 0;
  // 0: not revoked.
  std::int64_t revoked_s = 0;
  // Those that have not ended, and the newest; oldest first. Without their texts.
  std::vector<Issued> certificates;
};

// The paired machines, durable and sealed. Safe from several threads; reading waits for no disk.
class Machines {
 public:
  // Shelf outlives the object. Errors of the shelf, of vault::opened(), "vault.corrupt",
  // "vault.newer_version".
  static Result<std::unique_ptr<Machines>> open(vault::Shelf& shelf,
                                                std::shared_ptr<const vault::SealKey> seal);

  // Each returns when it is durable. Errors of the shelf; nothing has changed then.
  Result<void> add(Machine machine);
  // What has ended before `now_s` is forgotten.
  Result<void> renewed(const std::string& id, const Issued& certificate, std::int64_t now_s);
  // Errors of machine(). One that is revoked stays as it is.
  Result<Machine> revoke(const std::string& serial, std::int64_t now_s);

  // By its id, or the serial number of any of its certificates. "pairing.machine_unknown".
  Result<Machine> machine(const std::string& serial) const;
  // By the serial number of any of its certificates, without a search; null when there is none.
  std::shared_ptr<const Machine> find(const std::string& serial) const;
  // Oldest first.
  std::vector<Machine> list() const;

 private:
  using All = std::vector<std::shared_ptr<const Machine>>;
  Machines(vault::Shelf& shelf, std::shared_ptr<const vault::SealKey> seal)
      : shelf_(shelf), seal_(std::move(seal)) {}
  // `changed` in the place of the machine with its id.
  Result<void> replace(Machine changed);
  Result<void> keep(All all);

  vault::Shelf& shelf_;
  const std::shared_ptr<const vault::SealKey> seal_;
  // Held by who writes, from reading to writing.
  std::mutex writing_;
  mutable std::shared_mutex mutex_;
  All all_;
  std::map<std::string, std::shared_ptr<const Machine>> by_serial_;
};

}  // namespace semafoor::pairing
