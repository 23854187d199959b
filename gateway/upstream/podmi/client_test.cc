// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "gateway/upstream/testing/fixture.h"

namespace semafoor::upstream {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::PretendUpstream;
using testing::ReceivedRequest;
using testing::ServerConnection;
using ::testing::SizeIs;

constexpr char kClientId[] = "0190a5a4-0000-7000-8000-000000000001";
constexpr char kNotFound[] =
    R"({"type":"urn:problem-type:belgif:resourceNotFound","status":404,"title":"Not Found"})";

testing::ScriptedServer::Handler always(int status, std::string body, std::string headers = {}) {
  return [=](const ReceivedRequest&, ServerConnection& connection) {
    connection.json(status, body, headers);
  };
}

std::string event_json(const std::string& id, const std::string& cursor) {
  return R"({"specversion":"1.0","id":")" + id +
         R"(","source":"urn:x-podmi:mailbox","type":"t","service":"s","xcursor":")" + cursor +
         R"(","data":{}})";
}

v1::FeedbackItem item() {
  v1::FeedbackItem result;
  result.set_client_id(kClientId);
  result.set_client_reference("ABCDEFGHIJKLMNO");
  result.set_code("X-COUNTED");
  return result;
}

Result<SendReceipt> send(PretendUpstream& upstream) {
  return upstream.podmi()->send(item(), "KN0000000001", {});
}

Result<MailboxBatch> fetch(PodmiClient& client, const std::string& cursor, int limit) {
  const Result<Fetched> fetched = client.fetch(cursor, limit, {}, {});
  if (!fetched) return fetched.error();
  return client.read(*fetched);
}

TEST(PodmiFetch, EventsAfterACursorUnderTheScopeOfTheMailbox) {
  PretendUpstream upstream(
      always(200, "[" + event_json("e-1", "c-1") + "," + event_json("e-2", "c-2") + "]"));
  const Result<MailboxBatch> batch = fetch(*upstream.podmi(), "c 0", 50);
  ASSERT_TRUE(batch.ok()) << batch.error().message;
  ASSERT_THAT(batch->items, SizeIs(2));
  EXPECT_EQ(batch->items[0].id, "e-1");
  EXPECT_EQ(batch->items[0].raw, event_json("e-1", "c-1"));
  EXPECT_EQ(batch->cursor, "c-2");
  EXPECT_EQ(upstream.api_requests().at(0).target, "/podmi/v1/messages?cursor=c%200&limit=50");
  EXPECT_THAT(upstream.server().requests().at(0).body,
              HasSubstr("scope=X-scope%3Apodmi%3Amailbox"));
}

TEST(PodmiFetch, NothingNewHasNoPosition) {
  PretendUpstream upstream(always(200, "[]"));
  const Result<MailboxBatch> batch = fetch(*upstream.podmi(), "", 5000);
  ASSERT_TRUE(batch.ok());
  EXPECT_THAT(batch->items, IsEmpty());
  EXPECT_EQ(batch->cursor, "");
  EXPECT_EQ(upstream.api_requests().at(0).target, "/podmi/v1/messages?limit=500");
}

TEST(PodmiFetch, WhatIsNoEventIsRejectedAndNotDeliveredForEver) {
  PretendUpstream upstream(
      always(200, "[" + event_json("e-1", "c-1") + R"(,{"xcursor":"c-2"},{"broken":tru}])"));
  const Result<MailboxBatch> batch = fetch(*upstream.podmi(), "", 100);
  ASSERT_TRUE(batch.ok());
  EXPECT_THAT(batch->items, SizeIs(1));
  ASSERT_THAT(batch->rejected, SizeIs(2));
  EXPECT_EQ(batch->rejected[0].raw, R"({"xcursor":"c-2"})") << "as it came";
  EXPECT_EQ(batch->cursor, "c-2");
}

