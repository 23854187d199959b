// SPDX-License-Identifier: Apache-2.0
#include "gateway/vault/tokens/pins.h"

#include <utility>

namespace semafoor::vault::tokens {

Result<void> Pins::put(const std::string& token, const SecretBytes& pin) {
  return shelf_.save(token + ".pin", "pin " + token, pin);
}

Result<std::shared_ptr<const SecretBytes>> Pins::pin(const std::string& token) {
  auto kept = shelf_.load(token + ".pin", "pin " + token);
  if (!kept) return std::move(kept).error();
  if (kept->has_value()) return std::make_shared<const SecretBytes>(std::move(**kept));
  return Error{.kind = ErrorKind::failed_precondition,
               .code = "vault.pin_missing",
               .message = "Looked for the PIN of the token '" + token +
                          "': the vault has none. Give it: semafoorctl credentials pin " + token +
                          "."};
}

}  // namespace semafoor::vault::tokens
