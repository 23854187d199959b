// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/sandbox/content/messages.h"
#include "tests/sandbox/ebox/api.h"
#include "tests/sandbox/ebox/query.h"
#include "tests/sandbox/fits.h"
#include "tests/sandbox/oauth/assertion_for_tests.h"

namespace semafoor::sandbox::ebox {
namespace {

using http::Json;

const content::Day kAnchor = content::Day(std::chrono::year(2026) / 11 / 20);
constexpr std::int64_t kNow = 1'800'000'000;

class EboxTest : public testing::Test {
 protected:
  EboxTest()
      : authority_([] { return kNow; }),
        organisations_(content::make_organisations(1, 2, 12)),
        api_(boxes_, ledger_, authority_, mandates_) {
    api_.set_base("http://127.0.0.1:1");
    authority_.set_audiences({"here"});
    auto signals = content::make_signals(1, organisations_[0], 12, kAnchor);
    for (auto& message : content::make_messages({}, organisations_[0], signals, 39, kAnchor)) {
      boxes_.add(cbe(), std::move(message));
    }
    boxes_.open(organisations_[1].cbe);
    token_ = token_for(cbe());
  }

  const std::string& cbe() const { return organisations_[0].cbe; }

  std::string token_for(const std::string& organisation, const std::string& scope = "") {
    static const auto* kKeys = new oauth::KeyPair(oauth::make_p256_key_pair());
    auto id = "client-" + organisation;
    EXPECT_FALSE(authority_.add_client(id, organisation, kKeys->public_pem));
    http::Call call;
    call.method = "POST";
    call.headers.emplace("content-type", "application/x-www-form-urlencoded");
    call.body = oauth::token_form(oauth::assertion(kKeys->private_pem, {{"alg", "ES256"}},
                                                   {{"iss", id},
                                                    {"sub", id},
                                                    {"aud", "here"},
                                                    {"exp", kNow + 9},
                                                    {"jti", std::to_string(++jti_)}},
                                                   true),
                                  scope.empty() ? "" : "&scope=" + scope);
    return Json::parse(authority_.token(call).body)["access_token"];
  }

  http::Call call(const std::string& path,
                  const std::vector<std::pair<std::string, std::string>>& query = {}) {
    http::Call call;
    call.method = "GET";
    call.path = std::string(kRegistryPath) + path;
    for (const auto& pair : query) call.query.insert(pair);
    call.headers.emplace("authorization", "Bearer " + token_);
    return call;
  }
  Json get(const std::string& path,
           const std::vector<std::pair<std::string, std::string>>& query = {}, int status = 200) {
    auto reply = api_.serve(call(path, query));
    EXPECT_EQ(reply.status, status) << path << " " << reply.body;
    if (reply.on_delivered) reply.on_delivered();
    return Json::parse(reply.body);
  }
  std::size_t count(const std::vector<std::pair<std::string, std::string>>& query) {
    return get("/ebox/messages", query)["totalItems"];
  }
  void expect_status_message(const Json& body) {
    for (const auto* name : {"id", "code", "message"}) EXPECT_TRUE(body[name].is_string());
    EXPECT_EQ(body["id"].get<std::string>().size(), 36U);
    EXPECT_EQ(body["environment"], "simulation");
  }

