// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/oauth/token_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <ctime>
#include <deque>
#include <future>
#include <nlohmann/json.hpp>
#include <thread>

#include "gateway/upstream/json/encoding.h"
#include "gateway/upstream/oauth/assertion.h"
#include "gateway/upstream/testing/fixture.h"

namespace semafoor::upstream {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::ReceivedRequest;
using testing::ScriptedServer;
using testing::ServerConnection;

// The token endpoint says what stands in `answers`, the last one for ever.
class TokenSourceTest : public ::testing::Test {
 protected:
  TokenSourceTest()
      : server_([this](const ReceivedRequest&, ServerConnection& connection) {
          std::function<void(ServerConnection&)> answer;
          {
            const std::lock_guard lock(mutex_);
            answer = answers_.front();
            if (answers_.size() > 1) answers_.pop_front();
          }
          answer(connection);
        }) {}

  void then(int status, std::string body, std::string headers = {}) {
    answers_.push_back(
        [=](ServerConnection& connection) { connection.json(status, body, headers); });
  }
  void then_token(const std::string& value, const std::string& expires_in = "600") {
    then(200, R"({"access_token":")" + value + R"(","token_type":"bearer","expires_in":)" +
                  expires_in + "}");
  }

  std::unique_ptr<TokenSource> source(std::string scope = {}) {
    return std::make_unique<TokenSource>(std::shared_ptr<HttpClient>(make_http_client({})),
                                         testing::make_test_keys(),
                                         TokenSettings{.endpoint = server_.url() + "/token",
                                                       .audience = "https://audience.example/token",
                                                       .client_id = "client 1",
                                                       .scope = std::move(scope),
                                                       .key_name = "key",
                                                       .timeout = 20s},
                                         [this] { return now_.load(); });
  }

  std::mutex mutex_;
  std::deque<std::function<void(ServerConnection&)>> answers_;
  std::atomic<TokenSource::Clock::time_point> now_ = TokenSource::Clock::time_point{1000s};
  ScriptedServer server_;
};

json decoded(const std::string& part) {
  return json::parse(base64_decoded(part).value());
}

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::size_t start = 0;
  for (std::size_t at = 0; (at = text.find(separator, start)) != std::string::npos;
       start = at + 1) {
    parts.push_back(text.substr(start, at - start));
  }
  parts.push_back(text.substr(start));
  return parts;
}

TEST_F(TokenSourceTest, RequestIsClientCredentialsWithASignedAssertion) {
  then_token("abc");
  ASSERT_EQ(source("scope:a b")->token({}).value(), "abc");
  const ReceivedRequest request = server_.requests().at(0);
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.header("content-type"), "application/x-www-form-urlencoded");
  EXPECT_THAT(request.body, HasSubstr("grant_type=client_credentials&"));
  EXPECT_THAT(request.body,
              HasSubstr("client_assertion_type="
                        "urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer&"));
  EXPECT_THAT(request.body, HasSubstr("&scope=scope%3Aa%20b"));
  // The assertion carries the client id (reference ebox-api 1.2).
  EXPECT_THAT(request.body, Not(HasSubstr("client_id")));
  EXPECT_EQ(request.header("authorization"), "");
}

TEST_F(TokenSourceTest, WhatCameWithTheTokenCanBeTold) {
  then(200, R"({"access_token":"a","token_type":"Bearer","expires_in":"120","scope":"one two"})");
  then_token("b", "60");
  const auto tokens = source();
  EXPECT_FALSE(tokens->grant());
  ASSERT_TRUE(tokens->token({}));
  ASSERT_TRUE(tokens->grant());
  EXPECT_EQ(tokens->grant()->life, 120s);
  EXPECT_EQ(tokens->grant()->scopes, "one two");
  tokens->invalidate("a");
  EXPECT_FALSE(tokens->grant());
  ASSERT_TRUE(tokens->token({}));
  EXPECT_EQ(tokens->grant()->scopes, "") << "a server need not say";
}

TEST_F(TokenSourceTest, ScopeIsNotSentWhenNoneIsSet) {
  then_token("abc");
  ASSERT_TRUE(source()->token({}).ok());
  EXPECT_THAT(server_.requests().at(0).body, Not(HasSubstr("scope=")));
}

