// SPDX-License-Identifier: Apache-2.0
//
// What semafoor-host reads and shows: answers, dossiers, masked numbers, formatted values.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "host-shim/host/answers_file.h"
#include "host-shim/host/dossier_file.h"
#include "host-shim/host/format.h"
#include "host-shim/host/masking.h"
#include "host-shim/host/options.h"
#include "host-shim/testing/temporary_folder.h"

namespace semafoor::reference_host {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string refusal(const std::function<void()>& action) {
  try {
    action();
  } catch (const WrongUse& wrong) {
    return wrong.what();
  }
  ADD_FAILURE() << "was accepted";
  return {};
}

TEST(Answers, OfCsvWithQuotesSemicolonsAndAByteOrderMark) {
  const Json items = parse_answers(
      "\xef\xbb\xbfsignalId;code;remark;decisionDate\r\n"
      "s1;X-COUNTED;\"said \"\"no\"\"; twice\";2026-07-01\r\n"
      "\r\n"
      "s2;X-EXEMPT;;\r\n",
      true, "a.csv");
  ASSERT_EQ(items.size(), 2U);
  EXPECT_EQ(items[0]["remark"], "said \"no\"; twice");
  EXPECT_EQ(items[0]["decisionDate"], (Json{{"year", 2026}, {"month", 7}, {"day", 1}}));
  EXPECT_EQ(items[1], (Json{{"signalId", "s2"}, {"code", "X-EXEMPT"}}));
}

TEST(Answers, OfJsonAsAListOrAsItems) {
  const char* list = R"([{"signalId":"s","code":"X","decisionDate":"2026-07-01"}])";
  EXPECT_EQ(parse_answers(list, false, "a"),
            parse_answers(std::string(R"({"items":)") + list + "}", false, "a"));
}

TEST(Answers, ThatCannotBeReadSayWhere) {
  const auto csv = [](const char* text) {
    return refusal([&] { parse_answers(text, true, "a.csv"); });
  };
  EXPECT_THAT(csv("signalId,kode\ns,X\n"), HasSubstr("kode"));
  EXPECT_THAT(csv("signalId,code\ns\n"), HasSubstr("record 1"));
  EXPECT_THAT(csv("signalId,code\n\"s,X\n"), HasSubstr("never closed"));
  EXPECT_THAT(csv("signalId,code\n"), HasSubstr("no answer"));
  EXPECT_THAT(csv(""), HasSubstr("empty"));
  EXPECT_THAT(csv("signalId,code\ns,\n"), HasSubstr("answer 1 has no code"));
  EXPECT_THAT(csv("signalId,code,decisionDate\ns,X,2026-13-01\n"), HasSubstr("2026-13-01"));
  const auto json = [](const char* text) {
    return refusal([&] { parse_answers(text, false, "a.json"); });
  };
  EXPECT_THAT(json("{"), HasSubstr("not JSON"));
  EXPECT_THAT(json("{}"), HasSubstr("items"));
  EXPECT_THAT(json("[1]"), HasSubstr("items[0]"));
  EXPECT_THAT(refusal([] { read_answers("/nonexistent/answers.json"); }), HasSubstr("opened"));
}

class Dossiers : public ::testing::Test {
 protected:
  std::string refused(const std::string& content) {
    return refusal([&] { const DossierFile file(write(content)); });
  }
  std::string write(const std::string& content) {
    return folder_.write("d.json", content).string();
  }
  semafoor::testing::TemporaryFolder folder_;
};

TEST_F(Dossiers, AreFoundByNationalNumberHoweverItIsWritten) {
  const DossierFile file(write(
      R"({"persons":[{"ssin":"00.00.00-000.97","dossiers":[{"reference":"D-1","label":"x"}]}]})"));
  const Json answer = Json::parse(file.resolve(
      R"({"persons":[{"person":{"value":"00000000097"}},{"person":{"value":"00000000196"}}]})"));
  ASSERT_EQ(answer["persons"].size(), 1U) << "a person without dossier is left out";
  EXPECT_EQ(answer["persons"][0]["person"]["value"], "00000000097");
  EXPECT_EQ(answer["persons"][0]["dossiers"][0]["reference"], "D-1");
}

TEST_F(Dossiers, OfTheAuthoritysNumberArePreferred) {
  const DossierFile file(write(R"({"persons":[{"ssin":"00000000097","dossiers":[
      {"reference":"D-1","number":"1"},{"reference":"D-2","number":"2"}]}]})"));
  const auto resolved = [&](const std::string& number) {
    return Json::parse(
        file.resolve(R"({"persons":[{"person":{"value":"00000000097"},"dossierNumber":")" + number +
                     "\"}]}"))["persons"][0]["dossiers"];
  };
  EXPECT_EQ(resolved("2"), Json::parse(R"([{"reference":"D-2"}])"));
  EXPECT_EQ(resolved("7").size(), 2U);
}

