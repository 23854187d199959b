// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "gateway/domain/result.h"
#include "gateway/vault/key_file.h"
#include "gateway/vault/sealed_shelf.h"

namespace semafoor::vault::tokens {

// PINs of tokens, sealed, by the names that the settings give the tokens. Safe from several
// threads.
class Pins {
 public:
  // `seal` null: kept in clear. The shelf outlives the object.
  Pins(Shelf& shelf, std::shared_ptr<const SealKey> seal) : shelf_(shelf, std::move(seal)) {}

  // In the place of one that is there.
  Result<void> put(const std::string& token, const SecretBytes& pin);
  // "vault.pin_missing", and what SealedShelf says.
  Result<std::shared_ptr<const SecretBytes>> pin(const std::string& token);

 private:
  SealedShelf shelf_;
};

}  // namespace semafoor::vault::tokens
