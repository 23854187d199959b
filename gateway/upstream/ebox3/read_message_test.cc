// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/ebox3/read_message.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace semafoor::upstream::ebox3 {
namespace {

using ::testing::SizeIs;

constexpr char kBase[] = "https://p.example/v3";

TEST(ReadMessage3, TheNewNamesAreRead) {
  const std::string element = R"({"messageId":"m","receiptDate":"2026-11-01T10:00:00+01:00",
    "subject":{"nl":"S"},"isRead":true,"isVisible":true,"isRegisteredMail":true,
    "isReplyAuthorized":true,"isBodyMainContent":false,"messageTypeId":"t",
    "sender":{"eboxType":"enterprise","enterpriseNumber":"0308357753","partition":"GENERAL"},
    "forTheAttentionOf":{"ssin":"1","label":"L"},
    "attachments":{"items":[{"attachmentId":"a","isMainContent":true,"isAttachmentSigned":false}],
    "totalItems":1},"new":{"unknown":[]}})";
  const auto message = read_message(element, kBase);
  ASSERT_TRUE(message.ok()) << message.error().message;
  EXPECT_TRUE(message->read);
  EXPECT_TRUE(message->registered_mail);
  EXPECT_TRUE(message->reply_authorised);
  EXPECT_EQ(message->sender_organisation_id, "0308357753");
  EXPECT_EQ(message->message_type_id, "t");
  ASSERT_THAT(message->attachments, SizeIs(1));
  EXPECT_TRUE(message->attachments[0].main_content);
  EXPECT_EQ(message->json, element) << "kept as it came";
}

TEST(ReadMessage3, TheOldNamesAreReadToo) {
  const auto message = read_message(
      R"({"messageId":"m","receiptDate":"2026-11-01T10:00:00Z","readStatus":true,
          "registeredMail":true,"replyAuthorized":true,"senderOrganizationId":"308357753",
          "attachments":[{"attachmentId":"a","mainContent":true}]})",
      kBase);
  ASSERT_TRUE(message.ok());
  EXPECT_TRUE(message->read && message->registered_mail && message->reply_authorised);
  EXPECT_EQ(message->sender_organisation_id, "0308357753");
  EXPECT_TRUE(message->attachments.at(0).main_content);
}

TEST(ReadMessage3, TheNewNameCountsWhenBothAreThere) {
  const auto message = read_message(
      R"({"messageId":"m","receiptDate":"2026-11-01T10:00:00Z","readStatus":true,"isRead":false})",
      kBase);
  EXPECT_FALSE(message->read);
}

TEST(ReadMessage3, MembersOfAnotherTypeAreLeftEmpty) {
  const auto message = read_message(
      R"({"messageId":"m","receiptDate":"2026-11-01T10:00:00Z","isRead":"yes","sender":"x",
          "forTheAttentionOf":5,"attachments":{"items":7}})",
      kBase);
  ASSERT_TRUE(message.ok());
  EXPECT_FALSE(message->read);
  EXPECT_EQ(message->sender_organisation_id, "");
  EXPECT_TRUE(message->attachments.empty());
  for (const char* sender : {"{}", "null", R"({"enterpriseNumber":null})", "[]"}) {
    EXPECT_TRUE(read_message(R"({"messageId":"m","receiptDate":"2026-11-01T10:00:00Z","sender":)" +
                                 std::string(sender) + "}",
                             kBase)
                    .ok());
  }
}

TEST(ReadMessage3, AmountsStandAsTheProviderWroteThem) {
  const auto message = read_message(
      R"({"messageId":"m","receiptDate":"2026-11-01T10:00:00Z","isRead":true,
          "paymentData":{"amount":12.50,"iban":"BE68539007547034"}})",
      kBase);
  ASSERT_TRUE(message.ok() && message->payment);
  EXPECT_EQ(message->payment->amount, "12.50");
}

TEST(ReadMessage3, WithoutIdentityOrReceiptItIsRefused) {
  for (const char* element : {"", "5", "[]", "{", "{}", R"({"messageId":"m"})"}) {
    EXPECT_EQ(read_message(element, kBase).error().code, "upstream.malformed") << element;
  }
}

}  // namespace
}  // namespace semafoor::upstream::ebox3