  oauth::Authority authority_;
  oauth::Mandates mandates_;
  std::vector<content::Organisation> organisations_;
  Boxes boxes_;
  ledger::Ledger ledger_;
  Api api_;
  std::string token_;
  int jti_ = 0;
};

TEST_F(EboxTest, PagesAreNewestFirstAndCompleteWithoutOverlap) {
  std::vector<std::string> ids, dates;
  for (int page = 1; page <= 5; ++page) {
    auto body = get("/ebox/messages", {{"page", std::to_string(page)}, {"pageSize", "10"}});
    EXPECT_EQ(body["totalItems"], 39);
    EXPECT_EQ(body["items"].size(), page <= 3 ? 10U : page == 4 ? 9U : 0U);
    for (const auto& item : body["items"]) {
      ids.push_back(item["messageId"]);
      dates.push_back(item["receiptDate"]);
    }
  }
  EXPECT_EQ(std::set<std::string>(ids.begin(), ids.end()).size(), 39U);
  for (std::size_t i = 1; i < dates.size(); ++i) {
    EXPECT_GE(*content::parse_moment(dates[i - 1]), *content::parse_moment(dates[i]));
  }
  EXPECT_EQ(get("/ebox/messages")["items"].size(), 25U);
}

TEST_F(EboxTest, ItemsCarryWhatTheContractRequires) {
  auto all = get("/ebox/messages", {{"pageSize", "100"}});
  for (const auto& item : all["items"]) {
    for (const auto* name : {"expirationDate", "messageId", "messageTypeId", "readStatus",
                             "receiptDate", "registeredMail", "senderOrganizationId", "subject",
                             "bodyMainContent", "replyAuthorized"}) {
      EXPECT_TRUE(item.contains(name)) << name;
    }
    EXPECT_THAT(item["receiptDate"].get<std::string>(), Fits("....-..-..T..:..:..[+]0[12]:00"));
    for (const auto& attachment : item["attachments"]["items"]) {
      EXPECT_TRUE(attachment["size"].is_number_float());
      if (attachment.contains("digest")) {
        EXPECT_EQ(attachment["digest"]["digestMethod"], "sha_256");
        EXPECT_EQ(attachment["digest"]["digestValue"].get<std::string>().size(), 43U);
      }
    }
  }
}

TEST_F(EboxTest, EveryFilterSelects) {
  auto all = boxes_.entries(cbe());
  auto matching = [&](const auto& wanted) {
    return static_cast<std::size_t>(std::count_if(all.begin(), all.end(), wanted));
  };
  const auto& some = *all[5].message;
  auto day = content::local_day(some.received);
  auto text = content::iso_day(day);
  // Strict on both sides: the day itself belongs to neither.
  EXPECT_EQ(count({{"receivedBefore", text}}), matching([&](const Entry& entry) {
              return content::local_day(entry.message->received) < day;
            }));
  EXPECT_EQ(count({{"receivedAfter", text}}), matching([&](const Entry& entry) {
              return content::local_day(entry.message->received) > day;
            }));
  EXPECT_LT(count({{"receivedAfter", text}}) + count({{"receivedBefore", text}}), all.size());
  auto expiry = content::local_day(some.expires);
  EXPECT_EQ(count({{"expiredBefore", content::iso_day(expiry)}}), matching([&](const Entry& entry) {
              return content::local_day(entry.message->expires) < expiry;
            }));
  EXPECT_EQ(count({{"expiredAfter", content::iso_day(expiry)}}), matching([&](const Entry& entry) {
              return content::local_day(entry.message->expires) > expiry;
            }));
  EXPECT_EQ(count({{"messageTypeId", "X-OVERLAPPING"}}), 3U);
  EXPECT_EQ(count({{"senderOrganizationId", some.sender_organisation}}),
            matching([&](const Entry& entry) {
              return entry.message->sender_organisation == some.sender_organisation;
            }));
  EXPECT_EQ(count({{"senderApplicationId", "X-APP-REGION"}}), 3U);
  auto registered = matching([](const Entry& entry) { return entry.message->registered_mail; });
  EXPECT_GT(registered, 0U);
  EXPECT_EQ(count({{"registeredMail", "true"}}), registered);
  EXPECT_EQ(count({{"registeredMail", "false"}}), all.size() - registered);
  EXPECT_EQ(count({{"readStatus", "true"}}), 0U);
  EXPECT_EQ(count({{"visible", "true"}}), all.size());
  // AND.
  EXPECT_EQ(count({{"messageTypeId", "X-OVERLAPPING"}, {"senderApplicationId", "X-APP-REGION"}}),
            0U);
}

TEST_F(EboxTest, TextSearchIgnoresCaseAndAccentsInTheLanguageAskedFor) {
  EXPECT_EQ(fold("ÉTAT Mensuel Größe"), "etat mensuel große");
  EXPECT_EQ(count({{"q", "ETAT MENSUEL REVENU"}, {"qlang", "fr"}}), 3U);
  EXPECT_EQ(count({{"q", "etat mensuel revenu"}, {"qlang", "nl"}}), 0U);
  EXPECT_EQ(count({{"q", "maandstaat"}, {"qlang", "nl"}}), 9U);
  EXPECT_EQ(count({{"q", "voorbeeldgewest"}, {"qlang", "nl"}}), 3U);
  // Business data.
  auto reference = "REF-" + boxes_.entries(cbe())[0].message->id.substr(0, 8);
  EXPECT_LE(count({{"q", reference}, {"qlang", "nl"}}), 1U);
  EXPECT_EQ(count({{"q", "no such words"}, {"qlang", "de"}}), 0U);
}

TEST_F(EboxTest, AbsurdCriteriaFindNothingButWrongOnesAreRefused) {
  EXPECT_EQ(get("/ebox/messages", {{"messageTypeId", "???"}})["items"], Json::array());
  EXPECT_EQ(get("/ebox/messages", {{"page", "2000000000"}})["items"], Json::array());
  EXPECT_EQ(get("/ebox/messages", {{"receivedBefore", "0001-01-01"}})["totalItems"], 0);
  using Query = std::vector<std::pair<std::string, std::string>>;
  for (const auto& query :
       {Query{{"q", "x"}}, Query{{"q", "x"}, {"qlang", "en"}}, Query{{"page", "0"}},
        Query{{"page", "x"}}, Query{{"pageSize", "101"}}, Query{{"pageSize", "0"}},
        Query{{"pageSize", "5 "}}, Query{{"receivedAfter", "20261101"}},
        Query{{"receivedAfter", "2026-13-01"}}, Query{{"readStatus", "yes"}},
        Query{{"visible", ""}}}) {
    expect_status_message(get("/ebox/messages", query, 400));
  }
}

TEST_F(EboxTest, ReadingTheMainContentMarksAsReadAndAnnexesDoNot) {
  std::shared_ptr<const content::Message> message;
  for (const auto& entry : boxes_.entries(cbe())) {
    if (entry.message->attachments.size() > 1) message = entry.message;
  }
  auto path = [&](bool main) {
    for (const auto& attachment : message->attachments) {
      if (attachment.main_content == main) {
        return "/ebox/messages/" + message->id + "/attachments/" + attachment.id;
      }
    }
    return std::string();
  };
  EXPECT_EQ(api_.serve(call(path(false) + "/content")).status, 200);
  EXPECT_EQ(get(path(true))["mainContent"], true);
  EXPECT_EQ(get("/ebox/messages/" + message->id)["readStatus"], false);
  auto reply = api_.serve(call(path(true) + "/content"));
  EXPECT_EQ(reply.content_type, "application/octet-stream");
  ASSERT_TRUE(reply.file);
  EXPECT_EQ(get("/ebox/messages/" + message->id)["readStatus"], true);
  EXPECT_EQ(count({{"readStatus", "true"}}), 1U);
  EXPECT_EQ(get("/ebox")["numberOfUnreadMessages"], 38);
  EXPECT_EQ(ledger_.summary()["totals"]["messagesMarkedRead"], 1);
}

TEST_F(EboxTest, VisibilityChangesAllOrNothing) {
  auto entries = boxes_.entries(cbe());
  auto patch = [&](const Json& body, const char* type = "application/merge-patch+json") {
    auto request = call("/ebox/messages");
    request.method = "PATCH";
    request.headers.emplace("content-type", type);
    request.body = body.dump();
    return api_.serve(request);
  };
  Json item{{"messageId", entries[0].message->id}, {"visible", false}};
  EXPECT_EQ(patch({{"items", {item, {{"messageId", "none"}, {"visible", false}}}}}).status, 404);
  EXPECT_EQ(count({{"visible", "false"}}), 0U);
  auto reply = patch({{"items", {item}}, {"totalItems", 1}});
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.body, "");
  EXPECT_EQ(count({{"visible", "false"}}), 1U);
  // The counters include what is not visible.
  EXPECT_EQ(get("/ebox")["numberOfMessages"], 39);
  EXPECT_EQ(patch({{"items", {item}}}, "application/json").status, 400);
  EXPECT_EQ(patch({{"items", {{{"messageId", "x"}}}}}).status, 400);
  EXPECT_EQ(patch(Json::array()).status, 400);
}

TEST_F(EboxTest, WhatIsNotThereIs404WithAStatusMessage) {
  auto id = boxes_.entries(cbe())[0].message->id;
  expect_status_message(get("/ebox/messages/none", {}, 404));
  expect_status_message(get("/ebox/messages/" + id + "/attachments/none", {}, 404));
  expect_status_message(get("/ebox/messages/" + id + "/attachments/none/content", {}, 404));
  expect_status_message(get("/referenceData/messageTypes/none", {}, 404));
  EXPECT_TRUE(boxes_.remove(id));
  get("/ebox/messages/" + id, {}, 404);
}

TEST_F(EboxTest, PaymentDataAreThoseOfTheMessage) {
  int with = 0;
  for (const auto& entry : boxes_.entries(cbe())) {
    auto path = "/ebox/messages/" + entry.message->id;
    auto message = get(path);
    auto there = message.contains("paymentData");
    auto payment = get(path + "/paymentData", {}, there ? 200 : 404);
    if (there) {
      EXPECT_EQ(payment, message["paymentData"]);
    }
    with += there ? 1 : 0;
  }
  EXPECT_GT(with, 0);
}

TEST_F(EboxTest, LogosComeAndReferenceDataKnowTheirTag) {
  for (const auto* kind : {"senderOrganizations", "senderApplications"}) {
    auto path = std::string("/referenceData/") + kind;
    auto item = get(path)["items"][0];
    auto organisation = item.contains("organizationId");
    auto logo = item[organisation ? "organizationLogos" : "applicationLogos"][0];
    path += "/" + item[organisation ? "organizationId" : "applicationId"].get<std::string>();
    auto image =
        api_.serve(call(path + "/images/" + logo["imageId"].get<std::string>() + "/content"));
    EXPECT_EQ(image.status, 200);
    EXPECT_EQ(image.body.substr(1, 3), "PNG");
    EXPECT_EQ(api_.serve(call(path + "/images/other/content")).status, 404);
    EXPECT_EQ(
        api_.serve(call("/referenceData/messageTypes/X-CORRECTION/images/logo/content")).status,
        404);
    auto again = call(path);
    for (const auto& [name, value] : api_.serve(call(path)).headers) {
      if (name == "ETag") again.headers.emplace("if-none-match", value);
    }
    auto unchanged = api_.serve(again);
    EXPECT_EQ(unchanged.status, 304);
    EXPECT_EQ(unchanged.body, "");
  }
}

TEST_F(EboxTest, AReplyIsAnEffectInTheLedger) {
  const content::Message* original = nullptr;
  auto entries = boxes_.entries(cbe());
  for (const auto& entry : entries) {
    if (entry.message->reply_authorised) original = entry.message.get();
  }
  ASSERT_NE(original, nullptr);
  auto request = call("/publishMessage");
  EXPECT_EQ(api_.serve(request).status, 405);
  request.method = "POST";
  request.headers.emplace("content-type", "multipart/form-data; boundary=X");
  Json description{
      {"recipient", {{"eboxType", "enterprise"}, {"eboxIdValue", original->sender_organisation}}},
      {"originalMessageId", original->id},
      {"subject", {{"nl", "Antwoord"}}},
      {"bodyContent", {{"nl", "Akkoord"}}},
      {"bodyMainContent", true},
      {"replyAuthorized", false}};
  request.parts = {{"messageToPublish", "", "application/json", description.dump()}};
  auto reply = api_.serve(request);
  EXPECT_EQ(reply.status, 201) << reply.body;
  auto seen = ledger_.everything(cbe())["organisations"][cbe()]["replies"];
  ASSERT_EQ(seen.size(), 1U);
  EXPECT_EQ(seen[0]["messageId"], Json::parse(reply.body)["messageId"]);
  EXPECT_EQ(seen[0]["originalMessageId"], original->id);
  EXPECT_EQ(seen[0]["body"], "Akkoord");
  request.parts.clear();
  auto refused = api_.serve(request);
  EXPECT_EQ(refused.status, 400);
  expect_status_message(Json::parse(refused.body));
}

TEST_F(EboxTest, AnotherOrganisationSeesItsOwnBoxOnly) {
  auto id = boxes_.entries(cbe())[0].message->id;
  token_ = token_for(organisations_[1].cbe);
  EXPECT_EQ(get("/ebox/messages")["totalItems"], 0);
  EXPECT_EQ(get("/ebox")["numberOfMessages"], 0);
  get("/ebox/messages/" + id, {}, 404);
}

TEST_F(EboxTest, TokensAreAskedForWithTheRightScope) {
  token_ = "sandbox-nonsense";
  auto reply = api_.serve(call("/ebox"));
  EXPECT_EQ(reply.status, 401);
  expect_status_message(Json::parse(reply.body));
  token_ = token_for(cbe(), "X-scope:podmi:mailbox");
  EXPECT_EQ(api_.serve(call("/ebox")).status, 403);
}

TEST_F(EboxTest, ReferenceDataIsPagedAndMayBeCached) {
  auto reply = api_.serve(call("/referenceData/messageTypes", {{"pageSize", "5"}, {"page", "3"}}));
  auto body = Json::parse(reply.body);
  EXPECT_EQ(body["totalItems"], 13);
  EXPECT_EQ(body["items"].size(), 3U);
  EXPECT_THAT(reply.headers,
              testing::Contains(testing::Pair(
                  "Cache-Control", "public, no-transform, proxy-revalidate, max-age=86400")));
  EXPECT_EQ(get("/referenceData/messageTypes/X-CORRECTION")["messageTypeName"]["fr"], "Correction");
  EXPECT_EQ(get("/referenceData/senderApplications")["totalItems"], 3);
  auto id = get("/referenceData/senderOrganizations")["items"][0]["organizationId"];
  EXPECT_EQ(get("/referenceData/senderOrganizations/" + id.get<std::string>())["organizationId"],
            id);
  get("/referenceData/messageTypes", {{"pageSize", "0"}}, 400);
}

TEST_F(EboxTest, AListAnswerThatWasNotDeliveredIsNotListed) {
  auto reply = api_.serve(call("/ebox/messages"));
  EXPECT_EQ(ledger_.summary()["totals"]["messagesListed"], 0);
  reply.on_delivered();
  EXPECT_EQ(ledger_.summary()["totals"]["messagesListed"], 25);
}

TEST_F(EboxTest, TheProviderRegistryNamesThisProvider) {
  http::Call request;
  request.method = "GET";
  request.path = "/federation/v1/messageProviders";
  request.headers.emplace("authorization", "Bearer " + token_);
  auto list = Json::parse(api_.federation(request).body);
  ASSERT_EQ(list.size(), 1U);
  EXPECT_EQ(list[0]["apiSupportedVersion"], "2.1");
  EXPECT_EQ(list[0]["messageProviderUrl"], "http://127.0.0.1:1/ebox/messageRegistry/v2/");
}

TEST_F(EboxTest, AServiceProviderReadsTheBoxOfWhomItHasAMandateFor) {
  constexpr char kProvider[] = "0100100337";
  const auto own = cbe();
  token_ = token_for(kProvider);
  auto status = [&](const std::string& named) {
    auto request = call("/ebox/messages");
    if (!named.empty()) request.headers.emplace(oauth::kOnBehalfOf, named);
    return api_.serve(request).status;
  };
  EXPECT_EQ(status(""), 404) << "it has no e-Box of its own here";
  EXPECT_EQ(status(own), 403);
  mandates_.put(kProvider, own, false);
  EXPECT_EQ(status(own), 403) << "not validated by the organisation";
  mandates_.put(kProvider, own, true);
  EXPECT_EQ(status(own), 200);
  EXPECT_EQ(status(organisations_[1].cbe), 403) << "a mandate is for one";
  EXPECT_EQ(status(own.substr(1)), 400) << "ten digits";
  EXPECT_TRUE(mandates_.remove(kProvider, own));
  EXPECT_EQ(status(own), 403);
}

}  // namespace
}  // namespace semafoor::sandbox::ebox
