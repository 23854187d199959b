// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <openssl/x509.h>

#include "tests/sandbox/oauth/assertion_for_tests.h"
#include "tests/sandbox/oauth/authority.h"

namespace semafoor::sandbox::oauth {
namespace {

using http::Json;

constexpr const char* kAudience = "http://127.0.0.1:1/oauth/v5/token";
constexpr std::int64_t kNow = 1'800'000'000;

class AuthorityTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    rsa_ = new KeyPair(make_rsa_key_pair());
    other_ = new KeyPair(make_rsa_key_pair());
    p256_ = new KeyPair(make_p256_key_pair());
  }
  static void TearDownTestSuite() {
    delete rsa_;
    delete other_;
    delete p256_;
  }

  AuthorityTest() : authority_([this] { return now_; }) {
    authority_.set_audiences({kAudience});
    EXPECT_FALSE(authority_.add_client("cl-1", "0100100139", rsa_->public_pem));
    EXPECT_FALSE(authority_.add_client("cl-ec", "0100100238", p256_->public_pem));
  }

  Json claims() {
    return {{"iss", "cl-1"},     {"sub", "cl-1"}, {"aud", kAudience},
            {"exp", now_ + 200}, {"iat", now_},   {"jti", "id-" + std::to_string(++jti_)}};
  }
  http::Call call(const std::string& body) {
    http::Call call;
    call.method = "POST";
    call.path = "/oauth/v5/token";
    call.headers.emplace("content-type", "application/x-www-form-urlencoded; charset=UTF-8");
    call.body = body;
    return call;
  }
  http::Reply ask(const Json& claims, const Json& header = {{"alg", "RS256"}, {"typ", "JWT"}},
                  const std::string& more = "") {
    return authority_.token(call(token_form(assertion(rsa_->private_pem, header, claims), more)));
  }
  std::string why(const http::Reply& reply) {
    EXPECT_EQ(reply.status, 401);
    auto body = Json::parse(reply.body);
    EXPECT_EQ(body["error"], "invalid_client");
    return body["error_description"];
  }
  Checked check(const std::string& token) {
    http::Call get;
    get.headers.emplace("authorization", "Bearer " + token);
    return authority_.check(get);
  }

  static KeyPair* rsa_;
  static KeyPair* other_;
  static KeyPair* p256_;
  std::int64_t now_ = kNow;
  int jti_ = 0;
  Authority authority_;
};

KeyPair* AuthorityTest::rsa_ = nullptr;
KeyPair* AuthorityTest::other_ = nullptr;
KeyPair* AuthorityTest::p256_ = nullptr;

TEST_F(AuthorityTest, AGoodAssertionGivesATokenOfTheOrganisation) {
  authority_.set_token_lifetime(120);
  auto reply = ask(claims());
  ASSERT_EQ(reply.status, 200) << reply.body;
  auto body = Json::parse(reply.body);
  EXPECT_EQ(body["token_type"], "Bearer");
  EXPECT_EQ(body["expires_in"], 120);
  auto checked = check(body["access_token"]);
  ASSERT_TRUE(checked.grant);
  EXPECT_EQ(checked.grant->organisation, "0100100139");
  EXPECT_EQ(checked.grant->scopes.size(), 3U);
  now_ += 120;
  EXPECT_EQ(check(body["access_token"]).problem, "expiredAccessToken");
}

TEST_F(AuthorityTest, Es256IsAcceptedFromAP256Key) {
  auto good = claims();
  good["iss"] = good["sub"] = "cl-ec";
  auto text = assertion(p256_->private_pem, {{"alg", "ES256"}}, good, true);
  auto reply = authority_.token(call(token_form(text)));
  EXPECT_EQ(reply.status, 200) << reply.body;
  // The same claim by the other algorithm's name is refused, whatever the bytes are.
  good["jti"] = "another";
  text = assertion(p256_->private_pem, {{"alg", "RS256"}}, good, true);
  EXPECT_EQ(authority_.token(call(token_form(text))).status, 401);
}

TEST_F(AuthorityTest, AlgorithmsOtherThanRs256AndEs256AreRefused) {
  for (const auto* algorithm : {"none", "HS256", "RS384", "PS256", ""}) {
    EXPECT_EQ(why(ask(claims(), {{"alg", algorithm}})), "alg must be RS256 or ES256");
  }
  EXPECT_EQ(why(ask(claims(), Json::object())), "alg must be RS256 or ES256");
  EXPECT_NE(why(ask(claims(), {{"alg", "RS256"}, {"crit", {"x"}}})).find("crit"),
            std::string::npos);
}

TEST_F(AuthorityTest, IssuerAndSubjectMustBeARegisteredClient) {
  auto wrong = claims();
  wrong["sub"] = "cl-ec";
  EXPECT_EQ(why(ask(wrong)), "iss and sub must both be the client id");
  wrong = claims();
  wrong["iss"] = wrong["sub"] = "nobody";
  EXPECT_EQ(why(ask(wrong)), "the client is not registered");
}

