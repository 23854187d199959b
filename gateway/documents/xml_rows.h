// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "gateway/documents/layout.h"
#include "gateway/documents/raw_row.h"
#include "gateway/documents/source.h"
#include "gateway/documents/text.h"
#include "gateway/upstream/xml/document.h"

namespace semafoor::documents {

// Elements of a document by their local names, whatever their namespaces and prefixes. Cells are
// those of the layout's columns, in its order. A document is read as a whole, so it has the bounds
// of gateway/upstream/xml (16 MiB, 200,000 elements); DOCTYPE is refused.
class XmlRows : public RawRows {
 public:
  // Errors "xml.*", "layout.no_rows" (another element as root, or none of the rows').
  static Result<XmlRows> open(const Opener& open, const TextFacts& facts, const Layout& layout);
  Result<bool> next(RawRow& row) override;

  // Of the row that was read last: elements inside it that no column describes, by local name.
  const std::vector<std::pair<std::string, std::string>>& rest() const { return rest_; }

 private:
  XmlRows(upstream::xml::Document document, std::vector<upstream::xml::Element> rows,
          const Layout& layout)
      : document_(std::move(document)), rows_(std::move(rows)), layout_(&layout) {}

  upstream::xml::Document document_;
  std::vector<upstream::xml::Element> rows_;
  const Layout* layout_;
  std::size_t at_ = 0;
  std::string text_;
  std::vector<std::string> cells_;
  std::vector<std::pair<std::string, std::string>> rest_;
};

// A name of an element, for telling kinds of documents apart: of the first one in `head`, which may
// be cut off. Empty when there is none.
std::string root_name(std::string_view head);

}  // namespace semafoor::documents
