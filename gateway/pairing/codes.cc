// SPDX-License-Identifier: Apache-2.0
#include "gateway/pairing/codes.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

namespace semafoor::pairing {
namespace {

// Crockford's: without I, L, O and U, which are taken for others.
constexpr std::string_view kAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr std::size_t kNameSize = 4;
constexpr std::size_t kCodeSize = 16;
constexpr std::size_t kMostWaiting = 100;
// Who comes late or twice is told so for that long.
constexpr std::chrono::hours kRemembered{1};

// Empty when the system gave no random bytes.
std::string random_bytes(std::size_t size) {
  std::string bytes(size, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(size)) != 1)
    return {};
  return bytes;
}

// As it was made, however somebody typed it.
std::string plain(std::string_view code) {
  std::string text;
  for (const char c : code.substr(0, 64)) {
    if (c == '-' || c == ' ') continue;
    const char upper = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    if (upper == 'O')
      text += '0';
    else
      text += upper == 'I' || upper == 'L' ? '1' : upper;
  }
  return text;
}

std::string hash_of(const std::string& salt, std::string_view secret) {
  const std::string text = salt + std::string(secret);
  std::array<unsigned char, 32> digest{};
  EVP_Digest(text.data(), text.size(), digest.data(), nullptr, EVP_sha256(), nullptr);
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

Error refused(const char* code, const char* message) {
  return {ErrorKind::unauthenticated, code, message};
}

}  // namespace

Result<std::string> Codes::issue(Grant grant) {
  const std::lock_guard lock(mutex_);
  forget_old();
  if (entries_.size() >= kMostWaiting)
    return Error{.kind = ErrorKind::resource_exhausted,
                 .code = "pairing.too_many",
                 .message =
                     "A pairing code was to be made; a hundred others were made in the last "
                     "hour. Wait until they are forgotten.",
                 .retryable = true};
  Entry entry;
  entry.salt = random_bytes(16);
  std::string code;
  std::string name;
  // Another one where two would have the same name.
  do {
    code.clear();
    for (const char byte : random_bytes(kCodeSize))
      code += kAlphabet[static_cast<unsigned char>(byte) % 32];
    if (code.empty() || entry.salt.empty())
      return Error{ErrorKind::internal, "vault.no_randomness",
                   "A pairing code was to be made; the system gave no random bytes. See its log."};
    name = code.substr(0, kNameSize);
  } while (entries_.contains(name));
  entry.hash = hash_of(entry.salt, std::string_view(code).substr(kNameSize));
  entry.grant = std::move(grant);
  entry.expires = options_.now() + options_.lifetime;
  entry.tries_left = options_.tries;
  entries_.emplace(std::move(name), std::move(entry));
  for (std::size_t at = kCodeSize - 4; at > 0; at -= 4) code.insert(at, "-");
  return code;
}

Result<Grant> Codes::redeem(std::string_view code) {
  static const Error kWrong = refused(
      "pairing.code_wrong",
      "A machine was to be paired; its code is not one of this gateway's. Type it as semafoorctl "
      "pair printed it; after five wrong tries a new one is needed.");
  const std::string text = plain(code);
  if (text.size() != kCodeSize) return kWrong;
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(std::string_view(text).substr(0, kNameSize));
  if (found == entries_.end()) return kWrong;
  Entry& entry = found->second;
  if (entry.tries_left == 0) return kWrong;
  const std::string hash = hash_of(entry.salt, std::string_view(text).substr(kNameSize));
  if (CRYPTO_memcmp(hash.data(), entry.hash.data(), hash.size()) != 0) {
    --entry.tries_left;
    return kWrong;
  }
  if (entry.used)
    return refused("pairing.code_used",
                   "A machine was to be paired with a code that was used already. If that was not "
                   "you, revoke that machine (semafoorctl paired list); ask for a new code.");
  if (entry.expires <= options_.now())
    return refused("pairing.code_expired",
                   "A machine was to be paired with a code whose time is over. Ask for a new one.");
  entry.used = true;
  return entry.grant;
}

void Codes::forget_old() {
  const auto now = options_.now();
  std::erase_if(entries_,
                [now](const auto& one) { return one.second.expires + kRemembered < now; });
}

}  // namespace semafoor::pairing