TEST_F(TokenSourceTest, AssertionSaysWhoToWhomUntilWhenAndIsNew) {
  const auto signer = testing::make_test_keys()->signer("key").value();
  const std::string first = make_assertion("client", "https://a/token", 1000, *signer).value();
  const std::vector<std::string> parts = split(first, '.');
  ASSERT_EQ(parts.size(), 3u);
  EXPECT_EQ(decoded(parts[0]), (json{{"alg", "RS256"}, {"typ", "JWT"}}));
  json claims = decoded(parts[1]);
  EXPECT_EQ(claims["jti"].get<std::string>().size(), 36u);
  const std::string second = make_assertion("client", "https://a/token", 1000, *signer).value();
  EXPECT_NE(decoded(split(second, '.')[1])["jti"], claims["jti"]);
  claims.erase("jti");
  EXPECT_EQ(claims, (json{{"iss", "client"},
                          {"sub", "client"},
                          {"aud", "https://a/token"},
                          {"iat", 1000},
                          {"exp", 1060}}));
  EXPECT_EQ(parts[2], base64url(sha256(parts[0] + "." + parts[1])));
}

TEST_F(TokenSourceTest, IsKeptUntilEightyPercentOfItsLife) {
  then_token("first", "100");
  then_token("second", "100");
  const auto tokens = source();
  EXPECT_EQ(tokens->token({}).value(), "first");
  now_ = now_.load() + 79s;
  EXPECT_EQ(tokens->token({}).value(), "first");
  now_ = now_.load() + 1s;
  EXPECT_EQ(tokens->token({}).value(), "second");
  EXPECT_EQ(server_.requests().size(), 2u);
}

TEST_F(TokenSourceTest, OldTokenServesOnWhenItsRenewalFails) {
  then_token("first", "100");
  then(503, "{}");
  const auto tokens = source();
  ASSERT_EQ(tokens->token({}).value(), "first");
  now_ = now_.load() + 85s;
  EXPECT_EQ(tokens->token({}).value(), "first");
  // The next try waits, or every call would cost one.
  EXPECT_EQ(tokens->token({}).value(), "first");
  EXPECT_EQ(server_.requests().size(), 2u);
  now_ = now_.load() + 15s;
  EXPECT_EQ(tokens->token({}).error().code, "upstream.unavailable");
}

TEST_F(TokenSourceTest, ManyCallersMakeOneRequest) {
  std::promise<void> all_wait;
  std::shared_future<void> release = all_wait.get_future().share();
  answers_.push_back([release](ServerConnection& connection) {
    release.wait();
    connection.json(200, R"({"access_token":"one","token_type":"Bearer","expires_in":600})");
  });
  const auto tokens = source();
  std::atomic<int> right = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 16; ++i) {
      threads.emplace_back([&] {
        if (tokens->token({}).value() == "one") ++right;
      });
    }
    server_.wait_for_requests(1);
    all_wait.set_value();
  }
  EXPECT_EQ(right, 16);
  EXPECT_EQ(server_.requests().size(), 1u);
}

TEST_F(TokenSourceTest, WaitingCallerCanBeStoppedAlone) {
  std::promise<void> go;
  std::shared_future<void> release = go.get_future().share();
  answers_.push_back([release](ServerConnection& connection) {
    release.wait();
    connection.json(200, R"({"access_token":"one","token_type":"Bearer","expires_in":600})");
  });
  const auto tokens = source();
  auto leader = std::async(std::launch::async, [&] { return tokens->token({}); });
  server_.wait_for_requests(1);
  std::stop_source stop;
  auto follower = std::async(std::launch::async, [&] { return tokens->token(stop.get_token()); });
  stop.request_stop();
  EXPECT_EQ(follower.get().error().code, "upstream.cancelled");
  go.set_value();
  EXPECT_EQ(leader.get().value(), "one");
}

