// SPDX-License-Identifier: Apache-2.0
#include "gateway/duties/clients.h"

#include <gtest/gtest.h>

#include "gateway/duties/fake_podmi.h"
#include "gateway/duties/test_store.h"
#include "gateway/mailbox/fake_ebox.h"

namespace semafoor::duties {
namespace {

class FakeUpstreams final : public upstream::Upstreams {
 public:
  Result<std::shared_ptr<upstream::EboxClient>> ebox(
      const upstream::Credentials& credentials) override {
    asked.push_back(credentials);
    return Error{.kind = ErrorKind::failed_precondition, .code = "vault.key_missing"};
  }
  Result<std::shared_ptr<upstream::EboxClient>> ebox_at(
      const upstream::Credentials& credentials, const upstream::EboxAddress& address) override {
    asked.push_back(credentials);
    made.push_back(credentials.client_id + " at " + address.base_url);
    return std::shared_ptr<upstream::EboxClient>(
        std::make_shared<mailbox::FakeEbox>(address.provider_id));
  }
  Result<std::shared_ptr<upstream::RegistryClient>> registry(
      const upstream::Credentials& credentials) override {
    made.push_back(credentials.client_id + " at the registry");
    return Error{.kind = ErrorKind::failed_precondition, .code = "upstream.bad_url"};
  }
  Result<std::shared_ptr<upstream::PodmiClient>> podmi(
      const upstream::Credentials& credentials) override {
    made.push_back(credentials.client_id);
    return std::shared_ptr<upstream::PodmiClient>(std::make_shared<FakePodmi>());
  }
  std::vector<std::string> made;
  // For the e-Box.
  std::vector<upstream::Credentials> asked;
};

class ClientsTest : public ::testing::Test {
 protected:
  void put(const std::string& client_id, const std::string& representative = "") {
    v1::Organisation organisation;
    organisation.mutable_organisation()->set_value(kTestOrg);
    organisation.set_client_id(client_id);
    organisation.set_key_name("key");
    if (!representative.empty()) {
      organisation.mutable_representative()->set_client_id(representative);
      organisation.mutable_representative()->set_key_name("provider-key");
    }
    store_.write([&](store::Transaction& tx) { return tx.put_organisation(organisation); });
  }

  ManualClock clock_;
  TestStore store_{clock_};
  std::shared_ptr<FakeUpstreams> upstreams_ = std::make_shared<FakeUpstreams>();
  Clients clients_{*store_, upstreams_};
};

TEST_F(ClientsTest, AClientIsMadeOncePerSetOfCredentials) {
  put("one");
  const auto first = clients_.podmi(kTestOrg);
  ASSERT_TRUE(first.ok());
  EXPECT_EQ(*clients_.podmi(kTestOrg), *first) << "it keeps its connections and its token";
  put("two");
  EXPECT_NE(*clients_.podmi(kTestOrg), *first);
  EXPECT_EQ(upstreams_->made, (std::vector<std::string>{"one", "two"}));
}

TEST_F(ClientsTest, AnUnknownOrganisationAndMissingCredentialsAreSaid) {
  EXPECT_EQ(clients_.podmi(kTestOrg).error().code, "organisation.unknown");
  put("");
  EXPECT_EQ(clients_.podmi(kTestOrg).error().code, "organisation.no_credentials");
}

TEST_F(ClientsTest, EachProviderOfTheRegistryHasItsClientWhichFollowsItsAddressAndDialect) {
  put("one");
  const upstream::EboxAddress b{"b", "https://b.example", upstream::Dialect::v21};
  const auto first = clients_.provider_source()(kTestOrg, b);
  ASSERT_TRUE(first.ok());
  EXPECT_EQ((*first)->provider_id(), "b");
  EXPECT_EQ(*clients_.ebox_at(kTestOrg, b), *first);
  EXPECT_NE(*clients_.ebox_at(kTestOrg, {"c", b.base_url, b.dialect}), *first);
  const auto moved = clients_.ebox_at(kTestOrg, {"b", "https://moved.example", b.dialect});
  EXPECT_NE(*moved, *first);
  EXPECT_NE(*clients_.ebox_at(kTestOrg, {"b", "https://moved.example", upstream::Dialect::v3}),
            *moved);
  put("two");
  EXPECT_NE(*clients_.ebox_at(kTestOrg, b), *first);
  EXPECT_EQ(upstreams_->made.back(), "two at https://b.example");
  EXPECT_EQ(clients_.registry_source()(kTestOrg).error().code, "upstream.bad_url");
  EXPECT_EQ(clients_.ebox_at("0212344876", b).error().code, "organisation.unknown");
  EXPECT_EQ(clients_.registry("0212344876").error().code, "organisation.unknown");
}

TEST_F(ClientsTest, AServiceProviderReadsEachProviderForTheOrganisation) {
  put("own", "provider");
  const upstream::EboxAddress b{"b", "https://b.example", upstream::Dialect::v21};
  ASSERT_TRUE(clients_.ebox_at(kTestOrg, b).ok());
  EXPECT_TRUE(upstreams_->asked.back().representative);
  EXPECT_EQ(upstreams_->asked.back().organisation, kTestOrg);
  EXPECT_EQ(upstreams_->made.back(), "provider at https://b.example");
  (void)clients_.registry(kTestOrg);
  EXPECT_EQ(upstreams_->made.back(), "provider at the registry");
}

TEST_F(ClientsTest, AServiceProviderReadsTheEboxAndNothingElse) {
  put("own", "provider");
  (void)clients_.ebox_source()(kTestOrg);
  ASSERT_EQ(upstreams_->asked.size(), 1u);
  EXPECT_EQ(upstreams_->asked[0], (upstream::Credentials{.organisation = kTestOrg,
                                                         .client_id = "provider",
                                                         .key_name = "provider-key",
                                                         .representative = true}));
  ASSERT_TRUE(clients_.podmi(kTestOrg).ok());
  EXPECT_EQ(upstreams_->made, std::vector<std::string>{"own"});
  put("own");
  (void)clients_.ebox(kTestOrg);
  ASSERT_EQ(upstreams_->asked.size(), 2u);
  EXPECT_EQ(upstreams_->asked[1].client_id, "own");
  EXPECT_FALSE(upstreams_->asked[1].representative);
}

TEST_F(ClientsTest, WithoutAClientOfItsOwnSignalsAreNotFetchedFromTheServiceProvidersMailbox) {
  put("", "provider");
  const Error error = clients_.podmi(kTestOrg).error();
  EXPECT_EQ(error.code, "organisation.no_credentials");
  EXPECT_NE(error.message.find("client id of its own"), std::string::npos) << error.message;
  EXPECT_TRUE(upstreams_->made.empty());
  EXPECT_EQ(clients_.ebox(kTestOrg).error().code, "vault.key_missing") << "the e-Box is read";
}

TEST_F(ClientsTest, WhatTheVaultSaysIsPassedOn) {
  put("one");
  EXPECT_EQ(clients_.ebox_source()(kTestOrg).error().code, "vault.key_missing");
}

}  // namespace
}  // namespace semafoor::duties
