// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/upstream/ebox21/cache_headers.h"
#include "gateway/upstream/ebox21/client.h"
#include "gateway/upstream/ebox21/read_reference.h"
#include "gateway/upstream/testing/fixture.h"

namespace semafoor::upstream::ebox21 {
namespace {

using ::testing::ElementsAre;
using testing::ReceivedRequest;
using testing::ServerConnection;
using namespace std::chrono_literals;

HttpExchange with_headers(std::vector<std::pair<std::string, std::string>> headers,
                          int status = 200) {
  HttpExchange exchange;
  exchange.status = status;
  exchange.headers = std::move(headers);
  return exchange;
}

TEST(CacheRules, WhatTheHeadersAllow) {
  // The official example (reference ebox-api 2.7).
  CacheRules rules = read_cache_rules(
      with_headers({{"cache-control", "public, no-transform, proxy-revalidate, max-age=86400"}}));
  EXPECT_EQ(rules.fresh_for, 24h);
  EXPECT_TRUE(rules.keep && rules.shared);

  rules = read_cache_rules(
      with_headers({{"cache-control", "Max-Age=\"100\""}, {"age", "40"}, {"etag", "W/\"a b\""}}));
  EXPECT_EQ(rules.fresh_for, 60s);
  EXPECT_FALSE(rules.shared) << "an answer to a token is shared only when it says so";
  EXPECT_EQ(rules.etag, "") << "not an entity tag";

  rules =
      read_cache_rules(with_headers({{"cache-control", "no-cache, max-age=9"}, {"etag", "\"1\""}}));
  EXPECT_EQ(rules.fresh_for, 0s);
  EXPECT_TRUE(rules.keep);
  EXPECT_EQ(rules.etag, "\"1\"");

  EXPECT_EQ(
      read_cache_rules(with_headers({{"cache-control", "max-age=99999999999999999999"}})).fresh_for,
      7 * 24h);
  for (const char* nothing :
       {"no-store, max-age=9", "max-age=soon", "max-age=-1", "max-age", ",,=", "x=\"max-age=9"}) {
    EXPECT_FALSE(read_cache_rules(with_headers({{"cache-control", nothing}})).keep) << nothing;
  }
  EXPECT_FALSE(
      read_cache_rules(with_headers({{"cache-control", "max-age=9"}, {"vary", "*"}})).keep);
  EXPECT_FALSE(read_cache_rules(with_headers({{"cache-control", "public, max-age=9"},
                                              {"vary", "Accept, Authorization"}}))
                   .shared);
}

ReferenceCache::Body body_of(std::string text) {
  return std::make_shared<const std::string>(std::move(text));
}

TEST(ReferenceCacheBound, TheLongestUnusedGoes) {
  ReferenceCache cache(8000, [] { return ReferenceCache::Clock::time_point(); });
  const auto fresh = with_headers({{"cache-control", "public, max-age=9"}});
  for (const char* url : {"1", "2", "3", "4", "5"}) {
    cache.keep("a", url, fresh, body_of(std::string(1000, 'x')));
  }
  ASSERT_TRUE(cache.find("b", "1").has_value());
  cache.keep("a", "6", fresh, body_of(std::string(1000, 'x')));
  EXPECT_TRUE(cache.find("a", "1").has_value());
  EXPECT_FALSE(cache.find("a", "2").has_value());
  EXPECT_LE(cache.size(), 8000u);
  cache.keep("a", "large", fresh, body_of(std::string(2000, 'x')));
  EXPECT_FALSE(cache.find("a", "large").has_value());
}

TEST(ReferenceCacheOwner, WhatIsNotPublicIsFoundByItsOwnerOnly) {
  ReferenceCache cache;
  cache.keep("a", "u", with_headers({{"cache-control", "public, max-age=9"}}), body_of("1"));
  EXPECT_TRUE(cache.find("b", "u").has_value());
  cache.keep("a", "u", with_headers({{"cache-control", "private, max-age=9"}}), body_of("2"));
  EXPECT_FALSE(cache.find("b", "u").has_value());
  EXPECT_EQ(*cache.find("a", "u")->body, "2");
  cache.keep("a", "u", with_headers({{"cache-control", "no-store"}}), body_of("3"));
  EXPECT_FALSE(cache.find("a", "u").has_value());
  EXPECT_EQ(cache.size(), 0u);
}

constexpr char kTypes[] =
    R"({"items":[{"messageTypeId":"T","messageTypeName":{"nl":"naam"}}],"totalItems":1})";

// Clients of two organisations beside one cache, whose clock the test moves.
class CachedReferenceData : public ::testing::Test {
 protected:
  std::shared_ptr<EboxClient> client(const std::string& organisation) {
    const std::shared_ptr<HttpClient> http = make_http_client({});
    auto tokens = std::make_shared<TokenSource>(
        http, testing::make_test_keys(),
        TokenSettings{.endpoint = upstream_.server().url() + "/token", .client_id = organisation});
    return make_client(
        std::make_unique<ApiSession>(http, std::move(tokens), upstream_.server().url()),
        {.provider_id = "p", .organisation = organisation}, cache_);
  }
  std::size_t requests() const { return upstream_.api_requests().size(); }