TEST_F(TokenSourceTest, StoppedLeaderDoesNotFailTheOthers) {
  answers_.push_back([](ServerConnection& connection) { connection.wait_for_client_to_leave(); });
  then_token("second");
  const auto tokens = source();
  std::stop_source stop;
  auto leader = std::async(std::launch::async, [&] { return tokens->token(stop.get_token()); });
  server_.wait_for_requests(1);
  auto follower = std::async(std::launch::async, [&] { return tokens->token({}); });
  stop.request_stop();
  EXPECT_EQ(leader.get().error().code, "upstream.cancelled");
  EXPECT_EQ(follower.get().value(), "second");
}

TEST_F(TokenSourceTest, InvalidatedTokenIsReplacedOnceHoweverManyNotice) {
  then_token("first");
  then_token("second");
  then_token("third");
  const auto tokens = source();
  ASSERT_EQ(tokens->token({}).value(), "first");
  tokens->invalidate("first");
  EXPECT_EQ(tokens->token({}).value(), "second");
  tokens->invalidate("first");
  EXPECT_EQ(tokens->token({}).value(), "second");
}

TEST_F(TokenSourceTest, RefusalTellsTheServersWordsAndTheClock) {
  then(401, R"({"error":"invalid_client","error_description":"unknown certificate"})",
       "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n");
  const Error error = source()->token({}).error();
  EXPECT_EQ(error.code, "upstream.token_refused");
  EXPECT_EQ(error.kind, ErrorKind::unauthenticated);
  EXPECT_FALSE(error.retryable);
  EXPECT_EQ(error.upstream_status, 401);
  EXPECT_THAT(error.message, HasSubstr("invalid_client \"unknown certificate\""));
  EXPECT_THAT(error.message, HasSubstr("days ahead of the server's"));
  EXPECT_THAT(error.message, Not(HasSubstr("eyJ")));
}

// A server whose clock shows `offset` seconds more than ours, and that judges assertions by it.
class ClockTest : public ::testing::Test {
 protected:
  std::int64_t server_now() const {
    return static_cast<std::int64_t>(std::time(nullptr)) + offset_;
  }

  static std::string http_date(std::int64_t unix_seconds) {
    const std::time_t moment = unix_seconds;
    char text[64];
    std::strftime(text, sizeof text, "Date: %a, %d %b %Y %H:%M:%S GMT\r\n", std::gmtime(&moment));
    return text;
  }
  static json claims_of(const ReceivedRequest& request) {
    const std::string name = "client_assertion=";
    const std::size_t at = request.body.find(name) + name.size();
    return decoded(split(request.body.substr(at, request.body.find('&', at) - at), '.')[1]);
  }
  void answer(const ReceivedRequest& request, ServerConnection& connection) {
    const json claims = claims_of(request);
    const std::string date = http_date(server_now());
    const bool good = claims["exp"] > server_now() && claims["iat"] <= server_now() + 5;
    if (!good || refuses_) return connection.json(401, R"({"error":"invalid_client"})", date);
    connection.json(200, R"({"access_token":"t","token_type":"Bearer","expires_in":100})", date);
  }
  Result<std::string> token() {
    now_ += 100s;
    return source_.token({});
  }

  std::atomic<std::int64_t> offset_ = 0;
  std::atomic<bool> refuses_ = false;
  ScriptedServer server_{[this](const ReceivedRequest& request, ServerConnection& connection) {
    answer(request, connection);
  }};
  std::vector<bool> told_;
  std::shared_ptr<ClockSkew> skew_ = std::make_shared<ClockSkew>(
      [this](const ClockState& state) { told_.push_back(state.wrong); });
  TokenSource::Clock::time_point now_{1000s};
  TokenSource source_{std::shared_ptr<HttpClient>(make_http_client({})), testing::make_test_keys(),
                      TokenSettings{.endpoint = server_.url() + "/token",
                                    .audience = "a",
                                    .client_id = "client",
                                    .key_name = "key",
                                    .timeout = 20s},
                      [this] { return now_; }, skew_};
};

TEST_F(ClockTest, AWrongClockStopsNothingAndIsReportedOnce) {
  for (const std::int64_t offset : {360, -360}) {
    offset_ = offset;
    const std::size_t before = server_.requests().size();
    EXPECT_TRUE(token()) << "the refusal told the server's time";
    EXPECT_EQ(server_.requests().size(), before + 2);
    EXPECT_TRUE(token());
    EXPECT_EQ(server_.requests().size(), before + 3) << "from then on at the first try";
    EXPECT_NEAR(static_cast<double>(skew_->state().skew_seconds), -static_cast<double>(offset), 2);
  }
  EXPECT_EQ(told_, std::vector<bool>{true});
}

