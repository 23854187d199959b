// SPDX-License-Identifier: Apache-2.0
#include "gateway/store/blind_index.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <algorithm>
#include <array>

#include "gateway/store/files.h"

namespace semafoor::store {
namespace {

constexpr std::size_t kKeyBytes = 32;
constexpr std::size_t kHashBytes = 16;
constexpr std::size_t kShortestPrefix = 3;
constexpr std::size_t kLongestPrefix = 10;

}  // namespace

Result<BlindIndex> BlindIndex::open(const std::filesystem::path& key_file) {
  auto stored = read_small_file(key_file);
  if (!stored) return std::move(stored).error();
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
    return BlindIndex(std::move(**stored));
  }
  std::string key(kKeyBytes, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(key.data()), static_cast<int>(key.size())) != 1)
    return Error{.kind = ErrorKind::internal,
                 .code = "store.no_randomness",
                 .message = "Made a search key: the system gave no random bytes."};
  if (auto written = write_small_file(key_file, key); !written) return std::move(written).error();
  return BlindIndex(std::move(key));
}

std::string BlindIndex::hash(std::string_view purpose, std::string_view org,
                             std::string_view value) const {
  std::string text;
  text.reserve(purpose.size() + org.size() + value.size() + 2);
  text.append(purpose).append(1, '\0').append(org).append(1, '\0').append(value);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  HMAC(EVP_sha256(), key_.data(), static_cast<int>(key_.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(), &size);
  return std::string(reinterpret_cast<const char*>(digest.data()), kHashBytes);
}

std::vector<std::string> BlindIndex::word_hashes(std::string_view org,
                                                 std::string_view word) const {
  std::vector<std::string> hashes;
  for (std::size_t length = kShortestPrefix; length < std::min(word.size(), kLongestPrefix);
       ++length)
    hashes.push_back(hash("word", org, word.substr(0, length)));
  hashes.push_back(hash("word", org, word));
  return hashes;
}

std::string BlindIndex::query_hash(std::string_view org, std::string_view word) const {
  return hash("word", org, word);
}

}  // namespace semafoor::store
