// SPDX-License-Identifier: Apache-2.0
//
// A table for people, written as the file they want: CSV, XLSX or PDF.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "gateway/domain/result.h"

namespace semafoor::sheets {

enum class Format { csv, xlsx, pdf };
// "csv", "xlsx", "pdf"; also the end of a file's name.
std::string_view name_of(Format format);
std::optional<Format> format_of(std::string_view name);
std::string_view media_type_of(Format format);

// What the whole numbers of a column are.
enum class Kind {
  text,
  number,
  // yyyymmdd.
  date,
  // Eurocents.
  amount,
  // Milliseconds since 1970 UTC; shown in Belgian time.
  moment,
};

// Nothing, a text (allowed in any column), or a whole number that means what the column's kind
// says. Of text, bytes that are no UTF-8 become U+FFFD, and control characters but the end of a
// line go.
using Cell = std::variant<std::monostate, std::string, std::int64_t>;
using Row = std::vector<Cell>;

struct Column {
  std::string name;
  Kind kind = Kind::text;
  // In characters, for XLSX and as a share of the page's width in PDF.
  int width = 12;
};

// A line of what stands before the table.
struct CoverLine {
  std::string name;
  std::string value;
};

struct Table {
  std::string title;
  // Empty: there is no cover. CSV: lines before the headings, and an empty one. XLSX: a sheet of
  // its own, called `cover_name`. PDF: the first page.
  std::vector<CoverLine> cover;
  std::string cover_name = "Info";
  std::vector<Column> columns;
  // Under each page of a PDF.
  std::string footer;
  // In a PDF after the last row, when some characters could not be shown as they are.
  std::string unshown_note =
      "Some letters cannot be shown in this file as they are: accents are left out, or \"?\" "
      "stands instead.";
  // "When it was made" in the file's own properties; 0: not told.
  std::int64_t made_ms = 0;
};

// Fills `row`, which is empty; false: there is no further one. Asked on the thread of write().
using RowSource = std::function<Result<bool>(Row& row)>;
// Takes the file's next bytes. What they lie in is valid during the call.
using ByteSink = std::function<Result<void>(std::string_view bytes)>;

struct Options {
  // Of CSV.
  char separator = ';';
  // The mark of UTF-8, by which a spreadsheet program knows it.
  bool mark = true;
  // A text that a spreadsheet program would take for a formula (it begins with =, +, -, @, a tab or
  // an end of line), or that begins with an apostrophe, gets an apostrophe in front. Off where a
  // program reads the file and wants its texts unchanged.
  bool guard_formulas = true;
  // Where XLSX is put together, before it goes to the sink. A folder of the caller that nobody else
  // may read (open_work_folder()): what is in the table lies there for that long. Its files go with
  // the Writer.
  std::filesystem::path work_folder;
};

struct Written {
  std::int64_t rows = 0;
  // Of PDF: letters that could not be shown as they are.
  std::int64_t unshown = 0;
};

// A file being made, for one thread at a time. After an error what went into the sink is no whole
// file, and the object is thrown away.
class Writer {
 public:
  virtual ~Writer() = default;
  // Once, before the rows. "sheets.no_work_folder", "sheets.write_failed".
  virtual Result<void> begin() = 0;
  // Cells that are missing are empty, those that are too many are cut. "sheets.too_many_rows" (XLSX
  // kMostXlsxRows, PDF kMostPdfRows), "sheets.write_failed".
  virtual Result<void> add(Row row) = 0;
  // Once, after them. CSV and PDF have given away most of their bytes before; XLSX gives them here.
  virtual Result<Written> finish() = 0;
};

// `table` outlives it. Memory does not grow with the rows (of a PDF: by two numbers a page).
std::unique_ptr<Writer> make_writer(Format format, const Table& table, ByteSink sink,
                                    const Options& options);

// All of it at once. Errors: those of the writer; of `rows` and `sink` as they are.
Result<Written> write(Format format, const Table& table, const RowSource& rows,
                      const ByteSink& sink, const Options& options);

inline constexpr std::int64_t kMostXlsxRows = 1'000'000;
inline constexpr std::int64_t kMostPdfRows = 20'000;

// Makes the folder, should it not be there, for this account alone, and removes what a process that
// ended in the middle left in it. One that cannot be made shows when a file is put together there.
void open_work_folder(const std::filesystem::path& work_folder);

}  // namespace semafoor::sheets
