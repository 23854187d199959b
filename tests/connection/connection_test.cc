// SPDX-License-Identifier: Apache-2.0
//
// The gateway's way to the upstreams against the sandbox: keys, assertions and errors that neither
// of the two made for the other.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <httplib.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "gateway/upstream/upstreams.h"
#include "gateway/vault/signer.h"
#include "tests/sandbox/main/sandbox.h"
#include "tests/sandbox/oauth/keys.h"

namespace semafoor {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// A service provider, which has no e-Box here.
constexpr char kProvider[] = "0100100337";

class Connection : public ::testing::Test {
 protected:
  Connection() {
    std::string pattern = ::testing::TempDir() + "connectionXXXXXX";
    folder_ = ::mkdtemp(pattern.data());
    const sandbox::oauth::KeyPair keys = sandbox::oauth::make_rsa_key_pair();
    std::ofstream(folder_ / "key.pem") << keys.private_pem;
    fs::permissions(folder_ / "key.pem", fs::perms::owner_read);
    const json about = sandbox_.describe();
    own_ = about["organisations"][0]["cbe"];
    other_ = about["organisations"][1]["cbe"];
    EXPECT_FALSE(sandbox_.add_client("own", own_, keys.public_pem));
    EXPECT_FALSE(sandbox_.add_client("provider", kProvider, keys.public_pem));
    sandbox_.start();
    upstreams_ = upstream::make_upstreams({.token_endpoint = about["tokenEndpoint"],
                                           .ebox_base_url = about["ebox"],
                                           .podmi_base_url = about["podmi"]},
                                          vault::make_pem_key_ring(folder_), skew_);
  }
  ~Connection() override { fs::remove_all(folder_); }

  void order(const std::string& path, const json& body) {
    httplib::Client control(sandbox_.base());
    const auto answer =
        control.Post(("/control/v1" + path).c_str(), body.dump(), "application/json");
    ASSERT_TRUE(answer && answer->status < 300) << answer->body;
  }
  void clear_faults() {
    httplib::Client control(sandbox_.base());
    EXPECT_EQ(control.Delete("/control/v1/faults")->status, 204);
  }
  std::shared_ptr<upstream::EboxClient> ebox() {
    return upstreams_->ebox({.organisation = own_, .client_id = "own", .key_name = "key"}).value();
  }
  std::shared_ptr<upstream::EboxClient> ebox_by_provider(const std::string& organisation) {
    return upstreams_
        ->ebox({.organisation = organisation,
                .client_id = "provider",
                .key_name = "key",
                .representative = true})
        .value();
  }
  // The newest messages, or the error.
  static Result<upstream::RemotePage> list(upstream::EboxClient& client) {
    return client.list({.page = 1, .page_size = 5}, {});
  }
  Error refusal(json fault) {
    fault["times"] = 1;
    order("/faults", fault);
    const auto answer = list(*ebox());
    return answer ? Error{} : answer.error();
  }

