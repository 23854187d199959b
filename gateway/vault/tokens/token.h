// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "gateway/domain/result.h"
#include "gateway/vault/signer.h"
#include "gateway/vault/tokens/device.h"

namespace semafoor::vault::tokens {

// A token, used by a thread of its own: one that is slow or gone keeps nobody waiting beyond its
// deadline, and nobody of another token at all. It comes back by itself. Safe from several threads.
class Token {
 public:
  // `pin` is asked in the token's thread, when it logs in.
  Token(TokenSettings settings, Pin pin);
  // Waits half a second at most; a library that does not return keeps its thread.
  ~Token();
  Token(const Token&) = delete;
  Token& operator=(const Token&) = delete;

  const TokenSettings& settings() const { return settings_; }
  // Errors are those of Device; "vault.token_slow": no answer within the deadline, or at once
  // while one that came late is still out; "vault.token_busy": too many wait already.
  Result<TokenKey> look(const KeyPlace& place);
  Result<std::string> sign(const KeyPlace& place, std::string data);

 private:
  struct State;
  template <typename T>
  Result<T> ask(std::function<Result<T>(Device&)> work);

  const TokenSettings settings_;
  const std::shared_ptr<State> state_;
  std::thread thread_;
};

// Keys on tokens. "vault.token_unnamed": the settings give this name to no key of a token, as they
// give none to passwords.
std::shared_ptr<KeyRing> make_token_ring(std::vector<std::shared_ptr<Token>> tokens);

}  // namespace semafoor::vault::tokens
