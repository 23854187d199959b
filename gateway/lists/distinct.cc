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
  if (hashes_.size() > settled_ && hashes_.back() == hash) return;
  hashes_.push_back(hash);
  if (hashes_.size() - settled_ >= std::max(kFewest, settled_)) settle();
}

std::int64_t Distinct::count() {
  settle();
  return static_cast<std::int64_t>(hashes_.size());
}

void Distinct::settle() {
  const auto middle = hashes_.begin() + static_cast<std::ptrdiff_t>(settled_);
  std::sort(middle, hashes_.end());
  std::inplace_merge(hashes_.begin(), middle, hashes_.end());
  hashes_.erase(std::unique(hashes_.begin(), hashes_.end()), hashes_.end());
  settled_ = hashes_.size();
}

}  // namespace semafoor::lists
