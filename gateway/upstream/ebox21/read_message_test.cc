// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/ebox21/read_message.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace semafoor::upstream::ebox21 {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kBase[] = "https://host/registry/v2";

// SHA-256 of "abc" (RFC 6234) in the three spellings that occur.
constexpr char kHex[] = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
constexpr char kUrl[] = "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0";
constexpr char kPlain[] = "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=";

constexpr char kWhole[] = R"({
  "messageId": "M-1", "subject": {"nl": "Maandstaat", "fr": "Etat mensuel"},
  "receiptDate": "2026-10-05T08:30:00+02:00", "expirationDate": "2027-04-05T00:00:00+02:00",
  "readStatus": true, "visible": true, "registeredMail": true, "replyAuthorized": true,
  "messageTypeId": "MONTHLY", "senderOrganizationId": "308357159", "bodyMainContent": false,
  "attachments": {"items": [
    {"attachmentId": "A-1", "attachmentTitle": {"fr": "Titre"}, "fileName": "a.pdf",
     "mainContent": true, "mediaType": "application/pdf", "size": 12.5,
     "digest": {"digestMethod": "sha_256", "digestValue": "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0"},
     "contentHref": "https://evil.example/x"}], "totalItems": 1},
  "businessDataList": {"items": [{"key": "K", "name": {"nl": "Naam"}, "values": [{"nl": "1"}, {"fr": "2"}]}]},
  "originalMessageId": "M-0", "senderApplicationId": "APP",
  "forTheAttentionOf": {"id": "x", "type": "SSIN", "name": "Iemand"},
  "paymentData": {"paymentDataId": "P-1", "amount": 1.10, "vatAmount": 0, "currency": "EUR",
    "dueDate": "2027-01-31T00:00:00+01:00", "iban": "BE68539007547034", "reference": {"a": [1]}},
  "somethingNew": {"kept": 1.50}})";

TEST(ReadMessage, WhatNestsTooDeepOrBeginsWithAMarkIsReadAsFarAsItCanBe) {
  const std::string message = R"({"messageId":"M","receiptDate":"2026-10-05T08:30:00+02:00")";
  const std::string deep = message + R"(,"X-new":)" + std::string(100, '[') +
                           std::string(100, ']') + R"(,"paymentData":{"amount":1}})";
  for (const std::string& text : {deep, "\xef\xbb\xbf" + message + "}"}) {
    const Result<RemoteMessage> result = read_message(text, kBase);
    ASSERT_TRUE(result.ok()) << result.error().message;
    EXPECT_EQ(result->id, "M");
    EXPECT_FALSE(result->payment.has_value());
  }
}

TEST(ReadMessage, EveryMemberOfTheContract) {
  const Result<RemoteMessage> result = read_message(kWhole, kBase);
  ASSERT_TRUE(result.ok()) << result.error().message;
  const RemoteMessage& message = *result;
  EXPECT_EQ(message.id, "M-1");
  EXPECT_EQ(message.subject.nl(), "Maandstaat");
  EXPECT_EQ(message.subject.fr(), "Etat mensuel");
  EXPECT_EQ(message.subject.de(), "");
  EXPECT_EQ(message.receipt_date, "2026-10-05T08:30:00+02:00");
  EXPECT_EQ(message.receipt_ms, 1791181800000);
  EXPECT_EQ(message.expiration_date, "2027-04-05");
  EXPECT_TRUE(message.read);
  EXPECT_TRUE(message.registered_mail);
  EXPECT_TRUE(message.reply_authorised);
  EXPECT_EQ(message.message_type_id, "MONTHLY");
  EXPECT_EQ(message.sender_organisation_id, "0308357159") << "the lost zero is back";
  EXPECT_EQ(message.original_message_id, "M-0");
  EXPECT_EQ(message.sender_application_id, "APP");
  EXPECT_TRUE(message.visible);
  EXPECT_FALSE(message.body_main_content);
  EXPECT_EQ(message.for_the_attention_of.type, "SSIN");
  EXPECT_EQ(message.for_the_attention_of.name, "Iemand");
  ASSERT_TRUE(message.payment.has_value());
  EXPECT_EQ(message.payment->id, "P-1");
  EXPECT_EQ(message.payment->amount, "1.10") << "as written, not as a double";
  EXPECT_EQ(message.payment->vat_amount, "0");
  EXPECT_EQ(message.payment->due_date, "2027-01-31");
  EXPECT_EQ(message.payment->reference, R"({"a": [1]})");
  ASSERT_EQ(message.attachments.size(), 1u);
  const RemoteAttachment& attachment = message.attachments[0];
  EXPECT_EQ(attachment.id, "A-1");
  EXPECT_EQ(attachment.title, "Titre");
  EXPECT_EQ(attachment.file_name, "a.pdf");
  EXPECT_EQ(attachment.media_type, "application/pdf");
  EXPECT_TRUE(attachment.main_content);
  EXPECT_DOUBLE_EQ(attachment.size_kb, 12.5);
  EXPECT_EQ(attachment.sha256, kHex);
  ASSERT_EQ(message.business_data.size(), 1u);
  EXPECT_EQ(message.business_data[0].key, "K");
  EXPECT_EQ(message.business_data[0].name.nl(), "Naam");
  ASSERT_EQ(message.business_data[0].values.size(), 2u);
  EXPECT_EQ(message.business_data[0].values[1].fr(), "2");
  EXPECT_EQ(message.json, kWhole) << "as it came, unknown members included";
}

