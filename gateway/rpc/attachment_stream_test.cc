// SPDX-License-Identifier: Apache-2.0
#include "gateway/rpc/attachment_stream.h"

#include <gtest/gtest.h>

#include <fstream>
#include <thread>

#include "gateway/rpc/test_gateway.h"

namespace semafoor::rpc {
namespace {

constexpr std::size_t kKiB = 1024;

std::string content_of(std::size_t size) {
  std::string content(size, '\0');
  std::uint32_t state = 1;
  for (char& byte : content) {
    state = state * 1'664'525 + 1'013'904'223;
    byte = static_cast<char>(state >> 24);
  }
  return content;
}

class AttachmentStreamTest : public TestGateway {
 protected:
  struct Received {
    v1::Attachment head;
    std::string content;
    std::size_t largest = 0;
    Outcome outcome;
  };
  Received read(const std::string& message, const std::string& attachment,
                std::int64_t offset = 0) {
    auto request = about<v1::ReadAttachmentRequest>();
    request.set_message_id(message);
    request.set_attachment_id(attachment);
    request.set_offset(offset);
    grpc::ClientContext context;
    prepare(context);
    const auto stream = mailbox_stub_->ReadAttachment(&context, request);
    Received received;
    v1::ReadAttachmentResponse part;
    bool first = true;
    while (stream->Read(&part)) {
      EXPECT_EQ(part.has_head(), first) << "the head comes first and once";
      first = false;
      if (part.has_head()) received.head = part.head();
      received.content += part.chunk();
      received.largest = std::max(received.largest, part.chunk().size());
    }
    received.outcome = outcome(context, stream->Finish());
    return received;
  }
  // Changes one byte of the only blob on disk.
  void damage_blob() {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(store_.folder())) {
      if (!entry.is_regular_file() || entry.path().filename().string().size() != 64) continue;
      std::filesystem::permissions(entry.path(), std::filesystem::perms::owner_all);
      std::fstream file(entry.path(), std::ios::in | std::ios::out | std::ios::binary);
      file.seekg(70'000);
      const auto byte = static_cast<char>(file.get() ^ 1);
      file.seekp(70'000);
      file.put(byte);
      return;
    }
    FAIL() << "no blob found";
  }
};

TEST_F(AttachmentStreamTest, BytesComeWholeInChunksOfAtMost64KiBAtEverySize) {
  const std::size_t sizes[] = {
      0, 1, 127, 128, 16'383, 16'384, 64 * kKiB - 1, 64 * kKiB, 64 * kKiB + 1, 3'000 * kKiB + 7};
  int number = 0;
  for (const std::size_t size : sizes) {
    const std::string id = "m" + std::to_string(++number);
    const std::string content = content_of(size);
    add_message(id, content);
    const auto received = read(id, id + "-a");
    EXPECT_TRUE(received.outcome.status.ok()) << received.outcome.status.error_message();
    EXPECT_EQ(received.head.attachment_id(), id + "-a");
    EXPECT_EQ(received.head.size_bytes(), static_cast<std::int64_t>(size));
    EXPECT_TRUE(received.content == content) << size;
    EXPECT_LE(received.largest, 64 * kKiB);
  }
}

TEST_F(AttachmentStreamTest, AnOffsetSkipsBytesAndTheRestIsCheckedAllTheSame) {
  const std::string content = content_of(200 * kKiB);
  add_message("m1", content);
  for (const std::int64_t offset :
       {std::int64_t{1}, std::int64_t{65'536}, std::int64_t{70'001}, std::int64_t{204'800}}) {
    const auto received = read("m1", "m1-a", offset);
    EXPECT_TRUE(received.outcome.status.ok());
    EXPECT_TRUE(received.content == content.substr(static_cast<std::size_t>(offset))) << offset;
  }
  EXPECT_EQ(read("m1", "m1-a", 204'801).outcome.code(), grpc::StatusCode::OUT_OF_RANGE);
  EXPECT_EQ(read("m1", "m1-a", -1).outcome.detail.field(), "offset");
  damage_blob();
  EXPECT_EQ(read("m1", "m1-a", 100'000).outcome.code(), grpc::StatusCode::DATA_LOSS);
}

TEST_F(AttachmentStreamTest, DamagedBytesEndInDataLoss) {
  add_message("m1", content_of(200 * kKiB));
  damage_blob();
  const auto received = read("m1", "m1-a");
  EXPECT_EQ(received.outcome.code(), grpc::StatusCode::DATA_LOSS);
  EXPECT_EQ(received.outcome.detail.code(), "attachment.damaged");
  // What went out before was right.
  EXPECT_EQ(received.content, content_of(200 * kKiB).substr(0, 64 * kKiB));
}

TEST_F(AttachmentStreamTest, WhatCannotBeReadSaysWhy) {
  add_message("m1");
  EXPECT_EQ(read("none", "m1-a").outcome.detail.code(), "mailbox.message_unknown");
  EXPECT_EQ(read("m1", "none").outcome.detail.code(), "mailbox.attachment_unknown");
  EXPECT_EQ(read("", "m1-a").outcome.detail.field(), "messageId");
  token_.clear();
  EXPECT_EQ(read("m1", "m1-a").outcome.code(), grpc::StatusCode::UNAUTHENTICATED);
  EXPECT_EQ(server_->metrics().in_flight(), 0);
}

TEST_F(AttachmentStreamTest, ACallerThatLeavesInTheMiddleLeavesNothingBehind) {
  add_message("m1", content_of(8'000 * kKiB));
  for (int round = 0; round < 20; ++round) {
    auto request = about<v1::ReadAttachmentRequest>();
    request.set_message_id("m1");
    request.set_attachment_id("m1-a");
    grpc::ClientContext context;
    prepare(context);
    const auto stream = mailbox_stub_->ReadAttachment(&context, request);
    v1::ReadAttachmentResponse part;
    for (int parts = 0; parts < round; ++parts) ASSERT_TRUE(stream->Read(&part));
    context.TryCancel();
    while (stream->Read(&part)) continue;
    EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::CANCELLED);
  }
  server_->stop(std::chrono::milliseconds(400));
  EXPECT_EQ(server_->metrics().in_flight(), 0);
}

TEST_F(AttachmentStreamTest, WhatIsFetchedOnOpeningIsWaitedFor) {
  add_held("m1");
  Received received;
  std::jthread caller([&] { received = read("m1", "m1-a"); });
  // The opening has queued it; then it comes, as by a download.
  ASSERT_TRUE(store_.wait_until([&] {
    return mailbox_.get(kTestOrg, "m1")->attachments(0).state() == v1::ATTACHMENT_STATE_PENDING;
  }));
  add_message("m1", "the letter", "attachment.stored");
  caller.join();
  EXPECT_TRUE(received.outcome.status.ok()) << received.outcome.status.error_message();
  EXPECT_EQ(received.content, "the letter");
}

TEST_F(AttachmentStreamTest, WhoCannotWaitLongerHearsWhenToAskAgain) {
  add_held("m1");
  auto request = about<v1::ReadAttachmentRequest>();
  request.set_message_id("m1");
  request.set_attachment_id("m1-a");
  grpc::ClientContext context;
  prepare(context);
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::milliseconds(1'500));
  const auto stream = mailbox_stub_->ReadAttachment(&context, request);
  v1::ReadAttachmentResponse part;
  EXPECT_FALSE(stream->Read(&part));
  const auto ended = outcome(context, stream->Finish());
  EXPECT_EQ(ended.code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(ended.detail.code(), "attachment.not_stored");
  EXPECT_TRUE(ended.detail.retryable());
  EXPECT_GT(ended.detail.retry_after_ms(), 0);
}

TEST_F(AttachmentStreamTest, AGatewayThatStopsKeepsNobodyWaiting) {
  add_held("m1");
  Received received;
  std::jthread caller([&] { received = read("m1", "m1-a"); });
  ASSERT_TRUE(store_.wait_until([&] {
    return mailbox_.get(kTestOrg, "m1")->attachments(0).state() == v1::ATTACHMENT_STATE_PENDING;
  }));
  server_->stop(std::chrono::milliseconds(200));
  caller.join();
  EXPECT_FALSE(received.outcome.status.ok());
  EXPECT_EQ(server_->metrics().in_flight(), 0);
}

TEST_F(AttachmentStreamTest, UnderNeverItIsSaidAtOnce) {
  v1::FamilyReadPolicy never;
  never.set_policy(v1::READ_POLICY_NEVER);
  store_.write([&](store::Transaction& tx) -> Result<void> {
    auto organisation = tx.organisation(kTestOrg);
    mailbox::set_read_policy(**organisation, never);
    return tx.put_organisation(**organisation);
  });
  add_held("m1");
  const auto received = read("m1", "m1-a");
  EXPECT_EQ(received.outcome.detail.code(), "attachment.not_stored");
  EXPECT_FALSE(received.outcome.detail.retryable());
}

}  // namespace
}  // namespace semafoor::rpc
