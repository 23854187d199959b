// SPDX-License-Identifier: Apache-2.0
#include "gateway/feedback/code_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "gateway/feedback/digests.h"

namespace semafoor::feedback {
namespace {

using ::testing::HasSubstr;

std::string list_with(const std::string& codes, const std::string& origin = "project") {
  return R"({"schema":"semafoor.feedback-codes/1","version":"1","origin":")" + origin +
         R"(","codes":[)" + codes + "]}";
}

std::string code(const std::string& name, const std::string& more = "") {
  return R"({"code":")" + name +
         R"(","validFrom":"2020-01-01","text":{"nl":"a","fr":"b","de":"c"})" + more + "}";
}

std::string problem_of(const std::string& json) {
  const auto list = CodeList::parse(json, "codes.json");
  return list.ok() ? "" : list.error().message;
}

TEST(CodeList, TheBuiltInListIsOfTheProjectAndSaysSo) {
  const auto list = CodeList::load();
  ASSERT_TRUE(list.ok()) << list.error().message;
  EXPECT_EQ(list->all().size(), 8U);
  for (const auto& each : list->all()) {
    EXPECT_TRUE(each.code().starts_with("X-"));
    EXPECT_EQ(each.origin(), v1::ORIGIN_PROJECT);
    for (const auto* text : {&each.text(), &each.explanation()}) {
      EXPECT_FALSE(text->nl().empty() || text->fr().empty() || text->de().empty() ||
                   text->en().empty());
    }
  }
}

TEST(CodeList, CodesAreDated) {
  const auto list = CodeList::load();
  std::set<std::string> before;
  std::set<std::string> after;
  for (const auto& each : list->valid_on(20241231)) before.insert(each.code());
  for (const auto& each : list->valid_on(20250101)) after.insert(each.code());
  EXPECT_TRUE(before.contains("X-OLD-2024"));
  EXPECT_FALSE(after.contains("X-OLD-2024"));
  EXPECT_TRUE(list->valid_on(19990101).empty());
}

TEST(CodeList, TheVersionFollowsTheContent) {
  const auto one = CodeList::parse(list_with(code("X-A")), "a");
  const auto same = CodeList::parse(list_with(code("X-A")), "b");
  const auto other = CodeList::parse(list_with(code("X-B")), "a");
  EXPECT_EQ(one->version(), same->version());
  EXPECT_NE(one->version(), other->version());
}

TEST(CodeList, AWrongFileIsRefusedWithThePlace) {
  EXPECT_THAT(problem_of("[]"), HasSubstr("codes.json"));
  EXPECT_THAT(problem_of(list_with("")), HasSubstr("must not be empty"));
  EXPECT_THAT(problem_of(list_with(code("X-A") + "," + code("X-A"))),
              HasSubstr("codes[1].code: stands twice"));
  EXPECT_THAT(problem_of(list_with(code("X-A", R"(,"validTo":"2019-12-31")"))),
              HasSubstr("before validFrom"));
  EXPECT_THAT(problem_of(list_with(code("X-A", R"(,"keepOpen":true)"))), HasSubstr("keepOpen"));
  EXPECT_THAT(problem_of(list_with(code("X-A", R"(,"laws":["1965"])"))),
              HasSubstr("codes[0].laws[0]"));
}

TEST(CodeList, AProjectCodeIsMarkedAndAnOfficialOneIsNot) {
  EXPECT_THAT(problem_of(list_with(code("001"))), HasSubstr("X-"));
  EXPECT_THAT(problem_of(list_with(code("X-A"), "official")), HasSubstr("official"));
  EXPECT_EQ(problem_of(list_with(code("001"), "official")), "");
}

TEST(ClientReference, IsShortStableAndDistinct) {
  EXPECT_EQ(client_reference("0190b6f0-7c1e-7d3a-8a52-6c9a4f1e2b3d").size(), 15U);
  EXPECT_EQ(client_reference("a"), client_reference("a"));
  std::set<std::string> seen;
  for (int i = 0; i < 10'000; ++i) seen.insert(client_reference(std::to_string(i)));
  EXPECT_EQ(seen.size(), 10'000U);
}

TEST(ContentHash, DependsOnWhatIsSaidAndNotOnWhereAPartEnds) {
  v1::FeedbackDraft one;
  one.set_signal_id("s");
  one.set_code("X-A");
  one.set_remark("ab");
  auto other = one;
  EXPECT_EQ(content_hash(one), content_hash(other));
  other.set_remark("a");
  other.set_decision_reference("b");
  EXPECT_NE(content_hash(one), content_hash(other));
}

TEST(ClientId, IsAUuidInAnyCase) {
  EXPECT_EQ(normalised_client_id("0190B6F0-7C1E-7D3A-8A52-6C9A4F1E2B3D"),
            "0190b6f0-7c1e-7d3a-8a52-6c9a4f1e2b3d");
  EXPECT_FALSE(normalised_client_id(""));
  EXPECT_FALSE(normalised_client_id("0190b6f0-7c1e-7d3a-8a52-6c9a4f1e2b3"));
  EXPECT_FALSE(normalised_client_id("0190b6f0x7c1e-7d3a-8a52-6c9a4f1e2b3d"));
}

}  // namespace
}  // namespace semafoor::feedback
