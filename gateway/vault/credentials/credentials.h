// SPDX-License-Identifier: Apache-2.0
//
// The keys that organisations sign with, sealed, each with the one that follows it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "gateway/domain/result.h"
#include "gateway/vault/credentials/material.h"
#include "gateway/vault/sealed_shelf.h"
#include "gateway/vault/signer.h"

namespace semafoor::vault {

struct SlotView {
  KeyFacts key;
  std::int64_t added_s = 0;
  // When it last signed what its certificate verified; 0: never.
  std::int64_t tested_s = 0;
};

// A credential has three places. `active` signs. `next` was prepared to follow it, `previous` was
// before it: both are valid meanwhile, and the way is open back and forth.
struct CredentialView {
  std::string name;
  std::optional<SlotView> active;
  std::optional<SlotView> next;
  std::optional<SlotView> previous;
  // Why it cannot be opened (locked, corrupt, of a newer program); the places are empty then.
  std::optional<Error> problem;
};

// What stands in a slot.
enum class Slot { active, next };

// Safe from several threads. Each step is one durable write, so that one that is killed has either
// happened or not, and can be said again: what has happened already is no error.
class Credentials {
 public:
  // `seal` null: kept in clear, for who asked for that. Shelf and clock outlive the object.
  Credentials(Shelf& shelf, std::shared_ptr<const SealKey> seal,
              std::function<std::int64_t()> now_s);

  // The first key of this name. "vault.credential_exists": rotate instead. "vault.name".
  Result<void> import(const std::string& name, const Material& material);
  // Puts the key that is to follow. "vault.credential_missing"; "vault.rotation_other_key": another
  // one is being prepared already, withdraw it first.
  Result<void> prepare(const std::string& name, const Material& material);
  // Signs with it and verifies with its certificate, and remembers that. "vault.slot_empty",
  // "vault.certificate_missing", "vault.certificate_expired", "vault.other_half".
  Result<void> test(const std::string& name, Slot slot);
  // The prepared key signs from now on; the one before stays as previous. "vault.not_tested".
  Result<void> activate(const std::string& name);
  // The previous key signs again, and the other one is what is prepared. "vault.slot_empty".
  Result<void> roll_back(const std::string& name);
  // What was prepared is given up.
  Result<void> withdraw(const std::string& name);
  // The previous key is destroyed.
  Result<void> retire(const std::string& name);
  // All of it is destroyed.
  Result<void> remove(const std::string& name);

  // In the order of their names.
  Result<std::vector<CredentialView>> list();
  // "vault.key_missing" when there is none of this name.
  Result<CredentialView> view(const std::string& name);
  Result<std::shared_ptr<Signer>> signer(const std::string& name, Slot slot = Slot::active);
  // PEM. "vault.certificate_missing".
  Result<std::string> certificate(const std::string& name, Slot slot = Slot::active);

 private:
  struct Key;
  struct Content;
  Result<std::optional<Content>> load(const std::string& name);
  Result<Content> existing(const std::string& name);
  Result<void> save(const std::string& name, const Content& content);
  Result<Key> key_of(const Material& material) const;
  Result<Key> taken(const std::string& name, Slot slot);

  SealedShelf shelf_;
  const std::function<std::int64_t()> now_s_;
  std::mutex mutex_;
};

// Days until the end at which a warning is due: 60, 30, 14, 7, 3, 1. The last of them that was
// reached; 0 once it has expired; nothing while it is far.
std::optional<int> expiry_step(std::int64_t not_after_s, std::int64_t now_s);

}  // namespace semafoor::vault
