// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/registry/read_registry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "gateway/domain/date.h"

namespace semafoor::upstream::registry {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// The contract's own example values, of federation 1.3.
constexpr char kWhole[] = R"({
  "messageProviderId": "nsso",
  "messageProviderName": {"nl": "RSZ", "fr": "ONSS", "de": "LSS", "en": "NSSO"},
  "messageProviderDescription": {"nl": "Sociale zekerheid"},
  "messageProviderUrl": "https://provider.example/REST/ebox/enterprise/messageRegistry/v2/",
  "messageProviderActivationDate": "2017-12-01",
  "messageProviderDeactivationDate": "2038-01-01",
  "messageProviderTechnicalContact": "eboxintegration@smals.be",
  "messageProviderPlannedMaintenance": [
    {"startDate": "2017-09-09T08:00:00Z", "endDate": "2017-09-09T20:00:00Z"}],
  "apiSupportedVersion": "1.6",
  "_links": {"self": {"href": "https://elsewhere.example"}},
  "unknown": [1, {"deep": null}]})";

std::string entry(const std::string& id, const std::string& more) {
  return R"({"messageProviderId":")" + id + R"(","messageProviderUrl":"https://p.example/v2",)" +
         R"("apiSupportedVersion":"2.1")" + more + "}";
}

std::string reason_of(const std::string& element) {
  const auto registry = read_registry("[" + element + "," + entry("good", "") + "]");
  EXPECT_TRUE(registry);
  EXPECT_THAT(registry->providers, SizeIs(1)) << "the rest stands";
  return registry->rejected.size() == 1 ? registry->rejected.front().reason : "(not rejected)";
}

TEST(ReadRegistry, EveryMemberOfTheContractIsRead) {
  const auto registry = read_registry("[" + std::string(kWhole) + "]");
  ASSERT_TRUE(registry);
  EXPECT_THAT(registry->rejected, IsEmpty());
  ASSERT_THAT(registry->providers, SizeIs(1));
  const Provider& one = registry->providers.front();
  EXPECT_EQ(one.id, "nsso");
  EXPECT_EQ(one.name.fr(), "ONSS");
  EXPECT_EQ(one.description.nl(), "Sociale zekerheid");
  EXPECT_EQ(one.url, "https://provider.example/REST/ebox/enterprise/messageRegistry/v2");
  EXPECT_EQ(domain::write_date(*one.activation), "2017-12-01");
  EXPECT_EQ(domain::write_date(*one.deactivation), "2038-01-01");
  EXPECT_EQ(one.contact, "eboxintegration@smals.be");
  ASSERT_THAT(one.maintenance, SizeIs(1));
  EXPECT_EQ(one.maintenance[0].to_ms - one.maintenance[0].from_ms, 12 * 3'600'000);
  EXPECT_EQ(one.api_version, "1.6");
}

TEST(ReadRegistry, WhatIsForPeopleMayBeMissing) {
  const auto registry = read_registry("[" + entry("p", "") + "]");
  ASSERT_THAT(registry->providers, SizeIs(1));
  EXPECT_FALSE(registry->providers[0].activation);
  EXPECT_FALSE(registry->providers[0].deactivation);
}

TEST(ReadRegistry, NullCountsAsAbsentAndAMomentAsItsDate) {
  const auto registry = read_registry(
      "[" + entry("p", R"(,"messageProviderActivationDate":"2020-01-31T00:00:00+01:00",
                          "messageProviderDeactivationDate":null,"messageProviderName":null,
                          "messageProviderPlannedMaintenance":null)") +
      "]");
  ASSERT_THAT(registry->providers, SizeIs(1));
  EXPECT_EQ(domain::write_date(*registry->providers[0].activation), "2020-01-31");
}

