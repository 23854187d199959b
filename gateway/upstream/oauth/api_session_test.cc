// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/oauth/api_session.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/upstream/testing/fixture.h"

namespace semafoor::upstream {
namespace {

using ::testing::HasSubstr;
using testing::PretendUpstream;
using testing::ReceivedRequest;
using testing::ServerConnection;

constexpr char kHeader[] = "on-behalf-of-enterprise-number";

class ApiSessionTest : public ::testing::Test {
 protected:
  std::unique_ptr<ApiSession> session(const std::string& base_url,
                                      ApiSession::Headers headers = {}) {
    std::shared_ptr<HttpClient> http = make_http_client({});
    auto tokens = std::make_shared<TokenSource>(
        http, testing::make_test_keys(),
        TokenSettings{.endpoint = upstream_.options().token_endpoint, .client_id = "client"});
    return std::make_unique<ApiSession>(http, tokens, base_url, std::move(headers));
  }

  PretendUpstream upstream_{
      [](const ReceivedRequest&, ServerConnection& connection) { connection.json(200, "{}"); }};
};

TEST_F(ApiSessionTest, ATokenGoesToNoOtherHostPortSchemeOrPath) {
  const std::string base = upstream_.server().url() + "/v2";
  const auto api = session(base);
  for (const std::string& url :
       {std::string("https://ebox.example/v2/a"), upstream_.server().url() + "/other", base + "0/a",
        base + "@ebox.example/a", upstream_.server().url(), std::string(),
        "https" + base.substr(4) + "/a"}) {
    const HttpExchange exchange = api->send({.url = url, .purpose = "Reading a thing"}, {}, {});
    EXPECT_EQ(exchange.delivery, Delivery::never_sent) << url;
    ASSERT_TRUE(exchange.failure) << url;
    EXPECT_EQ(exchange.failure->code, "upstream.foreign_address");
  }
  EXPECT_TRUE(upstream_.server().requests().empty()) << "and none is asked for";
  EXPECT_FALSE(api->send({.url = base + "/a"}, {}, {}).failure);
  EXPECT_FALSE(api->send({.url = base + "?a=1"}, {}, {}).failure);
}

TEST_F(ApiSessionTest, ItsHeadersGoWithEachCallAndNeverToTheTokenEndpoint) {
  const std::string base = upstream_.server().url() + "/v2";
  const auto api = session(base, {{"On-Behalf-Of-Enterprise-Number", "0212214917"}});
  for (int i = 0; i < 2; ++i) ASSERT_EQ(api->send({.url = base + "/a"}, {}, {}).status, 200);
  ASSERT_EQ(upstream_.server().requests().size(), 3u);
  for (const ReceivedRequest& one : upstream_.server().requests()) {
    EXPECT_EQ(one.header(kHeader), one.path() == "/token" ? "" : "0212214917");
    EXPECT_EQ(one.header("belgov-trace-id").size(), 36u);
  }
}

TEST_F(ApiSessionTest, ARepeatAfterARenewedTokenCarriesThemOnceAndAnotherTrace) {
  std::atomic<int> calls = 0;
  PretendUpstream upstream([&](const ReceivedRequest&, ServerConnection& connection) {
    connection.json(++calls == 1 ? 401 : 200, "{}");
  });
  const auto client = make_upstreams(upstream.options(), testing::make_test_keys())
                          ->ebox({.organisation = testing::kOrganisation,
                                  .client_id = "provider",
                                  .key_name = "key",
                                  .representative = true})
                          .value();
  EXPECT_EQ(client->get("m", {}).error().code, "upstream.malformed") << "an empty object";
  const auto requests = upstream.api_requests();
  ASSERT_EQ(requests.size(), 2u);
  EXPECT_EQ(requests[0].header(kHeader), testing::kOrganisation);
  EXPECT_EQ(requests[1].header(kHeader), testing::kOrganisation);
  EXPECT_NE(requests[0].header("belgov-trace-id"), requests[1].header("belgov-trace-id"));
  EXPECT_EQ(upstream.tokens_given(), 2);
}

TEST_F(ApiSessionTest, OneTokenOfAServiceProviderServesAllThatItActsFor) {
  const auto upstreams = make_upstreams(upstream_.options(), testing::make_test_keys());
  Credentials one{.organisation = "0212214917",
                  .client_id = "provider",
                  .key_name = "key",
                  .representative = true};
  Credentials other = one;
  other.organisation = "0212344876";
  (void)upstreams->ebox(one).value()->get("m", {});
  (void)upstreams->ebox(other).value()->get("m", {});
  const auto requests = upstream_.api_requests();
  ASSERT_EQ(requests.size(), 2u);
  EXPECT_EQ(requests[0].header(kHeader), "0212214917");
  EXPECT_EQ(requests[1].header(kHeader), "0212344876");
}

TEST_F(ApiSessionTest, AnOrganisationWithItsOwnClientNamesNobody) {
  EXPECT_TRUE(on_behalf_of({.organisation = "0212214917", .client_id = "own"}).empty());
  (void)upstream_.ebox()->get("m", {});
  EXPECT_EQ(upstream_.api_requests().at(0).header(kHeader), "");
}

}  // namespace
}  // namespace semafoor::upstream
