// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <future>

#include "gateway/upstream/testing/fixture.h"

namespace semafoor::upstream {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::PretendUpstream;
using testing::ReceivedRequest;
using testing::ServerConnection;
using ::testing::SizeIs;

std::string message_json(const std::string& id) {
  return R"({"messageId":")" + id + R"(","receiptDate":"2026-10-05T08:30:00+02:00"})";
}

testing::ScriptedServer::Handler always(int status, std::string body, std::string headers = {}) {
  return [=](const ReceivedRequest&, ServerConnection& connection) {
    connection.json(status, body, headers);
  };
}

Result<RemotePage> list(PretendUpstream& upstream) {
  return upstream.ebox()->list({}, {});
}

Result<void> fetch(PretendUpstream& upstream, std::string& received, std::stop_token stop = {}) {
  return upstream.ebox()->content(
      "M/1", "A 1",
      [&](std::span<const std::byte> bytes) -> Result<void> {
        received.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
        return {};
      },
      stop);
}

TEST(EboxList, SendsTheFiltersOfTheContractUnderAToken) {
  PretendUpstream upstream(
      always(200, R"({"items":[)" + message_json("M-1") + R"(],"totalItems":9})"));
  const Result<RemotePage> page =
      upstream.ebox()->list({.page = 3, .page_size = 50, .received_after = "2026-09-30"}, {});
  ASSERT_TRUE(page.ok()) << page.error().message;
  EXPECT_THAT(page->messages, SizeIs(1));
  EXPECT_EQ(page->total, 9);
  const ReceivedRequest request = upstream.api_requests().at(0);
  EXPECT_EQ(request.method, "GET");
  EXPECT_EQ(request.target,
            "/registry/v2/ebox/messages?page=3&pageSize=50&receivedAfter=2026-09-30");
  EXPECT_EQ(request.header("authorization"), "Bearer token-1");
  EXPECT_EQ(request.header("accept"), "application/json");
  EXPECT_EQ(request.header("belgov-trace-id").size(), 36u);
}

TEST(EboxList, PageSizeStaysWithinTheContract) {
  PretendUpstream upstream(always(200, R"({"items":[],"totalItems":0})"));
  ASSERT_TRUE(upstream.ebox()->list({.page = 0, .page_size = 500}, {}).ok());
  EXPECT_EQ(upstream.api_requests().at(0).target, "/registry/v2/ebox/messages?page=1&pageSize=100");
}

TEST(EboxList, OneBadElementDoesNotTakeThePageWithIt) {
  PretendUpstream upstream(
      always(200, R"({"items":[)" + message_json("M-1") +
                      R"(,{"messageId":7,"receiptDate":"GEHEIM"},{"x":tru},")" + "\xff" + R"(",)" +
                      message_json("M-2") + R"(],"totalItems":5})"));
  const Result<RemotePage> page = list(upstream);
  ASSERT_TRUE(page.ok()) << page.error().message;
  ASSERT_THAT(page->messages, SizeIs(2));
  EXPECT_EQ(page->messages[0].id, "M-1");
  EXPECT_EQ(page->messages[1].id, "M-2");
  ASSERT_THAT(page->rejected, SizeIs(3));
  EXPECT_THAT(page->rejected[0], HasSubstr("receiptDate"));
  EXPECT_THAT(page->rejected[0], ::testing::Not(HasSubstr("GEHEIM")));
}

TEST(EboxList, NotFoundOfTheApiIsAnEmptyBox) {
  PretendUpstream upstream(always(
      404,
      R"({"code":"NO_MESSAGES","id":"550e8400-e29b-41d4-a716-446655440000","message":"none"})"));
  const Result<RemotePage> page = list(upstream);
  ASSERT_TRUE(page.ok()) << page.error().message;
  EXPECT_THAT(page->messages, IsEmpty());
}

TEST(EboxList, NotFoundOfAServerOnTheWayIsAnError) {
  PretendUpstream upstream([](const ReceivedRequest&, ServerConnection& connection) {
    connection.respond(404, "<html>nginx</html>", "Content-Type: text/html\r\n");
  });
  EXPECT_EQ(list(upstream).error().code, "upstream.not_found");
}

TEST(EboxList, MalformedJsonIsSaidAndMayPass) {
  for (const char* body : {"", "<html>", R"({"items":[)", "[]", R"({"status":"ok"})"}) {
    PretendUpstream upstream(always(200, body));
    const Result<RemotePage> page = list(upstream);
    ASSERT_FALSE(page.ok()) << body;
    EXPECT_EQ(page.error().code, "upstream.malformed");
    EXPECT_TRUE(page.error().retryable);
  }
}

TEST(EboxErrors, StatusesOfTheUpstream) {
  for (const auto& [status, code] :
       {std::pair(403, "upstream.forbidden"), std::pair(409, "upstream.conflict"),
        std::pair(413, "upstream.payload_too_large"), std::pair(500, "upstream.unavailable"),
        std::pair(503, "upstream.unavailable"), std::pair(302, "upstream.redirect"),
        std::pair(400, "upstream.refused")}) {
    PretendUpstream upstream(always(status, R"({"type":"urn:problem-type:belgif:x","status":0})"));
    const Result<RemotePage> page = list(upstream);
    ASSERT_FALSE(page.ok()) << status;
    EXPECT_EQ(page.error().code, code);
    EXPECT_EQ(page.error().upstream_status, status);
    EXPECT_EQ(upstream.tokens_given(), 1) << "only a 401 costs a new token";
  }
}

TEST(EboxErrors, RateLimitCarriesItsPause) {
  PretendUpstream upstream(always(429, "{}", "Retry-After: 13\r\n"));
  const Error error = list(upstream).error();
  EXPECT_EQ(error.code, "upstream.rate_limited");
  EXPECT_TRUE(error.retryable);
  EXPECT_EQ(error.retry_after_ms, 13'000);
}

TEST(EboxErrors, UnauthorisedOnceRenewsTheTokenAndGoesOn) {
  PretendUpstream upstream([](const ReceivedRequest& request, ServerConnection& connection) {
    if (request.header("authorization") == "Bearer token-1") {
      connection.json(401, R"({"type":"urn:problem-type:belgif:expiredAccessToken","status":401})");
    } else {
      connection.json(200, R"({"items":[],"totalItems":0})");
    }
  });
  EXPECT_TRUE(list(upstream).ok());
  EXPECT_EQ(upstream.tokens_given(), 2);
}

TEST(EboxErrors, UnauthorisedTwiceIsTheAnswer) {
  PretendUpstream upstream(
      always(401, R"({"type":"urn:problem-type:belgif:invalidAccessToken","status":401})"));
  const Error error = list(upstream).error();
  EXPECT_EQ(error.code, "upstream.unauthenticated");
  EXPECT_EQ(error.kind, ErrorKind::unauthenticated);
  EXPECT_THAT(error.message, HasSubstr("invalidAccessToken"));
  EXPECT_EQ(upstream.tokens_given(), 2);
  EXPECT_THAT(upstream.api_requests(), SizeIs(2));
}

TEST(EboxGet, OneMessageByItsEncodedIdentity) {
  PretendUpstream upstream(always(200, message_json("M/1")));
  const Result<RemoteMessage> message = upstream.ebox()->get("M/1", {});
  ASSERT_TRUE(message.ok()) << message.error().message;
  EXPECT_EQ(upstream.api_requests().at(0).target, "/registry/v2/ebox/messages/M%2F1");
}

TEST(EboxGet, AnotherMessageThanAskedForIsMalformed) {
  PretendUpstream upstream(always(200, message_json("M-2")));
  EXPECT_EQ(upstream.ebox()->get("M-1", {}).error().code, "upstream.malformed");
}

TEST(EboxGet, AnExpiredMessageIsNotFound) {
  PretendUpstream upstream(always(404, R"({"code":"GONE","id":"x","message":"m"})"));
  EXPECT_EQ(upstream.ebox()->get("M-1", {}).error().kind, ErrorKind::not_found);
}

TEST(EboxGet, IdentityThatWouldChangeThePathIsNotSent) {
  PretendUpstream upstream(always(200, "{}"));
  for (const char* id : {"", ".", ".."}) {
    EXPECT_EQ(upstream.ebox()->get(id, {}).error().code, "upstream.no_address");
  }
  EXPECT_THAT(upstream.api_requests(), IsEmpty());
}

TEST(EboxContent, ComesPieceByPieceFromTheAddressOfItsIdentities) {
  const std::string whole(700'000, 'x');
  PretendUpstream upstream([&](const ReceivedRequest&, ServerConnection& connection) {
    connection.respond(200, whole, "Content-Type: application/octet-stream\r\n");
  });
  std::string received;
  ASSERT_TRUE(fetch(upstream, received).ok());
  EXPECT_EQ(received, whole);
  EXPECT_EQ(upstream.api_requests().at(0).target,
            "/registry/v2/ebox/messages/M%2F1/attachments/A%201/content");
}

TEST(EboxContent, TruncatedIsAnErrorWhateverArrived) {
  PretendUpstream upstream([](const ReceivedRequest&, ServerConnection& connection) {
    connection.write("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf");
    connection.close();
  });
  std::string received;
  const Result<void> result = fetch(upstream, received);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, "upstream.truncated");
  EXPECT_TRUE(result.error().retryable);
}

TEST(EboxContent, ResetInTheMiddleIsTruncated) {
  PretendUpstream upstream([](const ReceivedRequest&, ServerConnection& connection) {
    connection.write("HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n");
    connection.write(std::string(3'000'000, 'x'));
    connection.reset();
  });
  std::string received;
  EXPECT_EQ(fetch(upstream, received).error().code, "upstream.truncated");
}

TEST(EboxContent, RenewedTokenDoesNotMixItsErrorBodyIn) {
  PretendUpstream upstream([](const ReceivedRequest& request, ServerConnection& connection) {
    if (request.header("authorization") == "Bearer token-1") {
      connection.json(401, R"({"code":"X","message":"expired","id":"1"})");
    } else {
      connection.respond(200, "content");
    }
  });
  std::string received;
  ASSERT_TRUE(fetch(upstream, received).ok());
  EXPECT_EQ(received, "content");
}

TEST(EboxContent, EmptyFileIsNoError) {
  PretendUpstream upstream(
      [](const ReceivedRequest&, ServerConnection& connection) { connection.respond(200, ""); });
  std::string received;
  EXPECT_TRUE(fetch(upstream, received).ok());
}

TEST(EboxContent, HangEndsAsAStallWellBeforeTheTimeoutOfACall) {
  PretendUpstream upstream([](const ReceivedRequest&, ServerConnection& connection) {
    connection.write("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\nx");
    connection.wait_for_client_to_leave();
  });
  upstream.stall_timeout_ms = 160;
  std::string received;
  EXPECT_EQ(fetch(upstream, received).error().code, "upstream.stalled");
}

TEST(EboxContent, StopEndsIt) {
  PretendUpstream upstream([](const ReceivedRequest&, ServerConnection& connection) {
    connection.write("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\nx");
    connection.wait_for_client_to_leave();
  });
  std::stop_source stop;
  std::string received;
  auto result =
      std::async(std::launch::async, [&] { return fetch(upstream, received, stop.get_token()); });
  upstream.server().wait_for_requests(2);
  stop.request_stop();
  EXPECT_EQ(result.get().error().code, "upstream.cancelled");
}

TEST(EboxReferenceData, AllPagesAreRead) {
  PretendUpstream upstream([](const ReceivedRequest& request, ServerConnection& connection) {
    const bool first = request.target.find("page=1&") != std::string::npos;
    std::string items;
    for (int i = first ? 0 : 100; i < (first ? 100 : 130); ++i) {
      items += (items.empty() ? "" : ",") + (R"({"messageTypeId":"T)" + std::to_string(i) +
                                             R"(","messageTypeName":{"nl":"naam"}})");
    }
    connection.json(200, R"({"items":[)" + items + R"(],"totalItems":130})");
  });
  const auto types = upstream.ebox()->message_types({});
  ASSERT_TRUE(types.ok()) << types.error().message;
  EXPECT_THAT(*types, SizeIs(130));
  EXPECT_THAT(upstream.api_requests(), SizeIs(2));
}

TEST(EboxReferenceData, AProviderThatIgnoresPagesIsNotFollowedForEver) {
  PretendUpstream upstream(always(
      200,
      R"({"items":[{"organizationId":"0308357159","organizationShortName":{"nl":"a"}}],"totalItems":1000})"));
  const auto senders = upstream.ebox()->sender_organisations({});
  ASSERT_TRUE(senders.ok());
  EXPECT_THAT(*senders, SizeIs(1));
  EXPECT_THAT(upstream.api_requests(), SizeIs(2));
  EXPECT_EQ(upstream.api_requests().at(0).path(), "/registry/v2/referenceData/senderOrganizations");
}

}  // namespace
}  // namespace semafoor::upstream
