// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "gateway/domain/result.h"
#include "gateway/pairing/machines.h"

namespace semafoor::pairing {

struct CodeOptions {
  std::chrono::seconds lifetime{600};
  int tries = 5;
  // Injected for tests.
  std::function<std::chrono::steady_clock::time_point()> now = [] {
    return std::chrono::steady_clock::now();
  };
};

// One-time codes: four characters that name the code and twelve (60 bits) that nobody can guess in
// five tries. In memory only, and of the latter only a salted hash: a gateway that is started anew
// knows none. Safe from several threads.
class Codes {
 public:
  explicit Codes(CodeOptions options) : options_(std::move(options)) {}

  // "ABCD-EFGH-JKMN-PQRS". "pairing.too_many": a hundred wait to be used; "vault.no_randomness".
  Result<std::string> issue(Grant grant);
  // What the code was made for, once. "pairing.code_wrong" says no more than that; only who knows
  // the code hears "pairing.code_used" or "pairing.code_expired".
  Result<Grant> redeem(std::string_view code);

 private:
  struct Entry {
    std::string salt;
    std::string hash;
    Grant grant;
    std::chrono::steady_clock::time_point expires;
    int tries_left = 0;
    bool used = false;
  };
  void forget_old();

  const CodeOptions options_;
  std::mutex mutex_;
  std::map<std::string, Entry, std::less<>> entries_;
};

}  // namespace semafoor::pairing
