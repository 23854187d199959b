// SPDX-License-Identifier: Apache-2.0
#include "gateway/rpc/credential_calls.h"

#include <gtest/gtest.h>

#include <chrono>

#include "gateway/custody/credential_desk.h"
#include "gateway/custody/erasure.h"
#include "gateway/rpc/test_gateway.h"
#include "gateway/vault/credentials/testing_material.h"
#include "gateway/vault/key_ring.h"
#include "gateway/vault/testing_shelf.h"

namespace semafoor::rpc {
namespace {

class CredentialCallsTest : public TestGateway {
 protected:
  CredentialCallsTest() {
    rooms_.credentials = &desk_;
    rooms_.erasure = &erasure_;
  }

  static v1::ImportCredentialRequest import_request() {
    const auto material = vault::make_test_material("OCMW");
    v1::ImportCredentialRequest request;
    request.set_name("key");
    request.set_place(v1::CREDENTIAL_PLACE_ACTIVE);
    request.set_material(vault::pkcs12_of(material, "geheim"));
    request.set_passphrase("geheim");
    request.set_reason("yearly");
    return request;
  }
  Outcome import(const v1::ImportCredentialRequest& request) {
    v1::ImportCredentialResponse response;
    return call(admin_stub_, &v1::Admin::Stub::ImportCredential, request, response);
  }
  Outcome step(v1::CredentialStep step, const std::string& reason = "yearly") {
    v1::StepCredentialRequest request;
    request.set_name("key");
    request.set_step(step);
    request.set_reason(reason);
    v1::StepCredentialResponse response;
    return call(admin_stub_, &v1::Admin::Stub::StepCredential, request, response);
  }
  Outcome erase(const std::string& confirm) {
    auto request = about<v1::EraseOrganisationRequest>();
    request.set_confirm(confirm);
    request.set_reason("merged");
    request.set_even_so(true);
    v1::EraseOrganisationResponse response;
    return call(admin_stub_, &v1::Admin::Stub::EraseOrganisation, request, response);
  }

