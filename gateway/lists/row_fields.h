// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/documents/document.h"
#include "semafoor/v1/lists.pb.h"

namespace semafoor::lists {

// The values of a part's rows, by what its layout calls them; and its columns as the file has them.
class RowFields {
 public:
  RowFields() = default;
  // The layout outlives the object; the part does not need to.
  explicit RowFields(const documents::Part& part);

  const documents::Layout& layout() const { return *layout_; }
  v1::ListLayout named() const;
  // nullptr when the layout has no such field, or the row no value.
  const documents::Value* value(const documents::Row& row, std::string_view field) const;
  // Empty without one.
  const std::string& text(const documents::Row& row, std::string_view field) const;
  // 0 without one.
  std::int64_t number(const documents::Row& row, std::string_view field) const;
  // The cell as it came, without the space around it; of fixed width the value, as people read it.
  std::string raw(const documents::Row& row, std::string_view field) const;

  // Of the file, in its order: "#3" where it has no name for one. A row of fixed width is one
  // column, "row".
  const std::vector<std::string>& columns() const { return columns_; }
  std::string column(const documents::Row& row, std::size_t at) const;
  // Of a field its column; nothing when the file has none.
  std::optional<std::size_t> column_of(std::string_view field) const;

 private:
  const documents::Layout* layout_ = nullptr;
  std::vector<std::string> columns_;
  // By column of the layout its cell; Shape::kNoCell for none.
  std::vector<std::size_t> cells_;
};

}  // namespace semafoor::lists
