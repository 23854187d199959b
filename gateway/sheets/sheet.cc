// SPDX-License-Identifier: Apache-2.0
#include "gateway/sheets/sheet.h"

#include <utility>

#include "gateway/sheets/csv.h"
#include "gateway/sheets/pdf.h"
#include "gateway/sheets/xlsx.h"

namespace semafoor::sheets {

std::string_view name_of(Format format) {
  switch (format) {
    case Format::xlsx:
      return "xlsx";
    case Format::pdf:
      return "pdf";
    case Format::csv:
      break;
  }
  return "csv";
}

std::optional<Format> format_of(std::string_view name) {
  for (const auto format : {Format::csv, Format::xlsx, Format::pdf})
    if (name == name_of(format)) return format;
  return std::nullopt;
}

std::string_view media_type_of(Format format) {
  switch (format) {
    case Format::xlsx:
      return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    case Format::pdf:
      return "application/pdf";
    case Format::csv:
      break;
  }
  return "text/csv; charset=utf-8";
}

std::unique_ptr<Writer> make_writer(Format format, const Table& table, ByteSink sink,
                                    const Options& options) {
  switch (format) {
    case Format::xlsx:
      return make_xlsx_writer(table, std::move(sink), options);
    case Format::pdf:
      return make_pdf_writer(table, std::move(sink));
    case Format::csv:
      break;
  }
  return make_csv_writer(table, std::move(sink), options);
}

Result<Written> write(Format format, const Table& table, const RowSource& rows,
                      const ByteSink& sink, const Options& options) {
  const auto writer = make_writer(format, table, sink, options);
  if (auto begun = writer->begin(); !begun) return begun.error();
  Row row;
  while (true) {
    row.clear();
    auto more = rows(row);
    if (!more) return more.error();
    if (!*more) return writer->finish();
    if (auto added = writer->add(std::move(row)); !added) return added.error();
  }
}

}  // namespace semafoor::sheets
