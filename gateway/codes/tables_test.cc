// SPDX-License-Identifier: Apache-2.0
#include "gateway/codes/tables.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/data/data_file.h"

namespace semafoor::codes {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

std::string row(const std::string& code, const std::string& more = "",
                const std::string& from = "2020-01-01") {
  return R"({"code":")" + code + R"(","validFrom":")" + from +
         R"(","text":{"nl":"a","fr":"b","de":"c"})" + more + "}";
}
std::string codes_of(const std::string& rows, const std::string& origin = "official") {
  return R"({"schema":"semafoor.feedback-codes/1","version":"1","origin":")" + origin +
         R"(","codes":[)" + rows + "]}";
}

std::vector<RowProblem> problems_of(const std::string& json, const KnownTypes& types = {}) {
  const auto checked = check(json, "codes.json", types);
  EXPECT_TRUE(checked.ok()) << (checked.ok() ? "" : checked.error().message);
  return checked.ok() ? checked->problems : std::vector<RowProblem>();
}

TEST(CodeTables, EveryWrongRowIsSaidAndTheOthersAreRead) {
  const auto checked =
      check(codes_of(row("001") + "," + row("002", R"(,"validTo":"2019-01-01")") + "," +
                     R"({"code":"003","validFrom":"soon","text":{"nl":"a"}})" + "," + row("X-4") +
                     "," + row("005")),
            "codes.json", {});
  ASSERT_TRUE(checked.ok());
  ASSERT_THAT(checked->problems, SizeIs(4));
  EXPECT_EQ(checked->problems[0].row, 2);
  EXPECT_EQ(checked->problems[0].code, "002");
  EXPECT_THAT(checked->problems[0].what, HasSubstr("codes[1].validTo: lies before validFrom"));
  // Both things that are wrong with the third row.
  EXPECT_EQ(checked->problems[1].row, 3);
  EXPECT_THAT(checked->problems[1].what, HasSubstr("\"fr\" is missing"));
  EXPECT_EQ(checked->problems[2].row, 3);
  EXPECT_THAT(checked->problems[2].what, HasSubstr("codes[2].validFrom"));
  EXPECT_THAT(checked->problems[3].what, HasSubstr("official code does not start"));
  ASSERT_THAT(checked->codes, SizeIs(2));
  EXPECT_EQ(checked->codes[1].code(), "005");
}

TEST(CodeTables, ACodeMayStandTwiceWhenItsDaysDoNotOverlap) {
  const std::string first = row("001", R"(,"validTo":"2026-12-31")");
  EXPECT_THAT(problems_of(codes_of(first + "," + row("001", "", "2027-01-01"))), SizeIs(0));
  const auto problems = problems_of(codes_of(first + "," + row("001", "", "2026-12-31")));
  ASSERT_THAT(problems, SizeIs(1));
  EXPECT_EQ(problems[0].row, 2);
  EXPECT_THAT(problems[0].what, HasSubstr("overlap"));
}

TEST(CodeTables, SignalTypesAndLawsAreThoseThatThereAre) {
  const std::string json =
      codes_of(row("001", R"(,"signalTypes":["A","B"],"laws":["RMI","1965"])"));
  const auto problems = problems_of(json, KnownTypes(std::set<std::string>{"A"}));
  ASSERT_THAT(problems, SizeIs(2));
  EXPECT_THAT(problems[0].what, HasSubstr("codes[0].signalTypes[1]: \"B\" is not on the list"));
  EXPECT_THAT(problems[1].what, HasSubstr("codes[0].laws[1]: expected RMI or LAW1965"));
  EXPECT_THAT(problems_of(json), SizeIs(1)) << "types are not looked at without a list";
}

TEST(CodeTables, OnlyTheProjectsCodesBearItsMark) {
  EXPECT_THAT(problems_of(codes_of(row("X-A"), "project")), SizeIs(0));
  EXPECT_THAT(problems_of(codes_of(row("A"), "project")), SizeIs(1));
  EXPECT_THAT(problems_of(codes_of(row("X-A"), "administrator")), SizeIs(1));
  EXPECT_THAT(problems_of(codes_of(row("A"), "administrator")), SizeIs(0));
  // Settings of before go on as they did.
  EXPECT_TRUE(read_feedback_codes(codes_of(row("X-A"), "administrator"), "a").ok());
}

TEST(CodeTables, ACodeIsShortAndPlain) {
  for (const std::string& code :
       {std::string("a b"), std::string("caf\xc3\xa9"), std::string(65, 'a'), std::string()})
    EXPECT_THAT(problems_of(codes_of(row(code))), SizeIs(1)) << code;
}

TEST(CodeTables, TheTableItselfIsLookedAtToo) {
  const auto problems =
      problems_of(R"({"schema":"semafoor.feedback-codes/1","origin":"nobody","codes":[],"x":1})");
  ASSERT_THAT(problems, SizeIs(4));
  for (const auto& one : problems) EXPECT_EQ(one.row, 0) << one.what;
}

TEST(CodeTables, WhatIsNoTableIsAnError) {
  EXPECT_EQ(check("{", "a", {}).error().code, "codes.unknown_kind");
  EXPECT_EQ(check(R"({"schema":"semafoor.feedback-codes/1")", "a", {}).error().code,
            "data.invalid");
}

TEST(CodeTables, TheBuiltInOnesAreGood) {
  const auto types = check(data::builtin_signal_types(), "types", {});
  ASSERT_TRUE(types.ok());
  EXPECT_THAT(types->problems, SizeIs(0));
  EXPECT_EQ(types->table.kind(), v1::CODE_TABLE_KIND_SIGNAL_TYPES);
  const auto codes = check(data::builtin_feedback_codes(), "codes", known_types(types->types));
  ASSERT_TRUE(codes.ok());
  EXPECT_THAT(codes->problems, SizeIs(0));
  EXPECT_EQ(codes->table.rows(), 8);
}

}  // namespace
}  // namespace semafoor::codes
