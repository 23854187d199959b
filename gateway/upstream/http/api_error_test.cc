// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/http/api_error.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace semafoor::upstream {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

HttpExchange answer(int status, std::string body,
                    std::vector<std::pair<std::string, std::string>> headers = {}) {
  HttpExchange exchange;
  exchange.delivery = Delivery::answered;
  exchange.status = status;
  exchange.headers = std::move(headers);
  exchange.body = std::move(body);
  exchange.our_trace_id = "our-trace";
  exchange.their_trace_id = "their-trace";
  return exchange;
}

Error error_of(const HttpExchange& exchange) {
  const HttpRequest request{.url = "https://host/a?secret=1", .purpose = "Reading a thing"};
  return api_error(request, exchange);
}

TEST(ApiError, EachStatusHasItsCode) {
  const struct {
    int status;
    const char* code;
    ErrorKind kind;
    bool retryable;
  } cases[] = {
      {302, "upstream.redirect", ErrorKind::failed_precondition, false},
      {400, "upstream.refused", ErrorKind::invalid_argument, false},
      {401, "upstream.unauthenticated", ErrorKind::unauthenticated, false},
      {403, "upstream.forbidden", ErrorKind::permission_denied, false},
      {404, "upstream.not_found", ErrorKind::not_found, false},
      {408, "upstream.timeout", ErrorKind::deadline_exceeded, true},
      {409, "upstream.conflict", ErrorKind::aborted, false},
      {413, "upstream.payload_too_large", ErrorKind::invalid_argument, false},
      {418, "upstream.refused", ErrorKind::invalid_argument, false},
      {429, "upstream.rate_limited", ErrorKind::resource_exhausted, true},
      {500, "upstream.unavailable", ErrorKind::unavailable, true},
      {503, "upstream.unavailable", ErrorKind::unavailable, true},
      {204, "upstream.malformed", ErrorKind::internal, true},
  };
  for (const auto& one : cases) {
    const Error error = error_of(answer(one.status, ""));
    EXPECT_EQ(error.code, one.code) << one.status;
    EXPECT_EQ(error.kind, one.kind) << one.status;
    EXPECT_EQ(error.retryable, one.retryable) << one.status;
    EXPECT_EQ(error.upstream_status, one.status);
  }
}

TEST(ApiError, TellsPurposeAddressAndBothTraces) {
  const Error error = error_of(answer(500, ""));
  EXPECT_THAT(error.message, HasSubstr("Reading a thing at https://host/a: "));
  EXPECT_THAT(error.message, HasSubstr("our-trace"));
  EXPECT_THAT(error.message, HasSubstr("their-trace"));
  EXPECT_THAT(error.message, Not(HasSubstr("secret")));
}

TEST(ApiError, StatusMessageOfContract21) {
  const Error error = error_of(answer(
      400,
      R"({"code":"INVALID_INPUT","id":"550e8400-e29b-41d4-a716-446655440000","message":"no"})"));
  EXPECT_THAT(error.message, HasSubstr("INVALID_INPUT"));
  EXPECT_THAT(error.message, HasSubstr("550e8400-e29b-41d4-a716-446655440000"));
}

