// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <limits>
#include <map>
#include <random>

#include "gateway/documents/delimited_rows.h"
#include "gateway/documents/zip.h"
#include "gateway/os/test_folder.h"
#include "gateway/sheets/cell_text.h"
#include "gateway/sheets/sheet.h"
#include "gateway/sheets/winansi.h"
#include "gateway/upstream/xml/reader.h"

namespace semafoor::sheets {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

constexpr std::int64_t kNoon = 1'793'620'800'000;  // 2026-11-02 12:00 UTC

class SheetsTest : public ::testing::Test {
 protected:
  ~SheetsTest() override { std::filesystem::remove_all(folder_); }

  Result<Written> try_write(Format format, const Table& table, const RowSource& source) {
    bytes_.clear();
    return write(
        format, table, source,
        [this](std::string_view bytes) -> Result<void> {
          bytes_ += bytes;
          return {};
        },
        options());
  }
  const std::string& written(Format format, const Table& table, const std::vector<Row>& rows) {
    std::size_t next = 0;
    const auto result = try_write(format, table, [&](Row& row) -> Result<bool> {
      if (next == rows.size()) return false;
      row = rows[next++];
      return true;
    });
    EXPECT_TRUE(result.ok()) << result.error().message;
    if (result.ok()) {
      EXPECT_EQ(result->rows, static_cast<std::int64_t>(rows.size()));
      unshown_ = result->unshown;
    }
    return bytes_;
  }
  Options options() const {
    Options options = csv_;
    options.work_folder = folder_;
    return options;
  }
  std::size_t left_behind() const {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder_),
                                                  std::filesystem::directory_iterator()));
  }

  const std::filesystem::path folder_ = os::make_test_folder("sheets");
  Options csv_;
  std::string bytes_;
  std::int64_t unshown_ = 0;
};

Table sample() {
  return {.title = "Knipperlichten",
          .columns = {{.name = "Tekst", .width = 30},
                      {.name = "Getal", .kind = Kind::number},
                      {.name = "Datum", .kind = Kind::date},
                      {.name = "Bedrag", .kind = Kind::amount},
                      {.name = "Moment", .kind = Kind::moment}}};
}

