// SPDX-License-Identifier: Apache-2.0
#include "gateway/documents/layout.h"

#include <algorithm>
#include <array>
#include <set>

#include "gateway/data/data_file.h"
#include "gateway/documents/code_lists.h"
#include "gateway/domain/text.h"

namespace semafoor::documents {
namespace {

constexpr std::size_t kColumns = 300;
constexpr int kFarthest = 32'000;

constexpr std::array<std::pair<std::string_view, ColumnType>, 11> kTypes{{
    {"text", ColumnType::text},
    {"number", ColumnType::number},
    {"ssin", ColumnType::ssin},
    {"nis", ColumnType::nis},
    {"cbe", ColumnType::cbe},
    {"dossier", ColumnType::dossier},
    {"date", ColumnType::date},
    {"month", ColumnType::month},
    {"amount", ColumnType::amount},
    {"sign", ColumnType::sign},
    {"code", ColumnType::code},
}};
constexpr std::array<std::pair<std::string_view, Format>, 3> kFormats{
    {{"fixed", Format::fixed}, {"delimited", Format::delimited}, {"xml", Format::xml}}};
constexpr std::array<std::pair<std::string_view, Header>, 3> kHeaders{
    {{"none", Header::none}, {"names", Header::names}, {"optional", Header::optional}}};
constexpr std::array<std::pair<std::string_view, Encoding>, 2> kEncodings{
    {{"utf-8", Encoding::utf8}, {"windows-1252", Encoding::windows_1252}}};
constexpr std::array<std::pair<std::string_view, char>, 3> kSeparators{
    {{"semicolon", ';'}, {"comma", ','}, {"tab", '\t'}}};
constexpr std::array<std::pair<std::string_view, Column::Amount>, 3> kAmounts{
    {{"cents", Column::Amount::cents},
     {"comma", Column::Amount::comma},
     {"point", Column::Amount::point}}};

template <typename Value, std::size_t size>
Value one_of(const data::Node& node,
             const std::array<std::pair<std::string_view, Value>, size>& words) {
  const std::string found = node.text();
  std::string known;
  for (const auto& [word, value] : words) {
    if (word == found) return value;
    known += (known.empty() ? "" : ", ") + std::string(word);
  }
  node.fail("expected one of " + known + "; found \"" + found + "\"");
}

bool is_field(std::string_view name) {
  return !name.empty() && name.size() <= 64 && name[0] >= 'a' && name[0] <= 'z' &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
         });
}

// "dd/mm/yyyy": four, two and two letters, each once, the day for a date alone.
bool is_pattern(std::string_view pattern, bool day) {
  const auto count = [&](char c) { return std::count(pattern.begin(), pattern.end(), c); };
  const bool runs = pattern.find("yyyy") != std::string_view::npos &&
                    pattern.find("mm") != std::string_view::npos &&
                    (!day || pattern.find("dd") != std::string_view::npos);
  return runs && count('y') == 4 && count('m') == 2 && count('d') == (day ? 2 : 0) &&
         pattern.find_first_not_of("ymd-/. ") == std::string_view::npos;
}

std::vector<std::string> path_of(const data::Node& node) {
  std::vector<std::string> path;
  const std::string text = node.text();
  for (std::size_t from = 0; from <= text.size();) {
    const std::size_t to = std::min(text.find('/', from), text.size());
    path.push_back(text.substr(from, to - from));
    from = to + 1;
    const bool attribute = path.back().starts_with('@');
    if (path.back().size() < (attribute ? 2U : 1U) || (attribute && from <= text.size()))
      node.fail("expected names with / between them, as \"person/ssin\" or \"person/@id\"");
  }
  return path;
}

void read_place(const data::Node& node, const Layout& layout, Column& column) {
  switch (layout.format) {
    case Format::fixed:
      column.at = static_cast<std::size_t>(node.at("at").whole(1, kFarthest)) - 1;
      column.length = static_cast<std::size_t>(node.at("length").whole(1, kFarthest));
      return;
    case Format::xml:
      column.path = path_of(node.at("path"));
      return;
    case Format::delimited:
      break;
  }
  if (layout.header != Header::none)
    for (const auto& name : node.at("names").items()) {
      const std::string compared = compared_name(name.text());
      if (compared.empty()) name.fail("expected letters or digits in it");
      // Two languages may differ by an accent alone.
      if (std::find(column.names.begin(), column.names.end(), compared) == column.names.end())
        column.names.push_back(compared);
    }
  if (layout.header != Header::names)
    column.position = static_cast<std::size_t>(node.at("position").whole(1, 1000)) - 1;
}

