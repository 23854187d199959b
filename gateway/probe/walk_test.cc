// SPDX-License-Identifier: Apache-2.0
#include "gateway/probe/walk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ctime>
#include <functional>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "gateway/duties/test_store.h"
#include "gateway/mailbox/providers.h"
#include "gateway/upstream/registry/kept.h"
#include "gateway/upstream/testing/fixture.h"

namespace semafoor::probe {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using upstream::testing::PretendUpstream;
using upstream::testing::ReceivedRequest;
using upstream::testing::ServerConnection;

constexpr char kNotFound[] =
    R"({"type":"urn:problem-type:belgif:resourceNotFound","status":404,"title":"Not Found"})";

class WalkTest : public ::testing::Test {
 protected:
  WalkTest() {
    store_.add_organisation();
    options_.upstream = upstream_.options();
    options_.upstream.proxy.address = upstream::kNoProxy;
    answers("/registry/v2/ebox/messages", 200, R"({"items":[],"totalItems":3})");
  }

  void answers(const std::string& path, int status, const std::string& body,
               const std::string& headers = {}) {
    answers_[path] = [=](ServerConnection& connection) { connection.json(status, body, headers); };
  }
  // A registry at /federation, of entries "id path version".
  void registry(const std::string& entries) {
    options_.upstream.registry_url = upstream_.server().url() + "/federation";
    answers("/federation/messageProviders", 200, "[" + entries + "]");
  }
  std::string entry(const std::string& id, const std::string& path, const std::string& more = {}) {
    return R"({"messageProviderId":")" + id + R"(","messageProviderUrl":")" +
           upstream_.server().url() + path + R"(","apiSupportedVersion":"2.1")" + more + "}";
  }

  Result<void> test(const std::string& org = duties::kTestOrg, const std::stop_token& stop = {}) {
    told_.clear();
    const UpstreamWalk walk(*store_, keys_, options_, [] { return std::time(nullptr) * 1000; });
    return walk.test(
        org,
        [this](const v1::UpstreamStep& step) {
          told_.push_back(step);
          return true;
        },
        stop);
  }
  // "token:dns OK", in order.
  std::vector<std::string> outcomes(const std::string& connection) const {
    std::vector<std::string> words;
    for (const auto& step : told_) {
      if (step.connection() != connection) continue;
      words.push_back(
          step.step() + " " +
          v1::UpstreamStepOutcome_Name(step.outcome()).substr(sizeof "UPSTREAM_STEP_OUTCOME_" - 1));
    }
    return words;
  }
  v1::UpstreamStep step(const std::string& connection, const std::string& name) const {
    for (const auto& step : told_) {
      if (step.connection() == connection && step.step() == name) return step;
    }
    ADD_FAILURE() << connection << " " << name << " was not told";
    return {};
  }
  std::vector<std::string> connections() const {
    std::vector<std::string> names;
    for (const auto& step : told_) {
      if (names.empty() || names.back() != step.connection()) names.push_back(step.connection());
    }
    return names;
  }
  void change(const std::function<void(v1::Organisation&)>& edit) {
    store_.write([&](store::Transaction& tx) -> Result<void> {
      auto stored = tx.organisation(duties::kTestOrg);
      if (!stored) return stored.error();
      edit(**stored);
      return tx.put_organisation(**stored);
    });
  }

  duties::ManualClock clock_;
  duties::TestStore store_{clock_};
  std::map<std::string, std::function<void(ServerConnection&)>> answers_;
  std::function<void(ServerConnection&)> otherwise_ = [](ServerConnection& connection) {
    connection.json(404, kNotFound);
  };
  PretendUpstream upstream_{[this](const ReceivedRequest& request, ServerConnection& connection) {
    const auto found = answers_.find(request.path());
    if (found != answers_.end()) return found->second(connection);
    otherwise_(connection);
  }};
  std::shared_ptr<vault::KeyRing> keys_ = upstream::testing::make_test_keys();
  WalkOptions options_;
  std::vector<v1::UpstreamStep> told_;
};