Row sample_row(std::string text) {
  return {std::move(text), std::int64_t{7}, std::int64_t{20'261'102}, std::int64_t{-123'456},
          kNoon};
}

// --- text

TEST(CellText, MomentsAreShownAsBelgiansClocksShowThem) {
  EXPECT_EQ(plain_text(Kind::moment, kNoon), "2026-11-02 13:00:00");
  // The clock goes back on 25 October 2026 at 01:00 UTC, and forward on 29 March.
  const auto october = std::int64_t{1'792'890'000'000};
  EXPECT_EQ(plain_text(Kind::moment, october - 1000), "2026-10-25 02:59:59");
  EXPECT_EQ(plain_text(Kind::moment, october), "2026-10-25 02:00:00");
  const auto march = std::int64_t{1'774'746'000'000};
  EXPECT_EQ(plain_text(Kind::moment, march - 1000), "2026-03-29 01:59:59");
  EXPECT_EQ(plain_text(Kind::moment, march), "2026-03-29 03:00:00");
}

TEST(CellText, AmountsAreWrittenWithACommaAndShownInGroups) {
  EXPECT_EQ(plain_text(Kind::amount, std::int64_t{5}), "0,05");
  EXPECT_EQ(plain_text(Kind::amount, std::int64_t{-1460}), "-14,60");
  EXPECT_EQ(plain_text(Kind::amount, std::int64_t{123'456'789}), "1234567,89");
  EXPECT_EQ(shown_text(Kind::amount, std::int64_t{123'456'789}), "1.234.567,89");
  EXPECT_EQ(shown_text(Kind::amount, std::int64_t{-12'345}), "-123,45");
  EXPECT_EQ(plain_text(Kind::amount, std::numeric_limits<std::int64_t>::min()),
            "-92233720368547758,08");
}

TEST(CellText, DatesAndTextsInAnyColumn) {
  EXPECT_EQ(plain_text(Kind::date, std::int64_t{20'260'301}), "2026-03-01");
  EXPECT_EQ(shown_text(Kind::date, std::int64_t{20'260'301}), "01/03/2026");
  EXPECT_EQ(plain_text(Kind::date, std::string("onbekend")), "onbekend");
  EXPECT_EQ(plain_text(Kind::date, std::monostate()), "");
  EXPECT_EQ(clean("a\r\nb\rc\x01\xff"), "a\nb\nc\xef\xbf\xbd");
}

TEST(Winansi, LettersThatAreNotThereLoseTheirAccentOrAreAQuestionMark) {
  std::int64_t unshown = 0;
  EXPECT_EQ(to_winansi("\xc3\xa9\xe2\x82\xac\xc5\xa1", unshown), "\xe9\x80\x9a");
  EXPECT_EQ(unshown, 0);
  EXPECT_EQ(to_winansi("\xc5\x81ukasz \xc8\x99\xd0\x96\xf0\x9f\x99\x82", unshown), "Lukasz s??");
  EXPECT_EQ(unshown, 4);
}

// --- CSV

TEST_F(SheetsTest, CsvHasItsMarkSemicolonsAndEndsOfLine) {
  EXPECT_EQ(written(Format::csv, sample(), {sample_row("a;\"b\"")}),
            "\xef\xbb\xbfTekst;Getal;Datum;Bedrag;Moment\r\n"
            "\"a;\"\"b\"\"\";7;2026-11-02;-1234,56;2026-11-02 13:00:00\r\n");
}

TEST_F(SheetsTest, CsvOfAProgramHasNoMarkAndAnotherSeparator) {
  csv_ = {.separator = '\t', .mark = false, .guard_formulas = false};
  const Table table{.title = "t", .columns = {{.name = "a"}, {.name = "b"}}};
  EXPECT_EQ(written(Format::csv, table, {{"=1", "x;y"}, {"z"}}), "a\tb\r\n=1\tx;y\r\nz\t\r\n");
}

TEST_F(SheetsTest, ATextThatLooksLikeAFormulaIsNoneInASpreadsheet) {
  const Table table{.title = "t", .columns = {{.name = "=head"}}};
  for (const std::string text : {"=1+1", "+1", "-1", "@SUM(A1)", "'x", "\tx", "\nx"}) {
    const auto& bytes = written(Format::csv, table, {{text}});
    EXPECT_THAT(bytes, HasSubstr("'=head\r\n"));
    EXPECT_THAT(bytes, HasSubstr("'" + text));
  }
  // A negative amount is a number, and stays one.
  const Table amounts{.title = "t", .columns = {{.name = "a", .kind = Kind::amount}}};
  EXPECT_THAT(written(Format::csv, amounts, {{std::int64_t{-5}}}), HasSubstr("\r\n-0,05\r\n"));
}

TEST_F(SheetsTest, TheCoverStandsBeforeTheHeadings) {
  Table table{.title = "t", .cover = {{"Periode", "2026"}}, .columns = {{.name = "a"}}};
  EXPECT_EQ(written(Format::csv, table, {}), "\xef\xbb\xbfPeriode;2026\r\n\r\na\r\n");
}

struct Chance {
  std::mt19937 engine{20'261'129};
  std::size_t below(std::size_t most) {
    return std::uniform_int_distribution<std::size_t>(0, most - 1)(engine);
  }
  // Without ends of line at the edges: a reader of CSV may take them away.
  std::string text() {
    constexpr const char* kPieces[] = {"a",        "Z",
                                       "9",        " ",
                                       ";",        ",",
                                       "\"",       "\n",
                                       "=",        "-",
                                       "'",        "\t",
                                       "\xc3\xa9", "\xe2\x82\xac",
                                       "\xd0\x96", "\xf0\x9f\x99\x82"};
    std::string all = "x";
    if (below(2) == 0) all.clear();
    for (std::size_t i = below(12); i > 0; --i) all += kPieces[below(std::size(kPieces))];
    return all + "y";
  }
};

std::string unguarded(std::string_view cell) {
  return std::string(cell.starts_with('\'') ? cell.substr(1) : cell);
}

// Read by the room that reads what the authority sends.
TEST_F(SheetsTest, RandomTextsComeBackFromCsvAsTheyWere) {
  Chance chance;
  Table table{.title = "t"};
  for (int i = 0; i < 5; ++i) table.columns.push_back({.name = "c" + std::to_string(i)});
  std::vector<Row> rows;
  for (int i = 0; i < 2000; ++i) {
    Row row;
    for (int j = 0; j < 5; ++j) row.emplace_back(chance.text());
    rows.push_back(std::move(row));
  }
  const documents::MemorySource source(written(Format::csv, table, rows));
  const auto open = documents::opener_of(source);
  const auto facts = documents::examine(open);
  ASSERT_TRUE(facts.ok());
  EXPECT_EQ(facts->encoding, documents::Encoding::utf8_with_mark);
  documents::DelimitedRows reader(std::move(open().value()), *facts, ';');
  documents::RawRow raw;
  ASSERT_TRUE(*reader.next(raw));
  for (const auto& row : rows) {
    ASSERT_TRUE(*reader.next(raw));
    ASSERT_FALSE(raw.problem) << raw.problem->message;
    ASSERT_EQ(raw.cells.size(), row.size());
    for (std::size_t i = 0; i < row.size(); ++i)
      ASSERT_EQ(unguarded(raw.cells[i]), std::get<std::string>(row[i]));
  }
  EXPECT_FALSE(*reader.next(raw));
}

TEST_F(SheetsTest, CsvIsGivenAwayWhileItIsMade) {
  std::int64_t asked = 0;
  std::int64_t asked_at_first_bytes = 0;
  const auto result = write(
      Format::csv, sample(),
      [&](Row& row) -> Result<bool> {
        row = sample_row("text");
        return ++asked <= 100'000;
      },
      [&](std::string_view bytes) -> Result<void> {
        EXPECT_LT(bytes.size(), 40'000U);
        if (asked_at_first_bytes == 0) asked_at_first_bytes = asked;
        return {};
      },
      options());
  ASSERT_TRUE(result.ok());
  EXPECT_LT(asked_at_first_bytes, 2000);
}

// --- XLSX

// The cells of a sheet: what stands in it, by "A1".
std::map<std::string, std::string> cells_of(const std::string& xml) {
  std::map<std::string, std::string> cells;
  const auto document = upstream::xml::read(xml);
  EXPECT_TRUE(document.ok());
  if (!document.ok()) return cells;
  for (const auto& element : document->root().with_descendants()) {
    if (element.local_name() != "c") continue;
    std::string text;
    for (const auto& inside : element.with_descendants()) text += inside.text();
    cells[*element.attribute("", "r")] = text;
  }
  return cells;
}

std::map<std::string, std::string> members_of(const std::string& zip) {
  std::map<std::string, std::string> members;
  const documents::MemorySource source(zip);
  const auto archive = documents::ZipArchive::open(source);
  EXPECT_TRUE(archive.ok());
  if (!archive.ok()) return members;
  for (const auto& member : archive->members()) {
    std::string bytes(member.size, '\0');
    auto stream = archive->read(member);
    EXPECT_TRUE(stream.ok());
    EXPECT_EQ(*documents::read_full(**stream, bytes), bytes.size());
    members[member.name] = std::move(bytes);
  }
  return members;
}

TEST_F(SheetsTest, XlsxHasTypedCellsAndItsTextsAreNeverFormulas) {
  const auto members =
      members_of(written(Format::xlsx, sample(),
                         {sample_row("=1+1"), sample_row("http://example.test/ <b> \xc3\xa9")}));
  const std::string& sheet = members.at("xl/worksheets/sheet1.xml");
  EXPECT_THAT(sheet, Not(HasSubstr("<f>")));
  EXPECT_THAT(sheet, Not(HasSubstr("hyperlink")));
  const auto cells = cells_of(sheet);
  EXPECT_EQ(cells.at("A1"), "Tekst");
  EXPECT_EQ(cells.at("A2"), "=1+1");
  EXPECT_EQ(cells.at("A3"), "http://example.test/ <b> \xc3\xa9");
  EXPECT_EQ(cells.at("B2"), "7");
  EXPECT_EQ(cells.at("C2"), "46328");
  EXPECT_EQ(cells.at("D2"), "-1234.56");
  // 13:00 in Belgium.
  EXPECT_THAT(cells.at("E2"), StartsWith("46328.54166"));
  EXPECT_EQ(left_behind(), 0U);
}

TEST_F(SheetsTest, XlsxShowsItsCoverOnASheetOfItsOwn) {
  Table table{.title = "Title: with [what] a name may not have, and longer than that",
              .cover = {{"Period", "2026"}},
              .cover_name = "Cover",
              .columns = {{.name = "a"}}};
  const auto members = members_of(written(Format::xlsx, table, {{"x"}}));
  EXPECT_THAT(members.at("xl/workbook.xml"), HasSubstr("name=\"Cover\""));
  const auto cover = cells_of(members.at("xl/worksheets/sheet1.xml"));
  EXPECT_EQ(cover.at("A3"), "Period");
  EXPECT_EQ(cover.at("B3"), "2026");
  EXPECT_EQ(cells_of(members.at("xl/worksheets/sheet2.xml")).at("A2"), "x");
}

TEST_F(SheetsTest, XlsxHoldsRandomTextsAndLongOnes) {
  Chance chance;
  Table table{.title = "t", .columns = {{.name = "a"}}};
  std::vector<Row> rows;
  for (int i = 0; i < 500; ++i) rows.push_back({chance.text()});
  rows.push_back({std::string(40'000, 'x')});
  const auto cells =
      cells_of(members_of(written(Format::xlsx, table, rows)).at("xl/worksheets/sheet1.xml"));
  for (std::size_t i = 0; i + 1 < rows.size(); ++i)
    ASSERT_EQ(cells.at("A" + std::to_string(i + 2)), std::get<std::string>(rows[i][0]));
  EXPECT_THAT(cells.at("A502"), SizeIs(32'000));
}

TEST_F(SheetsTest, XlsxWithoutItsFolderSaysSo) {
  const auto result = write(
      Format::xlsx, sample(), [](Row&) -> Result<bool> { return false; },
      [](std::string_view) -> Result<void> { return {}; }, {.work_folder = folder_ / "none"});
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, "sheets.no_work_folder");
}

// --- PDF

class PdfTest : public SheetsTest {
 protected:
  void SetUp() override {
    if (std::system("pdftotext -v >/dev/null 2>&1") != 0)
      GTEST_SKIP() << "this machine has no pdftotext: apt-get install poppler-utils";
  }
  // Page by page.
  std::vector<std::string> pages(const std::string& pdf) const {
    std::ofstream(folder_ / "a.pdf", std::ios::binary) << pdf;
    const std::string command = "cd \"" + folder_.string() + "\" && pdftotext -layout a.pdf a.txt";
    EXPECT_EQ(std::system(command.c_str()), 0);
    std::ifstream file(folder_ / "a.txt", std::ios::binary);
    std::vector<std::string> all;
    std::string page;
    while (std::getline(file, page, '\f'))
      if (!page.empty()) all.push_back(page);
    return all;
  }
};

TEST_F(PdfTest, EveryPageHasTitleHeadingsFootAndNumber) {
  Table table = sample();
  table.cover = {{"Periode", "januari 2026"}};
  table.footer = "Vertrouwelijk";
  std::vector<Row> rows;
  for (int i = 0; i < 120; ++i) rows.push_back(sample_row("rij " + std::to_string(i)));
  const auto all = pages(written(Format::pdf, table, rows));
  ASSERT_THAT(all, SizeIs(4));
  EXPECT_THAT(all[0], HasSubstr("januari 2026"));
  EXPECT_THAT(all[0], HasSubstr("1/4"));
  for (std::size_t i = 1; i < all.size(); ++i) {
    EXPECT_THAT(all[i], HasSubstr("Knipperlichten"));
    EXPECT_THAT(all[i], HasSubstr("Bedrag"));
    EXPECT_THAT(all[i], HasSubstr("-1.234,56"));
    EXPECT_THAT(all[i], HasSubstr("Vertrouwelijk"));
    EXPECT_THAT(all[i], HasSubstr(std::to_string(i + 1) + "/4"));
  }
  EXPECT_THAT(all[1], HasSubstr("rij 0 "));
  EXPECT_THAT(all[3], HasSubstr("rij 119"));
  EXPECT_THAT(all[3], HasSubstr("02/11/2026 13:00"));
}

TEST_F(PdfTest, LongTextsGoOverSeveralLinesAndPagesAndLoseNothing) {
  Table table{.title = "t", .columns = {{.name = "a"}, {.name = "b"}}};
  std::string text;
  for (int i = 0; i < 3000; ++i) text += "woord" + std::to_string(i) + " ";
  text += std::string(300, 'x');
  std::string all;
  for (const auto& page : pages(written(Format::pdf, table, {{"kort", text}, {"erna"}})))
    all += page;
  for (int i = 0; i < 3000; ++i) ASSERT_THAT(all, HasSubstr("woord" + std::to_string(i)));
  EXPECT_EQ(std::count(all.begin(), all.end(), 'x'), 300);
  EXPECT_THAT(all, HasSubstr("erna"));
}

TEST_F(PdfTest, WhatTheFontsDoNotHaveIsSaid) {
  Table table{
      .title = "t", .columns = {{.name = "a", .width = 40}}, .unshown_note = "Not all letters."};
  auto all = pages(written(Format::pdf, table, {{"Andr\xc3\xa9 \xe2\x82\xac"}}));
  EXPECT_THAT(all[0], HasSubstr("Andr\xc3\xa9 \xe2\x82\xac"));
  EXPECT_THAT(all[0], Not(HasSubstr("Not all letters.")));
  EXPECT_EQ(unshown_, 0);
  all = pages(written(Format::pdf, table, {{"\xc5\x81ukasz \xd0\x96"}}));
  EXPECT_THAT(all[0], HasSubstr("Lukasz ?"));
  EXPECT_THAT(all[0], HasSubstr("Not all letters."));
  EXPECT_EQ(unshown_, 2);
}

TEST_F(PdfTest, ATableWithoutRowsIsAPageWithHeadings) {
  const auto all = pages(written(Format::pdf, sample(), {}));
  ASSERT_THAT(all, SizeIs(1));
  EXPECT_THAT(all[0], HasSubstr("Getal"));
}

TEST_F(SheetsTest, APdfThatNobodyWouldReadIsRefused) {
  std::int64_t asked = 0;
  const auto result = try_write(Format::pdf, sample(), [&](Row& row) -> Result<bool> {
    row = {"x"};
    return ++asked < 1'000'000;
  });
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, "sheets.too_many_rows");
  EXPECT_LT(asked, 30'000);
}

// --- all of them

class EveryFormat : public SheetsTest, public ::testing::WithParamInterface<Format> {};

TEST_P(EveryFormat, AnErrorOfTheSourceComesOutAndNothingStaysBehind) {
  int asked = 0;
  const auto result = try_write(GetParam(), sample(), [&](Row& row) -> Result<bool> {
    if (++asked == 3)
      return Error{.kind = ErrorKind::unavailable, .code = "test.source", .message = "m"};
    row = sample_row("x");
    return true;
  });
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, "test.source");
  EXPECT_EQ(left_behind(), 0U);
}

TEST_P(EveryFormat, AnErrorOfTheSinkComesOutAndNothingStaysBehind) {
  int rows = 0;
  const auto result = write(
      GetParam(), sample(),
      [&](Row& row) -> Result<bool> {
        row = sample_row("x");
        return ++rows < 5;
      },
      [](std::string_view) -> Result<void> {
        return Error{.kind = ErrorKind::cancelled, .code = "test.sink", .message = "m"};
      },
      options());
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, "test.sink");
  EXPECT_EQ(left_behind(), 0U);
}

TEST_P(EveryFormat, TheSameTableIsTheSameFile) {
  Table table = sample();
  table.made_ms = kNoon;
  const std::string first = written(GetParam(), table, {sample_row("x")});
  EXPECT_EQ(written(GetParam(), table, {sample_row("x")}), first);
  EXPECT_EQ(format_of(name_of(GetParam())), GetParam());
}

INSTANTIATE_TEST_SUITE_P(All, EveryFormat,
                         ::testing::Values(Format::csv, Format::xlsx, Format::pdf),
                         [](const auto& each) { return std::string(name_of(each.param)); });

TEST_F(SheetsTest, AWorkFolderIsMadeWithTheFoldersAboveIt) {
  open_work_folder(folder_ / "data" / "reports");
  EXPECT_TRUE(std::filesystem::is_directory(folder_ / "data" / "reports"));
}

TEST_F(SheetsTest, WhatACrashLeftIsSweptAway) {
  std::ofstream(folder_ / "sheet-1.xlsx.part") << "x";
  std::ofstream(folder_ / "other") << "x";
  open_work_folder(folder_);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "sheet-1.xlsx.part"));
  EXPECT_TRUE(std::filesystem::exists(folder_ / "other"));
}

}  // namespace
}  // namespace semafoor::sheets
