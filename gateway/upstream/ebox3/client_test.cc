// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/ebox3/client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/upstream/testing/fixture.h"

namespace semafoor::upstream {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::PretendUpstream;
using testing::ReceivedRequest;
using testing::ServerConnection;
using ::testing::SizeIs;

std::shared_ptr<EboxClient> client_of(const PretendUpstream& upstream) {
  const UpstreamOptions options = upstream.options();
  return make_upstreams(options, testing::make_test_keys())
      ->ebox_at({.organisation = testing::kOrganisation, .client_id = "client", .key_name = "key"},
                {"three", options.ebox_base_url, Dialect::v3})
      .value();
}

testing::ScriptedServer::Handler answering(int status, std::string body) {
  return [status, body = std::move(body)](const ReceivedRequest&, ServerConnection& connection) {
    connection.json(status, body);
  };
}

constexpr char kMessage[] =
    R"({"messageId":"m","receiptDate":"2026-11-01T10:00:00Z","isRead":true})";

TEST(Ebox3, ListsAsIn21AndReadsTheNewNames) {
  PretendUpstream upstream(
      answering(200, R"({"items":[)" + std::string(kMessage) + R"(,{"x":1}],"totalItems":2})"));
  const auto page =
      client_of(upstream)->list({.page = 2, .page_size = 500, .received_after = "2026-10-01"}, {});
  ASSERT_TRUE(page.ok()) << page.error().message;
  ASSERT_THAT(page->messages, SizeIs(1));
  EXPECT_TRUE(page->messages[0].read);
  ASSERT_THAT(page->rejected, SizeIs(1));
  EXPECT_THAT(page->rejected[0], HasSubstr("three"));
  EXPECT_EQ(upstream.api_requests()[0].target,
            "/registry/v2/ebox/messages?page=2&pageSize=100&receivedAfter=2026-10-01");
}

TEST(Ebox3, OnlyA404OfTheApiItselfIsAnEmptyBox) {
  PretendUpstream api(answering(404, R"({"type":"urn:problem-type:belgif:resourceNotFound"})"));
  const auto page = client_of(api)->list({}, {});
  ASSERT_TRUE(page.ok()) << page.error().message;
  EXPECT_THAT(page->messages, IsEmpty());
  PretendUpstream other(answering(404, "<html>"));
  EXPECT_EQ(client_of(other)->list({}, {}).error().code, "upstream.not_found");
}

TEST(Ebox3, ReadsOneMessageAndRefusesAnother) {
  PretendUpstream upstream(answering(200, kMessage));
  EXPECT_TRUE(client_of(upstream)->get("m", {})->read);
  EXPECT_EQ(client_of(upstream)->get("other", {}).error().code, "upstream.malformed");
  EXPECT_EQ(client_of(upstream)->get("..", {}).error().code, "upstream.no_address");
}

TEST(Ebox3, ContentIsStreamedFromTheProvidersOwnAddress) {
  PretendUpstream upstream([](const ReceivedRequest&, ServerConnection& connection) {
    connection.respond(200, "bytes", "Content-Type: application/octet-stream\r\n");
  });
  std::string received;
  const auto fetched = client_of(upstream)->content(
      "m/1", "a",
      [&](std::span<const std::byte> bytes) -> Result<void> {
        received.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
        return {};
      },
      {});
  ASSERT_TRUE(fetched.ok()) << fetched.error().message;
  EXPECT_EQ(received, "bytes");
  EXPECT_EQ(upstream.api_requests()[0].path(),
            "/registry/v2/ebox/messages/m%2F1/attachments/a/content");
  EXPECT_EQ(client_of(upstream)->content("", "a", {}, {}).error().code, "upstream.no_address");
}

TEST(Ebox3, MessageTypesComeFromRefData) {
  PretendUpstream upstream(answering(
      200, R"({"items":[{"messageTypeId":"t","messageTypeName":{"nl":"T"}}],"totalItems":1})"));
  const auto types = client_of(upstream)->message_types({});
  ASSERT_TRUE(types.ok());
  ASSERT_THAT(*types, SizeIs(1));
  EXPECT_EQ(upstream.api_requests()[0].path(), "/registry/v2/refData/messageTypes");
}

TEST(Ebox3, OneMessageTypeIsReadByItsId) {
  PretendUpstream upstream(
      answering(200, R"({"messageTypeId":"t/1","messageTypeName":{"nl":"T"}})"));
  const auto type = client_of(upstream)->message_type("t/1", {});
  ASSERT_TRUE(type.ok()) << type.error().message;
  EXPECT_EQ(type->name.nl(), "T");
  EXPECT_EQ(upstream.api_requests()[0].path(), "/registry/v2/refData/messageTypes/t%2F1");
  EXPECT_EQ(client_of(upstream)->message_type("other", {}).error().code, "upstream.malformed");
  EXPECT_EQ(client_of(upstream)->message_type("..", {}).error().code, "upstream.no_address");
}

TEST(Ebox3, AttachmentsAreThoseThatTheMessageNames) {
  PretendUpstream upstream(answering(200,
                                     R"({"messageId":"m","receiptDate":"2026-11-01T10:00:00Z",
          "attachments":[{"attachmentId":"a","fileName":"a.pdf","isMainContent":true}]})"));
  const auto all = client_of(upstream)->attachments("m", {});
  ASSERT_TRUE(all.ok()) << all.error().message;
  ASSERT_THAT(*all, SizeIs(1));
  EXPECT_TRUE((*all)[0].main_content);
  EXPECT_EQ(client_of(upstream)->attachment("m", "a", {})->file_name, "a.pdf");
  EXPECT_EQ(client_of(upstream)->attachment("m", "b", {}).error().code, "upstream.not_found");
  EXPECT_EQ(client_of(upstream)->attachment("m", "", {}).error().code, "upstream.no_address");
  EXPECT_EQ(client_of(upstream)->attachments("", {}).error().code, "upstream.no_address");
  for (const ReceivedRequest& request : upstream.api_requests()) {
    EXPECT_EQ(request.path(), "/registry/v2/ebox/messages/m");
  }
}

TEST(Ebox3, WhatIsNotEstablishedIsSaidAndNothingIsSent) {
  PretendUpstream upstream(answering(200, "{}"));
  const auto client = client_of(upstream);
  const auto senders = client->sender_organisations({});
  ASSERT_FALSE(senders.ok());
  EXPECT_EQ(senders.error().kind, ErrorKind::unimplemented);
  EXPECT_FALSE(senders.error().retryable);
  const std::vector<VisibilityChange> changes{{.message_id = "m", .visible = false}};
  for (const Error& error :
       {senders.error(), client->summary({}).error(), client->body("m", {}).error(),
        client->payment("m", {}).error(), client->sender_applications({}).error(),
        client->sender_application("a", {}).error(), client->sender_organisation("o", {}).error(),
        client->image(ImageOwner::sender_application, "a", "i", {}).error(),
        client->set_visible(changes, {}).error(), client->reply({}, {}).error()}) {
    EXPECT_EQ(error.code, "upstream.not_established") << error.message;
  }
  EXPECT_THAT(upstream.api_requests(), IsEmpty());
}

TEST(Ebox3, OnlyWhatAListCanBeAskedForIsAsked) {
  PretendUpstream upstream(answering(200, R"({"items":[],"totalItems":0})"));
  const auto client = client_of(upstream);
  for (const ListFilter& filter :
       {ListFilter{.expired_before = "2026-10-01"}, ListFilter{.expired_after = "2026-10-01"},
        ListFilter{.read = false}, ListFilter{.visible = true}, ListFilter{.registered_mail = true},
        ListFilter{.message_type_id = "t"}, ListFilter{.sender_organisation_id = "0308357753"},
        ListFilter{.sender_application_id = "a"}, ListFilter{.text = "x", .text_language = "nl"}}) {
    EXPECT_EQ(client->list(filter, {}).error().code, "upstream.not_established");
  }
  EXPECT_EQ(client->list({.received_after = "yesterday"}, {}).error().code, "upstream.bad_filter");
  EXPECT_THAT(upstream.api_requests(), IsEmpty());
}

TEST(Ebox3, AnUpstreamThatFailsIsSaidAsIn21) {
  PretendUpstream upstream(answering(503, "{}"));
  EXPECT_EQ(client_of(upstream)->list({}, {}).error().code, "upstream.unavailable");
  EXPECT_EQ(client_of(upstream)->get("m", {}).error().code, "upstream.unavailable");
  EXPECT_EQ(client_of(upstream)->message_types({}).error().code, "upstream.unavailable");
}

}  // namespace
}  // namespace semafoor::upstream
