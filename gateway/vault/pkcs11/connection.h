// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/domain/result.h"
#include "gateway/vault/key_file.h"
#include "gateway/vault/pkcs11/module.h"

namespace semafoor::vault::pkcs11 {

// Where a key is on its token: by its label, by its id (bytes), or both.
struct KeyPlace {
  std::string label;
  std::string id;
};

// What a token tells of a key.
struct TokenKey {
  bool rsa = false;
  // DER; empty: there is none on the token.
  std::string certificate;
  // SubjectPublicKeyInfo in DER; empty when there is neither a public key nor a certificate.
  std::string public_key;
};

// A session with one token, logged in; opened when it is needed, and again when it was lost. One
// thread. Each call blocks as long as the token does.
//
// "vault.token_module", "vault.token_missing" (not plugged in), "vault.pin_missing",
// "vault.pin_wrong", "vault.pin_locked", "vault.key_missing", "vault.token_failed".
class Connection {
 public:
  using Pin = std::function<Result<std::shared_ptr<const SecretBytes>>()>;
  Connection(std::filesystem::path module, std::string token_label, Pin pin);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  Result<TokenKey> look(const KeyPlace& place);
  // PKCS #1 v1.5 with SHA-256, or ECDSA over SHA-256 with r and s side by side, as JOSE wants both.
  Result<std::string> sign(const KeyPlace& place, std::string_view data);

 private:
  template <typename T>
  Result<T> settled(const std::function<Result<T>()>& work);
  Result<void> open();
  Result<void> log_in();
  void drop();
  Result<Slot> slot();
  Result<std::optional<Object>> find(Ulong kind, const KeyPlace& place);
  Result<Object> private_key(const KeyPlace& place);
  Result<std::string> attribute(Object object, Ulong kind);
  Result<bool> is_rsa(Object key);
  Result<std::string> signature(Object key, Ulong mechanism, std::string_view input);
  Error failed(const char* what, Rv rv);

  const std::filesystem::path file_;
  const std::string label_;
  const Pin pin_;
  std::shared_ptr<Module> module_;
  std::optional<Session> session_;
  // What the token has refused is not tried again: it locks itself after few.
  std::string refused_pin_digest_;
  // The last error was of a kind that a new session may mend.
  bool lost_ = false;
};

}  // namespace semafoor::vault::pkcs11