TEST_F(AuthorityTest, TheAudienceMustBeTheTokenUrl) {
  auto wrong = claims();
  wrong["aud"] = "http://127.0.0.1:1/oauth/v4/token";
  EXPECT_EQ(why(ask(wrong)), "aud is not the URL of this token endpoint");
  wrong.erase("aud");
  EXPECT_EQ(why(ask(wrong)), "aud is not the URL of this token endpoint");
  auto list = claims();
  list["aud"] = {"x", kAudience};
  EXPECT_EQ(ask(list).status, 200);
}

TEST_F(AuthorityTest, TheAssertionMustBeYoung) {
  auto wrong = claims();
  wrong["exp"] = now_;
  EXPECT_EQ(why(ask(wrong)), "the assertion has expired");
  wrong["exp"] = now_ + 301;
  EXPECT_EQ(why(ask(wrong)), "exp lies more than 300 seconds ahead");
  wrong.erase("exp");
  EXPECT_EQ(why(ask(wrong)), "exp is missing");
  wrong = claims();
  wrong["exp"] = now_ + 300;
  EXPECT_EQ(ask(wrong).status, 200);
  wrong = claims();
  wrong["iat"] = now_ + 60;
  EXPECT_EQ(why(ask(wrong)), "iat or nbf lies in the future");
}

TEST_F(AuthorityTest, AnIdCountsOnce) {
  auto once = claims();
  EXPECT_EQ(ask(once).status, 200);
  EXPECT_EQ(why(ask(once)), "jti was used before");
  once.erase("jti");
  EXPECT_EQ(why(ask(once)), "jti is missing");
}

TEST_F(AuthorityTest, ARefusedAssertionDoesNotUseUpItsId) {
  auto late = claims();
  late["exp"] = now_ - 1;
  EXPECT_EQ(ask(late).status, 401);
  late["exp"] = now_ + 10;
  EXPECT_EQ(ask(late).status, 200);
}

TEST_F(AuthorityTest, TheSignatureMustBeOfTheRegisteredKey) {
  auto text = assertion(other_->private_pem, {{"alg", "RS256"}}, claims());
  EXPECT_EQ(why(authority_.token(call(token_form(text)))),
            "the signature does not belong to the key registered for this client");
  // One changed claim under an old signature.
  auto good = assertion(rsa_->private_pem, {{"alg", "RS256"}}, claims());
  auto changed = claims();
  changed["exp"] = now_ + 299;
  auto first = good.find('.');
  auto second = good.find('.', first + 1);
  auto forged =
      good.substr(0, first + 1) + content::base64url(changed.dump()) + good.substr(second);
  EXPECT_EQ(authority_.token(call(token_form(forged))).status, 401);
  EXPECT_EQ(why(authority_.token(call(token_form("a.b")))),
            "the assertion is not a compact JWS of three parts");
}

TEST_F(AuthorityTest, ARotatedKeyReplacesTheOldOne) {
  EXPECT_FALSE(authority_.add_client("cl-1", "0100100139", other_->public_pem));
  EXPECT_EQ(ask(claims()).status, 401);
  auto text = assertion(other_->private_pem, {{"alg", "RS256"}}, claims());
  EXPECT_EQ(authority_.token(call(token_form(text))).status, 200);
}

TEST_F(AuthorityTest, WhileAKeyIsRotatedBothAreGood) {
  EXPECT_TRUE(authority_.add_second_key("nobody", other_->public_pem));
  EXPECT_FALSE(authority_.add_second_key("cl-1", other_->public_pem));
  EXPECT_EQ(ask(claims()).status, 200);
  auto text = assertion(other_->private_pem, {{"alg", "RS256"}}, claims());
  EXPECT_EQ(authority_.token(call(token_form(text))).status, 200);
}

TEST_F(AuthorityTest, RequestErrorsHaveTheShapeOfRfc6749) {
  auto code = [&](const std::string& body) {
    auto reply = authority_.token(call(body));
    return Json::parse(reply.body)["error"].get<std::string>() + " " + std::to_string(reply.status);
  };
  EXPECT_EQ(code(""), "invalid_request 400");
  EXPECT_EQ(code("grant_type=password"), "unsupported_grant_type 400");
  EXPECT_EQ(code("grant_type=client_credentials&client_id=a&client_secret=b"),
            "invalid_client 401");
  EXPECT_EQ(code("grant_type=client_credentials&grant_type=x"), "invalid_request 400");
  EXPECT_EQ(code("grant_type=%zz"), "invalid_request 400");
  auto json = call("{}");
  json.headers.clear();
  EXPECT_EQ(authority_.token(json).status, 400);
}

TEST_F(AuthorityTest, ScopesCanBeNarrowedButNotWidened) {
  auto reply = ask(claims(), {{"alg", "RS256"}}, "&scope=X-scope%3Apodmi%3Amailbox");
  ASSERT_EQ(reply.status, 200);
  auto checked = check(Json::parse(reply.body)["access_token"]);
  EXPECT_EQ(checked.grant->scopes, std::set<std::string>{std::string(kPodmiScope)});
  auto refused = ask(claims(), {{"alg", "RS256"}}, "&scope=scope%3Aother");
  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(Json::parse(refused.body)["error"], "invalid_scope");
}

