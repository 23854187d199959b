// SPDX-License-Identifier: Apache-2.0
#include "gateway/documents/value.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace semafoor::documents {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const CodeLists& lists() {
  static const CodeLists kLists = CodeLists::builtin();
  return kLists;
}

// What is shown of it, or "!code".
std::string read(const Column& column, std::string_view cell) {
  Value value;
  const auto problem = read_value(column, cell, lists(), value);
  return problem ? "!" + problem->code : shown(column, value);
}

Column of(ColumnType type) {
  return {.field = "x", .type = type};
}

Column amount(Column::Amount form) {
  return {.field = "x", .type = ColumnType::amount, .amount = form};
}

Column day(const char* pattern) {
  return {.field = "x", .type = ColumnType::date, .pattern = pattern};
}

TEST(ReadValue, AnEmptyCellIsMissingOnlyWhereItMustNotBe) {
  Column column = of(ColumnType::ssin);
  EXPECT_EQ(read(column, "  \xc2\xa0 "), "");
  column.mandatory = true;
  EXPECT_EQ(read(column, " "), "!value.missing");
}

TEST(ReadValue, NationalNumbers) {
  const Column column = of(ColumnType::ssin);
  EXPECT_EQ(read(column, "85073003328"), "85073003328");
  EXPECT_EQ(read(column, "85.07.30-033.28"), "85073003328");
  EXPECT_EQ(read(column, "850730 033 28"), "85073003328");
  EXPECT_EQ(read(column, "85073003329"), "!value.ssin");
  EXPECT_EQ(read(column, "8507300332"), "!value.ssin");
  EXPECT_EQ(read(column, "8,50730E+10"), "!value.spreadsheet");
}

TEST(ReadValue, AZeroThatASpreadsheetDroppedIsMended) {
  // Born in 2000: 000101 001 with its check number.
  std::string number = "000101001";
  const int check = 97 - static_cast<int>((2'000'000'000LL + 101'001) % 97);
  number += std::to_string(check / 10) + std::to_string(check % 10);
  const std::string shortened = number.substr(number.find_first_not_of('0'));
  EXPECT_EQ(read(of(ColumnType::ssin), shortened), number);
}

TEST(ReadValue, AProblemNeverShowsANationalNumber) {
  Value value;
  for (const auto type : {ColumnType::ssin, ColumnType::number, ColumnType::nis, ColumnType::cbe,
                          ColumnType::dossier, ColumnType::sign}) {
    const auto problem = read_value(of(type), "x 85073003328 of Peeters Jan", lists(), value);
    ASSERT_TRUE(problem) << name_of(type);
    EXPECT_THAT(problem->message, Not(HasSubstr("85073003328")));
    EXPECT_EQ(problem->field, "x");
  }
}

TEST(ReadValue, OtherNumbersOfTheField) {
  EXPECT_EQ(read(of(ColumnType::nis), "24033"), "24033");
  EXPECT_EQ(read(of(ColumnType::nis), "2403"), "!value.nis");
  EXPECT_EQ(read(of(ColumnType::cbe), "0212.344.876"), "0212344876");
  EXPECT_EQ(read(of(ColumnType::cbe), "212344876"), "0212344876");
  EXPECT_EQ(read(of(ColumnType::cbe), "0212344877"), "!value.cbe");
  EXPECT_EQ(read(of(ColumnType::dossier), "0002026/ab-7"), "2026AB7");
  EXPECT_EQ(read(of(ColumnType::dossier), "---"), "!value.dossier");
  EXPECT_EQ(read(of(ColumnType::dossier), "123456789012"), "!value.dossier");
  EXPECT_EQ(read(of(ColumnType::number), "-17"), "-17");
  EXPECT_EQ(read(of(ColumnType::number), "1234567890123456789"), "!value.number");
}

