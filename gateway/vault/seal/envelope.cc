// SPDX-License-Identifier: Apache-2.0
#include "gateway/vault/seal/envelope.h"

#include <utility>

namespace semafoor::vault {
namespace {

// The layout: the mark, one byte of its version, the key's fingerprint, what seal() made.
constexpr std::string_view kMark = "SFSEALED";
constexpr char kVersion = 1;
constexpr std::size_t kFingerprint = 16;
constexpr std::size_t kHead = kMark.size() + 1 + kFingerprint;

Error failure(const char* code, const std::string& shown, const std::string& what) {
  return {.kind = ErrorKind::failed_precondition,
          .code = code,
          .message = "Opened " + shown + ": " + what + " Nothing was changed."};
}

std::string bound(std::string_view head, std::string_view purpose) {
  return std::string(head) + std::string(purpose);
}

}  // namespace

bool is_wrapped(std::string_view bytes) {
  return bytes.starts_with(kMark);
}

std::string wrap(const SealKey& key, std::string_view purpose, std::string_view plain) {
  std::string head(kMark);
  head += kVersion;
  head += key.fingerprint();
  return head + key.seal(bound(head, purpose), plain);
}

Result<SecretBytes> unwrap(const SealKey& key, std::string_view purpose, std::string_view wrapped,
                           const std::string& shown) {
  if (wrapped.size() <= kMark.size() || !is_wrapped(wrapped))
    return failure("vault.corrupt", shown,
                   "it does not begin as something sealed does. Put it back from a copy; it is "
                   "kept as it is.");
  const int version = static_cast<unsigned char>(wrapped[kMark.size()]);
  if (version > kVersion)
    return failure("vault.newer_version", shown,
                   "a newer gateway has written it (layout " + std::to_string(version) +
                       "; this one knows " + std::to_string(int{kVersion}) +
                       "). Install the newer gateway.");
  if (version != kVersion || wrapped.size() < kHead)
    return failure("vault.corrupt", shown, "it breaks off. Put it back from a copy.");
  const std::string_view head = wrapped.substr(0, kHead);
  const std::string_view sealed_by = head.substr(kMark.size() + 1);
  if (sealed_by != key.fingerprint())
    return failure("vault.other_key", shown,
                   "it was sealed with the key " + std::string(sealed_by) + ", and this is key " +
                       key.fingerprint() +
                       ". Give the gateway the former sealing key back ([seal] in its settings).");
  auto opened = key.open(bound(head, purpose), wrapped.substr(kHead));
  if (!opened)
    return failure("vault.corrupt", shown,
                   "its bytes are not those that were sealed. Put it back from a copy, and check "
                   "the disk.");
  return SecretBytes(std::move(*opened));
}

}  // namespace semafoor::vault