TEST(PodmiFetch, ErrorsOfTheUpstream) {
  for (const auto& [status, code] :
       {std::pair(403, "upstream.forbidden"), std::pair(404, "upstream.not_found"),
        std::pair(429, "upstream.rate_limited"), std::pair(500, "upstream.unavailable")}) {
    PretendUpstream upstream(always(status, kNotFound, "Retry-After: 2\r\n"));
    EXPECT_EQ(upstream.podmi()->fetch("", 100, {}, {}).error().code, code);
  }
  PretendUpstream upstream(always(200, R"({"items":[]})"));
  EXPECT_EQ(upstream.podmi()->fetch("", 100, {}, {}).error().code, "upstream.malformed");
}

testing::ScriptedServer::Handler breaking_off(const std::string& body) {
  return [=](const ReceivedRequest&, ServerConnection& connection) {
    connection.write("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " +
                     std::to_string(body.size() + 100) + "\r\n\r\n" + body);
    connection.close();
  };
}

TEST(PodmiFetch, WhatIsRemovedOnFetchIsKeptAlsoWhenItBreaksOff) {
  const std::string body = "[" + event_json("e-1", "c-1") + "," + event_json("e-2", "c-2") +
                           R"(,{"specversion":"1.0","id":"e-3)";
  PretendUpstream upstream(breaking_off(body));
  upstream.podmi_fetch = FetchManner::removed;
  const auto client = upstream.podmi();
  const Result<Fetched> fetched = client->fetch("c-0", 100, {}, {});
  ASSERT_TRUE(fetched.ok()) << fetched.error().message;
  EXPECT_EQ(fetched->body, body);
  ASSERT_TRUE(fetched->problem.has_value());
  EXPECT_THAT(client->read(*fetched)->items, SizeIs(2)) << "what is whole";
  EXPECT_EQ(upstream.api_requests().at(0).target, "/podmi/v1/messages?limit=100");
  EXPECT_TRUE(client->acknowledge("c-2", {}).ok());
  EXPECT_THAT(upstream.api_requests(), SizeIs(1)) << "there is nothing to acknowledge";
}

TEST(PodmiFetch, ABodyThatBreaksOffIsNotTakenForAWholeOne) {
  PretendUpstream upstream(always(200, "[]"));
  const std::string cut = "[" + event_json("e-1", "c-1") + R"(,{"spec)";
  const auto client = upstream.podmi();
  EXPECT_EQ(client->read({cut, std::nullopt}).error().code, "upstream.malformed");
  EXPECT_THAT(client->read({cut, Error{.message = "it broke off"}})->items, SizeIs(1));
}

TEST(PodmiFetch, WhatStaysUpstreamIsFetchedAgainWhenItBreaksOff) {
  for (const auto manner : {FetchManner::cursor, FetchManner::acknowledged}) {
    PretendUpstream upstream(breaking_off("[" + event_json("e-1", "c-1")));
    upstream.podmi_fetch = manner;
    EXPECT_EQ(upstream.podmi()->fetch("", 100, {}, {}).error().code, "upstream.truncated");
  }
}

TEST(PodmiFetch, WhatIsNoListIsKeptWhereItIsRemoved) {
  PretendUpstream upstream(always(200, "<html>"));
  upstream.podmi_fetch = FetchManner::removed;
  const Result<Fetched> fetched = upstream.podmi()->fetch("", 100, {}, {});
  ASSERT_TRUE(fetched.ok());
  EXPECT_EQ(fetched->problem->code, "upstream.malformed");
  EXPECT_EQ(fetched->body, "<html>");
}

TEST(PodmiAcknowledge, SendsThePosition) {
  PretendUpstream upstream([](const ReceivedRequest&, ServerConnection& connection) {
    connection.write("HTTP/1.1 204 No Content\r\n\r\n");
  });
  ASSERT_TRUE(upstream.podmi()->acknowledge("c-2", {}).ok());
  const ReceivedRequest request = upstream.api_requests().at(0);
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.target, "/podmi/v1/acknowledgements");
  EXPECT_EQ(request.header("content-type"), "application/json");
  EXPECT_EQ(request.body, R"({"cursor":"c-2"})");
}