TEST_F(WalkTest, AllIsWell) {
  ASSERT_TRUE(test());
  EXPECT_THAT(connections(), ElementsAre("token", "registry", "ebox:nsso", "mutations"));
  EXPECT_THAT(outcomes("token"),
              ElementsAre("settings OK", "credentials OK", "dns OK", "tls OK", "token OK"));
  EXPECT_THAT(outcomes("registry"), ElementsAre("registry SKIPPED"));
  EXPECT_THAT(outcomes("ebox:nsso"), ElementsAre("dns OK", "tls OK", "list OK"));
  EXPECT_THAT(outcomes("mutations"), ElementsAre("settings OK", "dns OK", "tls OK", "mailbox OK"));
  EXPECT_THAT(step("token", "token").detail(), HasSubstr("600 s"));
  EXPECT_THAT(step("token", "tls").detail(), HasSubstr("no TLS"));
  EXPECT_EQ("http://" + step("token", "tls").address(), upstream_.server().url());
  EXPECT_THAT(step("ebox:nsso", "list").detail(), HasSubstr("3 messages"));
}

TEST_F(WalkTest, NothingIsFetchedAcknowledgedOrSent) {
  ASSERT_TRUE(test());
  for (const auto& request : upstream_.api_requests()) {
    EXPECT_EQ(request.method, "GET");
    EXPECT_TRUE(request.target == "/registry/v2/ebox/messages?page=1&pageSize=1" ||
                request.path().starts_with("/podmi/v1/feedback/"))
        << request.target;
  }
}

TEST_F(WalkTest, NoStepHoldsATokenOrAKey) {
  ASSERT_TRUE(test());
  for (const auto& one : told_) EXPECT_THAT(one.DebugString(), Not(HasSubstr("token-")));
}

TEST_F(WalkTest, AnUnknownOrganisationIsAnError) {
  const auto tested = test("0403019261");
  ASSERT_FALSE(tested.ok());
  EXPECT_EQ(tested.error().code, "organisation.unknown");
  EXPECT_TRUE(told_.empty());
}

TEST_F(WalkTest, WithoutCredentialsTheOtherConnectionsAreTriedAsFarAsTheyGo) {
  change([](v1::Organisation& one) { one.clear_client_id(); });
  ASSERT_TRUE(test());
  EXPECT_THAT(outcomes("token"), ElementsAre("settings FAILED"));
  EXPECT_EQ(step("token", "settings").code(), "organisation.no_credentials");
  EXPECT_THAT(step("token", "settings").advice(), HasSubstr("semafoorctl organisations add"));
  EXPECT_THAT(outcomes("ebox:nsso"), ElementsAre("dns OK", "tls OK", "list FAILED"));
  EXPECT_THAT(outcomes("mutations"), ElementsAre("settings FAILED"));
}

TEST_F(WalkTest, AServiceProviderReadsTheEboxAndMutationsNeedAClientOfTheOrganisation) {
  change([](v1::Organisation& one) {
    one.clear_client_id();
    one.mutable_representative()->set_client_id("provider");
    one.mutable_representative()->set_key_name("provider-key");
  });
  ASSERT_TRUE(test());
  EXPECT_THAT(step("token", "settings").detail(), HasSubstr("provider of a service provider"));
  EXPECT_THAT(outcomes("ebox:nsso"), ElementsAre("dns OK", "tls OK", "list OK"));
  EXPECT_EQ(upstream_.api_requests().at(0).header("on-behalf-of-enterprise-number"),
            duties::kTestOrg);
  EXPECT_THAT(outcomes("mutations"), ElementsAre("settings FAILED"));
  change([](v1::Organisation& one) {
    one.clear_enabled_modules();
    one.add_enabled_modules(v1::MODULE_EBOX);
  });
  ASSERT_TRUE(test());
  EXPECT_THAT(outcomes("mutations"), ElementsAre("settings SKIPPED"));
}

// The key ring of a folder in which there is nothing.
TEST_F(WalkTest, AKeyThatIsMissingIsSaidBeforeAnybodyIsCalled) {
  keys_ = vault::make_pem_key_ring(store_.folder() / "keys");
  ASSERT_TRUE(test());
  EXPECT_THAT(outcomes("token"), ElementsAre("settings OK", "credentials FAILED", "dns SKIPPED",
                                             "tls SKIPPED", "token SKIPPED"));
  EXPECT_EQ(step("token", "credentials").code(), "vault.key_missing");
  EXPECT_EQ(upstream_.tokens_given(), 0);
}

