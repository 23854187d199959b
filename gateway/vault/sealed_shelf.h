// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "gateway/domain/result.h"
#include "gateway/vault/key_file.h"
#include "gateway/vault/seal/seal_key.h"
#include "gateway/vault/shelf.h"

namespace semafoor::vault {

// A shelf whose things are sealed, each for its purpose. Safe from several threads, as its shelf
// is.
class SealedShelf {
 public:
  // `seal` null: kept in clear, for who asked for that. The shelf outlives the object.
  SealedShelf(Shelf& shelf, std::shared_ptr<const SealKey> seal)
      : shelf_(shelf), seal_(std::move(seal)) {}

  // Nothing when there is none of this name. "vault.locked": it is sealed, and there is no key; and
  // what unwrap() and the shelf say.
  Result<std::optional<SecretBytes>> load(const std::string& name, const std::string& purpose);
  Result<void> save(const std::string& name, const std::string& purpose, const SecretBytes& secret);
  Shelf& plain() { return shelf_; }

 private:
  Shelf& shelf_;
  const std::shared_ptr<const SealKey> seal_;
};

}  // namespace semafoor::vault