TEST_F(AuthorityTest, TokensCanBeExpiredAtOnce) {
  auto token = Json::parse(ask(claims()).body)["access_token"].get<std::string>();
  EXPECT_EQ(authority_.expire_tokens(), 1U);
  EXPECT_EQ(check(token).problem, "expiredAccessToken");
  EXPECT_EQ(check("sandbox-unknown").problem, "invalidAccessToken");
  EXPECT_EQ(authority_.check(http::Call{}).problem, "noAccessToken");
}

TEST_F(AuthorityTest, AFaultCanBeAimedByWhoClaimsToAsk) {
  auto text = assertion(other_->private_pem, {{"alg", "RS256"}}, claims());
  EXPECT_EQ(authority_.claimed_organisation(call(token_form(text))), "0100100139");
  EXPECT_FALSE(authority_.claimed_organisation(call("nothing")));
}

TEST(Keys, UnusableKeysAreRefusedWithASentence) {
  std::string why;
  EXPECT_FALSE(read_public_key("hello", why));
  EXPECT_EQ(why, "neither a PEM public key nor a PEM certificate");
  EXPECT_FALSE(read_public_key(make_p256_key_pair().private_pem, why));
  EXPECT_NE(why.find("private key"), std::string::npos);
}

TEST_F(AuthorityTest, AShiftedClockJudgesTheAssertion) {
  for (const std::int64_t shift : {360, -360}) {
    auto shifted = [&](const Json& claims) {
      auto request = call(token_form(assertion(rsa_->private_pem, {{"alg", "RS256"}}, claims)));
      request.clock_shift = shift;
      return authority_.token(request);
    };
    EXPECT_EQ(shifted(claims()).status, 401) << shift;
    auto dated = claims();
    dated["iat"] = now_ + shift;
    dated["exp"] = now_ + shift + 60;
    EXPECT_EQ(shifted(dated).status, 200) << shift;
  }
  EXPECT_EQ(ask(claims()).status, 200);
}

class IntrospectionTest : public AuthorityTest {
 protected:
  IntrospectionTest() {
    EXPECT_FALSE(authority_.add_client("provider", "0100100238", other_->public_pem,
                                       {std::string(kIntrospectScope)}));
    consumer_ = Json::parse(ask(claims()).body)["access_token"];
    auto asked = claims();
    asked["iss"] = asked["sub"] = "provider";
    provider_ = Json::parse(
        authority_
            .token(call(token_form(assertion(other_->private_pem, {{"alg", "RS256"}}, asked))))
            .body)["access_token"];
  }
  http::Reply introspect(const std::string& bearer, const std::string& form) {
    auto request = call(form);
    if (!bearer.empty()) request.headers.emplace("authorization", "Bearer " + bearer);
    return authority_.introspect(request);
  }

  std::string consumer_;
  std::string provider_;
};

TEST_F(IntrospectionTest, TellsWhoseTokenItIsWithoutTheLeadingZero) {
  auto reply = introspect(provider_, "token=" + consumer_);
  ASSERT_EQ(reply.status, 200) << reply.body;
  auto body = Json::parse(reply.body);
  EXPECT_EQ(body["active"], true);
  EXPECT_EQ(body["client_id"], "cl-1");
  EXPECT_EQ(body["exp"], now_ + authority_.token_lifetime());
  EXPECT_NE(body["scope"].get<std::string>().find(kEboxScope), std::string::npos);
  EXPECT_EQ(body["principalAttributes"]["urn:be:fgov:kbo-bce:organization:cbe-number"],
            Json::array({"100100139"}));
}

TEST_F(IntrospectionTest, OfATokenThatIsNotGoodNothingIsTold) {
  EXPECT_EQ(Json::parse(introspect(provider_, "token=other").body), (Json{{"active", false}}));
  authority_.set_token_lifetime(10'000);
  auto asked = claims();
  asked["iss"] = asked["sub"] = "provider";
  auto longer = Json::parse(
      authority_.token(call(token_form(assertion(other_->private_pem, {{"alg", "RS256"}}, asked))))
          .body)["access_token"];
  now_ += 700;
  EXPECT_EQ(Json::parse(introspect(longer, "token=" + consumer_).body), (Json{{"active", false}}));
}

TEST_F(IntrospectionTest, IsForProvidersOnly) {
  EXPECT_EQ(introspect("", "token=" + consumer_).status, 401);
  EXPECT_EQ(introspect("other", "token=" + consumer_).status, 401);
  EXPECT_EQ(introspect(consumer_, "token=" + consumer_).status, 403);
  EXPECT_EQ(introspect(provider_, "").status, 400);
}

}  // namespace
}  // namespace semafoor::sandbox::oauth
