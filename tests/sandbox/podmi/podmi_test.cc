// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/sandbox/content/numbers.h"
#include "tests/sandbox/oauth/assertion_for_tests.h"
#include "tests/sandbox/podmi/api.h"

namespace semafoor::sandbox::podmi {
namespace {

using http::Json;

const content::Day kAnchor = content::Day(std::chrono::year(2026) / 11 / 20);
constexpr std::int64_t kNow = 1'800'000'000;

class PodmiTest : public testing::Test {
 protected:
  PodmiTest()
      : authority_([] { return kNow; }),
        organisation_(content::make_organisations(1, 1, 12)[0]),
        mailbox_(ledger_),
        api_(mailbox_, authority_) {
    authority_.set_audiences({"here"});
    auto keys = oauth::make_p256_key_pair();
    EXPECT_FALSE(authority_.add_client("cl", organisation_.cbe, keys.public_pem));
    http::Call request;
    request.method = "POST";
    request.headers.emplace("content-type", "application/x-www-form-urlencoded");
    request.body = oauth::token_form(oauth::assertion(
        keys.private_pem, {{"alg", "ES256"}},
        {{"iss", "cl"}, {"sub", "cl"}, {"aud", "here"}, {"exp", kNow + 9}, {"jti", "1"}}, true));
    token_ = Json::parse(authority_.token(request).body)["access_token"];
    auto signals = content::make_signals(1, organisation_, 8, kAnchor);
    std::vector<Repeat> repeats(8, Repeat::none);
    repeats[0] = Repeat::same_event;
    repeats[2] = Repeat::new_event;
    mailbox_.fill(signals, repeats);
    reference_ = signals[0].reference;
  }

  http::Reply serve(const std::string& method, const std::string& path,
                    const std::string& body = "",
                    const std::vector<std::pair<std::string, std::string>>& query = {}) {
    http::Call call;
    call.method = method;
    call.path = std::string(kPath) + path;
    call.body = body;
    for (const auto& pair : query) call.query.insert(pair);
    call.headers.emplace("authorization", "Bearer " + token_);
    call.headers.emplace("content-type", "application/cloudevents+json");
    auto reply = api_.serve(call);
    if (reply.on_delivered) reply.on_delivered();
    return reply;
  }
  Json fetch(const std::string& cursor = "", const std::string& limit = "500") {
    std::vector<std::pair<std::string, std::string>> query{{"limit", limit}};
    if (!cursor.empty()) query.emplace_back("cursor", cursor);
    auto reply = serve("GET", "/messages", "", query);
    EXPECT_EQ(reply.status, 200) << reply.body;
    EXPECT_EQ(reply.content_type, "application/cloudevents-batch+json");
    return Json::parse(reply.body);
  }
  Json feedback(const std::string& id, const std::string& code, const std::string& reference = "") {
    return {{"specversion", "1.0"},
            {"id", id},
            {"source", "urn:cbe:" + organisation_.cbe},
            {"type", "x-podmi-knipperlicht.v1.feedback.create"},
            {"service", "x-podmi-knipperlicht.v1"},
            {"datacontenttype", "application/json"},
            {"data",
             {{"schema", "X-feedback/1"},
              {"clientReference", id.substr(0, 15)},
              {"signalReference", reference.empty() ? reference_ : reference},
              {"feedbackCode", code},
              {"decisionDate", "2026-11-02"},
              {"agent", "agent-1"}}}};
  }
  Json result_of(const std::string& id) {
    for (const auto& event : fetch()) {
      if (event.value("relatedto", "") == id) return event["data"];
    }
    return nullptr;
  }

