// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "gateway/domain/result.h"
#include "gateway/vault/pkcs11/connection.h"
#include "gateway/vault/signer.h"

namespace semafoor::vault::pkcs11 {

struct TokenSettings {
  // What the gateway calls it, and the vault its PIN.
  std::string name;
  // The vendor's library.
  std::filesystem::path module;
  // Of the token.
  std::string label;
  // How long somebody waits for it.
  std::chrono::milliseconds deadline{10'000};
  // By the names that organisations' settings give.
  std::map<std::string, KeyPlace> keys;
};

// A token, used by a thread of its own: one that is slow or gone keeps nobody waiting beyond its
// deadline, and nobody of another token at all. It comes back by itself. Safe from several threads.
class Token {
 public:
  // `pin` is asked in the token's thread, when it logs in.
  Token(TokenSettings settings, Connection::Pin pin);
  // Waits half a second at most; a library that does not return keeps its thread.
  ~Token();
  Token(const Token&) = delete;
  Token& operator=(const Token&) = delete;

  const TokenSettings& settings() const { return settings_; }
  // Errors are those of Connection; "vault.token_slow": no answer within the deadline, or at once
  // while one that came late is still out; "vault.token_busy": too many wait already.
  Result<TokenKey> look(const KeyPlace& place);
  Result<std::string> sign(const KeyPlace& place, std::string data);

 private:
  struct State;
  template <typename T>
  Result<T> ask(std::function<Result<T>(Connection&)> work);

  const TokenSettings settings_;
  const std::shared_ptr<State> state_;
  std::thread thread_;
};

// Keys on tokens. "vault.token_unnamed": the settings give this name to no key of a token, as they
// give none to passwords.
std::shared_ptr<KeyRing> make_token_ring(std::vector<std::shared_ptr<Token>> tokens);

}  // namespace semafoor::vault::pkcs11
