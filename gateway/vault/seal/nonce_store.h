// SPDX-License-Identifier: Apache-2.0
//
// Nonces of AES-256-GCM: 96 bits from OpenSSL's generator each (SP 800-38D section 8.2.2), drawn
// several at a time, because a draw costs more than to seal a record.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <mutex>

namespace semafoor::vault {

inline constexpr std::size_t kNonceBytes = 12;
using Nonce = std::array<unsigned char, kNonceBytes>;

// Each drawn nonce leaves once: threads take turns, a forked child draws its own, and what is left
// at the end of the process is lost. So they are as random as those drawn one by one. Safe from
// several threads.
class NonceStore {
 public:
  // Throws std::runtime_error when the system gives no random bytes.
  Nonce take();

 private:
  static constexpr std::size_t kMost = 64;

  std::mutex mutex_;
  std::array<Nonce, kMost> drawn_{};
  std::size_t left_ = 0;
  // fork_count() when they were drawn.
  std::uint64_t forks_ = 0;
};

}  // namespace semafoor::vault