void read_codes(const data::Node& node, Column& column) {
  if (const auto list = node.find("codeList")) {
    column.code_list = list->text();
    if (!CodeLists::is_name(column.code_list))
      list->fail("expected signal-types, feedback-codes or budget-articles");
    if (node.find("codes")) list->fail("stands beside \"codes\": one of them is enough");
    return;
  }
  const auto codes = node.at("codes");
  for (const auto& item : codes.items()) {
    item.only({"code", "value"});
    const std::string code = item.at("code").text();
    for (const auto& known : column.codes)
      if (known.first == code) item.at("code").fail("stands twice on the list");
    column.codes.emplace_back(code, item.text("value").value_or(code));
  }
  if (column.codes.empty()) codes.fail("must not be empty");
}

Column column_of(const data::Node& node, const Layout& layout) {
  Column column;
  column.field = node.at("field").text();
  if (!is_field(column.field))
    node.at("field").fail("expected letters and digits, a small letter first");
  column.type = one_of(node.at("type"), kTypes);
  column.mandatory = node.flag_or("mandatory", false);
  read_place(node, layout, column);
  std::vector<std::string_view> members{"field",  "type",  "mandatory", "at",
                                        "length", "names", "position",  "path"};
  if (column.type == ColumnType::date || column.type == ColumnType::month) {
    const bool day = column.type == ColumnType::date;
    column.pattern = node.text("pattern").value_or(day ? "yyyymmdd" : "yyyymm");
    if (!is_pattern(column.pattern, day))
      node.at("pattern").fail(day ? "expected something like dd/mm/yyyy"
                                  : "expected something like mm/yyyy");
    members.emplace_back("pattern");
  }
  if (column.type == ColumnType::amount) {
    column.amount = one_of(node.at("amount"), kAmounts);
    members.insert(members.end(), {"amount", "sign"});
  }
  if (column.type == ColumnType::code) {
    read_codes(node, column);
    members.insert(members.end(), {"codes", "codeList"});
  }
  node.only(members);
  return column;
}

// Which column an amount's sign stands in.
void join_signs(const std::vector<data::Node>& nodes, Layout& layout) {
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const auto sign = nodes[i].find("sign");
    if (!sign) continue;
    const auto column = layout.column(sign->text());
    if (!column || layout.columns[*column].type != ColumnType::sign)
      sign->fail("there is no column \"" + sign->text() + "\" of the type sign");
    layout.columns[i].sign = *column;
  }
}

void check_places(const std::vector<data::Node>& nodes, const Layout& layout) {
  std::set<std::string> fields;
  std::set<std::string> names;
  std::set<std::size_t> positions;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const Column& column = layout.columns[i];
    if (!fields.insert(column.field).second) nodes[i].at("field").fail("stands twice");
    for (const std::string& name : column.names)
      if (!names.insert(name).second)
        nodes[i].at("names").fail("\"" + name + "\" names two columns");
    if (column.position && !positions.insert(*column.position).second)
      nodes[i].at("position").fail("two columns stand there");
    if (layout.format != Format::fixed) continue;
    for (std::size_t other = 0; other < i; ++other) {
      const Column& before = layout.columns[other];
      if (column.at < before.at + before.length && before.at < column.at + column.length)
        nodes[i].at("at").fail("lies over the column \"" + before.field + "\"");
    }
  }
}

void read_format(const data::Node& node, Layout& layout) {
  layout.format = one_of(node.at("kind"), kFormats);
  std::vector<std::string_view> members{"kind", "encoding"};
  if (const auto encoding = node.find("encoding")) layout.encoding = one_of(*encoding, kEncodings);
  if (layout.format == Format::xml) {
    layout.row = node.at("row").text();
    layout.root = node.text("root").value_or("");
    members.insert(members.end(), {"row", "root"});
  } else {
    if (const auto skip = node.find("skip")) layout.skip = skip->whole(0, 1000);
    if (const auto ignore = node.find("ignore"))
      for (const auto& item : ignore->items()) layout.ignore.push_back(item.text());
    members.insert(members.end(), {"skip", "ignore"});
  }
  if (layout.format == Format::delimited) {
    if (const auto found = node.find("separator")) layout.separator = one_of(*found, kSeparators);
    layout.header = one_of(node.at("header"), kHeaders);
    members.insert(members.end(), {"separator", "header"});
  }
  node.only(members);
}

