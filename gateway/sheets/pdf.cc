// SPDX-License-Identifier: Apache-2.0
#include "gateway/sheets/pdf.h"

#include <utility>
#include <vector>

#include "gateway/sheets/cell_text.h"
#include "gateway/sheets/pdf_pages.h"

namespace semafoor::sheets {
namespace {

Error too_many() {
  return {.kind = ErrorKind::failed_precondition,
          .code = "sheets.too_many_rows",
          .message = "Write a table as PDF: it has more than " + std::to_string(kMostPdfRows) +
                     " rows, which nobody reads on paper. Take a shorter period, a sample, XLSX or "
                     "CSV."};
}

class PdfWriter final : public Writer {
 public:
  PdfWriter(const Table& table, ByteSink sink)
      : table_(table), sink_(std::move(sink)), pages_(table_, sink_) {}

  Result<void> begin() override {
    if (!table_.cover.empty())
      if (auto added = pages_.add_cover(); !added) return added;
    return pages_.begin_table();
  }

  Result<void> add(Row row) override {
    if (rows_ == kMostPdfRows) return too_many();
    ++rows_;
    row.resize(table_.columns.size());
    std::vector<std::string> texts;
    texts.reserve(row.size());
    for (std::size_t i = 0; i < row.size(); ++i)
      texts.push_back(shown_text(table_.columns[i].kind, row[i]));
    return pages_.add_row(texts);
  }

  Result<Written> finish() override {
    if (auto finished = pages_.finish(); !finished) return finished.error();
    return Written{.rows = rows_, .unshown = pages_.unshown()};
  }

 private:
  const Table& table_;
  const ByteSink sink_;
  PdfPages pages_;
  std::int64_t rows_ = 0;
};

}  // namespace

std::unique_ptr<Writer> make_pdf_writer(const Table& table, ByteSink sink) {
  return std::make_unique<PdfWriter>(table, std::move(sink));
}

}  // namespace semafoor::sheets