  ReferenceCache::Clock::time_point now_;
  std::string headers_ = "Cache-Control: public, max-age=60\r\n";
  std::string body_ = kTypes;
  int status_ = 200;
  std::shared_ptr<ReferenceCache> cache_ =
      std::make_shared<ReferenceCache>(ReferenceCache::kBytes, [this] { return now_; });
  testing::PretendUpstream upstream_{
      [this](const ReceivedRequest& request, ServerConnection& connection) {
        if (!request.header("if-none-match").empty() && status_ == 304) {
          connection.respond(304, "", headers_);
        } else {
          connection.json(status_ == 304 ? 200 : status_, body_, headers_);
        }
      }};
};

TEST_F(CachedReferenceData, IsAskedForOnceWhileItIsFresh) {
  const auto one = client("1");
  const auto other = client("2");
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(one->message_types({}).ok());
    ASSERT_TRUE(other->message_types({}).ok());
  }
  EXPECT_EQ(requests(), 1u);
  now_ += 61s;
  EXPECT_EQ(one->message_types({})->at(0).id, "T");
  EXPECT_EQ(requests(), 2u);
  EXPECT_EQ(upstream_.api_requests().back().header("if-none-match"), "") << "it had no ETag";
}

TEST_F(CachedReferenceData, IsAskedForAgainByItsETag) {
  headers_ = "Cache-Control: public, max-age=60\r\nETag: \"v1\"\r\n";
  const auto ebox = client("1");
  ASSERT_TRUE(ebox->message_types({}).ok());
  now_ += 61s;
  status_ = 304;
  headers_ = "Cache-Control: public, max-age=60\r\n";
  EXPECT_EQ(ebox->message_types({})->at(0).id, "T");
  EXPECT_EQ(upstream_.api_requests().back().header("if-none-match"), "\"v1\"");
  ASSERT_TRUE(ebox->message_types({}).ok());
  EXPECT_EQ(requests(), 2u) << "the 304 made it fresh again";
  now_ += 61s;
  ASSERT_TRUE(ebox->message_types({}).ok());
  EXPECT_EQ(upstream_.api_requests().back().header("if-none-match"), "\"v1\"")
      << "and kept its tag";
}

TEST_F(CachedReferenceData, WithoutHeadersItIsAskedForEachTime) {
  headers_.clear();
  const auto ebox = client("1");
  ASSERT_TRUE(ebox->message_types({}).ok());
  ASSERT_TRUE(ebox->message_types({}).ok());
  EXPECT_EQ(requests(), 2u);
}

TEST_F(CachedReferenceData, NonsenseIsNotKept) {
  body_ = "<html>";
  const auto ebox = client("1");
  EXPECT_EQ(ebox->message_types({}).error().code, "upstream.malformed");
  body_ = kTypes;
  EXPECT_TRUE(ebox->message_types({}).ok());
}

TEST_F(CachedReferenceData, WhatIsStaleIsNotShownInPlaceOfAnError) {
  const auto ebox = client("1");
  ASSERT_TRUE(ebox->message_types({}).ok());
  now_ += 61s;
  status_ = 503;
  EXPECT_EQ(ebox->message_types({}).error().code, "upstream.unavailable");
}

TEST_F(CachedReferenceData, LogosAreKeptToo) {
  body_ = std::string("\x89PNG\0bytes", 10);
  const auto ebox = client("1");
  for (int i = 0; i < 2; ++i) {
    const auto image = ebox->image(ImageOwner::sender_organisation, "0308357159", "L/1", {});
    ASSERT_TRUE(image.ok()) << image.error().message;
    EXPECT_EQ(*image, body_);
  }
  ASSERT_EQ(requests(), 1u);
  EXPECT_EQ(upstream_.api_requests()[0].target,
            "/referenceData/senderOrganizations/0308357159/images/L%2F1/content");
}

TEST_F(CachedReferenceData, AnotherItemThanAskedForIsMalformedAndNotKept) {
  body_ = R"({"messageTypeId":"OTHER"})";
  const auto ebox = client("1");
  EXPECT_EQ(ebox->message_type("T", {}).error().code, "upstream.malformed");
  EXPECT_EQ(cache_->size(), 0u);
}

TEST(ReadReference, EveryMemberOfTheContract) {
  const auto type = read_message_type(R"({"messageTypeId":"T","messageTypeName":{"nl":"n"},
    "messageTypeDescription":{"fr":"d"},"senderOrganizationIds":["308357159",null,""],
    "validityPeriod":{"validityPeriodNumber":6,"validityPeriodUnit":"month"},
    "senderApplicationIds":["A"]})");
  ASSERT_TRUE(type.has_value());
  EXPECT_EQ(type->name.nl(), "n");
  EXPECT_EQ(type->description.fr(), "d");
  EXPECT_EQ(type->validity_number, 6);
  EXPECT_EQ(type->validity_unit, "month");
  EXPECT_THAT(type->sender_organisation_ids, ElementsAre("0308357159"));
  EXPECT_THAT(type->sender_application_ids, ElementsAre("A"));