TEST(ReadValue, DatesByTheirPattern) {
  EXPECT_EQ(read(day("yyyymmdd"), "20261031"), "2026-10-31");
  EXPECT_EQ(read(day("dd/mm/yyyy"), "31/10/2026"), "2026-10-31");
  EXPECT_EQ(read(day("dd/mm/yyyy"), "1/2/2026"), "2026-02-01");
  EXPECT_EQ(read(day("yyyy-mm-dd"), "2026-2-1"), "2026-02-01");
  EXPECT_EQ(read(day("dd/mm/yyyy"), "31-10-2026"), "!value.date");
  EXPECT_EQ(read(day("yyyymmdd"), "20260229"), "!value.date");
  EXPECT_EQ(read(day("yyyymmdd"), "20240229"), "2024-02-29");
  EXPECT_EQ(read(day("yyyymmdd"), "00000000"), "!value.date");
  const Column month{.field = "m", .type = ColumnType::month, .pattern = "mm/yyyy"};
  EXPECT_EQ(read(month, "10/2026"), "2026-10");
  EXPECT_EQ(read(month, "13/2026"), "!value.month");
}

TEST(ReadValue, AmountsInCentsAndWithEitherMark) {
  const Column cents = amount(Column::Amount::cents);
  const Column comma = amount(Column::Amount::comma);
  const Column point = amount(Column::Amount::point);
  EXPECT_EQ(read(cents, "00001460"), "14.60");
  EXPECT_EQ(read(cents, "-5"), "-0.05");
  EXPECT_EQ(read(cents, "14,60"), "!value.amount");
  EXPECT_EQ(read(comma, "1.234,5"), "1234.50");
  EXPECT_EQ(read(comma, "1 234 567,89 \xe2\x82\xac"), "1234567.89");
  EXPECT_EQ(read(comma, "12-"), "-12.00");
  EXPECT_EQ(read(comma, "12.34"), "!value.amount");
  EXPECT_EQ(read(comma, "1.2345,00"), "!value.amount");
  EXPECT_EQ(read(comma, "1,234"), "!value.amount");
  EXPECT_EQ(read(point, "1,234.50"), "1234.50");
  EXPECT_EQ(read(point, ".50"), "!value.amount");
  EXPECT_EQ(read(point, "99999999.99"), "99999999.99");
  EXPECT_EQ(read(point, "100000000.00"), "!value.amount");
}

TEST(ReadValue, CodesOfAListAndOfTheLayout) {
  const Column own{
      .field = "x", .type = ColumnType::code, .codes = {{"1", "grant"}, {"2", "arrears"}}};
  EXPECT_EQ(read(own, "2"), "arrears");
  EXPECT_EQ(read(own, "3"), "!value.code");
  const Column listed{.field = "x", .type = ColumnType::code, .code_list = "signal-types"};
  EXPECT_EQ(read(listed, "X-PENSION"), "X-PENSION");
  EXPECT_EQ(read(listed, "PENSION"), "!value.code");
}

TEST(ReadValue, SignsArePlusAndMinus) {
  EXPECT_EQ(read(of(ColumnType::sign), "-"), "-");
  EXPECT_EQ(read(of(ColumnType::sign), "D"), "!value.sign");
}

TEST(CodeLists, TheBuiltInOnesAreThere) {
  EXPECT_TRUE(lists().has("signal-types", "X-PENSION"));
  EXPECT_TRUE(lists().has("feedback-codes", "X-EXEMPT"));
  EXPECT_TRUE(lists().has("budget-articles", "X00005"));
}

TEST(CodeLists, OneIsReplacedByAFileOfItsKind) {
  CodeLists changed = CodeLists::builtin();
  EXPECT_TRUE(changed
                  .replace("signal-types",
                           R"({"schema":"semafoor.signal-types/1","types":[{"code":"12"}]})", "a")
                  .ok());
  EXPECT_TRUE(changed.has("signal-types", "12"));
  EXPECT_FALSE(changed.has("signal-types", "X-PENSION"));
  EXPECT_EQ(changed.replace("signal-types", "{}", "a").error().code, "data.invalid");
  EXPECT_EQ(changed.replace(R"({"schema":"semafoor.other/1"})", "a").error().code, "data.invalid");
  EXPECT_EQ(changed.replace(R"({"schema":"semafoor.feedback-codes/1","codes":[{"code":"7"}]})", "a")
                .value(),
            "feedback-codes");
  EXPECT_TRUE(changed.has("feedback-codes", "7"));
  EXPECT_TRUE(changed.has("signal-types", "12"));
}

}  // namespace
}  // namespace semafoor::documents