TEST_F(ClockTest, AClockThatIsSetRightIsFollowedAtOnce) {
  offset_ = 360;
  ASSERT_TRUE(token());
  offset_ = 0;
  EXPECT_TRUE(token());
  EXPECT_EQ(told_, (std::vector<bool>{true, false}));
}

TEST_F(ClockTest, ARefusalSaysSoWhenTheClockIsWrong) {
  offset_ = 360;
  refuses_ = true;
  EXPECT_THAT(token().error().message,
              HasSubstr("this machine's clock is 6 minutes behind the server's"));
  EXPECT_EQ(server_.requests().size(), 2u) << "one more try, and no third";
  offset_ = 0;
  EXPECT_THAT(token().error().message, Not(HasSubstr("clock")));
}

TEST_F(ClockTest, WithARightClockARefusalCostsOneRequest) {
  refuses_ = true;
  EXPECT_EQ(token().error().code, "upstream.token_refused");
  EXPECT_EQ(server_.requests().size(), 1u);
}

TEST_F(ClockTest, EveryTryHasItsOwnIdAndAShortLife) {
  offset_ = 360;
  ASSERT_TRUE(token());
  const json first = claims_of(server_.requests().at(0));
  const json second = claims_of(server_.requests().at(1));
  EXPECT_NE(first["jti"], second["jti"]);
  for (const json& claims : {first, second}) {
    EXPECT_LE(claims["exp"].get<std::int64_t>() - claims["iat"].get<std::int64_t>(), 300);
  }
}

TEST_F(TokenSourceTest, EachRefusalOfTheProtocolHasItsAdvice) {
  for (const auto& [error, advice] :
       {std::pair("invalid_scope", "ebox_scope"), std::pair("unauthorized_client", "ChaMan"),
        std::pair("unsupported_grant_type", "token_endpoint"),
        std::pair("invalid_client", "certificate")}) {
    answers_.clear();
    then(400, std::string(R"({"error":")") + error + "\"}");
    EXPECT_THAT(source()->token({}).error().message, HasSubstr(advice)) << error;
  }
}

TEST_F(TokenSourceTest, TooManyRequestsCarriesItsPause) {
  then(429, R"({"type":"urn:problem-type:belgif:tooManyRequests","status":429})",
       "Retry-After: 7\r\n");
  const Error error = source()->token({}).error();
  EXPECT_EQ(error.code, "upstream.rate_limited");
  EXPECT_EQ(error.retry_after_ms, 7000);
}

TEST_F(TokenSourceTest, UnusableAnswersAreMalformed) {
  for (const char* body :
       {"<html>", "[]", "{}", R"({"access_token":"","token_type":"Bearer"})",
        R"({"access_token":"a\r\nX: y","token_type":"Bearer"})",
        R"({"access_token":"abc","token_type":"mac"})", R"({"access_token":"abc"})"}) {
    answers_.clear();
    then(200, body);
    EXPECT_EQ(source()->token({}).error().code, "upstream.malformed") << body;
  }
}

TEST_F(TokenSourceTest, LifetimeIsReadAsNumberAsTextAndNotAtAll) {
  for (const auto& [expires_in, life] :
       {std::pair("100", 100), std::pair("\"100\"", 100), std::pair("null", 300), std::pair("0", 0),
        std::pair("-5", 0), std::pair("1e99", 24 * 3600)}) {
    answers_.clear();
    then_token("first", expires_in);
    then_token("second", expires_in);
    const auto tokens = source();
    EXPECT_EQ(tokens->token({}).value(), "first");
    if (life > 0) {
      now_ = now_.load() + std::chrono::seconds(life * 8 / 10 - 1);
      EXPECT_EQ(tokens->token({}).value(), "first") << expires_in;
    }
    now_ = now_.load() + 2s;
    EXPECT_EQ(tokens->token({}).value(), "second") << expires_in;
  }
}

}  // namespace
}  // namespace semafoor::upstream