  oauth::Authority authority_;
  content::Organisation organisation_;
  ledger::Ledger ledger_;
  Mailbox mailbox_;
  Api api_;
  std::string token_;
  std::string reference_;
};

TEST_F(PodmiTest, SomeSignalsComeTwiceAndNumbersHaveNoHole) {
  auto events = fetch();
  ASSERT_EQ(events.size(), 10U);
  std::map<std::string, int> by_id, by_reference;
  std::set<int> sequence;
  for (const auto& event : events) {
    for (const auto* name : {"specversion", "id", "source", "type", "service", "xcursor"}) {
      EXPECT_TRUE(event[name].is_string()) << name;
    }
    ++by_id[event["id"]];
    ++by_reference[event["data"]["signalReference"]];
    sequence.insert(event["data"]["sequence"].get<int>());
  }
  EXPECT_EQ(by_id.size(), 9U) << "one event came twice";
  EXPECT_EQ(by_reference.size(), 8U) << "and one signal as two events";
  EXPECT_EQ(sequence.size(), 9U);
  EXPECT_EQ(*sequence.rbegin(), 9);
}

TEST_F(PodmiTest, TheCursorMovesAndReadingRemovesNothing) {
  auto first = fetch("", "3");
  ASSERT_EQ(first.size(), 3U);
  EXPECT_EQ(fetch("", "3"), first);
  auto rest = fetch(first[2]["xcursor"]);
  EXPECT_EQ(rest.size(), 7U);
  EXPECT_EQ(fetch(rest.back()["xcursor"]), Json::array());
}

TEST_F(PodmiTest, AcknowledgedEventsAreForgottenOnce) {
  auto events = fetch();
  auto cursor = events[4]["xcursor"].get<std::string>();
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(serve("POST", "/acknowledgements", Json{{"cursor", cursor}}.dump()).status, 204);
  }
  auto left = fetch();
  ASSERT_EQ(left.size(), 5U);
  EXPECT_EQ(left[0], events[5]);
  // Going back is harmless.
  auto early = events[0]["xcursor"].get<std::string>();
  EXPECT_EQ(serve("POST", "/acknowledgements", Json{{"cursor", early}}.dump()).status, 204);
  EXPECT_EQ(fetch().size(), 5U);
  EXPECT_EQ(fetch(early).size(), 5U);
}

TEST_F(PodmiTest, StrangeCursorsAndLimitsAreRefused) {
  for (const auto* cursor : {"5", "xc-000000050000", "xc-ffffffff0000", "", "xc-zzzzzzzz0000"}) {
    EXPECT_EQ(serve("POST", "/acknowledgements", Json{{"cursor", cursor}}.dump()).status, 400);
  }
  EXPECT_EQ(serve("POST", "/acknowledgements", "{").status, 400);
  for (const auto* limit : {"0", "501", "x", "-1"}) {
    auto reply = serve("GET", "/messages", "", {{"limit", limit}});
    EXPECT_EQ(reply.status, 400);
    EXPECT_EQ(reply.content_type, "application/problem+json");
    EXPECT_EQ(Json::parse(reply.body)["issues"][0]["in"], "query");
  }
}

TEST_F(PodmiTest, AnAnswerHasOneEffectHoweverOftenItComes) {
  auto body = feedback("11111111-1111-4111-8111-111111111111", "X-COUNTED").dump();
  auto first = serve("POST", "/messages", body);
  EXPECT_EQ(first.status, 201);
  auto again = serve("POST", "/messages", body);
  EXPECT_EQ(again.status, 200);
  EXPECT_EQ(again.body, first.body);
  auto other = feedback("11111111-1111-4111-8111-111111111111", "X-EXEMPT").dump();
  auto conflict = serve("POST", "/messages", other);
  EXPECT_EQ(conflict.status, 409);
  EXPECT_EQ(Json::parse(conflict.body)["type"], "urn:problem-type:x-podmi:conflict");
  auto totals = ledger_.summary()["totals"];
  EXPECT_EQ(totals["feedbackEffects"], 1);
  EXPECT_EQ(totals["feedbackDoubles"], 2);
  EXPECT_EQ(totals["feedbackConflicts"], 1);
  auto result = result_of("11111111-1111-4111-8111-111111111111");
  EXPECT_EQ(result["evaluation"], "ACCEPTED");
  EXPECT_EQ(result["authorityReference"].get<std::string>().size(), 10U);
  EXPECT_EQ(result["errors"], Json::array());
}

TEST_F(PodmiTest, RefusalsAreCodedAndACorrectionIsAccepted) {
  auto refusal = [&](const std::string& id, const Json& event) {
    EXPECT_EQ(serve("POST", "/messages", event.dump()).status, 201);
    auto result = result_of(id);
    EXPECT_EQ(result["evaluation"], "REFUSED");
    EXPECT_FALSE(result["errors"][0]["description"]["nl"].get<std::string>().empty());
    return result["errors"][0]["code"].get<std::string>();
  };
  EXPECT_EQ(refusal("a", feedback("a", "X-REVISED")), "X-0002");
  EXPECT_EQ(refusal("b", feedback("b", "X-RECOVERY")), "X-0002");
  EXPECT_EQ(refusal("c", feedback("c", "X-COUNTED", "KN0000000000")), "X-0003");
  EXPECT_EQ(refusal("d", feedback("d", "X-OLD-2024")), "X-0001");
  auto corrected = feedback("e", "X-REVISED");
  corrected["data"]["decisionReference"] = "B-2026-17";
  EXPECT_EQ(serve("POST", "/messages", corrected.dump()).status, 201);
  EXPECT_EQ(result_of("e")["evaluation"], "ACCEPTED");
  auto totals = ledger_.summary()["totals"];
  EXPECT_EQ(totals["feedbackRefused"], 4);
  EXPECT_EQ(totals["feedbackAccepted"], 1);
  EXPECT_EQ(totals["signalsAcceptedTwice"], 0);
}

TEST_F(PodmiTest, AnUnknownOutcomeCanBeAskedFor) {
  EXPECT_EQ(serve("GET", "/feedback/a").status, 404);
  mailbox_.hold_results(true);
  serve("POST", "/messages", feedback("a", "X-COUNTED").dump());
  EXPECT_EQ(Json::parse(serve("GET", "/feedback/a").body),
            (Json{{"id", "a"}, {"status", "RECEIVED"}}));
  EXPECT_TRUE(result_of("a").is_null());
  mailbox_.hold_results(false);
  auto status = Json::parse(serve("GET", "/feedback/a").body);
  EXPECT_EQ(status["status"], "ACCEPTED");
  EXPECT_EQ(status["authorityReference"], result_of("a")["authorityReference"]);
}

TEST_F(PodmiTest, AnEvaluationCanBeOrdered) {
  mailbox_.order("", {"PARTIALLYACCEPTED", "X-0001", 1});
  serve("POST", "/messages", feedback("a", "X-COUNTED").dump());
  serve("POST", "/messages", feedback("b", "X-COUNTED").dump());
  EXPECT_EQ(result_of("a")["evaluation"], "PARTIALLYACCEPTED");
  EXPECT_EQ(result_of("b")["evaluation"], "ACCEPTED");
}

TEST_F(PodmiTest, BrokenEventsAreRefusedWithTheirIssues) {
  auto names = [&](Json event) {
    auto reply = serve("POST", "/messages", event.dump());
    EXPECT_EQ(reply.status, 400);
    std::vector<std::string> result;
    auto body = Json::parse(reply.body);
    for (const auto& issue : body["issues"]) result.push_back(issue["name"]);
    return result;
  };
  auto event = feedback("a", "X-COUNTED");
  event["source"] = "urn:cbe:0212214917";
  EXPECT_THAT(names(event), testing::ElementsAre("source"));
  event = feedback("a", "X-COUNTED");
  event["data"]["clientReference"] = "sixteen letters!";
  event["data"].erase("feedbackCode");
  EXPECT_THAT(names(event), testing::ElementsAre("clientReference", "feedbackCode"));
  event = feedback("a", "X-COUNTED");
  event["data"]["remark"] = std::string(257, 'x');
  EXPECT_THAT(names(event), testing::ElementsAre("remark"));
  EXPECT_EQ(serve("POST", "/messages", "[]").status, 400);
  EXPECT_EQ(serve("POST", "/messages", std::string(300000, ' ')).status, 413);
  EXPECT_EQ(ledger_.summary()["totals"]["feedbackEffects"], 0);
}

TEST_F(PodmiTest, WithACursorNothingIsAcknowledged) {
  mailbox_.set_manner(Manner::cursor);
  auto first = fetch("", "3");
  auto cursor = first[2]["xcursor"].get<std::string>();
  auto reply = serve("POST", "/acknowledgements", Json{{"cursor", cursor}}.dump());
  EXPECT_EQ(reply.status, 404);
  EXPECT_EQ(Json::parse(reply.body)["type"], "urn:problem-type:belgif:resourceNotFound");
  EXPECT_EQ(fetch("", "3"), first);
  EXPECT_EQ(fetch(cursor).size(), 7U);
}

TEST_F(PodmiTest, RemovedIsGoneWhenItWasHandedOut) {
  mailbox_.set_manner(Manner::removed);
  auto first = fetch("", "3");
  EXPECT_EQ(fetch("", "500").size(), 7U);
  EXPECT_EQ(fetch("of no meaning"), Json::array());
  Json body{{"cursor", first[2]["xcursor"]}};
  EXPECT_EQ(serve("POST", "/acknowledgements", body.dump()).status, 204);
  EXPECT_EQ(ledger_.summary()["totals"]["signalsHandedOut"], 8);
}

TEST_F(PodmiTest, AJudgementComesAtOnceOrNever) {
  mailbox_.set_timing(Timing::at_once);
  auto body = feedback("a", "X-REVISED").dump();
  auto first = serve("POST", "/messages", body);
  EXPECT_EQ(first.status, 201);
  auto result = Json::parse(first.body)["result"];
  EXPECT_EQ(result["evaluation"], "REFUSED");
  EXPECT_EQ(result["errors"][0]["code"], "X-0002");
  EXPECT_EQ(result["authorityReference"].get<std::string>().size(), 10U);
  EXPECT_EQ(serve("POST", "/messages", body).body, first.body);
  EXPECT_TRUE(result_of("a").is_null());
  mailbox_.set_timing(Timing::never);
  auto silent = Json::parse(serve("POST", "/messages", feedback("b", "X-COUNTED").dump()).body);
  EXPECT_EQ(silent, (Json{{"id", "b"}, {"status", "RECEIVED"}}));
  EXPECT_EQ(Json::parse(serve("GET", "/feedback/b").body)["status"], "RECEIVED");
}

TEST_F(PodmiTest, WithoutIntegrationAnAnswerIsRefusedAndLeavesNothing) {
  auto ssin = mailbox_.signals(organisation_.cbe)[0].ssin;
  mailbox_.set_integrated(organisation_.cbe, ssin, false);
  auto reply = serve("POST", "/messages", feedback("a", "X-COUNTED").dump());
  EXPECT_EQ(reply.status, 422);
  EXPECT_EQ(Json::parse(reply.body)["type"], "urn:problem-type:x-podmi:notIntegrated");
  EXPECT_EQ(serve("GET", "/feedback/a").status, 404);
  EXPECT_EQ(ledger_.summary()["totals"]["feedbackEffects"], 0);
}

TEST_F(PodmiTest, AReplacedNumberComesWithTheSignalAgain) {
  auto ssin = mailbox_.signals(organisation_.cbe)[0].ssin;
  auto by = content::next_ssin(ssin);
  mailbox_.replace_person(organisation_.cbe, ssin, by);
  auto events = fetch();
  ASSERT_EQ(events.size(), 11U);
  auto data = events.back()["data"];
  EXPECT_EQ(data["signalReference"], reference_);
  EXPECT_EQ(data["ssin"], by);
  EXPECT_EQ(data["replacesSsin"], ssin);
  EXPECT_EQ(data["sequence"], 10);
  EXPECT_FALSE(events.front()["data"].contains("replacesSsin"));
}

TEST_F(PodmiTest, AMemberThatNobodyKnowsTellsARepetitionFromAConflict) {
  auto event = feedback("a", "X-COUNTED");
  event["data"]["later"] = 1;
  serve("POST", "/messages", event.dump());
  EXPECT_EQ(serve("POST", "/messages", event.dump()).status, 200);
  event["data"]["later"] = 2;
  EXPECT_EQ(serve("POST", "/messages", event.dump()).status, 409);
}

TEST_F(PodmiTest, WithoutATokenNothing) {
  token_ = "x";
  auto reply = serve("GET", "/messages");
  EXPECT_EQ(reply.status, 401);
  EXPECT_EQ(Json::parse(reply.body)["type"], "urn:problem-type:belgif:invalidAccessToken");
}

}  // namespace
}  // namespace semafoor::sandbox::podmi