TEST_F(WalkTest, WhereNobodyListensTheStepIsTheConnection) {
  options_.upstream.ebox_base_url = upstream::testing::closed_port_url() + "/v2";
  ASSERT_TRUE(test());
  EXPECT_THAT(outcomes("ebox:nsso"), ElementsAre("dns OK", "tls FAILED", "list SKIPPED"));
  EXPECT_EQ(step("ebox:nsso", "tls").code(), "upstream.unreachable");
  EXPECT_THAT(outcomes("mutations").back(), "mailbox OK") << "the others go on";
}

TEST_F(WalkTest, AnUnknownHostFailsAtItsName) {
  options_.upstream.token_endpoint = "https://nobody.invalid/token";
  ASSERT_TRUE(test());
  EXPECT_THAT(outcomes("token"), ElementsAre("settings OK", "credentials OK", "dns FAILED",
                                             "tls SKIPPED", "token SKIPPED"));
  EXPECT_EQ(step("token", "dns").code(), "upstream.dns");
  EXPECT_EQ(step("token", "dns").address(), "nobody.invalid:443");
}

TEST_F(WalkTest, ARefusedTokenIsAboutTheAccountAndFirstAboutAWrongClock) {
  options_.upstream.token_endpoint = upstream_.server().url() + "/refusing";
  answers("/refusing", 401, R"({"error":"invalid_client"})");
  ASSERT_TRUE(test());
  EXPECT_EQ(step("token", "token").code(), "upstream.token_refused");
  EXPECT_THAT(step("token", "token").advice(),
              AllOf(HasSubstr("ChaMan"), Not(HasSubstr("timedatectl"))));
  answers("/refusing", 401, R"({"error":"invalid_client"})",
          "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n");
  ASSERT_TRUE(test());
  EXPECT_THAT(step("token", "token").advice(),
              AllOf(HasSubstr("ChaMan"), HasSubstr("timedatectl")));
}

TEST_F(WalkTest, AWrongClockIsAWarningWhileTheTokenIsGiven) {
  options_.upstream.token_endpoint = upstream_.server().url() + "/late";
  answers("/late", 200,
          R"({"access_token":"t","token_type":"Bearer","expires_in":60,"scope":"a b"})",
          "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n");
  ASSERT_TRUE(test());
  const auto token = step("token", "token");
  EXPECT_EQ(token.outcome(), v1::UPSTREAM_STEP_OUTCOME_WARNING);
  EXPECT_EQ(token.code(), "clock.wrong");
  EXPECT_THAT(token.detail(), AllOf(HasSubstr("60 s"), HasSubstr("scopes a b")));
}

TEST_F(WalkTest, EachActiveProviderOfTheRegistryIsAConnection) {
  registry(entry("own", "/registry/v2") + "," + entry("b", "/b") + "," +
           entry("gone", "/gone", R"(,"messageProviderDeactivationDate":"2001-01-01")"));
  answers(
      "/b/ebox/messages", 403,
      R"({"type":"urn:problem-type:belgif:missingScope","status":403,"title":"x","requiredScopes":["s"]})");
  ASSERT_TRUE(test());
  EXPECT_THAT(outcomes("registry"), ElementsAre("dns OK", "tls OK", "registry OK"));
  EXPECT_THAT(step("registry", "registry").detail(),
              AllOf(HasSubstr("3 providers"), HasSubstr("nsso (2.1) active"),
                    HasSubstr("gone (2.1) is deactivated since 2001-01-01")));
  EXPECT_THAT(connections(), ElementsAre("token", "registry", "ebox:nsso", "ebox:b", "mutations"));
  EXPECT_THAT(outcomes("ebox:nsso").back(), "list OK");
  EXPECT_EQ(step("ebox:b", "list").code(), "upstream.missing_scope");
}

