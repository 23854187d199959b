// SPDX-License-Identifier: Apache-2.0
//
// Random rows, written in every encoding, separator and end of line, come back as they were.
#include <gtest/gtest.h>

#include <random>

#include "gateway/documents/testing/collected.h"
#include "gateway/documents/testing/statement_lines.h"

namespace semafoor::documents {
namespace {

using testing::collect;

constexpr int kFiles = 400;
constexpr char kLayout[] = R"({
  "schema": "semafoor.layout/1", "name": "own", "version": "1", "origin": "administrator",
  "families": ["MESSAGE_FAMILY_OTHER"], "title": {"nl": "a", "fr": "b", "de": "c"},
  "format": {"kind": "delimited", "header": "names"},
  "columns": [
    {"field": "text", "names": ["Prénom"], "type": "text"},
    {"field": "ssin", "names": ["INSZ"], "type": "ssin", "mandatory": true},
    {"field": "amount", "names": ["Bedrag"], "type": "amount", "amount": "comma"},
    {"field": "day", "names": ["Dag"], "type": "date", "pattern": "dd/mm/yyyy"}
  ]})";

struct Chance {
  std::mt19937 engine;
  unsigned below(unsigned most) {
    return std::uniform_int_distribution<unsigned>(0, most - 1)(engine);
  }
};

// Each in UTF-8 and in Windows-1252. Those of 0x80 to 0xbf have an ASCII letter before them, so
// that no two letters of Windows-1252 look like one of UTF-8.
struct Letter {
  const char* utf8;
  const char* windows;
};
constexpr Letter kLetters[] = {
    {"a", "a"},
    {"Z", "Z"},
    {"7", "7"},
    {" ", " "},
    {";", ";"},
    {",", ","},
    {"\t", "\t"},
    {"\"", "\""},
    {"\xc3\xa9", "\xe9"},
    {"\xc3\xa7", "\xe7"},
    {"\xc3\x89", "\xc9"},
    {"\xc3\xbf", "\xff"},
    {"x\xe2\x82\xac", "x\x80"},
    {"x\xc5\x93", "x\x9c"},
    {"x\xc2\xa7", "x\xa7"},
    {"\n", "\n"},
};

struct Text {
  std::string utf8;
  std::string windows;
};

Text text_of(Chance& chance, bool one_line) {
  Text text{"<", "<"};
  for (unsigned i = chance.below(20); i > 0; --i) {
    const auto& letter = kLetters[chance.below(std::size(kLetters))];
    if (one_line && letter.utf8[0] == '\n') continue;
    text.utf8 += letter.utf8;
    text.windows += letter.windows;
  }
  return {text.utf8 + ">", text.windows + ">"};
}

std::string quoted(const std::string& cell, char separator, bool always) {
  if (!always && cell.find_first_of(std::string("\"\r\n") + separator) == std::string::npos)
    return cell;
  std::string text = "\"";
  for (const char c : cell) text += c == '"' ? "\"\"" : std::string(1, c);
  return text + "\"";
}

struct Expected {
  std::string text;
  std::string ssin;
  std::string amount;
  std::string day;
};

std::string amount_of(std::int64_t cents) {
  char text[32];
  std::snprintf(text, sizeof text, "%s%lld,%02d", cents < 0 ? "-" : "",
                static_cast<long long>(std::abs(cents) / 100),
                static_cast<int>(std::abs(cents) % 100));
  return text;
}

