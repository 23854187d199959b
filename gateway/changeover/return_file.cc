// SPDX-License-Identifier: Apache-2.0
#include "gateway/changeover/return_file.h"

#include <algorithm>
#include <string_view>

namespace semafoor::changeover {
namespace {

constexpr char kMark[] = "\xEF\xBB\xBF";
constexpr char kEnd[] = "\r\n";
constexpr std::size_t kLongestStem = 120;
// What the reader of documents calls a column that the file does not name: "#3".
constexpr char kUnnamed = '#';

// What goes back must be what came: no value is changed, whatever a spreadsheet would make of it.
void add_value(std::string& line, std::string_view value, char separator) {
  const bool quoted = value.find_first_of("\"\r\n") != std::string_view::npos ||
                      value.find(separator) != std::string_view::npos;
  if (!quoted) {
    line += value;
    return;
  }
  line += '"';
  for (const char c : value) {
    if (c == '"') line += '"';
    line += c;
  }
  line += '"';
}

std::vector<std::string> names_of(const v1::ListReturn& its) {
  std::vector<std::string> names(its.columns().begin(), its.columns().end());
  if (std::find(names.begin(), names.end(), its.code_column()) == names.end())
    names.push_back(its.code_column());
  return names;
}

bool has_header(const v1::ListReturn& its) {
  return std::any_of(its.columns().begin(), its.columns().end(),
                     [](const std::string& name) { return !name.starts_with(kUnnamed); });
}

std::string_view value_of(const v1::ReturnRow& row, std::string_view name) {
  for (const v1::ReturnColumn& column : row.columns())
    if (column.name() == name) return column.value();
  return {};
}

std::string csv(const v1::ListReturn& its, const std::vector<v1::ReturnRow>& rows) {
  const char separator = its.separator().size() == 1 ? its.separator().front() : ';';
  const auto names = names_of(its);
  std::string bytes = kMark;
  const auto add_line = [&](auto&& value_at) {
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (i > 0) bytes += separator;
      add_value(bytes, value_at(names[i]), separator);
    }
    bytes += kEnd;
  };
  if (has_header(its)) add_line([](const std::string& name) { return std::string_view(name); });
  for (const v1::ReturnRow& row : rows)
    add_line([&](const std::string& name) { return value_of(row, name); });
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
                                v1::ReturnFormat format) {
  const std::string name = stem_of(its) + "-" + its.return_id();
  if (format == v1::RETURN_FORMAT_UNSPECIFIED || format == v1::RETURN_FORMAT_CSV)
    return ReturnFile{.name = name + ".csv", .media_type = "text/csv", .bytes = csv(its, rows)};
  return Error{.kind = ErrorKind::invalid_argument,
               .code = "channels.format_unknown",
               .message = "Writing the file of a return: that format is not known. Take CSV.",
               .field = "format"};
}

}  // namespace semafoor::changeover
