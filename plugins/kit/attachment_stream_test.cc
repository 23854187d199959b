// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include "plugins/kit/testing/plugin_fixture.h"
#include "semafoor/v1/mailbox.pb.h"

namespace semafoor::kit::testing {
namespace {

using ::testing::HasSubstr;

constexpr char kRead[] = "/semafoor.v1.Mailbox/ReadAttachment";

std::string head(std::int64_t size) {
  v1::ReadAttachmentResponse response;
  response.mutable_head()->set_attachment_id("a1");
  response.mutable_head()->set_size_bytes(size);
  return response.SerializeAsString();
}

std::string chunk(const std::string& bytes) {
  v1::ReadAttachmentResponse response;
  response.set_chunk(bytes);
  return response.SerializeAsString();
}

class AttachmentStreamTest : public PluginTest {
 protected:
  ~AttachmentStreamTest() override { close(); }

  const semafoor_stream_v1& table() { return extension<semafoor_stream_v1>(SEMAFOOR_EXT_STREAM); }
  semafoor_status open(std::string_view request = R"({"messageId":"m1","attachmentId":"a1"})",
                       std::string_view method = "Mailbox/ReadAttachment") {
    close();
    const semafoor_span method_span = span_of(method);
    const semafoor_span request_span = span_of(request);
    const semafoor_reply* reply = nullptr;
    const auto status = note([&](auto** error) {
      return table().open(instance_, &method_span, &request_span, nullptr, &stream_, &reply, error);
    });
    head_.clear();
    if (reply != nullptr) {
      head_ = std::string(view_of(reply->body));
      reply->release(reply);
    }
    return status;
  }
  // Everything, in buffers of `size`, until the end or an error.
  std::string read_all(std::size_t size) {
    std::string all;
    std::vector<std::uint8_t> buffer(size);
    for (;;) {
      std::size_t got = 0;
      const auto status = note([&](auto** error) {
        return table().read(stream_, buffer.data(), buffer.size(), &got, error);
      });
      if (status != SEMAFOOR_OK || got == 0) return all;
      all.append(reinterpret_cast<const char*>(buffer.data()), got);
    }
  }
  void close() {
    if (stream_ != nullptr) table().close(stream_);
    stream_ = nullptr;
    EXPECT_EQ(gateway_.streams_open(), 0);
  }