  static std::int64_t now_s() {
    return std::chrono::duration_cast<std::chrono::seconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
  }
  vault::MemoryShelf shelf_;
  std::shared_ptr<vault::Credentials> credentials_ =
      std::make_shared<vault::Credentials>(shelf_, nullptr, &now_s);
  std::shared_ptr<vault::KeyRing> keys_ = vault::make_key_ring(
      {.credentials = credentials_, .files = vault::make_pem_key_ring(store_.folder() / "keys")});
  custody::Inventory inventory_{*store_, *credentials_, keys_, &now_s};
  vault::tokens::Pins pins_{shelf_, nullptr};
  custody::CredentialDesk desk_{*store_, *credentials_, pins_, inventory_, [] {}};
  custody::KeyKeeper copies_{*store_, shelf_};
  custody::Erasure erasure_{*store_, *credentials_, copies_, store_.folder() / "keys", [] {}};
};

TEST_F(CredentialCallsTest, AKeyIsBroughtTestedAndListedAndNeverShown) {
  const auto request = import_request();
  v1::ImportCredentialResponse imported;
  ASSERT_TRUE(call(admin_stub_, &v1::Admin::Stub::ImportCredential, request, imported).status.ok());
  EXPECT_EQ(imported.credential().active().algorithm(), "ES256");
  EXPECT_EQ(imported.credential().organisations(0).value(), kTestOrg);
  v1::TestCredentialRequest test;
  test.set_name("key");
  test.set_place(v1::CREDENTIAL_PLACE_ACTIVE);
  v1::TestCredentialResponse tested;
  ASSERT_TRUE(call(admin_stub_, &v1::Admin::Stub::TestCredential, test, tested).status.ok());
  EXPECT_TRUE(tested.credential().active().has_tested());
  v1::ListCredentialsResponse all;
  ASSERT_TRUE(
      call(admin_stub_, &v1::Admin::Stub::ListCredentials, v1::ListCredentialsRequest(), all)
          .status.ok());
  ASSERT_EQ(all.credentials_size(), 1);
  EXPECT_EQ(all.credentials(0).active().certificate().subject(), "CN=OCMW");
  EXPECT_EQ(all.SerializeAsString().find("PRIVATE"), std::string::npos);
}

TEST_F(CredentialCallsTest, WhatIsWrongIsRefused) {
  auto request = import_request();
  request.set_passphrase("fout");
  EXPECT_EQ(import(request).detail.code(), "vault.passphrase_wrong");
  request = import_request();
  request.set_name("../key");
  EXPECT_EQ(import(request).detail.field(), "name");
  request = import_request();
  request.set_place(v1::CREDENTIAL_PLACE_UNSPECIFIED);
  EXPECT_EQ(import(request).detail.field(), "place");
  request = import_request();
  request.set_material(std::string(64 * 1024 + 1, 'x'));
  EXPECT_EQ(import(request).detail.field(), "material");
  request = import_request();
  request.set_reason(" ");
  EXPECT_EQ(import(request).detail.code(), "request.reason_missing");
  EXPECT_EQ(step(v1::CREDENTIAL_STEP_UNSPECIFIED).detail.field(), "step");
  EXPECT_EQ(step(v1::CREDENTIAL_STEP_ACTIVATE).detail.code(), "vault.credential_missing");
  EXPECT_TRUE(shelf_.items.empty());
}

TEST_F(CredentialCallsTest, ThePinOfATokenIsKept) {
  auto request = import_request();
  request.set_name("hsm");
  request.set_place(v1::CREDENTIAL_PLACE_TOKEN_PIN);
  request.clear_passphrase();
  EXPECT_EQ(import(request).detail.field(), "passphrase");
  request.set_passphrase("1234");
  ASSERT_TRUE(import(request).status.ok());
  EXPECT_EQ((*pins_.pin("hsm"))->size(), 4U);
}

TEST_F(CredentialCallsTest, OnlyAnAdministratorMay) {
  token_ = token_for({.all_organisations = true});
  EXPECT_EQ(import(import_request()).detail.code(), "permission.admin");
  EXPECT_EQ(step(v1::CREDENTIAL_STEP_RETIRE).detail.code(), "permission.admin");
  EXPECT_EQ(erase(kTestOrg).detail.code(), "permission.admin");
}

TEST_F(CredentialCallsTest, AKeyIsNotBroughtFromAnotherMachine) {
  Session remote;
  remote.access = Access{.admin = true, .all_organisations = true};
  token_ = *sessions_.open(std::move(remote));
  EXPECT_EQ(import(import_request()).detail.code(), "credential.local_only");
}

TEST_F(CredentialCallsTest, ASecurityOfficerErasesTheOrganisationsOfItsRoleAndNoOther) {
  Session session;
  session.access = Access{.organisations = {kOtherOrg}, .roles = {Role::security_officer}};
  session.access.add({.organisations = {kTestOrg}});
  token_ = *sessions_.open(std::move(session));
  EXPECT_EQ(erase(kTestOrg).detail.code(), "organisation.foreign");
  token_ = token_for({.organisations = {kTestOrg}, .roles = {Role::security_officer}});
  EXPECT_TRUE(erase(kTestOrg).status.ok());
}

TEST_F(CredentialCallsTest, AnOrganisationIsErasedOnlyByWhoConfirmsItsNumber) {
  EXPECT_EQ(erase(kOtherOrg).detail.field(), "confirm");
  ASSERT_TRUE(erase(kTestOrg).status.ok());
  auto request = about<v1::GetReadPolicyRequest>();
  v1::GetReadPolicyResponse response;
  EXPECT_EQ(call(admin_stub_, &v1::Admin::Stub::GetReadPolicy, request, response).detail.code(),
            "organisation.unknown");
}

}  // namespace
}  // namespace semafoor::rpc