TEST(ReadMessage, IdentityAndReceiptDateAreEnough) {
  const Result<RemoteMessage> result = read_message(
      R"({"messageId":"M","receiptDate":"2026-10-05T08:30:00Z","subject":null,"attachments":null,
          "businessDataList":[],"expirationDate":"later","readStatus":"yes","size":[]})",
      kBase);
  ASSERT_TRUE(result.ok());
  EXPECT_FALSE(result->read);
  EXPECT_EQ(result->expiration_date, "");
  EXPECT_TRUE(result->attachments.empty());
}

TEST(ReadMessage, WithoutIdentityOrDateItIsRefusedWithoutItsContent) {
  for (const char* text :
       {R"({"receiptDate":"2026-10-05T08:30:00Z","subject":{"nl":"GEHEIM"}})",
        R"({"messageId":"","receiptDate":"2026-10-05T08:30:00Z","subject":{"nl":"GEHEIM"}})",
        R"({"messageId":"..","receiptDate":"2026-10-05T08:30:00Z","subject":{"nl":"GEHEIM"}})",
        R"({"messageId":"GEHEIM","receiptDate":"2026-10-05"})", R"({"messageId":"GEHEIM"})",
        R"({"messageId":"GEHEIM","receiptDate":"2026-02-31T08:30:00Z"})", "42",
        R"({"messageId":"GEHEIM",})"}) {
    const Result<RemoteMessage> result = read_message(text, kBase);
    ASSERT_FALSE(result.ok()) << text;
    EXPECT_THAT(result.error().message, Not(HasSubstr("GEHEIM")));
  }
}

TEST(ReadMessage, AttachmentIdComesFromItsAddressOnlyUnderTheProvider) {
  const auto id_of = [](const std::string& href) {
    const Result<RemoteMessage> result = read_message(
        R"({"messageId":"M 1","receiptDate":"2026-10-05T08:30:00Z","attachments":{"items":[
            {"fileName":"a","contentHref":")" +
            href + R"("}]}})",
        kBase);
    return result->attachments.at(0).id;
  };
  EXPECT_EQ(id_of("https://host/registry/v2/ebox/messages/M%201/attachments/A-7/content"), "A-7");
  EXPECT_EQ(id_of("/registry/v2/ebox/messages/M%201/attachments/A-7/content"), "A-7");
  EXPECT_EQ(id_of("https://evil.example/registry/v2/ebox/messages/M%201/attachments/A-7/content"),
            "");
  EXPECT_EQ(id_of("https://host/registry/v2/ebox/messages/other/attachments/A-7/content"), "");
  EXPECT_EQ(id_of("https://host/registry/v2/ebox/messages/M%201/attachments/../content"), "");
  EXPECT_EQ(id_of("https://host/registry/v2/ebox/messages/M%201/attachments/a/b/content"), "");
  EXPECT_EQ(id_of(""), "");
}

TEST(Digest, SpellingsThatOccur) {
  EXPECT_EQ(digest_hex("sha_256", kUrl), kHex);
  EXPECT_EQ(digest_hex("sha_256", kPlain), kHex);
  EXPECT_EQ(digest_hex("sha_256", kHex), kHex);
  EXPECT_EQ(digest_hex("sha_512", kUrl), "");
  EXPECT_EQ(digest_hex("", kUrl), "");
  EXPECT_EQ(digest_hex("sha_256", "short"), "");
  EXPECT_EQ(digest_hex("sha_256", "not base64 at all!"), "");
}

TEST(Page, ItemsAndTotal) {
  const auto page = read_page(R"({"items":[{"a":1},{"b":2}],"totalItems":7})");
  ASSERT_TRUE(page);
  EXPECT_THAT(page->items, ElementsAre(R"({"a":1})", R"({"b":2})"));
  EXPECT_EQ(page->total, 7);
  EXPECT_EQ(read_page(R"({"items":[{}]})")->total, 1);
}

TEST(Page, NothingIsEmptyOnlyWhenItSaysSo) {
  EXPECT_TRUE(read_page(R"({"items":[],"totalItems":0})")->items.empty());
  EXPECT_TRUE(read_page(R"({"items":null,"totalItems":0})")->items.empty());
  EXPECT_TRUE(read_page(R"({"totalItems":0})")->items.empty());
  for (const char* body : {"{}", R"({"items":null})", R"({"items":null,"totalItems":3})",
                           R"({"items":{},"totalItems":0})", "[]", "", "<html></html>",
                           R"({"items":[}, "totalItems":0})"}) {
    EXPECT_FALSE(read_page(body).has_value()) << body;
  }
}

}  // namespace
}  // namespace semafoor::upstream::ebox21
