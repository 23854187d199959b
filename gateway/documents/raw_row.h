// SPDX-License-Identifier: Apache-2.0
//
// A row before anybody knows what its cells mean.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/domain/result.h"

namespace semafoor::documents {

// Why a row, or one value of it, cannot be used: what was found and what to do. It holds no
// national number.
struct Problem {
  // "row.*" or "value.*"; stable.
  std::string code;
  std::string message;
  // Of the layout; empty when it is the whole row.
  std::string field;
};

struct RawRow {
  // Of its first line; the first line of the file is 1. In XML: where the element stands.
  std::int64_t line = 0;
  // As it came, in UTF-8; of one that is too long, its beginning. Good until the next row.
  std::string_view text;
  // Of a delimited row. Good until the next row.
  std::vector<std::string_view> cells;
  std::optional<Problem> problem;
};

// What a file falls into. Memory is bounded by the longest line, whatever the file holds.
class RawRows {
 public:
  virtual ~RawRows() = default;
  // False at the end. Rows without anything in them are passed over.
  virtual Result<bool> next(RawRow& row) = 0;
};

}  // namespace semafoor::documents
