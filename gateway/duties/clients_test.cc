// SPDX-License-Identifier: Apache-2.0
#include "gateway/duties/clients.h"

#include <gtest/gtest.h>

#include "gateway/duties/fake_podmi.h"
#include "gateway/duties/test_store.h"

namespace semafoor::duties {
namespace {

class FakeUpstreams final : public upstream::Upstreams {
 public:
  Result<std::shared_ptr<upstream::EboxClient>> ebox(const upstream::Credentials&) override {
    return Error{.kind = ErrorKind::failed_precondition, .code = "vault.key_missing"};
  }
  Result<std::shared_ptr<upstream::PodmiClient>> podmi(
      const upstream::Credentials& credentials) override {
    made.push_back(credentials.client_id);
    return std::shared_ptr<upstream::PodmiClient>(std::make_shared<FakePodmi>());
  }
  std::vector<std::string> made;
};

class ClientsTest : public ::testing::Test {
 protected:
  void put(const std::string& client_id) {
    v1::Organisation organisation;
    organisation.mutable_organisation()->set_value(kTestOrg);
    organisation.set_client_id(client_id);
    organisation.set_key_name("key");
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

TEST_F(ClientsTest, WhatTheVaultSaysIsPassedOn) {
  put("one");
  EXPECT_EQ(clients_.ebox_source()(kTestOrg).error().code, "vault.key_missing");
}

}  // namespace
}  // namespace semafoor::duties
