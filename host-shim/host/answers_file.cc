// SPDX-License-Identifier: Apache-2.0
#include "host-shim/host/answers_file.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <vector>

#include "host-shim/host/options.h"
#include "host-shim/src/utf8_path.h"

namespace semafoor::reference_host {
namespace {

constexpr std::array<const char*, 6> kColumns = {"clientId", "signalId",          "code",
                                                 "remark",   "decisionReference", "decisionDate"};

[[noreturn]] void refuse(const std::string& name, const std::string& why) {
  throw WrongUse("the answers in " + name + " cannot be read: " + why);
}

// RFC 4180, with the separator of the first line: records of fields, quotes doubled inside quotes.
std::vector<std::vector<std::string>> read_csv(std::string_view text, const std::string& name) {
  constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
  if (text.substr(0, 3) == kByteOrderMark) text.remove_prefix(3);
  const std::string_view first = text.substr(0, text.find('\n'));
  const char separator = first.find(';') != std::string_view::npos ? ';' : ',';
  std::vector<std::vector<std::string>> records(1, std::vector<std::string>(1));
  bool quoted = false;
  for (size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    std::string& field = records.back().back();
    if (quoted) {
      if (c != '"') {
        field += c;
      } else if (at + 1 < text.size() && text[at + 1] == '"') {
        field += text[++at];
      } else {
        quoted = false;
      }
    } else if (c == '"' && field.empty()) {
      quoted = true;
    } else if (c == separator) {
      records.back().emplace_back();
    } else if (c == '\n') {
      records.emplace_back(1);
    } else if (c != '\r') {
      field += c;
    }
  }
  if (quoted) refuse(name, "a quotation mark is never closed");
  const auto is_empty = [](const auto& record) { return record.size() == 1 && record[0].empty(); };
  records.erase(std::remove_if(records.begin(), records.end(), is_empty), records.end());
  return records;
}

Json answers_of_csv(std::string_view content, const std::string& name) {
  const auto records = read_csv(content, name);
  if (records.empty()) refuse(name, "it is empty");
  for (const std::string& column : records[0]) {
    if (std::find(kColumns.begin(), kColumns.end(), column) == kColumns.end())
      refuse(name, "column \"" + column +
                       "\" is not one of clientId, signalId, code, remark, "
                       "decisionReference, decisionDate");
  }
  Json items = Json::array();
  for (size_t line = 1; line < records.size(); ++line) {
    if (records[line].size() != records[0].size())
      refuse(name, "record " + std::to_string(line) + " has " +
                       std::to_string(records[line].size()) + " fields, the first line has " +
                       std::to_string(records[0].size()));
    Json item = Json::object();
    for (size_t i = 0; i < records[line].size(); ++i) {
      const std::string& value = records[line][i];
      if (value.empty()) continue;
      item[records[0][i]] = records[0][i] == "decisionDate" ? parse_date(value) : Json(value);
    }
    items.push_back(std::move(item));
  }
  return items;
}

Json answers_of_json(std::string_view content, const std::string& name) {
  Json document = Json::parse(content, nullptr, false);
  if (document.is_discarded()) refuse(name, "it is not JSON");
  if (document.is_object() && document.contains("items")) document = Json(document["items"]);
  if (!document.is_array()) refuse(name, "it is neither a list nor {\"items\":[...]}");
  for (size_t i = 0; i < document.size(); ++i) {
    Json& item = document[i];
    if (!item.is_object()) refuse(name, "items[" + std::to_string(i) + "] is not an object");
    if (item.contains("decisionDate") && item["decisionDate"].is_string())
      item["decisionDate"] = parse_date(item["decisionDate"].get<std::string>());
  }
  return document;
}

}  // namespace

Json parse_date(const std::string& text) {
  int year = 0;
  int month = 0;
  int day = 0;
  int read = 0;
  // NOLINTNEXTLINE(cert-err34-c): %n and the bounds below see what sscanf does not
  if (std::sscanf(text.c_str(), "%4d-%2d-%2d%n", &year, &month, &day, &read) != 3 ||
      static_cast<size_t>(read) != text.size() || year < 1 || month < 1 || month > 12 || day < 1 ||
      day > 31)
    throw WrongUse("\"" + text + "\" is not a date like 2026-07-01");
  return {{"year", year}, {"month", month}, {"day", day}};
}

Json parse_answers(std::string_view content, bool csv, const std::string& name) {
  Json items = csv ? answers_of_csv(content, name) : answers_of_json(content, name);
  if (items.empty()) refuse(name, "it holds no answer");
  for (size_t i = 0; i < items.size(); ++i) {
    for (const char* needed : {"signalId", "code"}) {
      if (as_text(items[i], needed).empty())
        refuse(name, "answer " + std::to_string(i + 1) + " has no " + needed);
    }
  }
  return items;
}

Json read_answers(const std::string& path) {
  std::ifstream file(loader::path_of(path), std::ios::binary);
  if (!file) refuse(path, "it cannot be opened");
  const std::string content{std::istreambuf_iterator<char>(file), {}};
  const bool csv = path.size() > 4 && path.compare(path.size() - 4, 4, ".csv") == 0;
  return parse_answers(content, csv, path);
}

}  // namespace semafoor::reference_host
