// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <future>
#include <nlohmann/json.hpp>

#include "gateway/upstream/ebox21/multipart.h"
#include "gateway/upstream/json/encoding.h"
#include "gateway/upstream/testing/fixture.h"

namespace semafoor::upstream {
namespace {

using ::testing::HasSubstr;
using testing::PretendUpstream;
using testing::ReceivedRequest;
using testing::ServerConnection;

class TextReader final : public ContentReader {
 public:
  explicit TextReader(std::string text) : text_(std::move(text)) {}
  Result<std::size_t> read(std::span<std::byte> into) override {
    const std::size_t count = std::min(into.size(), text_.size() - at_);
    std::memcpy(into.data(), text_.data() + at_, count);
    at_ += count;
    return count;
  }

 private:
  const std::string text_;
  std::size_t at_ = 0;
};

ContentSource source_of(std::string text) {
  return [text]() -> Result<std::unique_ptr<ContentReader>> {
    return std::unique_ptr<ContentReader>(std::make_unique<TextReader>(text));
  };
}

ReplyMessage reply_of(ContentSource content) {
  ReplyMessage reply;
  reply.original_message_id = "M-1";
  reply.recipient_id = "0308357753";
  reply.subject.set_nl("Antwoord");
  reply.attachments.push_back({.file_name = "a.pdf",
                               .media_type = "application/pdf",
                               .title = {},
                               .main_content = true,
                               .file_signed = false,
                               .content = std::move(content)});
  return reply;
}

constexpr char kCreated[] =
    R"({"messageId":"R-1","expirationDate":"2027-04-05T00:00:00+02:00","new":1})";

testing::ScriptedServer::Handler always(int status, std::string body) {
  return
      [=](const ReceivedRequest&, ServerConnection& connection) { connection.json(status, body); };
}

Result<ReplyOutcome> send(PretendUpstream& upstream, std::stop_token stop = {}) {
  return upstream.ebox()->reply(reply_of(source_of("bytes")), stop);
}

TEST(EboxReply, IsAFormOfItsDescriptionAndItsFiles) {
  PretendUpstream upstream(always(201, kCreated));
  ReplyMessage reply = reply_of(source_of("abc"));
  reply.attachments[0].file_name = "één \"100%\".pdf";
  reply.body.emplace().set_nl("Beste");
  reply.sender_organisation_id = "0212214917";
  reply.business_data.push_back({.key = "K", .name = {}, .values = {v1::LocalizedText()}});
  reply.business_data[0].values[0].set_nl("1");
  const auto outcome = upstream.ebox()->reply(reply, {});
  ASSERT_TRUE(outcome.ok()) << outcome.error().message;
  EXPECT_EQ(outcome->state, SendOutcome::received);
  EXPECT_EQ(outcome->message_id, "R-1");
  EXPECT_EQ(outcome->expiration_date, "2027-04-05");

  const ReceivedRequest request = upstream.api_requests().at(0);
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.target, "/registry/v2/publishMessage");
  EXPECT_EQ(request.header("content-length"), std::to_string(request.body.size()));
  const std::string type = request.header("content-type");
  const std::string boundary = "--" + type.substr(type.find('=') + 1);
  const std::size_t json_start = request.body.find("\r\n\r\n") + 4;
  const std::size_t json_end = request.body.find("\r\n" + boundary, json_start);
  EXPECT_EQ(request.body.substr(0, json_start),
            boundary +
                "\r\nContent-Disposition: form-data; name=\"messageToPublish\"\r\n"
                "Content-Type: application/json\r\n\r\n");
  EXPECT_EQ(request.body.substr(json_end),
            "\r\n" + boundary +
                "\r\nContent-Disposition: form-data; name=\"upfile1\"; "
                "filename=\"%C3%A9%C3%A9n %22100%25%22.pdf\"\r\n"
                "Content-Type: application/pdf\r\n\r\nabc\r\n" +
                boundary + "--\r\n");
  // SHA-256 of "abc" (RFC 6234), base64url.
  EXPECT_EQ(nlohmann::json::parse(request.body.substr(json_start, json_end - json_start)),
            nlohmann::json::parse(R"({
    "originalMessageId": "M-1", "recipient": {"eboxType": "enterprise", "eboxIdValue": "0308357753"},
    "subject": {"nl": "Antwoord"}, "bodyContent": {"nl": "Beste"}, "bodyMainContent": false,
    "replyAuthorized": false, "senderOrganizationId": "0212214917",
    "businessDataList": [{"key": "K", "values": [{"nl": "1"}]}],
    "attachments": [{"httpPartName": "upfile1", "mainContent": true, "attachmentSigned": false,
      "digest": {"digestMethod": "sha_256",
                 "digestValue": "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0"}}]})"));
}

TEST(EboxReply, ARemarkIsNoError) {
  PretendUpstream upstream(always(
      201, R"({"messageId":"R","expirationDate":"","code":"NO_DIGITAL_USER","message":"m"})"));
  const auto outcome = send(upstream);
  ASSERT_TRUE(outcome.ok());
  EXPECT_EQ(outcome->state, SendOutcome::received);
  EXPECT_EQ(outcome->code, "NO_DIGITAL_USER");
}

TEST(EboxReply, RefusalsOfTheInterfaceHadNoEffect) {
  for (const auto& [status, code] :
       {std::pair(400, "upstream.refused"), std::pair(401, "upstream.unauthenticated"),
        std::pair(403, "upstream.forbidden"), std::pair(409, "upstream.conflict"),
        std::pair(413, "upstream.payload_too_large"), std::pair(429, "upstream.rate_limited"),
        std::pair(501, "upstream.not_supported"), std::pair(503, "upstream.unavailable"),
        std::pair(307, "upstream.redirect")}) {
    PretendUpstream upstream(always(status, R"({"code":"X","id":"1","message":"m"})"));
    const auto outcome = send(upstream);
    ASSERT_FALSE(outcome.ok()) << status;
    EXPECT_EQ(outcome.error().code, code) << status;
  }
}

TEST(EboxReply, AnExpiredTokenIsRenewedAndTheWholeIsSentAgain) {
  PretendUpstream upstream([](const ReceivedRequest& request, ServerConnection& connection) {
    const bool old = request.header("authorization") == "Bearer token-1";
    connection.json(old ? 401 : 201, old ? R"({"code":"X","id":"1","message":"m"})" : kCreated);
  });
  const auto outcome = send(upstream);
  ASSERT_TRUE(outcome.ok());
  EXPECT_EQ(outcome->state, SendOutcome::received);
  const auto requests = upstream.api_requests();
  ASSERT_EQ(requests.size(), 2u);
  EXPECT_EQ(requests[0].body, requests[1].body);
}

TEST(EboxReply, StatusesThatLeaveItOpenAreUnknownAndSentOnce) {
  const std::string own = R"({"code":"X","id":"1","message":"m"})";
  for (const auto& [status, body] : {std::pair(500, own), std::pair(502, own), std::pair(504, own),
                                     std::pair(599, own), std::pair(503, std::string("<html>")),
                                     std::pair(200, std::string(kCreated)), std::pair(303, own)}) {
    PretendUpstream upstream(always(status, body));
    const auto outcome = send(upstream);
    ASSERT_TRUE(outcome.ok()) << status << outcome.error().message;
    EXPECT_EQ(outcome->state, SendOutcome::unknown) << status;
    ASSERT_TRUE(outcome->why_unknown.has_value());
    EXPECT_FALSE(outcome->why_unknown->retryable);
    EXPECT_THAT(outcome->why_unknown->message, HasSubstr("trace"));
    EXPECT_EQ(upstream.api_requests().size(), 1u);
  }
}

TEST(EboxReply, CreatedWithoutAnIdentityIsUnknown) {
  for (const char* body : {"", "<html>", "{}", R"({"messageId":""})", "[]", R"({"messageId":)"}) {
    PretendUpstream upstream(always(201, body));
    const auto outcome = send(upstream);
    ASSERT_TRUE(outcome.ok()) << body;
    EXPECT_EQ(outcome->state, SendOutcome::unknown) << body;
  }
}

TEST(EboxReply, ALostAnswerIsUnknownAndSentOnce) {
  const std::vector<std::function<void(ServerConnection&)>> losses{
      [](ServerConnection& connection) { connection.reset(); },
      [](ServerConnection& connection) { connection.close(); },
      [](ServerConnection& connection) {
        connection.write("HTTP/1.1 201 Created\r\nContent-Length: 100\r\n\r\n{");
        connection.close();
      },
      [](ServerConnection& connection) {
        connection.write("HTTP/1.1 201 Created\r\nContent-Length: 99000000\r\n\r\n" +
                         std::string(17'000'000, ' '));
        connection.close();
      }};
  for (const auto& lose : losses) {
    PretendUpstream upstream(
        [&](const ReceivedRequest&, ServerConnection& connection) { lose(connection); });
    const auto outcome = send(upstream);
    ASSERT_TRUE(outcome.ok()) << outcome.error().message;
    EXPECT_EQ(outcome->state, SendOutcome::unknown);
    EXPECT_EQ(upstream.api_requests().size(), 1u);
  }
}

TEST(EboxReply, StoppedWhileItWaitsForTheAnswerIsUnknown) {
  PretendUpstream upstream([](const ReceivedRequest&, ServerConnection& connection) {
    connection.wait_for_client_to_leave();
  });
  std::stop_source stop;
  auto result = std::async(std::launch::async, [&] { return send(upstream, stop.get_token()); });
  upstream.server().wait_for_requests(2);
  stop.request_stop();
  const auto outcome = result.get();
  ASSERT_TRUE(outcome.ok());
  EXPECT_EQ(outcome->state, SendOutcome::unknown);
}

TEST(EboxReply, NobodyThereIsAnErrorWithoutEffect) {
  PretendUpstream upstream(always(201, kCreated));
  UpstreamOptions options = upstream.options();
  options.ebox_base_url = testing::closed_port_url();
  const auto ebox =
      make_upstreams(options, testing::make_test_keys())
          ->ebox({.organisation = testing::kOrganisation, .client_id = "client", .key_name = "key"})
          .value();
  EXPECT_EQ(ebox->reply(reply_of(source_of("x")), {}).error().code, "upstream.unreachable");
}

TEST(EboxReply, ASourceThatFailsOrChangesEndsItWithoutEffect) {
  PretendUpstream upstream(always(201, kCreated));
  const auto failing = []() -> Result<std::unique_ptr<ContentReader>> {
    return Error{.kind = ErrorKind::not_found, .code = "store.blob_missing", .message = "gone"};
  };
  EXPECT_EQ(upstream.ebox()->reply(reply_of(failing), {}).error().code, "store.blob_missing");
  int opened = 0;
  for (const std::string second : {"longer than before", "short", "bytez"}) {
    opened = 0;
    const auto changing = [&]() -> Result<std::unique_ptr<ContentReader>> {
      return std::unique_ptr<ContentReader>(
          std::make_unique<TextReader>(++opened == 1 ? "bytes" : second));
    };
    const auto outcome = upstream.ebox()->reply(reply_of(changing), {});
    ASSERT_FALSE(outcome.ok()) << second;
    EXPECT_EQ(outcome.error().code, "upstream.content_changed");
  }
  EXPECT_TRUE(upstream.api_requests().empty()) << "no whole request ever arrived";
}

// A pattern that is never held: 64 MiB of it would not go unnoticed beside the bound below.
class PatternReader final : public ContentReader {
 public:
  explicit PatternReader(std::uint64_t size, std::size_t& largest)
      : left_(size), largest_(largest) {}
  Result<std::size_t> read(std::span<std::byte> into) override {
    largest_ = std::max(largest_, into.size());
    const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), left_));
    std::fill_n(into.begin(), count, std::byte{'x'});
    left_ -= count;
    return count;
  }

 private:
  std::uint64_t left_;
  std::size_t& largest_;
};

