// SPDX-License-Identifier: Apache-2.0
//
// Keys sign, and are never exported (architecture, decision 12).
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/domain/result.h"
#include "gateway/vault/certificate.h"
#include "gateway/vault/key_file.h"

namespace semafoor::vault {

// What there is to say of a key; never the key.
struct KeyFacts {
  // As Signer::algorithm().
  std::string algorithm;
  // Of an RSA modulus, or of the curve.
  int bits = 0;
  // SHA-256 of its public half (SubjectPublicKeyInfo, DER), hexadecimal.
  std::string digest;
  // Where it lives: "vault", "file", "token NAME".
  std::string home;
  // Unset: it has none here, or one that cannot be read.
  std::optional<CertificateFacts> certificate;
};

class Signer {
 public:
  virtual ~Signer() = default;
  // JOSE algorithm of this key (RFC 7518): "RS256" or "ES256".
  virtual std::string_view algorithm() const = 0;
  // Signature in JOSE form over `data`. Safe from several threads.
  virtual Result<std::string> sign(std::string_view data) = 0;
  virtual Result<KeyFacts> describe() = 0;
  // Signs, and verifies that with the public half, of the certificate where there is one. The
  // errors of sign(); "vault.other_half": they do not belong together.
  virtual Result<void> test() = 0;
};

// Finds the key an organisation's settings name.
class KeyRing {
 public:
  virtual ~KeyRing() = default;
  // As it is now: who keeps it, signs with a key that was replaced. "vault.key_missing",
  // "vault.key_unreadable" (permissions, passphrase), "vault.key_unsuitable".
  virtual Result<std::shared_ptr<Signer>> signer(const std::string& key_name) = 0;
  // The certificate over that key, PEM or DER. "vault.certificate_missing".
  virtual Result<std::string> certificate(const std::string& key_name) = 0;
  // The password of a technical account, without a line end behind it. "vault.password_missing",
  // "vault.password_unreadable".
  virtual Result<std::shared_ptr<const SecretBytes>> password(const std::string& name) = 0;
};

// PEM private keys `<name>.pem` in `folder`, with their certificates `<name>.crt` (or in the same
// file as the key), and passwords `<name>.password`; refuses secrets that others can read.
std::unique_ptr<KeyRing> make_pem_key_ring(std::filesystem::path folder);

}  // namespace semafoor::vault
