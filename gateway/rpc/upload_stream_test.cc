// SPDX-License-Identifier: Apache-2.0
#include "gateway/rpc/upload_stream.h"

#include <gtest/gtest.h>

#include "gateway/rpc/test_gateway.h"

namespace semafoor::rpc {
namespace {

constexpr std::size_t kKiB = 1024;

class UploadStreamTest : public TestGateway {
 protected:
  static v1::UploadHead head(std::size_t size) {
    v1::UploadHead head;
    head.mutable_organisation()->set_value(kTestOrg);
    head.set_ebox_type(v1::EBOX_TYPE_CITIZEN);
    head.set_file_name("brief.pdf");
    head.mutable_subject()->set_nl("Een brief");
    head.set_downloaded_by("Ann");
    head.set_size_bytes(static_cast<std::int64_t>(size));
    return head;
  }
  struct Uploaded {
    Outcome outcome;
    v1::UploadMessageResponse response;
  };
  Uploaded upload(const v1::UploadHead& head, const std::string& content,
                  std::size_t chunk = 64 * kKiB) {
    Uploaded result;
    grpc::ClientContext context;
    prepare(context);
    const auto stream = admin_stub_->UploadMessage(&context, &result.response);
    v1::UploadMessageRequest request;
    *request.mutable_head() = head;
    bool goes_on = stream->Write(request);
    for (std::size_t at = 0; goes_on && at < content.size(); at += chunk) {
      request.set_chunk(content.substr(at, chunk));
      goes_on = stream->Write(request);
    }
    stream->WritesDone();
    const auto status = stream->Finish();
    result.outcome = outcome(context, status);
    return result;
  }
  std::int64_t messages() { return store_.counters().messages; }
};

TEST_F(UploadStreamTest, AFileIsAMessageWithItsProvenance) {
  const std::string content(150 * kKiB, 'x');
  const auto uploaded = upload(head(content.size()), content);
  ASSERT_TRUE(uploaded.outcome.status.ok()) << uploaded.outcome.status.error_message();
  EXPECT_FALSE(uploaded.response.duplicate());
  const auto message = mailbox_.get(kTestOrg, uploaded.response.message_id());
  ASSERT_TRUE(message.ok());
  EXPECT_EQ(message->provider_id(), "folder");
  EXPECT_EQ(message->subject().nl(), "Een brief");
  EXPECT_EQ(message->provenance().channel(), v1::INTAKE_CHANNEL_UPLOAD);
  EXPECT_EQ(message->provenance().ebox_type(), v1::EBOX_TYPE_CITIZEN);
  EXPECT_EQ(message->provenance().downloaded_by(), "Ann");
  EXPECT_EQ(message->provenance().taken_at().unix_ms(), clock_.now_ms());
  EXPECT_EQ(message->attachments(0).size_bytes(), 150 * 1024);
  EXPECT_EQ(store_.event_types(v1::MODULE_EBOX), std::vector<std::string>{"message.stored"});
}

TEST_F(UploadStreamTest, TheSameBytesAreOneMessage) {
  const auto first = upload(head(3), "abc");
  auto other = head(3);
  other.set_file_name("kopie.pdf");
  const auto second = upload(other, "abc");
  EXPECT_TRUE(second.response.duplicate());
  EXPECT_EQ(second.response.message_id(), first.response.message_id());
  EXPECT_EQ(messages(), 1);
  // The e-Box of another kind is another e-Box.
  other.set_ebox_type(v1::EBOX_TYPE_INSTITUTION);
  EXPECT_FALSE(upload(other, "abc").response.duplicate());
  EXPECT_EQ(messages(), 2);
}

TEST_F(UploadStreamTest, WhatIsWrongIsRefusedAndNothingIsStored) {
  EXPECT_EQ(upload(head(4), "abc").outcome.detail.code(), "intake.incomplete");
  EXPECT_EQ(upload(head(2), "abc").outcome.detail.code(), "intake.incomplete");
  EXPECT_EQ(upload(head(0), "").outcome.detail.code(), "intake.empty");
  EXPECT_EQ(upload(head(2'000 * kKiB), "abc").outcome.detail.code(), "intake.too_large");
  EXPECT_EQ(upload(head(70 * kKiB), std::string(70 * kKiB, 'x'), 70 * kKiB).outcome.detail.field(),
            "chunk");
  EXPECT_EQ(upload(head(3), std::string(1'200 * kKiB, 'x')).outcome.detail.code(),
            "intake.too_large");
  auto wrong = head(3);
  wrong.set_file_name("../x");
  EXPECT_EQ(upload(wrong, "abc").outcome.detail.field(), "fileName");
  wrong = head(3);
  wrong.clear_ebox_type();
  EXPECT_EQ(upload(wrong, "abc").outcome.detail.field(), "eboxType");
  wrong = head(3);
  wrong.mutable_organisation()->set_value(kUnknownOrg);
  EXPECT_EQ(upload(wrong, "abc").outcome.detail.code(), "organisation.unknown");
  token_ = token_for({.admin = false, .all_organisations = true});
  EXPECT_EQ(upload(head(3), "abc").outcome.detail.code(), "permission.admin");
  EXPECT_EQ(messages(), 0);
}

TEST_F(UploadStreamTest, BytesWithoutAHeadAreRefused) {
  v1::UploadMessageResponse response;
  for (const bool with_chunk : {true, false}) {
    grpc::ClientContext context;
    prepare(context);
    const auto stream = admin_stub_->UploadMessage(&context, &response);
    v1::UploadMessageRequest request;
    request.set_chunk("abc");
    if (with_chunk) stream->Write(request);
    stream->WritesDone();
    const auto status = stream->Finish();
    EXPECT_EQ(outcome(context, status).code(), grpc::StatusCode::INVALID_ARGUMENT);
  }
  EXPECT_EQ(server_->metrics().in_flight(), 0);
}

TEST_F(UploadStreamTest, ACallerThatLeavesInTheMiddleLeavesNothingBehind) {
  for (int round = 0; round < 10; ++round) {
    grpc::ClientContext context;
    prepare(context);
    v1::UploadMessageResponse response;
    const auto stream = admin_stub_->UploadMessage(&context, &response);
    v1::UploadMessageRequest request;
    *request.mutable_head() = head(1'000 * kKiB);
    stream->Write(request);
    request.set_chunk(std::string(64 * kKiB, 'x'));
    for (int i = 0; i < round; ++i) stream->Write(request);
    context.TryCancel();
    EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::CANCELLED);
  }
  server_->stop(std::chrono::milliseconds(400));
  EXPECT_EQ(server_->metrics().in_flight(), 0);
  EXPECT_EQ(messages(), 0);
}

TEST_F(UploadStreamTest, AFullDiskRefusesBeforeTheBytesTravel) {
  store_->headroom().set(store::Room::scarce);
  EXPECT_EQ(upload(head(3), "abc").outcome.detail.code(), "store.disk_low");
}

}  // namespace
}  // namespace semafoor::rpc