  semafoor_stream* stream_ = nullptr;
  std::string head_;
};

TEST_F(AttachmentStreamTest, EveryByteComesOnceWhateverTheBuffer) {
  const std::string large(70'000, 'b');
  gateway_.stream(kRead, {head(70'013), chunk("a"), chunk(large), chunk("twelve bytes")});
  for (const std::size_t size : {std::size_t{1}, std::size_t{7}, std::size_t{1} << 20U}) {
    ASSERT_EQ(open(), SEMAFOOR_OK) << problem_.message;
    EXPECT_THAT(head_, HasSubstr(R"("attachmentId":"a1")"));
    EXPECT_EQ(read_all(size), "a" + large + "twelve bytes");
    EXPECT_EQ(problem_.status, SEMAFOOR_OK);
    EXPECT_EQ(read_all(size), "") << "the end stays the end";
  }
}

TEST_F(AttachmentStreamTest, AnEmptyOneEndsAtOnce) {
  gateway_.stream(kRead, {head(0)});
  ASSERT_EQ(open(), SEMAFOOR_OK);
  EXPECT_EQ(read_all(16), "");
  EXPECT_EQ(problem_.status, SEMAFOOR_OK);
}

TEST_F(AttachmentStreamTest, AnOffsetLeavesThatMuchToCome) {
  gateway_.stream(kRead, {head(10), chunk("789")});
  ASSERT_EQ(open(R"({"messageId":"m1","attachmentId":"a1","offset":"7"})"), SEMAFOOR_OK);
  EXPECT_EQ(read_all(16), "789");
  EXPECT_EQ(problem_.status, SEMAFOOR_OK);
}

TEST_F(AttachmentStreamTest, WhatIsMissingAtTheEndIsDataLoss) {
  gateway_.stream(kRead, {head(10), chunk("123456789")});
  ASSERT_EQ(open(), SEMAFOOR_OK);
  EXPECT_EQ(read_all(16), "123456789");
  EXPECT_EQ(problem_.status, SEMAFOOR_DATA_LOSS);
  EXPECT_EQ(problem_.code, "attachment.incomplete");
  EXPECT_TRUE(problem_.retryable);
  EXPECT_EQ(read_all(16), "");
  EXPECT_EQ(problem_.status, SEMAFOOR_DATA_LOSS) << "it stays a failure";
}

TEST_F(AttachmentStreamTest, AGatewayThatGoesInTheMiddleIsSaid) {
  gateway_.stream(kRead, {head(10), chunk("12345")},
                  {.status = SEMAFOOR_UNAVAILABLE, .message = "The connection broke."});
  ASSERT_EQ(open(), SEMAFOOR_OK);
  EXPECT_EQ(read_all(16), "12345");
  EXPECT_EQ(problem_.status, SEMAFOOR_UNAVAILABLE);
  EXPECT_EQ(problem_.message, "The connection broke.");
}

TEST_F(AttachmentStreamTest, WhatIsNoMessageOfTheStreamIsRefused) {
  gateway_.stream(kRead, {"\xff\xff"});
  EXPECT_EQ(open(), SEMAFOOR_INTERNAL);
  gateway_.stream(kRead, {chunk("bytes before the head")});
  EXPECT_EQ(open(), SEMAFOOR_INTERNAL);
  gateway_.stream(kRead, {});
  EXPECT_EQ(open(), SEMAFOOR_INTERNAL) << "not even a head";
  // A length that lies, another field, a length without end.
  for (const std::string& bad : {std::string("\x12\x05"
                                             "ab"),
                                 head(3), std::string("\x12\xff\xff\xff\xff\xff\xff")}) {
    gateway_.stream(kRead, {head(3), bad});
    ASSERT_EQ(open(), SEMAFOOR_OK);
    EXPECT_EQ(read_all(16), "");
    EXPECT_EQ(problem_.code, "answer.unreadable");
  }
}

TEST_F(AttachmentStreamTest, OnlyAStreamIsOpenedAsOne) {
  EXPECT_EQ(open("{}", "Mailbox/ListMessages"), SEMAFOOR_INVALID_ARGUMENT);
  EXPECT_EQ(problem_.code, "method.not_streaming");
  EXPECT_EQ(open("{}", "Mailbox/Nothing"), SEMAFOOR_NOT_FOUND);
  EXPECT_EQ(open("{", "Mailbox/ReadAttachment"), SEMAFOOR_INVALID_ARGUMENT);
}

TEST_F(AttachmentStreamTest, NullsAreRefused) {
  gateway_.stream(kRead, {head(3), chunk("abc")});
  ASSERT_EQ(open(), SEMAFOOR_OK);
  std::uint8_t byte = 0;
  std::size_t got = 7;
  EXPECT_EQ(table().read(nullptr, &byte, 1, &got, nullptr), SEMAFOOR_INVALID_ARGUMENT);
  EXPECT_EQ(table().read(stream_, &byte, 1, nullptr, nullptr), SEMAFOOR_INVALID_ARGUMENT);
  EXPECT_EQ(table().read(stream_, nullptr, 1, &got, nullptr), SEMAFOOR_INVALID_ARGUMENT);
  EXPECT_EQ(table().read(stream_, &byte, 0, &got, nullptr), SEMAFOOR_INVALID_ARGUMENT);
  EXPECT_EQ(got, 0U);
  table().close(nullptr);
}

}  // namespace
}  // namespace semafoor::kit::testing
