// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/documents/delimited_rows.h"
#include "gateway/documents/plain_rows.h"
#include "gateway/documents/testing/collected.h"

namespace semafoor::documents {
namespace {

using ::testing::ElementsAre;
using testing::PieceSource;

// "line|cell|cell", or "line!code".
std::vector<std::string> rows_of(const std::string& bytes, char separator = ';',
                                 std::size_t piece = 1 << 20) {
  const PieceSource source(bytes, piece);
  const auto open = opener_of(source);
  const auto facts = examine(open).value();
  std::unique_ptr<RawRows> rows;
  if (separator == 0)
    rows = std::make_unique<PlainRows>(open().value(), facts);
  else
    rows = std::make_unique<DelimitedRows>(open().value(), facts, separator);
  std::vector<std::string> seen;
  RawRow row;
  while (rows->next(row).value()) {
    std::string one = std::to_string(row.line);
    if (row.problem) {
      one += "!" + row.problem->code;
    } else if (separator == 0) {
      one += "|" + std::string(row.text);
    } else {
      for (const auto cell : row.cells) one += "|" + std::string(cell);
    }
    seen.push_back(one);
  }
  return seen;
}

TEST(Rows, EveryEndOfLine) {
  EXPECT_THAT(rows_of("a\nb\n", 0), ElementsAre("1|a", "2|b"));
  EXPECT_THAT(rows_of("a\r\nb", 0), ElementsAre("1|a", "2|b"));
  EXPECT_THAT(rows_of("a\rb\r", 0), ElementsAre("1|a", "2|b"));
  EXPECT_THAT(rows_of("a\r\n\r\n  \r\nb\x1a\r\n\x1a", 0), ElementsAre("1|a", "4|b\x1a"));
  for (const std::size_t piece : {1U, 2U, 3U})
    EXPECT_THAT(rows_of("\xef\xbb\xbf"
                        "a\r\nb\r\nc",
                        0, piece),
                ElementsAre("1|a", "2|b", "3|c"));
}

TEST(Rows, ACrInsideAFileOfLfEndsNoLine) {
  EXPECT_THAT(rows_of("a\rb\nc", 0), ElementsAre("1|a\rb", "2|c"));
}

TEST(Rows, ALineThatIsTooLongIsListedAndTheOthersStay) {
  const std::string fits(kLongestLine, 'x');
  for (const auto* end : {"\n", "\r\n"}) {
    const std::string bytes = std::string("a") + end + fits + "y" + end + fits + end +
                              std::string(1'000'000, 'z') + end + "b";
    EXPECT_THAT(rows_of(bytes, 0),
                ElementsAre("1|a", "2!row.too_long", "3|" + fits, "4!row.too_long", "5|b"));
    EXPECT_THAT(rows_of(bytes, 0, 977),
                ElementsAre("1|a", "2!row.too_long", "3|" + fits, "4!row.too_long", "5|b"));
  }
  EXPECT_THAT(rows_of(std::string(1'000'000, 'z'), 0), ElementsAre("1!row.too_long"));
}

TEST(Rows, NulAndBrokenCharactersAreTheirRowsErrors) {
  EXPECT_THAT(rows_of(std::string("aaaaaaaaaaaaaaaaaaaaaaa\nb\0b\nc", 29), 0),
              ElementsAre("1|aaaaaaaaaaaaaaaaaaaaaaa", "2!row.nul", "3|c"));
  EXPECT_THAT(rows_of("\xc3\xa9\n\xc3\n\xc3\xa8", 0),
              ElementsAre("1|\xc3\xa9", "2!row.encoding", "3|\xc3\xa8"));
}

TEST(Rows, CellsAndQuotes) {
  EXPECT_THAT(rows_of("a;b;\n;;c"), ElementsAre("1|a|b|", "2|||c"));
  EXPECT_THAT(rows_of("\"a;b\";\"say \"\"no\"\"\";\"\""), ElementsAre("1|a;b|say \"no\"|"));
  EXPECT_THAT(rows_of("O\"Brien;5\" pipe"), ElementsAre("1|O\"Brien|5\" pipe"));
  EXPECT_THAT(rows_of("a\tb;c", '\t'), ElementsAre("1|a|b;c"));
}

TEST(Rows, AQuotedCellGoesOnOverLines) {
  for (const std::size_t piece : {1U, 5U, 1000U})
    EXPECT_THAT(rows_of("1;\"two\r\nlines\r\n\r\nand more\"\r\n5;x\r\n", ';', piece),
                ElementsAre("1|1|two\nlines\n\nand more", "5|5|x"));
}

TEST(Rows, AQuotedCellMayHaveManyLinesAndQuotes) {
  std::string cell;
  for (int i = 0; i < 900; ++i) cell += "line\n";
  EXPECT_THAT(rows_of("a;\"" + cell + "\";b\nc"), ElementsAre("1|a|" + cell + "|b", "902|c"));
  // Closed and opened again on each line.
  std::string row = "\"";
  std::string cells = "1|";
  for (int i = 0; i < 900; ++i) {
    row += "\n\"\"x\";\"";
    cells += "\n\"x|";
  }
  EXPECT_THAT(rows_of(row + "\""), ElementsAre(cells));
  // Larger than a row may be, and then rows again.
  std::string endless = "\"";
  for (int i = 0; i < 20'000; ++i) endless += "\n\";\"";
  EXPECT_GT(rows_of(endless).size(), 0U);
}

TEST(Rows, AQuoteThatNothingClosesSpoilsItsOwnLineAlone) {
  EXPECT_THAT(rows_of("a;\"b\nc;d\ne;f\n"), ElementsAre("1!row.quotes", "2|c|d", "3|e|f"));
  EXPECT_THAT(rows_of("a;\"b\nc;\"d\"\ne;f\n"), ElementsAre("1!row.quotes", "2|c|d", "3|e|f"));
  EXPECT_THAT(rows_of("a;\"b\"x;c\nd;e"), ElementsAre("1!row.quotes", "2|d|e"));
  EXPECT_THAT(rows_of("a;\"b\n" + std::string(70'000, 'x') + "\nc;d"),
              ElementsAre("1!row.quotes", "2!row.too_long", "3|c|d"));
  std::string many = "a;\"b\n";
  for (int i = 0; i < 1000; ++i) many += "c;d\n";
  EXPECT_EQ(rows_of(many).size(), 1001U);
}

TEST(Rows, RowsWithoutAnythingArePassedOver) {
  EXPECT_THAT(rows_of("a;b\n;;;\n ; \n\nc"), ElementsAre("1|a|b", "5|c"));
}

TEST(Rows, MoreCellsThanAnyListHasAreRefused) {
  EXPECT_THAT(rows_of("x" + std::string(5000, ';') + "y\na"),
              ElementsAre("1!row.too_many_cells", "2|a"));
}

}  // namespace
}  // namespace semafoor::documents