TEST(Property, WhatWasWrittenIsReadBack) {
  const auto layout = parse_layout(kLayout, "own");
  ASSERT_TRUE(layout.ok()) << layout.error().message;
  std::int64_t rows = 0;
  for (int file = 0; file < kFiles; ++file) {
    Chance chance{std::mt19937(static_cast<unsigned>(file))};
    const bool windows = file % 3 == 2;
    const char separator = ";,\t"[file / 3 % 3];
    const std::string end = file / 9 % 3 == 0 ? "\n" : file / 9 % 3 == 1 ? "\r\n" : "\r";
    std::string bytes = file % 3 == 1 ? "\xef\xbb\xbf" : "";
    const auto put = [&](const std::vector<std::string>& cells) {
      for (std::size_t i = 0; i < cells.size(); ++i)
        bytes += (i > 0 ? std::string(1, separator) : "") +
                 quoted(cells[i], separator, chance.below(3) == 0);
      bytes += end;
    };
    put({"Dag", windows ? "Pr\xe9nom" : "Pr\xc3\xa9nom", "INSZ", "Bedrag"});
    std::vector<Expected> expected;
    for (unsigned i = chance.below(30); i > 0; --i) {
      Text text = text_of(chance, false);
      const auto cents = static_cast<std::int64_t>(chance.below(1'000'000'000)) - 500'000'000;
      const unsigned day = 1 + chance.below(28);
      char date[16];
      std::snprintf(date, sizeof date, "%02u/10/2026", day);
      char shown_day[16];
      std::snprintf(shown_day, sizeof shown_day, "2026-10-%02u", day);
      const auto ssin = testing::invented_ssin(chance.below(1'000'000));
      expected.push_back({text.utf8, ssin, shown_amount(cents), shown_day});
      std::string written = windows ? text.windows : text.utf8;
      for (std::size_t at = 0; (at = written.find('\n', at)) != std::string::npos; at += end.size())
        written.replace(at, 1, end);
      put({date, written, ssin, amount_of(cents)});
    }
    const auto read =
        collect(bytes, "a.csv", &*layout, file % 2 == 0 ? 1 << 20 : 1 + chance.below(50));
    ASSERT_TRUE(read.bad_rows.empty())
        << file << ": " << read.bad_rows[0].problems[0].message << "\n"
        << bytes;
    ASSERT_EQ(read.rows.size(), expected.size()) << file << "\n" << bytes;
    for (std::size_t i = 0; i < expected.size(); ++i) {
      const auto& values = read.rows[i].values;
      EXPECT_EQ(values.at("text"), expected[i].text) << file;
      EXPECT_EQ(values.at("ssin"), expected[i].ssin) << file;
      EXPECT_EQ(values.at("amount"), expected[i].amount) << file;
      EXPECT_EQ(values.at("day"), expected[i].day) << file;
    }
    rows += static_cast<std::int64_t>(expected.size());
  }
  std::printf("%d files, %lld rows\n", kFiles, static_cast<long long>(rows));
}

TEST(Property, StatementsOfFixedWidthComeBack) {
  for (int file = 0; file < kFiles; ++file) {
    Chance chance{std::mt19937(static_cast<unsigned>(file) + 1'000'000)};
    const bool windows = file % 2 == 1;
    const std::string end = file / 2 % 3 == 0 ? "\n" : file / 2 % 3 == 1 ? "\r\n" : "\r";
    std::string bytes;
    std::vector<std::pair<std::string, std::int64_t>> expected;
    for (unsigned i = 1 + chance.below(30); i > 0; --i) {
      Text name = text_of(chance, true);
      // In characters; each letter of Windows-1252 is one byte.
      name.windows.resize(std::min<std::size_t>(name.windows.size(), 30));
      std::string utf8;
      decode(Encoding::windows_1252, name.windows, utf8);
      const std::size_t width = name.windows.size();
      const bool minus = chance.below(2) == 0;
      const unsigned cents = chance.below(99'999'999);
      char amount[16];
      std::snprintf(amount, sizeof amount, "%08u", cents);
      std::string text = testing::record({.ssin = testing::invented_ssin(chance.below(1'000'000)),
                                          .sign = minus ? "-" : "+",
                                          .amount = amount,
                                          .name = ""});
      text.resize(81);
      bytes += text + (windows ? name.windows : utf8) + std::string(30 - width, ' ') + end;
      while (utf8.ends_with(' ') || utf8.ends_with('\t')) utf8.pop_back();
      expected.emplace_back(utf8, minus ? -static_cast<std::int64_t>(cents) : cents);
    }
    const auto read = collect(bytes, "maandstaat.txt");
    ASSERT_EQ(read.statements.size(), expected.size()) << file << "\n" << bytes;
    for (std::size_t i = 0; i < expected.size(); ++i) {
      EXPECT_EQ(read.statements[i].name, expected[i].first) << file;
      EXPECT_EQ(read.statements[i].eurocents, expected[i].second) << file;
    }
  }
}

}  // namespace
}  // namespace semafoor::documents