TEST(ReadRegistry, AVersionWithoutQuotesIsRead) {
  const auto registry = read_registry(
      R"([{"messageProviderId":"p","messageProviderUrl":"https://p.example","apiSupportedVersion":2.1}])");
  ASSERT_THAT(registry->providers, SizeIs(1));
  EXPECT_EQ(registry->providers[0].api_version, "2.1");
}

TEST(ReadRegistry, AnEntryThatCannotBeUsedIsListedWithItsReasonAndTheRestStands) {
  EXPECT_THAT(reason_of("17"), HasSubstr("JSON object"));
  EXPECT_THAT(reason_of("{\"messageProviderId\": nonsense}"), HasSubstr("JSON object"));
  EXPECT_THAT(reason_of("{}"), HasSubstr("messageProviderId"));
  EXPECT_THAT(reason_of(entry(std::string(101, 'x'), "")), HasSubstr("1 to 100"));
  EXPECT_THAT(reason_of(entry("a\\u0000b", "")), HasSubstr("messageProviderId"));
  EXPECT_THAT(reason_of(entry("p", R"(,"messageProviderActivationDate":"soon")")),
              HasSubstr("ActivationDate is not a date"));
  EXPECT_THAT(reason_of(entry("p", R"(,"messageProviderDeactivationDate":20380101)")),
              HasSubstr("DeactivationDate is not a date"));
  EXPECT_THAT(reason_of(R"({"messageProviderId":"p","messageProviderUrl":"https://p.example"})"),
              HasSubstr("apiSupportedVersion"));
}

TEST(ReadRegistry, AnIdThatStandsThereTwiceCountsOnce) {
  const auto registry = read_registry("[" + entry("p", "") + "," + entry("p", "") + "]");
  EXPECT_THAT(registry->providers, SizeIs(1));
  ASSERT_THAT(registry->rejected, SizeIs(1));
  EXPECT_THAT(registry->rejected[0].reason, HasSubstr("twice"));
}

TEST(ReadRegistry, ATokenIsNotSentInClearOrToAnAddressThatHidesSomething) {
  for (const char* url :
       {"http://p.example/v2", "ftp://p.example", "https://user:secret@p.example/v2",
        "https://p.example/v2?x=1", "https://p.example/v2#x", "//p.example", "", "p.example",
        "http://127.example.org/v2", "https://"}) {
    EXPECT_THAT(reason_of(std::string(R"({"messageProviderId":"p","apiSupportedVersion":"2.1",)") +
                          R"("messageProviderUrl":")" + url + "\"}"),
                HasSubstr("https address"))
        << url;
  }
  const auto local = read_registry(
      R"([{"messageProviderId":"p","apiSupportedVersion":"2.1","messageProviderUrl":"http://127.0.0.1:1/v2"}])");
  EXPECT_THAT(local->providers, SizeIs(1));
}

TEST(ReadRegistry, ARejectedEntryIsNamedByItsIdOrItsPlace) {
  const auto registry = read_registry(R"([{"messageProviderId":"x"},{"messageProviderId":""},)" +
                                      entry("p", "") + "]");
  ASSERT_THAT(registry->rejected, SizeIs(2));
  EXPECT_EQ(registry->rejected[0].id, "x");
  EXPECT_EQ(registry->rejected[1].id, "entry 2");
}

TEST(ReadRegistry, AMaintenanceThatCannotBeReadIsLeftOut) {
  const auto registry = read_registry(
      "[" + entry("p", R"(,"messageProviderPlannedMaintenance":[{"startDate":"2026-01-02"},
        {"startDate":"2026-01-02T10:00:00Z","endDate":"2026-01-02T09:00:00Z"}, 5,
        {"startDate":"2026-01-02T10:00:00Z","endDate":"2026-01-02T11:00:00+01:00"},
        {"startDate":"2026-01-02T10:00:00Z","endDate":"2026-01-02T12:00:00+01:00"}])") +
      "]");
  ASSERT_THAT(registry->providers, SizeIs(1));
  EXPECT_THAT(registry->providers[0].maintenance, SizeIs(1));
}

TEST(ReadRegistry, AnswersThatAreNoListAreNone) {
  for (const char* body : {"", "null", "{}", R"({"items":[]})", "[", "[{}", "[{}]]", "<html>"}) {
    EXPECT_FALSE(read_registry(body)) << body;
  }
  EXPECT_THAT(read_registry("[]")->providers, IsEmpty());
}

TEST(ReadRegistry, AnEndlessListIsBounded) {
  std::string body = "[";
  for (int i = 0; i < 1'000; ++i) body += (i > 0 ? "," : "") + entry("p" + std::to_string(i), "");
  const auto registry = read_registry(body + "]");
  EXPECT_THAT(registry->providers, SizeIs(kMostProviders));
  EXPECT_THAT(registry->rejected, SizeIs(kMostProviders));
}

TEST(ReadRegistry, LongTextsAreCutBetweenCharacters) {
  std::string name;
  for (int i = 0; i < 2'000; ++i) name += "é";
  const auto registry =
      read_registry("[" + entry("p", R"(,"messageProviderName":{"nl":"x)" + name + "\"}") + "]");
  EXPECT_EQ(registry->providers[0].name.nl().size(), 1'023U);
}

}  // namespace
}  // namespace semafoor::upstream::registry
