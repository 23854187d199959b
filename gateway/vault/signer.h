// SPDX-License-Identifier: Apache-2.0
//
// Keys sign, and are never exported (architecture, decision 12).
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "gateway/domain/result.h"

namespace semafoor::vault {

class Signer {
 public:
  virtual ~Signer() = default;
  // JOSE algorithm of this key (RFC 7518): "RS256" or "ES256".
  virtual std::string_view algorithm() const = 0;
  // Signature in JOSE form over `data`. Safe from several threads.
  virtual Result<std::string> sign(std::string_view data) = 0;
};

// Finds the key an organisation's settings name.
class KeyRing {
 public:
  virtual ~KeyRing() = default;
  // "vault.key_missing", "vault.key_unreadable" (permissions, passphrase), "vault.key_unsuitable".
  virtual Result<std::shared_ptr<Signer>> signer(const std::string& key_name) = 0;
};

// PEM private keys `<name>.pem` in `folder`; refuses files that others can read.
std::unique_ptr<KeyRing> make_pem_key_ring(std::filesystem::path folder);

}  // namespace semafoor::vault
