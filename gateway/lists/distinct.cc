// SPDX-License-Identifier: Apache-2.0
#include "gateway/lists/distinct.h"

#include <algorithm>

namespace semafoor::lists {
namespace {

// FNV-1a, its bits mixed as MurmurHash3 ends.
std::uint64_t hash_of(std::string_view text) {
  std::uint64_t hash = 14695981039346656037ULL;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  hash ^= hash >> 33;
  hash *= 0xff51afd7ed558ccdULL;
  return hash ^ (hash >> 33);
}

}  // namespace

void Distinct::add(std::string_view text) {
  const std::uint64_t hash = hash_of(text);
  // Lines of one dossier mostly follow one another.
  if (hash == last_) return;
  last_ = hash;
  Rest rest{};
  for (std::size_t i = 0; i < rest.size(); ++i)
    rest.at(i) = static_cast<std::uint8_t>(hash >> (8 * (rest.size() - 1 - i)));
  auto& bucket = buckets_.at(hash >> 56);
  const auto place = std::lower_bound(bucket.begin(), bucket.end(), rest);
  if (place != bucket.end() && *place == rest) return;
  const auto index = place - bucket.begin();
  if (bucket.size() == bucket.capacity()) bucket.reserve(bucket.size() + bucket.size() / 8 + 8);
  bucket.insert(bucket.begin() + index, rest);
}

std::int64_t Distinct::count() const {
  std::int64_t count = 0;
  for (const auto& bucket : buckets_) count += static_cast<std::int64_t>(bucket.size());
  return count;
}

}  // namespace semafoor::lists
