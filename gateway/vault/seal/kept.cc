// SPDX-License-Identifier: Apache-2.0
#include "gateway/vault/seal/kept.h"

#include "gateway/vault/seal/envelope.h"

namespace semafoor::vault {
namespace {

// In the place of a seal.
constexpr std::string_view kClear = "SFCLEAR\n";

}  // namespace

std::string kept(const SealKey* seal, std::string_view purpose, std::string_view plain) {
  if (seal == nullptr) return std::string(kClear).append(plain);
  return wrap(*seal, purpose, plain);
}

Result<SecretBytes> opened(const SealKey* seal, std::string_view purpose, std::string_view bytes,
                           const std::string& shown) {
  if (bytes.starts_with(kClear)) return SecretBytes(std::string(bytes.substr(kClear.size())));
  if (seal == nullptr)
    return Error{ErrorKind::failed_precondition, "vault.locked",
                 "Opened " + shown +
                     ": it is sealed, and the gateway has no sealing key. Give it back ([seal] in "
                     "its settings). Nothing was changed."};
  return unwrap(*seal, purpose, bytes, shown);
}

}  // namespace semafoor::vault
