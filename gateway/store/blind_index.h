// SPDX-License-Identifier: Apache-2.0
//
// Keyed hashes by which rows are found without writing what they are about in clear.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/domain/result.h"

namespace semafoor::store {

// HMAC-SHA-256 with a key of this store, cut to 16 bytes. The key is made once and kept in a file
// of its own that only this account may read.
class BlindIndex {
 public:
  static Result<BlindIndex> open(const std::filesystem::path& key_file);

  // Of a person's number, a natural key, a word: `purpose` keeps equal values of different kinds
  // apart, `org` those of different organisations.
  std::string hash(std::string_view purpose, std::string_view org, std::string_view value) const;
  // Of a word and of its prefixes from three letters: what a search may ask for.
  std::vector<std::string> word_hashes(std::string_view org, std::string_view word) const;
  std::string query_hash(std::string_view org, std::string_view word) const;

 private:
  explicit BlindIndex(std::string key) : key_(std::move(key)) {}
  std::string key_;
};

}  // namespace semafoor::store