TEST(ApiError, BelgifProblemWithRetryInItsBody) {
  const Error error = error_of(answer(
      429,
      R"({"type":"urn:problem-type:belgif:tooManyRequests","status":429,"title":"Too many","retryAfterSec":17})"));
  EXPECT_THAT(error.message, HasSubstr("urn:problem-type:belgif:tooManyRequests"));
  EXPECT_EQ(error.retry_after_ms, 17'000);
}

TEST(ApiError, RetryAfterHeaderCountsBeforeTheBody) {
  const Error error =
      error_of(answer(503, R"({"type":"x","retryAfterSec":17})", {{"retry-after", "3"}}));
  EXPECT_EQ(error.retry_after_ms, 3'000);
}

TEST(ApiError, WhatMayNotBeRepeatedCarriesNoRetryTime) {
  EXPECT_EQ(error_of(answer(400, "", {{"retry-after", "3"}})).retry_after_ms, std::nullopt);
}

TEST(ApiError, BearerChallengeIsRead) {
  const Error error = error_of(
      answer(401, "", {{"www-authenticate", R"(Bearer realm="x", error="invalid_token")"}}));
  EXPECT_THAT(error.message, HasSubstr("invalid_token"));
}

TEST(ApiError, IssuesOfABelgifProblemAreNamedWithoutTheRefusedValue) {
  const Error error = error_of(
      answer(400,
             R"({"type":"urn:problem-type:belgif:badRequest","status":400,"title":"Bad Request",
          "instance":"urn:uuid:d9e35127-e9b1-4201-a211-2b52e52508df","issues":[
          {"type":"urn:problem-type:belgif:input-validation:schemaViolation","in":"query",
           "name":"page","value":"85073003328","detail":"must be 1 or more, not 85073003328"},
          "what",{"type":"x"}]})"));
  EXPECT_EQ(error.code, "upstream.refused");
  EXPECT_THAT(error.message, HasSubstr("(query page: must be 1 or more, not xxxxxxxxxxx; x)"));
  EXPECT_THAT(error.message, HasSubstr("id urn:uuid:d9e35127-e9b1-4201-a211-2b52e52508df"));
  EXPECT_THAT(error.message, Not(HasSubstr("85073003328")));
}

TEST(ApiError, AMissingScopeIsNamedInEitherShape) {
  const Error problem =
      error_of(answer(403, R"({"type":"urn:problem-type:belgif:missingScope","status":403,
                      "requiredScopes":["scope:a","scope:b"]})"));
  const Error challenge =
      error_of(answer(403, "",
                      {{"www-authenticate",
                        R"(Bearer realm="x", error="insufficient_scope", scope="scope:a scope:b",
                           error_description="too little")"}}));
  for (const Error& error : {problem, challenge}) {
    EXPECT_EQ(error.code, "upstream.missing_scope");
    EXPECT_THAT(error.message, HasSubstr("lacks the scope scope:a scope:b"));
    EXPECT_THAT(error.message, HasSubstr("ChaMan"));
  }
  EXPECT_THAT(challenge.message, HasSubstr("\"too little\""));
}

TEST(ApiError, AMissingPermissionSendsToMandateAndTerms) {
  const Error error =
      error_of(answer(403, R"({"type":"urn:problem-type:belgif:missingPermission","status":403})"));
  EXPECT_EQ(error.code, "upstream.missing_permission");
  EXPECT_THAT(error.message, HasSubstr("Mahis"));
}

TEST(ApiError, EachRefusedTokenHasItsAdvice) {
  for (const auto& [type, advice] : {std::pair("noAccessToken", "Authorization"),
                                     std::pair("invalidAccessToken", "one environment"),
                                     std::pair("expiredAccessToken", "clocks")}) {
    const Error error = error_of(answer(
        401, std::string(R"({"type":"urn:problem-type:belgif:)") + type + R"(","status":401})"));
    EXPECT_EQ(error.code, "upstream.unauthenticated");
    EXPECT_THAT(error.message, HasSubstr(advice)) << type;
  }
}

TEST(ApiError, RetryAfterAsAMomentCountsFromTheServersDate) {
  const char* kBody =
      R"({"type":"urn:problem-type:belgif:serviceUnavailable","status":503,
          "retryAfter":"1994-11-06T08:49:57Z"})";
  EXPECT_EQ(
      error_of(answer(503, kBody, {{"date", "Sun, 06 Nov 1994 08:49:37 GMT"}})).retry_after_ms,
      20'000);
  EXPECT_EQ(error_of(answer(503, kBody)).retry_after_ms, 0) << "long ago";
  EXPECT_EQ(error_of(answer(503, R"({"type":"x","retryAfter":"soon"})")).retry_after_ms,
            std::nullopt);
}

TEST(ApiError, AProblemWithMembersOfTheWrongKindIsStillRead) {
  for (const char* body : {R"({"type":"x","issues":7,"requiredScopes":"a"})",
                           R"({"type":"x","issues":[[],null],"requiredScopes":[1,null]})",
                           R"({"type":"x","instance":{},"requiredScopes":null,"retryAfter":[]})"}) {
    EXPECT_EQ(error_of(answer(403, body)).code, "upstream.forbidden") << body;
  }
}

TEST(ApiError, AnAnswerToAnotherRequestShows) {
  HttpExchange exchange = answer(500, "");
  exchange.related_trace_id = "our-trace";
  EXPECT_THAT(error_of(exchange).message, Not(HasSubstr("said to be for")));
  exchange.related_trace_id = "another";
  EXPECT_THAT(error_of(exchange).message, HasSubstr("said to be for another"));
}

TEST(ApiError, PageOfAServerOnTheWayIsNoAnswerOfTheApi) {
  EXPECT_FALSE(is_answer_of_api(answer(404, "<html>not here</html>")));
  EXPECT_FALSE(is_answer_of_api(answer(404, "")));
  EXPECT_FALSE(is_answer_of_api(answer(404, R"({"items":[]})")));
  EXPECT_TRUE(is_answer_of_api(answer(404, R"({"code":"NOT_FOUND","id":"x","message":"m"})")));
  EXPECT_TRUE(is_answer_of_api(
      answer(404, R"({"type":"urn:problem-type:belgif:resourceNotFound","status":404})")));
}

TEST(ShownText, IsTextWhateverCame) {
  EXPECT_EQ(shown_text("caf\xe9 \xf0\x9f"), "caf\xef\xbf\xbd \xef\xbf\xbd\xef\xbf\xbd");
}

TEST(ShownText, NationalNumbersNeverShow) {
  EXPECT_EQ(shown_text("person 85073003328 unknown"), "person xxxxxxxxxxx unknown");
  EXPECT_EQ(shown_text("85.07.30-033.28"), "xx.xx.xx-xxx.xx");
  EXPECT_EQ(shown_text("85 07 30 033 28"), "xx xx xx xxx xx");
  EXPECT_EQ(shown_text("\"85073003328\""), "\"xxxxxxxxxxx\"");
  // Neither an enterprise number nor a UUID is one.
  EXPECT_EQ(shown_text("0212214917"), "0212214917");
  EXPECT_EQ(shown_text("550e8400-e29b-41d4-a716-446655440000"),
            "550e8400-e29b-41d4-a716-446655440000");
}

TEST(ShownText, NumberAtTheCutDoesNotEscape) {
  for (std::size_t lead = 185; lead < 205; ++lead) {
    const std::string shown = shown_text(std::string(lead, 'x') + " 85073003328");
    EXPECT_THAT(shown, Not(HasSubstr("8507"))) << lead;
    EXPECT_LE(shown.size(), 203u);
  }
}

TEST(ShownText, ControlCharactersAndHalfLettersGo) {
  EXPECT_EQ(shown_text("a\r\nb\x7f"), "a  b ");
  const std::string shown = shown_text(std::string(199, 'x') + "éé");
  EXPECT_EQ(shown, std::string(199, 'x') + "...");
}

}  // namespace
}  // namespace semafoor::upstream