TEST(PodmiAcknowledge, RefusalIsAnError) {
  PretendUpstream upstream(always(404, kNotFound));
  EXPECT_EQ(upstream.podmi()->acknowledge("c-2", {}).error().code, "upstream.not_found");
}

TEST(PodmiSend, ReceivedNowOrBefore) {
  for (const int status : {201, 200}) {
    PretendUpstream upstream(always(status, R"({"id":"x","status":"RECEIVED"})"));
    const Result<SendReceipt> outcome = send(upstream);
    ASSERT_TRUE(outcome.ok()) << outcome.error().message;
    EXPECT_EQ(outcome->outcome, SendOutcome::received);
    const ReceivedRequest request = upstream.api_requests().at(0);
    EXPECT_EQ(request.header("content-type"), "application/cloudevents+json");
    EXPECT_EQ(nlohmann::json::parse(request.body)["id"], kClientId);
  }
}

TEST(PodmiSend, AJudgementMayComeAtOnce) {
  PretendUpstream upstream(always(
      201,
      R"({"id":"x","status":"RECEIVED","result":{"evaluation":"REFUSED","errors":[{"code":"X-0001"}]}})"));
  const Result<SendReceipt> outcome = send(upstream);
  ASSERT_TRUE(outcome.ok()) << outcome.error().message;
  ASSERT_TRUE(outcome->result.has_value());
  EXPECT_EQ(outcome->result->state, v1::FEEDBACK_STATE_REFUSED);
  EXPECT_EQ(outcome->result->client_id, kClientId);
  EXPECT_THAT(outcome->result->errors, SizeIs(1));
  PretendUpstream odd(always(201, R"({"result":{"evaluation":"MAYBE"}})"));
  const Result<SendReceipt> received = send(odd);
  EXPECT_EQ(received->outcome, SendOutcome::received) << "it arrived all the same";
  EXPECT_FALSE(received->result.has_value());
}

TEST(PodmiSend, DefiniteRefusalsAreErrors) {
  for (const auto& [status, code] :
       {std::pair(400, "upstream.refused"), std::pair(401, "upstream.unauthenticated"),
        std::pair(403, "upstream.forbidden"), std::pair(404, "upstream.not_found"),
        std::pair(413, "upstream.payload_too_large"), std::pair(429, "upstream.rate_limited"),
        std::pair(503, "upstream.unavailable")}) {
    PretendUpstream upstream(always(status, kNotFound));
    const Result<SendReceipt> outcome = send(upstream);
    ASSERT_FALSE(outcome.ok()) << status;
    EXPECT_EQ(outcome.error().code, code);
    EXPECT_EQ(outcome.error().upstream_status, status);
  }
}

TEST(PodmiSend, ThePageOfSomeServerInBetweenIsNoRefusalOfTheAnswer) {
  for (const int status : {400, 404, 405, 407}) {
    PretendUpstream upstream(always(status, "<html>not here</html>"));
    const Error error = send(upstream).error();
    EXPECT_TRUE(error.retryable) << status;
    EXPECT_EQ(error.upstream_status, 0) << status;
  }
}

TEST(PodmiSend, SameIdentityWithOtherContentIsAConflict) {
  PretendUpstream upstream(
      always(409, R"({"type":"urn:problem-type:x-podmi:conflict","status":409})"));
  const Error error = send(upstream).error();
  EXPECT_EQ(error.code, "feedback.conflict");
  EXPECT_EQ(error.kind, ErrorKind::already_exists);
  EXPECT_FALSE(error.retryable);
}

TEST(PodmiSend, AnUpstreamThatStumbledMayHaveTakenIt) {
  for (const int status : {500, 502, 504}) {
    PretendUpstream upstream(always(status, "{}"));
    const Result<SendReceipt> outcome = send(upstream);
    ASSERT_TRUE(outcome.ok()) << status;
    EXPECT_EQ(outcome->outcome, SendOutcome::unknown);
  }
}

