// SPDX-License-Identifier: Apache-2.0
#include "gateway/store/blind_index.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <mutex>
#include <stdexcept>

#include "gateway/store/files.h"
#include "gateway/vault/seal/envelope.h"

namespace semafoor::store {
namespace {

constexpr std::size_t kKeyBytes = 32;
constexpr std::string_view kPurpose = "search key";
constexpr std::size_t kHashBytes = 16;
constexpr std::size_t kShortestPrefix = 3;
// Of longer words only this much is compared.
constexpr std::size_t kLongestPrefix = 32;

struct ContextFree {
  void operator()(EVP_MAC_CTX* context) const { EVP_MAC_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_MAC_CTX, ContextFree>;

// Holds the key inside OpenSSL; null when there is no memory for it.
Context keyed_context(const std::string& key) {
  EVP_MAC* algorithm = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
  Context context(algorithm == nullptr ? nullptr : EVP_MAC_CTX_new(algorithm));
  EVP_MAC_free(algorithm);
  char digest[] = "SHA256";
  const OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
                               OSSL_PARAM_construct_end()};
  if (context && EVP_MAC_init(context.get(), reinterpret_cast<const unsigned char*>(key.data()),
                              key.size(), params) != 1)
    context.reset();
  return context;
}

}  // namespace

// One context, taken in turns: to begin it anew is several times cheaper than to make one.
struct BlindIndex::Mac {
  explicit Mac(Context its_context) : context(std::move(its_context)) {}
  std::mutex mutex;
  const Context context;
};

BlindIndex::BlindIndex(std::unique_ptr<Mac> mac) : mac_(std::move(mac)) {}
BlindIndex::BlindIndex(BlindIndex&&) noexcept = default;
BlindIndex::~BlindIndex() = default;

Result<BlindIndex> BlindIndex::open(const std::filesystem::path& key_file, bool may_create,
                                    const vault::SealKey* root) {
  const auto with_key = [](const std::string& key) -> Result<BlindIndex> {
    auto context = keyed_context(key);
    if (!context)
      return Error{.kind = ErrorKind::internal,
                   .code = "store.no_hmac",
                   .message =
                       "Prepared the search key: OpenSSL gave no HMAC-SHA-256. Check the "
                       "installation of OpenSSL."};
    return BlindIndex(std::make_unique<Mac>(std::move(context)));
  };
  auto stored = read_small_file(key_file);
  if (!stored) return std::move(stored).error();
  if (stored->has_value() && vault::is_wrapped(**stored)) {
    if (root == nullptr)
      return Error{.kind = ErrorKind::failed_precondition,
                   .code = "vault.locked",
                   .message = "Read the search key " + key_file.string() +
                              ": it is sealed, and the gateway has no sealing key. Give it back "
                              "([seal] in its settings). Nothing was changed."};
    auto opened = vault::unwrap(*root, kPurpose, **stored, "the search key " + key_file.string());
    if (!opened) return std::move(opened).error();
    return with_key(std::string(opened->data(), opened->size()));
  }
  if (stored->has_value()) {
    if ((*stored)->size() != kKeyBytes) {
      return Error{
          .kind = ErrorKind::data_loss,
          .code = "store.index_key_damaged",
          .message =
              "Read the search key " + key_file.string() + ": it has " +
              std::to_string((*stored)->size()) + " bytes and not " + std::to_string(kKeyBytes) +
              ". Restore this file from the backup; without it persons and words are not found."};
    }
    if (root != nullptr)
      if (auto sealed = write_small_file(key_file, vault::wrap(*root, kPurpose, **stored)); !sealed)
        return std::move(sealed).error();
    return with_key(**stored);
  }
  if (!may_create) {
    return Error{
        .kind = ErrorKind::data_loss,
        .code = "store.index_key_missing",
        .message = "Read the search key " + key_file.string() +
                   ": it is not there, but the database was made with one. Restore this "
                   "file from the same backup as the database, or, for a further gateway on the "
                   "same PostgreSQL database, copy it from the first one's data folder."};
  }
  std::string key(kKeyBytes, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(key.data()), static_cast<int>(key.size())) != 1)
    return Error{.kind = ErrorKind::internal,
                 .code = "store.no_randomness",
                 .message = "Made a search key: the system gave no random bytes."};
  const std::string kept = root == nullptr ? key : vault::wrap(*root, kPurpose, key);
  if (auto written = write_small_file(key_file, kept); !written) return std::move(written).error();
  return with_key(key);
}

std::string BlindIndex::hash(std::string_view purpose, std::string_view org,
                             std::string_view value) const {
  return long_hash(purpose, org, value).substr(0, kHashBytes);
}

std::string BlindIndex::long_hash(std::string_view purpose, std::string_view org,
                                  std::string_view value) const {
  std::string text;
  text.reserve(purpose.size() + org.size() + value.size() + 2);
  text.append(purpose).append(1, '\0').append(org).append(1, '\0').append(value);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  std::size_t size = 0;
  {
    const std::lock_guard lock(mac_->mutex);
    EVP_MAC_CTX* const context = mac_->context.get();
    if (EVP_MAC_init(context, nullptr, 0, nullptr) != 1 ||
        EVP_MAC_update(context, reinterpret_cast<const unsigned char*>(text.data()), text.size()) !=
            1 ||
        EVP_MAC_final(context, digest.data(), &size, digest.size()) != 1)
      throw std::runtime_error("OpenSSL computed no keyed hash.");
  }
  return std::string(reinterpret_cast<const char*>(digest.data()), size);
}

std::string BlindIndex::word_hash(std::string_view org, std::string_view word) const {
  return hash("word", org, word.substr(0, kLongestPrefix));
}

std::vector<std::string> BlindIndex::prefix_hashes(std::string_view org,
                                                   std::string_view word) const {
  std::vector<std::string> hashes;
  const std::string_view compared = word.substr(0, kLongestPrefix);
  for (std::size_t length = kShortestPrefix; length < compared.size(); ++length)
    hashes.push_back(hash("prefix", org, compared.substr(0, length)));
  hashes.push_back(hash("prefix", org, compared));
  return hashes;
}

std::string BlindIndex::query_hash(std::string_view org, std::string_view word) const {
  return hash("prefix", org, word.substr(0, kLongestPrefix));
}

std::int64_t BlindIndex::fingerprint() const {
  const std::string bytes = hash("fingerprint", "", "");
  std::int64_t number = 0;
  std::memcpy(&number, bytes.data(), sizeof number);
  return number == 0 ? 1 : number;
}

}  // namespace semafoor::store
