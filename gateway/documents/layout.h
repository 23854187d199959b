// SPDX-License-Identifier: Apache-2.0
//
// What a file looks like and what its columns mean: data, because most of it is not public. Written
// as JSON of the schema "semafoor.layout/1"; docs/layouts.md says how.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/documents/text.h"
#include "gateway/domain/result.h"
#include "semafoor/v1/common.pb.h"
#include "semafoor/v1/mailbox.pb.h"

namespace semafoor::documents {

enum class Format { fixed, delimited, xml };
enum class Header {
  // The first row is a row.
  none,
  // One of the first rows names the columns.
  names,
  // It does when it can be taken for that; otherwise columns are where `position` says.
  optional
};

enum class ColumnType { text, number, ssin, nis, cbe, dossier, date, month, amount, sign, code };

struct Column {
  // What programs call it: "dossier", "ssin".
  std::string field;
  ColumnType type = ColumnType::text;
  bool mandatory = false;
  // Fixed width: characters of the decoded text, not bytes; the first is 0 here, 1 in the file.
  std::size_t at = 0;
  std::size_t length = 0;
  // Delimited without a header: the first is 0 here, 1 in the file.
  std::optional<std::size_t> position;
  // Delimited with a header: any of these, as compared_name() writes them.
  std::vector<std::string> names;
  // XML: local names of elements inside the row's, and "@name" of an attribute at the end.
  std::vector<std::string> path;
  // Of a date or month: its letters y, m, d and what stands between ("dd/mm/yyyy").
  std::string pattern;
  // Of an amount: whole eurocents, or euros with one of these before the cents.
  enum class Amount { cents, comma, point };
  Amount amount = Amount::cents;
  // Of an amount: the column with its sign.
  std::optional<std::size_t> sign;
  // Of a code: what it may be, and what it means.
  std::vector<std::pair<std::string, std::string>> codes;
  std::string code_list;
};

struct Layout {
  std::string name;
  std::string version;
  v1::Origin origin = v1::ORIGIN_UNSPECIFIED;
  // Where an official one is published.
  std::string source;
  std::vector<v1::MessageFamily> families;
  v1::LocalizedText title;

  Format format = Format::fixed;
  std::optional<Encoding> encoding;
  Header header = Header::none;
  // Delimited; nothing when the file shows it.
  std::optional<char> separator;
  // Rows before the first that counts (without a header).
  int skip = 0;
  // Rows that begin so are none: totals, remarks.
  std::vector<std::string> ignore;
  // XML: local names of the document's element (any when empty) and of a row's.
  std::string root;
  std::string row;

  // How a file of this layout is recognised, beside its rows being readable.
  std::vector<std::string> file_names;
  std::size_t shortest = 0;
  std::size_t longest = 0;

  std::vector<Column> columns;

  std::optional<std::size_t> column(std::string_view field) const;
};

// "layout.invalid" with the name of the file, the place in it and what is wrong there.
Result<Layout> parse_layout(std::string_view json, const std::string& name);

// How names of columns are compared: words of letters and digits, without case and accents.
std::string compared_name(std::string_view name);
// `pattern` with * and ?, without case; names of files, their folders left out.
bool fits_name(std::string_view pattern, std::string_view name);

std::string_view name_of(Format format);
std::string_view name_of(ColumnType type);
// "official", "project", "administrator".
std::string_view name_of(v1::Origin origin);

}  // namespace semafoor::documents
