// SPDX-License-Identifier: Apache-2.0
#include "plugins/runtime/pairing_messages.h"

#include <gtest/gtest.h>

#include "semafoor/v1/errors.pb.h"
#include "semafoor/v1/pairing.pb.h"

namespace semafoor::runtime {
namespace {

TEST(PairingMessages, RequestsAreThoseOfTheProto) {
  v1::PairRequest pair;
  const std::string request(300, 'r');
  ASSERT_TRUE(pair.ParseFromString(pair_request("ABCD", request)));
  EXPECT_EQ(pair.code(), "ABCD");
  EXPECT_EQ(pair.certificate_request(), request);
  v1::RenewRequest renew;
  ASSERT_TRUE(renew.ParseFromString(renew_request(request)));
  EXPECT_EQ(renew.certificate_request(), request);
}

TEST(PairingMessages, AnAnswerIsReadAsTheProtoWritesIt) {
  v1::PairResponse response;
  auto& told = *response.mutable_certificate();
  told.set_certificate(std::string(1000, 'c'));
  told.set_authority("a");
  told.set_serial("01");
  told.mutable_expires_at()->set_unix_ms(1'900'000'000'000);
  told.mutable_renew_from()->set_unix_ms(1'800'000'000'000);
  const auto read = paired_certificate(response.SerializeAsString());
  ASSERT_TRUE(read);
  EXPECT_EQ(read->certificate, told.certificate());
  EXPECT_EQ(read->authority, "a");
  EXPECT_EQ(read->expires_ms, 1'900'000'000'000);
  EXPECT_EQ(read->renew_from_ms, 1'800'000'000'000);
}

TEST(PairingMessages, FieldsOfLaterReleasesArePassedOver) {
  v1::PairResponse response;
  response.mutable_certificate()->set_certificate("c");
  response.mutable_certificate()->set_authority("a");
  const std::string later(
      "\x78\x96\x01\x79"
      "12345678"
      "\x7d"
      "1234"
      "\x7a\x02hi",
      21);
  EXPECT_TRUE(paired_certificate(later + response.SerializeAsString() + later));
}

TEST(PairingMessages, WhatIsCutOrNoMessageIsNotRead) {
  v1::PairResponse response;
  response.mutable_certificate()->set_certificate("c");
  EXPECT_FALSE(paired_certificate(response.SerializeAsString())) << "without an authority";
  response.mutable_certificate()->set_authority(std::string(200, 'a'));
  const std::string whole = response.SerializeAsString();
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_FALSE(paired_certificate(whole.substr(0, size))) << size;
  EXPECT_FALSE(paired_certificate(std::string(20, '\xff')));
  EXPECT_FALSE(paired_certificate("\x0b"));
}

TEST(PairingMessages, AnErrorsCodeIsRead) {
  v1::ErrorDetail detail;
  detail.set_status(16);
  detail.set_code("pairing.code_used");
  (*detail.mutable_facts())["a"] = "b";
  EXPECT_EQ(error_code(detail.SerializeAsString()), "pairing.code_used");
  EXPECT_EQ(error_code(""), "");
  EXPECT_EQ(error_code("\x12\xff"), "");
}

}  // namespace
}  // namespace semafoor::runtime
