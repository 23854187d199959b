// SPDX-License-Identifier: Apache-2.0
//
// Seals bytes with AES-256-GCM (NIST SP 800-38D): who does not have the key reads nothing, and who
// changes a bit is found out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "gateway/domain/result.h"
#include "gateway/vault/key_file.h"

namespace semafoor::vault {

// A key of 256 bits, kept inside OpenSSL and in memory that is wiped. Safe from several threads.
class SealKey {
 public:
  static constexpr std::size_t kBytes = 32;
  // What seal() adds to its input: a nonce before it, a tag behind it.
  static constexpr std::size_t kOverhead = 12 + 16;

  // "vault.no_randomness".
  static Result<SealKey> make();
  // Exactly kBytes: "vault.key_unsuitable".
  static Result<SealKey> of(SecretBytes bytes);
  // A key of its own for one purpose: HMAC-SHA-256 of the purpose under this one,
  // so that nothing sealed for one purpose opens as another.
  SealKey derived(std::string_view purpose) const;

  SealKey(SealKey&&) noexcept;
  SealKey& operator=(SealKey&&) = delete;
  ~SealKey();

  // Under a nonce of its own (nonce_store.h). `context` says what it is and whose, is not kept, and
  // must be the same to open it. A key seals at most 2^32 values this way (SP 800-38D section 8.3).
  std::string seal(std::string_view context, std::string_view plain) const;
  // "vault.sealed_damaged": another key, another context, or not what was sealed.
  Result<std::string> open(std::string_view context, std::string_view sealed) const;

  // The same under a number in the nonce's place: for a key that is used for one stream only, whose
  // pieces are numbered. `out` has room for the input and a tag of 16 bytes.
  void seal_piece(std::uint64_t number, std::string_view context, const std::byte* plain,
                  std::size_t size, std::byte* out) const;
  // `size` includes the tag. False when it is not what was sealed.
  bool open_piece(std::uint64_t number, std::string_view context, const std::byte* sealed,
                  std::size_t size, std::byte* out) const;

  // Names the key without telling it: 16 hexadecimal digits.
  std::string fingerprint() const;
  // For the one who seals this key with another.
  const SecretBytes& bytes() const;

 private:
  struct State;
  explicit SealKey(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace semafoor::vault
