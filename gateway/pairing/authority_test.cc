// SPDX-License-Identifier: Apache-2.0
#include "gateway/pairing/authority.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/pairing/testing_request.h"
#include "gateway/vault/testing_shelf.h"

namespace semafoor::pairing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class AuthorityTest : public testing::Test {
 protected:
  Result<std::unique_ptr<Authority>> open(const vault::SealKey* seal) {
    return Authority::open(shelf_, seal, [] { return std::int64_t{1'900'000'000}; });
  }
  std::unique_ptr<Authority> opened() { return open(&seal_).value(); }
  std::string refused(const std::string& request) {
    const auto issued = opened()->issue(request, "kiosk", 3600);
    return issued.ok() ? "" : issued.error().code;
  }

  vault::MemoryShelf shelf_;
  vault::SealKey seal_ = vault::SealKey::make().value();
};

TEST_F(AuthorityTest, ItIsMadeOnceAndItsKeyIsKeptSealed) {
  const std::string fingerprint = opened()->fingerprint();
  EXPECT_EQ(fingerprint.size(), 64U);
  ASSERT_EQ(shelf_.saves, 1);
  EXPECT_THAT(shelf_.items.begin()->second, Not(HasSubstr("PRIVATE KEY")));
  EXPECT_EQ(opened()->fingerprint(), fingerprint);
  EXPECT_EQ(shelf_.saves, 1);
}

TEST_F(AuthorityTest, WhatCannotBeOpenedIsNotReplaced) {
  (void)opened();
  EXPECT_EQ(open(nullptr).error().code, "vault.locked");
  const vault::SealKey other = vault::SealKey::make().value();
  EXPECT_EQ(open(&other).error().code, "vault.other_key");
  shelf_.items.begin()->second.back() ^= 1;
  EXPECT_EQ(open(&seal_).error().code, "vault.corrupt");
  EXPECT_EQ(shelf_.saves, 1);
}

TEST_F(AuthorityTest, AMachineGetsACertificateForCallingAndForNothingElse) {
  const auto authority = opened();
  const auto issued = authority->issue(make_test_request().request, "kiosk", 90LL * 86'400);
  ASSERT_TRUE(issued.ok()) << issued.error().message;
  EXPECT_TRUE(is_issued_by(issued->certificate, authority->certificate()));
  EXPECT_EQ(issued->not_after_s - issued->not_before_s, 90LL * 86'400);
  EXPECT_EQ(serial_in(issued->certificate), issued->serial);
  EXPECT_THAT(
      text_of(issued->certificate),
      AllOf(HasSubstr("kiosk"), HasSubstr("CA:FALSE"), HasSubstr("TLS Web Client Authentication"),
            Not(HasSubstr("TLS Web Server Authentication")), Not(HasSubstr(kGatewayName))));
  EXPECT_TRUE(authority->issue(make_test_request("P-384").request, "kiosk", 60).ok());
}

TEST_F(AuthorityTest, TheGatewaysOwnCertificateIsGoodForNoClient) {
  const auto authority = opened();
  const auto identity = authority->server_identity();
  ASSERT_TRUE(identity.ok());
  EXPECT_TRUE(is_issued_by(identity->certificates, authority->certificate()));
  EXPECT_THAT(text_of(identity->certificates),
              AllOf(HasSubstr("DNS:" + std::string(kGatewayName)),
                    HasSubstr("TLS Web Server Authentication"),
                    Not(HasSubstr("TLS Web Client Authentication"))));
}

TEST_F(AuthorityTest, OnlyAStrongKeyThatSignedItsRequestIsCertified) {
  EXPECT_EQ(refused(""), "pairing.request_unreadable");
  EXPECT_EQ(refused("-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----"),
            "pairing.request_unreadable");
  EXPECT_EQ(refused(make_test_request().request + std::string(8192, '\n')),
            "pairing.request_unreadable");
  EXPECT_EQ(refused(make_unproven_request()), "pairing.request_unproven");
  EXPECT_EQ(refused(make_rsa_request()), "pairing.key_weak");
  EXPECT_EQ(refused(make_test_request("P-224").request), "pairing.key_weak");
}

}  // namespace
}  // namespace semafoor::pairing
