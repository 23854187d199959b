// SPDX-License-Identifier: Apache-2.0
//
// Keyed hashes by which rows are found without writing what they are about in clear.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/domain/result.h"

namespace semafoor::vault {
class SealKey;
}

namespace semafoor::store {

// HMAC-SHA-256 with a key of this store, cut to 16 bytes. The key is made once and kept in a file
// of its own that only this account may read. Safe from several threads.
class BlindIndex {
 public:
  // Without `may_create` a missing file is an error: a new key would find nothing of what is
  // stored, and would take known signals for new ones.
  // With a `root` the file is sealed under it; one that is not yet is sealed now.
  static Result<BlindIndex> open(const std::filesystem::path& key_file, bool may_create,
                                 const vault::SealKey* root = nullptr);
  BlindIndex(BlindIndex&&) noexcept;
  ~BlindIndex();

  // Of a person's number, a natural key, a word: `purpose` keeps equal values of different kinds
  // apart, `org` those of different organisations.
  std::string hash(std::string_view purpose, std::string_view org, std::string_view value) const;
  // The same; nothing of an empty value, which is found by nobody.
  std::string hash_or_none(std::string_view purpose, std::string_view org,
                           std::string_view value) const {
    return value.empty() ? std::string() : hash(purpose, org, value);
  }
  // As hash(), not cut: 32 bytes.
  std::string long_hash(std::string_view purpose, std::string_view org,
                        std::string_view value) const;
  // Of a whole word.
  std::string word_hash(std::string_view org, std::string_view word) const;
  // Of a word and of its beginnings from three letters: what a search may ask for.
  std::vector<std::string> prefix_hashes(std::string_view org, std::string_view word) const;
  // Of a word, or the beginning of one, in a question.
  std::string query_hash(std::string_view org, std::string_view word) const;
  // Tells this key from another; never 0.
  std::int64_t fingerprint() const;

 private:
  struct Mac;
  explicit BlindIndex(std::unique_ptr<Mac> mac);
  std::unique_ptr<Mac> mac_;
};

}  // namespace semafoor::store
