// SPDX-License-Identifier: Apache-2.0
#include "gateway/vault/sealed_shelf.h"

#include <utility>

#include "gateway/vault/seal/kept.h"

namespace semafoor::vault {

Result<std::optional<SecretBytes>> SealedShelf::load(const std::string& name,
                                                     const std::string& purpose) {
  auto stored = shelf_.load(name);
  if (!stored) return std::move(stored).error();
  if (!stored->has_value()) return std::optional<SecretBytes>();
  auto bytes = opened(seal_.get(), purpose, **stored, shelf_.shown(name));
  if (!bytes) return std::move(bytes).error();
  return std::optional<SecretBytes>(std::move(*bytes));
}

Result<void> SealedShelf::save(const std::string& name, const std::string& purpose,
                               const SecretBytes& secret) {
  return shelf_.save(name, kept(seal_.get(), purpose, {secret.data(), secret.size()}));
}

}  // namespace semafoor::vault