void read_recognition(const data::Node& node, Layout& layout) {
  node.only({"fileName", "recordLength"});
  if (const auto names = node.find("fileName"))
    for (const auto& name : names->items()) layout.file_names.push_back(name.text());
  const auto length = node.find("recordLength");
  if (!length) return;
  if (layout.format != Format::fixed) length->fail("only rows of fixed width have one");
  length->only({"min", "max"});
  layout.shortest = static_cast<std::size_t>(length->at("min").whole(1, kFarthest));
  if (const auto max = length->find("max"))
    layout.longest =
        static_cast<std::size_t>(max->whole(static_cast<int>(layout.shortest), kFarthest));
}

void read_head(const data::Node& root, Layout& layout) {
  root.only({"schema", "name", "version", "origin", "source", "families", "title", "format",
             "recognise", "columns"});
  layout.name = root.at("name").text();
  layout.version = root.at("version").text();
  layout.origin = root.at("origin").origin();
  const bool marked = layout.name.starts_with("X-");
  if (layout.origin == v1::ORIGIN_PROJECT && !marked)
    root.at("name").fail("a layout of the project starts with \"X-\"");
  if (layout.origin == v1::ORIGIN_OFFICIAL) {
    if (marked) root.at("name").fail("an official layout does not start with \"X-\"");
    layout.source = root.at("source").text();
  } else if (const auto source = root.find("source")) {
    layout.source = source->text();
  }
  for (const auto& node : root.at("families").items()) {
    v1::MessageFamily family = v1::MESSAGE_FAMILY_UNSPECIFIED;
    if (!v1::MessageFamily_Parse(node.text(), &family) || family == v1::MESSAGE_FAMILY_UNSPECIFIED)
      node.fail("not a family of mailbox.proto");
    layout.families.push_back(family);
  }
  if (layout.families.empty()) root.at("families").fail("must not be empty");
  layout.title = root.at("title").localized();
}

}  // namespace

std::optional<std::size_t> Layout::column(std::string_view field) const {
  for (std::size_t i = 0; i < columns.size(); ++i)
    if (columns[i].field == field) return i;
  return std::nullopt;
}

Result<Layout> parse_layout(std::string_view json, const std::string& name) {
  Layout layout;
  auto read = data::read(json, name, "semafoor.layout/1", [&](const data::Node& root) {
    read_head(root, layout);
    read_format(root.at("format"), layout);
    if (const auto recognise = root.find("recognise")) read_recognition(*recognise, layout);
    const auto nodes = root.at("columns").items();
    if (nodes.empty() || nodes.size() > kColumns)
      root.at("columns").fail("expected 1 to " + std::to_string(kColumns) + " columns");
    for (const auto& node : nodes) layout.columns.push_back(column_of(node, layout));
    join_signs(nodes, layout);
    check_places(nodes, layout);
  });
  if (read) return layout;
  return Error{.kind = ErrorKind::failed_precondition,
               .code = "layout.invalid",
               .message = read.error().message};
}

std::string compared_name(std::string_view name) {
  std::string joined;
  for (const std::string& word : domain::words_of(name)) {
    if (!joined.empty()) joined += ' ';
    joined += word;
  }
  return joined;
}

bool fits_name(std::string_view pattern, std::string_view name) {
  const std::size_t folder = name.find_last_of("/\\");
  if (folder != std::string_view::npos) name.remove_prefix(folder + 1);
  const auto small = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  std::size_t p = 0;
  std::size_t n = 0;
  std::size_t star = std::string_view::npos;
  std::size_t resume = 0;
  while (n < name.size()) {
    if (p < pattern.size() && (pattern[p] == '?' || small(pattern[p]) == small(name[n])) &&
        pattern[p] != '*') {
      ++p;
      ++n;
    } else if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = n;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      n = ++resume;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

std::string_view name_of(Format format) {
  for (const auto& [word, value] : kFormats)
    if (value == format) return word;
  return "?";
}

std::string_view name_of(ColumnType type) {
  for (const auto& [word, value] : kTypes)
    if (value == type) return word;
  return "?";
}

std::string_view name_of(v1::Origin origin) {
  if (origin == v1::ORIGIN_OFFICIAL) return "official";
  return origin == v1::ORIGIN_PROJECT ? "project" : "administrator";
}

}  // namespace semafoor::documents
