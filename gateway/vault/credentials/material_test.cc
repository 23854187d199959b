// SPDX-License-Identifier: Apache-2.0
#include "gateway/vault/credentials/material.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/vault/credentials/testing_material.h"

namespace semafoor::vault {
namespace {

using ::testing::HasSubstr;

std::string text_of(const SecretBytes& secret) {
  return {secret.data(), secret.size()};
}

std::string code_of(const Result<Material>& read) {
  if (read) return "read";
  EXPECT_THAT(read.error().message, HasSubstr("othing was stored"));
  return read.error().code;
}

TEST(Material, OfPkcs12AndOfPemIsTheSame) {
  for (const bool rsa : {false, true}) {
    const Material made = make_test_material("OCMW", -3600, 86'400, rsa);
    const SecretBytes none("");
    const SecretBytes secret("geheim");
    for (const auto& read : {read_material(pkcs12_of(made, "geheim"), secret, ""),
                             read_material(pkcs12_of(made, ""), none, ""),
                             read_material(encrypted_pem_of(made, "geheim"), secret, ""),
                             read_material(text_of(made.key_pem) + made.certificate_pem, none, ""),
                             read_material(made.certificate_pem + text_of(made.key_pem), none, ""),
                             read_material(text_of(made.key_pem), none, made.certificate_pem)}) {
      ASSERT_TRUE(read.ok()) << read.error().message;
      EXPECT_EQ(read->certificate_pem, made.certificate_pem);
      EXPECT_EQ(public_key_digest(read->key_pem).value(), public_key_digest(made.key_pem).value());
    }
    EXPECT_EQ(read_material(text_of(made.key_pem), none, "")->certificate_pem, "");
  }
}

TEST(Material, TheCertificateOfTheKeyIsFoundAmongItsIssuers) {
  const Material made = make_test_material("OCMW");
  const Material issuer = make_test_material("Authority");
  const auto read = read_material(
      issuer.certificate_pem + text_of(made.key_pem) + made.certificate_pem, SecretBytes(""), "");
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->certificate_pem, made.certificate_pem);
}

TEST(Material, WhatCannotBeUsedIsSaid) {
  const Material made = make_test_material("OCMW");
  const Material other = make_test_material("Other");
  const SecretBytes wrong("fout");
  const SecretBytes none("");
  EXPECT_EQ(code_of(read_material(pkcs12_of(made, "geheim"), wrong, "")), "vault.passphrase_wrong");
  EXPECT_EQ(code_of(read_material(pkcs12_of(made, "geheim"), none, "")), "vault.passphrase_wrong");
  EXPECT_EQ(code_of(read_material(encrypted_pem_of(made, "geheim"), wrong, "")),
            "vault.passphrase_wrong");
  EXPECT_EQ(code_of(read_material(encrypted_pem_of(made, "geheim"), none, "")),
            "vault.passphrase_wrong");
  EXPECT_EQ(code_of(read_material("no key at all", none, "")), "vault.material_unreadable");
  EXPECT_EQ(code_of(read_material("", none, "")), "vault.material_unreadable");
  EXPECT_EQ(code_of(read_material(made.certificate_pem, none, "")), "vault.material_unreadable");
  EXPECT_EQ(code_of(read_material(text_of(made.key_pem), none, other.certificate_pem)),
            "vault.certificate_other_key");
  EXPECT_EQ(code_of(read_material(text_of(made.key_pem), none, "no certificate")),
            "vault.certificate_unreadable");
}

TEST(Material, AnyCutOfAFileIsRefusedOrReadAndNeverACrash) {
  const Material made = make_test_material("OCMW");
  const std::string file = pkcs12_of(made, "geheim");
  for (std::size_t size = 0; size < file.size(); size += 7)
    EXPECT_FALSE(read_material(file.substr(0, size), SecretBytes("geheim"), "").ok()) << size;
  for (std::size_t at = 0; at < file.size(); at += 11) {
    std::string spoiled = file;
    spoiled[at] = static_cast<char>(spoiled[at] ^ 0x55);
    (void)read_material(spoiled, SecretBytes("geheim"), "");
  }
}

TEST(CertificateFacts, SayWhoseItIsAndHowLong) {
  const Material made = make_test_material("OCMW Dendermonde", -60, 10LL * 86'400);
  const auto facts = facts_of(made.certificate_pem);
  ASSERT_TRUE(facts.ok());
  EXPECT_EQ(facts->subject, "CN=OCMW Dendermonde");
  EXPECT_EQ(facts->serial, "01");
  EXPECT_EQ(facts->fingerprint.size(), 64u);
  EXPECT_EQ(facts->not_after_s - facts->not_before_s, 60 + 10LL * 86'400);
  EXPECT_EQ(facts_of("no certificate").error().code, "vault.certificate_unreadable");
}

}  // namespace
}  // namespace semafoor::vault
