// SPDX-License-Identifier: Apache-2.0
#include "gateway/changeover/return_file.h"

#include <algorithm>
#include <iterator>
#include <string_view>
#include <utility>

#include "gateway/sheets/sheet.h"

namespace semafoor::changeover {
namespace {

constexpr char kMark[] = "\xEF\xBB\xBF";
constexpr char kEnd[] = "\r\n";
constexpr std::size_t kLongestStem = 120;
// What the reader of documents calls a column that the file does not name: "#3".
constexpr char kUnnamed = '#';

sheets::Table table_of(const v1::ListReturn& its) {
  sheets::Table table;
  table.title = its.list_file_name();
  table.made_ms = its.prepared_at().unix_ms();
  for (const std::string& name : its.columns()) table.columns.push_back({.name = name});
  const bool has_code = std::find(its.columns().begin(), its.columns().end(), its.code_column()) !=
                        its.columns().end();
  if (!has_code) table.columns.push_back({.name = its.code_column()});
  return table;
}

bool has_header(const v1::ListReturn& its) {
  return std::any_of(its.columns().begin(), its.columns().end(),
                     [](const std::string& name) { return !name.starts_with(kUnnamed); });
}

std::string value_of(const v1::ReturnRow& row, std::string_view name) {
  for (const v1::ReturnColumn& column : row.columns())
    if (column.name() == name) return column.value();
  return {};
}

sheets::Row cells_of(const v1::ReturnRow& row, const sheets::Table& table) {
  sheets::Row cells;
  for (const sheets::Column& column : table.columns) cells.emplace_back(value_of(row, column.name));
  return cells;
}

Result<std::string> written(sheets::Format format, const v1::ListReturn& its,
                            const std::vector<v1::ReturnRow>& rows,
                            const std::filesystem::path& work_folder) {
  const sheets::Table table = table_of(its);
  auto next = rows.begin();
  std::string bytes;
  // What goes back must be what came: no value is changed, whatever a spreadsheet makes of it.
  const sheets::Options options{
      .separator = its.separator().size() == 1 ? its.separator().front() : ';',
      .mark = true,
      .guard_formulas = false,
      .work_folder = work_folder};
  auto done = sheets::write(
      format, table,
      [&](sheets::Row& cells) -> Result<bool> {
        if (next == rows.end()) return false;
        cells = cells_of(*next, table);
        ++next;
        return true;
      },
      [&](std::string_view more) -> Result<void> {
        bytes += more;
        return {};
      },
      options);
  if (!done) return done.error();
  if (format == sheets::Format::csv && !has_header(its)) {
    const std::size_t mark = std::size(kMark) - 1;
    bytes.erase(mark, bytes.find(kEnd) + std::size(kEnd) - 1 - mark);
  }
  return bytes;
}

// The list's own name without its ending and without what no file name has.
std::string stem_of(const v1::ListReturn& its) {
  std::string stem = its.list_file_name().substr(0, its.list_file_name().rfind('.'));
  if (const auto folder = stem.find_last_of("/\\"); folder != std::string::npos)
    stem.erase(0, folder + 1);
  std::erase_if(stem, [](unsigned char c) {
    return c < ' ' || c > '~' ||
           std::string_view(":*?\"<>|").find(static_cast<char>(c)) != std::string_view::npos;
  });
  stem = stem.substr(0, kLongestStem);
  return stem.empty() ? "list" : stem;
}

}  // namespace

Result<ReturnFile> write_return(const v1::ListReturn& its, const std::vector<v1::ReturnRow>& rows,
                                v1::ReturnFormat format, const std::filesystem::path& work_folder) {
  const auto kind = format == v1::RETURN_FORMAT_XLSX ? sheets::Format::xlsx : sheets::Format::csv;
  auto bytes = written(kind, its, rows, work_folder);
  if (!bytes) return bytes.error();
  return ReturnFile{
      .name = stem_of(its) + "-" + its.return_id() + "." + std::string(sheets::name_of(kind)),
      // As the contract of the e-Box has it: without parameters.
      .media_type =
          kind == sheets::Format::csv ? "text/csv" : std::string(sheets::media_type_of(kind)),
      .bytes = std::move(*bytes)};
}

}  // namespace semafoor::changeover
