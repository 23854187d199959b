// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "gateway/domain/result.h"
#include "gateway/vault/key_file.h"

namespace semafoor::vault::tokens {

// Where a key is on its token: by its label, by its id (bytes), or both.
struct KeyPlace {
  // CKA_LABEL; of Windows' CNG the key's name.
  std::string label;
  // CKA_ID; of Windows' CNG the SHA-1 thumbprint of a certificate in the computer's store "My".
  std::string id;
};

struct TokenSettings {
  // What the gateway calls it, and the vault its PIN.
  std::string name;
  // The vendor's PKCS#11 library; or `provider`.
  std::filesystem::path module;
  // Of the token; with `module`.
  std::string label;
  // A key storage provider of Windows' CNG, by its registered name.
  std::string provider;
  // How long somebody waits for it.
  std::chrono::milliseconds deadline{10'000};
  // By the names that organisations' settings give.
  std::map<std::string, KeyPlace> keys;
};

// What a token tells of a key.
struct TokenKey {
  bool rsa = false;
  // DER; empty: there is none on the token.
  std::string certificate;
  // SubjectPublicKeyInfo in DER; empty when there is neither a public key nor a certificate.
  std::string public_key;
};

// "vault.pin_missing", and what the vault says when it is locked.
using Pin = std::function<Result<std::shared_ptr<const SecretBytes>>()>;

// What has keys and signs with them. One thread; each call blocks as long as the device does.
//
// "vault.token_module", "vault.token_missing" (not plugged in), "vault.pin_missing",
// "vault.pin_wrong", "vault.pin_locked", "vault.key_missing", "vault.token_failed".
class Device {
 public:
  virtual ~Device() = default;
  virtual Result<TokenKey> look(const KeyPlace& place) = 0;
  // PKCS #1 v1.5 with SHA-256, or ECDSA over SHA-256 with r and s side by side, as JOSE wants both.
  virtual Result<std::string> sign(const KeyPlace& place, std::string_view data) = 0;
};

// Nothing is asked of it yet. With `provider` only where knows_providers().
std::unique_ptr<Device> make_device(const TokenSettings& settings, Pin pin);
// Whether this system has CNG.
bool knows_providers();

}  // namespace semafoor::vault::tokens
