// SPDX-License-Identifier: Apache-2.0
#include "gateway/data/data_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace semafoor::data {
namespace {

using ::testing::HasSubstr;

std::string problem_of(std::string_view json, const std::function<void(const Node&)>& visit) {
  const auto result = read(json, "list.json", "test/1", visit);
  return result.ok() ? "" : result.error().message;
}

TEST(DataFile, NotJsonIsSaidWithTheName) {
  const auto said = problem_of("{", [](const Node&) {});
  EXPECT_THAT(said, HasSubstr("list.json"));
  EXPECT_THAT(said, HasSubstr("not JSON"));
}

TEST(DataFile, AnotherSchemaIsRefused) {
  EXPECT_THAT(problem_of(R"({"schema":"test/2"})", [](const Node&) {}), HasSubstr("test/1"));
}

TEST(DataFile, AnErrorNamesThePathOfTheMember) {
  const auto said =
      problem_of(R"({"schema":"test/1","codes":[{"from":"2026-01-01"},{"from":"2026-02-30"}]})",
                 [](const Node& root) {
                   for (const auto& item : root.at("codes").items()) item.at("from").date();
                 });
  EXPECT_THAT(said, HasSubstr("codes[1].from"));
  EXPECT_THAT(said, HasSubstr("2026-02-30"));
}

TEST(DataFile, AMissingMemberAndAnUnknownOneAreSaid) {
  EXPECT_THAT(problem_of(R"({"schema":"test/1"})", [](const Node& root) { root.at("codes"); }),
              HasSubstr("\"codes\" is missing"));
  EXPECT_THAT(problem_of(R"({"schema":"test/1","cods":[]})",
                         [](const Node& root) { root.only({"schema"}); }),
              HasSubstr("\"cods\" is not known"));
}

TEST(DataFile, ATextNeedsThreeLanguages) {
  EXPECT_THAT(problem_of(R"({"schema":"test/1","name":{"nl":"a","fr":"b"}})",
                         [](const Node& root) { root.at("name").localized(); }),
              HasSubstr("\"de\" is missing"));
}

TEST(DataFile, AWholeNumberHasBounds) {
  const auto said = [](std::string_view number) {
    return problem_of(R"({"schema":"test/1","n":)" + std::string(number) + "}",
                      [](const Node& root) { root.at("n").whole(1, 9); });
  };
  EXPECT_EQ(said("9"), "");
  for (const auto* number : {"0", "10", "1.5", "\"1\"", "18446744073709551615"})
    EXPECT_THAT(said(number), HasSubstr("n: expected a whole number from 1 to 9")) << number;
}

TEST(DataFile, WhatIsWrongInOnePlaceDoesNotEndTheReading) {
  std::vector<std::string> said;
  EXPECT_EQ(problem_of(R"({"schema":"test/1","n":["a",1]})",
                       [&](const Node& root) {
                         for (const auto& item : root.at("n").items())
                           if (auto wrong = wrong_in([&] { item.whole(0, 9); }))
                             said.push_back(*wrong);
                       }),
            "");
  ASSERT_EQ(said.size(), 1U);
  EXPECT_THAT(said[0], HasSubstr("n[0]: expected a whole number"));
}

TEST(DataFile, AFileThatIsNotThereIsSaid) {
  const auto text = text_of("no/such/file.json", "");
  ASSERT_FALSE(text.ok());
  EXPECT_EQ(text.error().code, "data.unreadable");
  EXPECT_THAT(text.error().message, HasSubstr("no/such/file.json"));
}

TEST(DataFile, WithoutAFileTheBuiltInListIsUsed) {
  EXPECT_EQ(*text_of({}, "built in"), "built in");
  EXPECT_THAT(std::string(builtin_message_families()), HasSubstr("semafoor.message-families/1"));
  EXPECT_THAT(std::string(builtin_signal_types()), HasSubstr("semafoor.signal-types/1"));
  EXPECT_THAT(std::string(builtin_feedback_codes()), HasSubstr("semafoor.feedback-codes/1"));
  EXPECT_THAT(std::string(builtin_budget_articles()), HasSubstr("semafoor.budget-articles/1"));
}

}  // namespace
}  // namespace semafoor::data