  fs::path folder_;
  sandbox::Sandbox sandbox_{sandbox::Options{}};
  std::string own_;
  std::string other_;
  std::vector<bool> told_;
  std::shared_ptr<upstream::ClockSkew> skew_ = std::make_shared<upstream::ClockSkew>(
      [this](const upstream::ClockState& state) { told_.push_back(state.wrong); });
  std::unique_ptr<upstream::Upstreams> upstreams_;
};

TEST_F(Connection, MailComesInWithAClockThatIsSixMinutesOff) {
  for (const int offset : {360, -360}) {
    order("/faults", {{"kind", "clock"}, {"clockSeconds", offset}, {"path", "/token"}});
    order("/tokens/expire", json::object());
    const auto page = list(*ebox());
    ASSERT_TRUE(page) << page.error().message;
    EXPECT_FALSE(page->messages.empty());
    EXPECT_NEAR(static_cast<double>(skew_->state().skew_seconds), -offset, 3);
    clear_faults();
  }
  EXPECT_THAT(told_, ElementsAre(true)) << "once";
  order("/tokens/expire", json::object());
  ASSERT_TRUE(list(*ebox()));
  EXPECT_THAT(told_, ElementsAre(true, false));
}

TEST_F(Connection, ARefusedTokenWithAWrongClockSaysSo) {
  order("/faults", {{"kind", "clock"}, {"clockSeconds", 360}, {"path", "/token"}});
  httplib::Client control(sandbox_.base());
  ASSERT_EQ(control.Delete("/control/v1/clients/own")->status, 204);
  const Error error = list(*ebox()).error();
  EXPECT_EQ(error.code, "upstream.token_refused");
  EXPECT_THAT(error.message, HasSubstr("6 minutes behind the server's"));
  EXPECT_THAT(error.message, HasSubstr("not registered"));
}

TEST_F(Connection, AServiceProviderReadsWhomItHasAMandateFor) {
  EXPECT_EQ(list(*ebox_by_provider(own_)).error().code, "upstream.forbidden");
  order("/mandates", {{"representative", kProvider}, {"organisation", own_}});
  const auto by_provider = list(*ebox_by_provider(own_));
  ASSERT_TRUE(by_provider) << by_provider.error().message;
  const auto by_itself = list(*ebox());
  ASSERT_TRUE(by_itself);
  ASSERT_FALSE(by_itself->messages.empty());
  EXPECT_EQ(by_provider->messages.size(), by_itself->messages.size());
  EXPECT_EQ(by_provider->messages[0].id, by_itself->messages[0].id);
  EXPECT_EQ(list(*ebox_by_provider(other_)).error().code, "upstream.forbidden");
}

TEST_F(Connection, EachErrorShapeBecomesTheSameErrorOfOurs) {
  for (const char* shape : {"legacy", "problem", "oauth"}) {
    SCOPED_TRACE(shape);
    const auto code = [&](int status) {
      return refusal(
                 {{"kind", "status"}, {"status", status}, {"shape", shape}, {"path", "*/messages"}})
          .code;
    };
    EXPECT_EQ(code(400), "upstream.refused");
    EXPECT_EQ(code(429), "upstream.rate_limited");
    EXPECT_EQ(code(503), "upstream.unavailable");
  }
}

TEST_F(Connection, WhatIsMissingIsNamedWhereTheShapeNamesIt) {
  const json base = {{"kind", "status"}, {"status", 403}, {"path", "*/messages"}};
  const auto with = [&](const json& more) {
    json fault = base;
    fault.update(more);
    return refusal(fault);
  };
  for (const char* shape : {"problem", "oauth"}) {
    const Error error = with({{"shape", shape}});
    EXPECT_EQ(error.code, "upstream.missing_scope") << shape;
    EXPECT_THAT(error.message, HasSubstr(":documentconsumer"));
  }
  EXPECT_EQ(with({{"shape", "problem"}, {"code", "missingPermission"}}).code,
            "upstream.missing_permission");
  EXPECT_EQ(with({{"shape", "legacy"}}).code, "upstream.forbidden");
  EXPECT_EQ(with({{"shape", "page"}}).code, "upstream.forbidden");
}

TEST_F(Connection, IdsOfBothSidesStandInTheError) {
  const Error legacy = refusal({{"status", 500}, {"shape", "legacy"}, {"path", "*/messages"}});
  EXPECT_THAT(legacy.message, HasSubstr(", id "));
  const Error problem = refusal({{"status", 500}, {"shape", "problem"}, {"path", "*/messages"}});
  EXPECT_THAT(problem.message, HasSubstr(", id urn:uuid:"));
  for (const Error& error : {legacy, problem}) {
    EXPECT_THAT(error.message, HasSubstr("(trace "));
    EXPECT_THAT(error.message, HasSubstr(", theirs "));
    EXPECT_THAT(error.message, ::testing::Not(HasSubstr("said to be for")));
  }
}

TEST_F(Connection, A401CostsOneNewTokenAndASecondOneIsTold) {
  const json fault = {{"status", 401}, {"shape", "problem"}, {"path", "*/messages"}, {"times", 1}};
  order("/faults", fault);
  EXPECT_TRUE(list(*ebox())) << "the repeat is answered";
  order("/faults", {{"status", 401}, {"shape", "problem"}, {"path", "*/messages"}, {"times", 2}});
  const Error error = list(*ebox()).error();
  EXPECT_EQ(error.code, "upstream.unauthenticated");
  EXPECT_THAT(error.message, HasSubstr("invalidAccessToken"));
}

}  // namespace
}  // namespace semafoor