TEST_F(WalkTest, AProviderThatHasMailAndIsNotCalledIsAWarning) {
  registry(
      entry("own", "/registry/v2") + ",17," +
      R"({"messageProviderId":"c","messageProviderUrl":"https://c.example","apiSupportedVersion":"3.0"})");
  ASSERT_TRUE(test());
  const auto read = step("registry", "registry");
  EXPECT_EQ(read.outcome(), v1::UPSTREAM_STEP_OUTCOME_WARNING);
  EXPECT_THAT(read.problem(), AllOf(HasSubstr("c speaks 3.0"), HasSubstr("entry 2")));
}

TEST_F(WalkTest, WithoutTheRegistryTheProvidersThatWereKnownAreTested) {
  registry("");
  answers("/federation/messageProviders", 503, "{}");
  ASSERT_TRUE(test());
  EXPECT_EQ(step("registry", "registry").code(), "upstream.unavailable");
  EXPECT_THAT(connections(), ElementsAre("token", "registry", "ebox:nsso", "mutations"));
  upstream::registry::Registry known;
  for (const char* id : {"own", "b"}) {
    known.providers.push_back(
        {.id = id,
         .url = upstream_.server().url() + (id == std::string("b") ? "/b" : "/registry/v2"),
         .api_version = "2.1"});
  }
  store_.write([&](store::Transaction& tx) {
    return tx.put_cursor(duties::kTestOrg, mailbox::kKeptRegistry,
                         upstream::registry::write_kept({known, 1}));
  });
  ASSERT_TRUE(test());
  EXPECT_THAT(connections(), ElementsAre("token", "registry", "ebox:nsso", "ebox:b", "mutations"));
}

TEST_F(WalkTest, OnlyTheMailboxsOwnNoIsTheMailbox) {
  for (const auto& [status, body, code] :
       {std::tuple(404, "<html>", "upstream.not_found"),
        std::tuple(403, "{}", "upstream.forbidden"), std::tuple(503, "{}", "upstream.unavailable"),
        std::tuple(200, "<html>", "upstream.malformed")}) {
    otherwise_ = [status = status, body = body](ServerConnection& connection) {
      connection.json(status, body);
    };
    ASSERT_TRUE(test());
    EXPECT_EQ(step("mutations", "mailbox").code(), code);
    EXPECT_THAT(outcomes("ebox:nsso").back(), "list OK");
  }
}

TEST_F(WalkTest, WithoutAnAddressOfTheMutationsTheModulesDecide) {
  options_.upstream.podmi_base_url.clear();
  ASSERT_TRUE(test());
  EXPECT_EQ(step("mutations", "settings").code(), "upstream.no_address");
  EXPECT_THAT(step("mutations", "settings").advice(), HasSubstr("docs/onboarding.md"));
  change([](v1::Organisation& one) { one.clear_enabled_modules(); });
  ASSERT_TRUE(test());
  EXPECT_THAT(outcomes("mutations"), ElementsAre("settings SKIPPED"));
}

TEST_F(WalkTest, EndsWhenItsCallerGoes) {
  std::stop_source stop;
  answers_["/registry/v2/ebox/messages"] = [&stop](ServerConnection& connection) {
    stop.request_stop();
    connection.wait_for_client_to_leave();
  };
  const auto tested = test(duties::kTestOrg, stop.get_token());
  ASSERT_FALSE(tested.ok());
  EXPECT_EQ(tested.error().code, "call.cancelled");
  EXPECT_EQ(connections().back(), "ebox:nsso");
  EXPECT_EQ(told_.back().step(), "tls");
}

TEST_F(WalkTest, AConnectionThatHangsEndsAtItsLimitAndTheOthersGoOn) {
  options_.limit = std::chrono::milliseconds(2000);
  answers_["/registry/v2/ebox/messages"] = [](ServerConnection& connection) {
    connection.wait_for_client_to_leave();
  };
  ASSERT_TRUE(test());
  EXPECT_EQ(step("ebox:nsso", "list").code(), "upstream.timeout");
  EXPECT_THAT(outcomes("mutations").back(), "mailbox OK");
}

}  // namespace
}  // namespace semafoor::probe
