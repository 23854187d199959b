// SPDX-License-Identifier: Apache-2.0
//
// A document that POD MI sent, to rows. Memory does not grow with its size (XML is bounded
// instead).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "gateway/documents/code_lists.h"
#include "gateway/documents/kind.h"
#include "gateway/documents/layouts.h"
#include "gateway/documents/row_reader.h"
#include "gateway/documents/source.h"
#include "gateway/documents/statement.h"
#include "gateway/documents/text.h"
#include "gateway/documents/value.h"
#include "gateway/documents/zip.h"

namespace semafoor::documents {

// The document itself, or a member of a ZIP file.
struct Part {
  // "statement.zip/october.txt".
  std::string name;
  Kind kind = Kind::text;
  Encoding encoding = Encoding::utf8;
  const Layout* layout = nullptr;
  // Of delimited ones.
  std::optional<char> separator;
  // The line that names the columns; nothing when none does.
  std::optional<std::int64_t> header_line;
  // Of delimited ones: which cell is which column's.
  const Shape* shape = nullptr;
};

// Hears of a document while it is read, in its order. Views and references hold during the call.
class Sink {
 public:
  virtual ~Sink() = default;
  // False: no more of anything.
  virtual bool begins(const Part& part) = 0;
  // With its typed line, when the layout is that of a monthly statement.
  virtual bool row(const Row& row, const StatementLine* statement) = 0;
  virtual bool bad(const BadRow& row) = 0;
  // The part that began has no more rows.
  virtual bool ends() = 0;
  // No rows, and why: "document.not_rows" (PDF, Word, images; they are kept as they came),
  // "document.empty", "document.unreadable", "zip.*", "text.*", "xml.*", "layout.*". A part that
  // began may end so too.
  virtual bool refused(const std::string& name, Kind kind, const Error& error) = 0;
};

struct Choice {
  const Layouts* layouts = nullptr;
  const CodeLists* lists = nullptr;
  // This one, whatever fits.
  const Layout* layout = nullptr;
  v1::MessageFamily family = v1::MESSAGE_FAMILY_UNSPECIFIED;
  ZipLimits zip;
};

struct Counts {
  std::int64_t parts = 0;
  // Without rows: PDF and the like; and those that should have some and cannot be read.
  std::int64_t not_rows = 0;
  std::int64_t refused = 0;
  std::int64_t rows = 0;
  std::int64_t bad = 0;
  // The sink had enough.
  bool stopped = false;

  bool all_read() const { return refused == 0 && bad == 0 && !stopped; }
};

// `name` is the file's own.
Counts read_document(const Source& source, const std::string& name, const Choice& choice,
                     Sink& sink);

}  // namespace semafoor::documents
