// SPDX-License-Identifier: Apache-2.0
#include "gateway/vault/tokens/device.h"

#include <utility>

#include "gateway/vault/pkcs11/connection.h"

namespace semafoor::vault::tokens {

std::unique_ptr<Device> make_device(const TokenSettings& settings, Pin pin) {
  return std::make_unique<pkcs11::Connection>(settings.module, settings.label, std::move(pin));
}

bool knows_providers() {
  return false;
}

}  // namespace semafoor::vault::tokens