TEST_F(Dossiers, ThatCannotBeReadSayWhereAndNameNobody) {
  EXPECT_THAT(refused("{"), HasSubstr("not JSON"));
  EXPECT_THAT(refused("{}"), HasSubstr("persons"));
  const std::string wrong = refused(R"({"persons":[{"ssin":"8507303328","dossiers":[]}]})");
  EXPECT_THAT(wrong, HasSubstr("persons[0].ssin"));
  EXPECT_THAT(wrong, Not(HasSubstr("8507")));
  EXPECT_THAT(refused(R"({"persons":[{"ssin":"00000000097","dossiers":[{}]}]})"),
              HasSubstr("reference"));
  EXPECT_THAT(refusal([] { const DossierFile file("/nonexistent.json"); }), HasSubstr("opened"));
}

TEST(Masking, HidesNationalNumbersAndNothingElse) {
  EXPECT_EQ(mask_numbers("of 85073003328, and"), "of *********28, and");
  EXPECT_EQ(mask_numbers("85.07.30-033.28"), "**.**.**-***.28");
  EXPECT_EQ(mask_numbers("id 01a20aff-26e7-7483-aa14-092515558b81"),
            "id 01a20aff-26e7-7483-aa14-092515558b81");
  EXPECT_EQ(mask_numbers("0a345678-9012-4aaa-8652-112515558b81"),
            "0a345678-9012-4aaa-8652-112515558b81");
  EXPECT_EQ(mask_numbers("85073003328"), "*********28");
  for (const char* text : {"0212.344.876", "2026-07-01 12:30", "123456789012", "", "no digits",
                           "0190b6f0-7c1e-7d3a-8a52-6c9a4f1e2b3d"})
    EXPECT_EQ(mask_numbers(text), text);
}

TEST(Format, OfProto3Json) {
  EXPECT_EQ(as_number(Json("42")), 42);
  EXPECT_EQ(as_number(Json(42)), 42);
  EXPECT_EQ(moment({{"unixMs", "1700000000000"}}), "2023-11-14 22:13");
  EXPECT_EQ(moment(Json()), "");
  EXPECT_EQ(day({{"year", 2026}, {"month", 7}, {"day", 1}}), "2026-07-01");
  EXPECT_EQ(period({{"from", {{"year", 2026}, {"month", 1}, {"day", 1}}}}), "2026-01-01 to now");
  EXPECT_EQ(money({{"eurocents", "123456"}}), "1234.56");
  EXPECT_EQ(money({{"eurocents", "-5"}}), "-0.05");
  EXPECT_EQ(localized({{"nl", ""}, {"fr", "oui"}}, "de"), "oui");
  EXPECT_EQ(localized({{"nl", "ja"}, {"fr", "oui"}}, "fr"), "oui");
  EXPECT_EQ(short_name("SIGNAL_STATE_RECEIVED", "SIGNAL_STATE_"), "received");
  EXPECT_EQ(full_name("no-dossier", "MATCH_STATE_"), "MATCH_STATE_NO_DOSSIER");
  EXPECT_EQ(full_name("MATCH_STATE_OPEN", "MATCH_STATE_"), "MATCH_STATE_OPEN");
}

}  // namespace
}  // namespace semafoor::reference_host