TEST(EboxReply, LargeFilesAreReadPieceByPiece) {
  constexpr std::uint64_t kSize = 24ull * 1024 * 1024;
  PretendUpstream upstream(always(201, kCreated));
  std::size_t largest = 0;
  const auto source = [&]() -> Result<std::unique_ptr<ContentReader>> {
    return std::unique_ptr<ContentReader>(std::make_unique<PatternReader>(kSize, largest));
  };
  const auto outcome = upstream.ebox()->reply(reply_of(source), {});
  ASSERT_TRUE(outcome.ok()) << outcome.error().message;
  EXPECT_EQ(outcome->state, SendOutcome::received);
  EXPECT_GT(upstream.api_requests().at(0).body.size(), kSize);
  EXPECT_LE(largest, 1024u * 1024u);
}

TEST(EboxReply, OutsideTheBoundsNothingIsSent) {
  PretendUpstream upstream(always(201, kCreated));
  const std::vector<std::function<void(ReplyMessage&)>> mistakes{
      [](ReplyMessage& reply) { reply.original_message_id.clear(); },
      [](ReplyMessage& reply) { reply.recipient_id.clear(); },
      [](ReplyMessage& reply) { reply.recipient_type = "institution"; },
      [](ReplyMessage& reply) { reply.subject.Clear(); },
      [](ReplyMessage& reply) { reply.subject.set_nl(std::string(401, 'x')); },
      [](ReplyMessage& reply) {
        reply.subject.Clear();
        reply.subject.set_en("only English");
      },
      [](ReplyMessage& reply) { reply.body.emplace(); },
      [](ReplyMessage& reply) { reply.attachments[0].main_content = false; },
      [](ReplyMessage& reply) {
        reply.body.emplace().set_nl("x");
        reply.body_main_content = true;
      },
      [](ReplyMessage& reply) { reply.attachments.resize(7, reply.attachments[0]); },
      [](ReplyMessage& reply) { reply.attachments[0].file_name = "../x"; },
      [](ReplyMessage& reply) { reply.attachments[0].file_name = "a\r\nb"; },
      [](ReplyMessage& reply) { reply.attachments[0].file_name = std::string(256, 'x'); },
      [](ReplyMessage& reply) { reply.attachments[0].media_type = "image/png"; },
      [](ReplyMessage& reply) { reply.attachments[0].content = nullptr; },
      [](ReplyMessage& reply) { reply.business_data.emplace_back(); }};
  for (std::size_t i = 0; i < mistakes.size(); ++i) {
    ReplyMessage reply = reply_of(source_of("x"));
    mistakes[i](reply);
    const auto outcome = upstream.ebox()->reply(reply, {});
    ASSERT_FALSE(outcome.ok()) << i;
    EXPECT_EQ(outcome.error().code, "upstream.bad_reply") << i;
    EXPECT_FALSE(outcome.error().field.empty()) << i;
  }
  EXPECT_TRUE(upstream.api_requests().empty());
}

TEST(EboxReply, FourHundredLettersWithAccentsAreFourHundred) {
  PretendUpstream upstream(always(201, kCreated));
  ReplyMessage reply = reply_of(source_of("x"));
  std::string subject;
  for (int i = 0; i < 400; ++i) subject += "é";
  reply.subject.set_nl(subject);
  EXPECT_TRUE(upstream.ebox()->reply(reply, {}).ok());
}

}  // namespace
}  // namespace semafoor::upstream
