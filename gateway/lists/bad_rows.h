// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "gateway/documents/value.h"
#include "gateway/domain/result.h"
#include "gateway/store/store.h"
#include "semafoor/v1/lists.pb.h"

namespace semafoor::lists {

// Of one document so many are kept; further ones are counted.
inline constexpr std::int64_t kBadRowsKept = 1'000;
// Characters of each.
inline constexpr std::size_t kBadRowText = 256;

// The bad rows of one reading, inside its transaction.
class BadRows {
 public:
  BadRows(store::Transaction& tx, store::Org org, std::string reading_id);
  // Of the file of this name.
  Result<void> add(const std::string& part, const documents::BadRow& row);
  std::int64_t count() const { return count_; }

 private:
  store::Transaction& tx_;
  const store::Org org_;
  const std::string reading_id_;
  std::int64_t count_ = 0;
};

}  // namespace semafoor::lists
