// SPDX-License-Identifier: Apache-2.0
#include "tests/sandbox/control/federation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/sandbox/ebox/dialect3.h"

namespace semafoor::sandbox::control {
namespace {

using http::Json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class FederationTest : public testing::Test {
 protected:
  FederationTest() {
    first_.set_base("http://127.0.0.1:1");
    federation_.set_base("http://127.0.0.1:1");
    token_ = authority_.issue(cbe());
  }
  const std::string& cbe() const { return world_.organisations()[0].cbe; }

  http::Reply get(const std::string& path, const std::string& method = "GET") {
    http::Call call;
    call.method = method;
    call.path = path;
    call.segments = http::split_path(path);
    call.headers.emplace("authorization", "Bearer " + token_);
    return federation_.serve(call);
  }
  std::vector<std::string> listed() {
    std::vector<std::string> ids;
    for (const auto& entry : federation_.registry()) {
      ids.push_back(entry.is_object() ? entry.value("messageProviderId", "?") : "?");
    }
    return ids;
  }

  ledger::Ledger ledger_;
  oauth::Authority authority_{[] { return std::int64_t{1'800'000'000}; }};
  ebox::Boxes boxes_;
  podmi::Mailbox mailbox_{ledger_};
  World world_{{.organisations = 2, .messages = 3, .signals = 0}, boxes_, mailbox_, ledger_};
  oauth::Mandates mandates_;
  ebox::Api first_{boxes_, ledger_, authority_, mandates_};
  Federation federation_{world_, first_, ledger_, authority_, mandates_};
  std::string token_;
};

TEST_F(FederationTest, TheFirstProviderIsAlwaysListed) {
  EXPECT_THAT(listed(), ElementsAre("sandbox"));
  EXPECT_FALSE(federation_.change("sandbox", {{"apiVersion", "3.0"}, {"down", true}}));
  EXPECT_EQ(federation_.registry()[0]["apiSupportedVersion"], "3.0");
  EXPECT_TRUE(federation_.is_down("/ebox/messageRegistry/v2/ebox/messages"));
  EXPECT_FALSE(federation_.is_down("/federation/v1/messageProviders"));
}

TEST_F(FederationTest, EachProviderHasMessagesOfItsOwn) {
  ASSERT_FALSE(federation_.add({{"id", "b"}, {"messages", 2U}}));
  ASSERT_FALSE(federation_.add({{"id", "c"}}));
  EXPECT_THAT(listed(), ElementsAre("sandbox", "b", "c"));
  const Json b = Json::parse(get("/ebox/providers/b/registry/ebox/messages").body);
  const Json c = Json::parse(get("/ebox/providers/c/registry/ebox/messages").body);
  EXPECT_EQ(b["totalItems"], 2);
  EXPECT_EQ(c["totalItems"], 5);
  EXPECT_NE(b["items"][0]["messageId"], c["items"][0]["messageId"]);
  EXPECT_THAT(b["items"][0]["attachments"]["items"][0]["contentHref"].get<std::string>(),
              HasSubstr("/ebox/providers/b/registry/ebox/messages/"));
  std::string why;
  const auto more = federation_.add_messages("b", cbe(), 3, why);
  ASSERT_TRUE(more) << why;
  EXPECT_EQ(more->size(), 3U);
  EXPECT_EQ(federation_.describe()["providers"][0]["messages"][cbe()].size(), 5U);
  EXPECT_FALSE(federation_.add_messages("x", cbe(), 1, why));
  EXPECT_FALSE(federation_.add_messages("b", "0", 1, why));
}

TEST_F(FederationTest, OneOfEachKindIsThere) {
  federation_.add_one_of_each();
  EXPECT_THAT(listed(),
              ElementsAre("sandbox", "down", "future", "maintenance", "past", "second", "three"));
  EXPECT_TRUE(federation_.is_down("/ebox/providers/down/registry/ebox/messages"));
  EXPECT_FALSE(federation_.is_down("/ebox/providers/second/registry/ebox/messages"));
  EXPECT_FALSE(federation_.change("down", {{"down", false}}));
  EXPECT_FALSE(federation_.is_down("/ebox/providers/down/registry/ebox/messages"));
}

TEST_F(FederationTest, OneThatSpeaks3UsesItsNamesAndServesNothingThatIsNotEstablished) {
  federation_.add_one_of_each();
  const std::string base = "/ebox/providers/three/registry";
  const Json page = Json::parse(get(base + "/ebox/messages").body);
  const Json& message = page["items"][0];
  EXPECT_TRUE(message["isRead"].is_boolean());
  EXPECT_FALSE(message.contains("readStatus"));
  EXPECT_FALSE(message.contains("senderOrganizationId"));
  EXPECT_EQ(message["sender"]["enterpriseNumber"].get<std::string>().size(), 10U);
  EXPECT_TRUE(message["attachments"]["items"][0]["isMainContent"].is_boolean());
  const std::string id = message["messageId"];
  EXPECT_TRUE(Json::parse(get(base + "/ebox/messages/" + id).body).contains("isRead"));
  EXPECT_EQ(get(base + "/refData/messageTypes").status, 200);
  for (const char* path : {"/referenceData/messageTypes", "/refData/senderOrganizations", "/ebox",
                           "/searchMessageStatus", "/publishMessage"}) {
    EXPECT_EQ(get(base + path).status, 404) << path;
  }
  EXPECT_EQ(get(base + "/ebox/messages", "POST").status, 404);
}

TEST_F(FederationTest, TheRegistrySaysWhatTheTestWrote) {
  ASSERT_FALSE(federation_.add({{"raw", 17}}));
  ASSERT_FALSE(federation_.add({{"id", "b"}, {"activationDate", nullptr}, {"url", "x"}}));
  EXPECT_EQ(federation_.registry()[2], 17);
  EXPECT_FALSE(federation_.registry()[1].contains("messageProviderActivationDate"));
  EXPECT_EQ(federation_.registry()[1]["messageProviderUrl"], "x");
  EXPECT_TRUE(federation_.remove("b"));
  EXPECT_FALSE(federation_.remove("b"));
  EXPECT_EQ(get("/ebox/providers/b/registry/ebox/messages").status, 404);
}

TEST_F(FederationTest, WrongWishesAreRefused) {
  ASSERT_FALSE(federation_.add({{"id", "b"}}));
  for (const Json& wish : {Json(5), Json::object(), Json{{"id", "b"}}, Json{{"id", "sandbox"}},
                           Json{{"id", "A/"}}, Json{{"id", "c"}, {"messages", -1}},
                           Json{{"id", "c"}, {"down", 1}}, Json{{"id", "c"}, {"colour", "x"}}}) {
    EXPECT_TRUE(federation_.add(wish)) << wish;
  }
  EXPECT_TRUE(federation_.change("x", Json::object()));
  EXPECT_TRUE(federation_.change("b", 5));
  EXPECT_TRUE(federation_.change("b", {{"colour", "x"}}));
}

}  // namespace
}  // namespace semafoor::sandbox::control