  const auto application = read_sender_application(R"({"applicationId":"A",
    "applicationName":{"nl":"n"},"applicationDescription":{"nl":"d"},"applicationUrl":{"nl":"u"},
    "applicationLogos":[{"imageId":"L","size":1.5,"mediaType":"image/png","language":"nl",
      "contentHref":"https://elsewhere.example/x"},{"size":1}],
    "messageTypeIds":["T"],"senderOrganizationIds":[],"contactBusiness":"b","contactTechnical":"t"})");
  ASSERT_TRUE(application.has_value());
  EXPECT_EQ(application->url.nl(), "u");
  ASSERT_EQ(application->logos.size(), 1u);
  EXPECT_EQ(application->logos[0].id, "L");
  EXPECT_EQ(application->logos[0].media_type, "image/png");
  EXPECT_EQ(application->contact_business, "b");
  EXPECT_EQ(application->contact_technical, "t");

  const auto organisation = read_sender_organisation(R"({"organizationId":308357159,
    "organizationLongName":{"nl":"lang"},"organizationLogos":null,"messageTypeIds":{}})");
  ASSERT_TRUE(organisation.has_value());
  EXPECT_EQ(organisation->id, "0308357159");
  EXPECT_EQ(organisation->name.nl(), "lang");

  for (const char* nothing : {"", "7", "[]", "{}", R"({"messageTypeId":".."})"}) {
    EXPECT_FALSE(read_message_type(nothing).has_value()) << nothing;
    EXPECT_FALSE(read_sender_application(nothing).has_value()) << nothing;
    EXPECT_FALSE(read_sender_organisation(nothing).has_value()) << nothing;
  }
}

}  // namespace
}  // namespace semafoor::upstream::ebox21