TEST(PodmiSend, LostAnswersAreUnknown) {
  const std::vector<std::function<void(ServerConnection&)>> losses = {
      [](ServerConnection& connection) { connection.reset(); },
      [](ServerConnection& connection) { connection.close(); },
      [](ServerConnection& connection) {
        connection.write("HTTP/1.1 201 Created\r\nContent-Length: 100\r\n\r\n{");
        connection.reset();
      },
  };
  for (const auto& lose : losses) {
    PretendUpstream upstream(
        [&](const ReceivedRequest&, ServerConnection& connection) { lose(connection); });
    const Result<SendReceipt> outcome = send(upstream);
    ASSERT_TRUE(outcome.ok()) << outcome.error().message;
    EXPECT_EQ(outcome->outcome, SendOutcome::unknown);
  }
}

TEST(PodmiSend, SilenceUntilTheTimeoutIsUnknown) {
  PretendUpstream upstream([](const ReceivedRequest&, ServerConnection& connection) {
    connection.wait_for_client_to_leave();
  });
  upstream.stall_timeout_ms = 200;
  EXPECT_EQ(send(upstream).value().outcome, SendOutcome::unknown);
}

TEST(PodmiSend, WhatNeverLeftIsAnError) {
  // The token comes from a living server; the mailbox is not there.
  PretendUpstream upstream(always(201, "{}"));
  UpstreamOptions options = upstream.options();
  options.podmi_base_url = testing::closed_port_url();
  const auto client =
      make_upstreams(options, testing::make_test_keys())
          ->podmi({.organisation = testing::kOrganisation, .client_id = "c", .key_name = "k"})
          .value();
  EXPECT_EQ(client->send(item(), "KN1", {}).error().code, "upstream.unreachable");
}

TEST(PodmiSend, WithoutATokenNothingLeaves) {
  PretendUpstream upstream(always(201, "{}"));
  UpstreamOptions options = upstream.options();
  options.token_endpoint = testing::closed_port_url();
  const auto client =
      make_upstreams(options, testing::make_test_keys())
          ->podmi({.organisation = testing::kOrganisation, .client_id = "c", .key_name = "k"})
          .value();
  EXPECT_EQ(client->send(item(), "KN1", {}).error().code, "upstream.unreachable");
  EXPECT_THAT(upstream.api_requests(), IsEmpty());
}

TEST(PodmiLookup, TellsWhatBecameOfIt) {
  PretendUpstream upstream(always(200, std::string(R"({"id":")") + kClientId +
                                           R"(","status":"ACCEPTED","authorityReference":"A1"})"));
  const auto found = upstream.podmi()->lookup(item(), {});
  ASSERT_TRUE(found.ok()) << found.error().message;
  ASSERT_TRUE(found->has_value());
  EXPECT_EQ((*found)->state, v1::FEEDBACK_STATE_ACCEPTED);
  EXPECT_EQ((*found)->authority_reference, "A1");
  EXPECT_EQ(upstream.api_requests().at(0).target, std::string("/podmi/v1/feedback/") + kClientId);
}

TEST(PodmiLookup, UnknownThereOnlyWhenTheApiSaysSo) {
  PretendUpstream knows_nothing(always(404, kNotFound));
  const auto answer = knows_nothing.podmi()->lookup(item(), {});
  ASSERT_TRUE(answer.ok()) << answer.error().message;
  EXPECT_FALSE(answer->has_value());
  PretendUpstream some_server(always(404, "<html>"));
  EXPECT_EQ(some_server.podmi()->lookup(item(), {}).error().code, "upstream.not_found");
}

TEST(PodmiLookup, AnswerAboutSomethingElseIsMalformed) {
  PretendUpstream upstream(always(200, R"({"id":"other","status":"ACCEPTED"})"));
  EXPECT_EQ(upstream.podmi()->lookup(item(), {}).error().code, "upstream.malformed");
}

}  // namespace
}  // namespace semafoor::upstream
