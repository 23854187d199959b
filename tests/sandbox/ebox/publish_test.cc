// SPDX-License-Identifier: Apache-2.0
#include "tests/sandbox/ebox/publish.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/sandbox/content/digest.h"

namespace semafoor::sandbox::ebox {
namespace {

using http::Json;

constexpr char kOrganisation[] = "0100100139";
constexpr char kSender[] = "0190000135";

class PublishTest : public testing::Test {
 protected:
  PublishTest() {
    boxes_.add(kOrganisation, message("M-1", true));
    boxes_.add(kOrganisation, message("M-2", false));
    call_.method = "POST";
    call_.headers.emplace("content-type", "multipart/form-data; boundary=X");
    description_ = {{"recipient", {{"eboxType", "enterprise"}, {"eboxIdValue", kSender}}},
                    {"originalMessageId", "M-1"},
                    {"subject", {{"nl", "Antwoord"}}},
                    {"bodyMainContent", false},
                    {"replyAuthorized", false},
                    {"attachments", Json::array({attachment("upfile1", true, "bytes")})}};
    files_ = {{"upfile1", "a%20b.txt", "text/plain", "bytes"}};
  }

  static content::Message message(const std::string& id, bool reply_authorised) {
    content::Message message;
    message.id = id;
    message.reply_authorised = reply_authorised;
    message.sender_organisation = kSender;
    return message;
  }
  static Json attachment(const std::string& part, bool main, const std::string& bytes) {
    return {{"httpPartName", part},
            {"mainContent", main},
            {"digest",
             {{"digestMethod", "sha_256"},
              {"digestValue", content::base64url(content::sha256(bytes))}}}};
  }

  std::variant<ledger::Ledger::ReplySeen, Refusal> read() {
    call_.parts = {{"messageToPublish", "", "application/json", description_.dump()}};
    call_.parts.insert(call_.parts.end(), files_.begin(), files_.end());
    return read_reply(call_, boxes_, kOrganisation);
  }
  std::string refusal() {
    auto result = read();
    if (!std::holds_alternative<Refusal>(result)) return "accepted";
    EXPECT_EQ(std::get<Refusal>(result).status, 400);
    return std::get<Refusal>(result).code;
  }

  Boxes boxes_;
  http::Call call_;
  Json description_;
  std::vector<http::FormPart> files_;
};

TEST_F(PublishTest, AReplyIsSeenWithItsFiles) {
  auto result = read();
  ASSERT_TRUE(std::holds_alternative<ledger::Ledger::ReplySeen>(result))
      << std::get<Refusal>(result).message;
  const auto& reply = std::get<ledger::Ledger::ReplySeen>(result);
  EXPECT_EQ(reply.original_id, "M-1");
  EXPECT_EQ(reply.subject, "Antwoord");
  ASSERT_EQ(reply.attachments.size(), 1U);
  EXPECT_EQ(reply.attachments[0].file_name, "a b.txt");
  EXPECT_EQ(reply.attachments[0].sha256, content::to_hex(content::sha256("bytes")));
}

TEST_F(PublishTest, TheDigestIsBase64UrlOfTheBytes) {
  files_[0].content = "others";
  EXPECT_EQ(refusal(), "DIGEST_DO_NOT_MATCH");
  files_[0].content = "bytes";
  description_["attachments"][0]["digest"]["digestValue"] =
      content::to_hex(content::sha256("bytes"));
  EXPECT_EQ(refusal(), "DIGEST_DO_NOT_MATCH") << "hex";
}

TEST_F(PublishTest, WhatTheOfficialAnswersCallInvalid) {
  const auto good = description_;
  const std::vector<std::function<void()>> mistakes{
      [&] { description_ = "text"; },
      [&] { description_["recipient"] = nullptr; },
      [&] { description_.erase("recipient"); },
      [&] { description_.erase("bodyMainContent"); },
      [&] { description_["subject"] = Json::object(); },
      [&] {
        description_["subject"] = {{"en", "x"}};
      },
      [&] { description_["originalMessageId"] = "M-9"; },
      [&] { description_["originalMessageId"] = "M-2"; },
      [&] { description_["recipient"]["eboxIdValue"] = "0190000234"; },
      [&] { description_["attachments"] = Json::array(); },
      [&] { description_["attachments"][0]["mainContent"] = false; },
      [&] { description_["attachments"][0]["httpPartName"] = "upfile2"; },
      [&] { files_[0].content_type = "image/png"; },
      [&] {
        files_[0] = {"upfile1", "", "text/plain", "bytes"};
      }};
  const auto files = files_;
  for (std::size_t i = 0; i < mistakes.size(); ++i) {
    description_ = good;
    files_ = files;
    mistakes[i]();
    EXPECT_EQ(refusal(), "INVALID_INPUT") << i;
  }
}

TEST_F(PublishTest, SeveralLanguagesAreNotImplementedAndNewMessagesAreNotOurs) {
  description_["subject"]["fr"] = "Réponse";
  EXPECT_EQ(refusal(), "NOT_IMPLEMENTED");
  description_["subject"].erase("fr");
  description_["senderOrganizationId"] = "0190000333";
  EXPECT_EQ(refusal(), "INVALID_SENDER");
  description_.erase("senderOrganizationId");
  description_.erase("originalMessageId");
  EXPECT_EQ(refusal(), "INVALID_SENDER");
}

TEST_F(PublishTest, NothingIsExpectedOfOtherBodies) {
  call_.headers.clear();
  call_.headers.emplace("content-type", "application/json");
  EXPECT_EQ(refusal(), "INVALID_INPUT");
}

}  // namespace
}  // namespace semafoor::sandbox::ebox
