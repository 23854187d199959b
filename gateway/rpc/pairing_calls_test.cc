// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include <ctime>

#include "gateway/pairing/testing_request.h"
#include "gateway/rpc/network_door.h"
#include "gateway/rpc/test_gateway.h"
#include "gateway/vault/testing_shelf.h"
#include "semafoor/v1/pairing.grpc.pb.h"

namespace semafoor::rpc {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;

// The real server, with a door to the network besides.
class PairingCalls : public TestGateway {
 protected:
  PairingCalls() {
    server_->stop(std::chrono::milliseconds(200));
    server_.reset();
    rooms_.pairing = pairing_.get();
    network_ = make_network_door("127.0.0.1:0", pairing_->authority()).value();
    door_ = make_test_door(store_.folder(), journal_);
    auto server = Server::start({}, rooms_, facts_, sessions_, *door_, journal_, network_.get());
    EXPECT_TRUE(server.ok()) << server.error().message;
    server_ = std::move(*server);
    channel_ = channel_to(*door_);
    admin_stub_ = v1::Admin::NewStub(channel_);
    become("", "");
  }
  // From here on calls come from the network, with this certificate or none.
  void become(const std::string& key, const std::string& certificate) {
    grpc::SslCredentialsOptions options;
    options.pem_root_certs = pairing_->authority().certificate();
    options.pem_private_key = key;
    options.pem_cert_chain = certificate;
    grpc::ChannelArguments arguments;
    arguments.SetSslTargetNameOverride(pairing::kGatewayName);
    const auto channel =
        grpc::CreateCustomChannel(network_->address(), grpc::SslCredentials(options), arguments);
    pairing_stub_ = v1::Pairing::NewStub(channel);
    mailbox_stub_ = v1::Mailbox::NewStub(channel);
    modules_stub_ = v1::Modules::NewStub(channel);
    remote_admin_ = v1::Admin::NewStub(channel);
  }
  v1::PairingRights rights(std::vector<std::string> roles = {}) {
    v1::PairingRights rights;
    rights.set_name("kiosk");
    rights.add_organisations()->set_value(kTestOrg);
    rights.add_modules(v1::MODULE_EBOX);
    for (const auto& role : roles) rights.add_roles(role);
    return rights;
  }
  Outcome offer(const v1::PairingRights& rights, v1::StartPairingResponse& response) {
    v1::StartPairingRequest request;
    *request.mutable_rights() = rights;
    grpc::ClientContext context;
    prepare(context);
    context.AddMetadata("semafoor-reason-bin", "a new kiosk");
    return outcome(context, admin_stub_->StartPairing(&context, request, &response));
  }
  Outcome pair(const std::string& code, const pairing::TestRequest& wanted,
               v1::PairResponse& response) {
    v1::PairRequest request;
    request.set_code(code);
    request.set_certificate_request(wanted.request);
    return call(pairing_stub_, &v1::Pairing::Stub::Pair, request, response);
  }
  // Pairs, and calls as that machine from then on; gives its serial number.
  std::string become_paired(std::vector<std::string> roles = {}) {
    v1::StartPairingResponse offered;
    EXPECT_TRUE(offer(rights(std::move(roles)), offered).status.ok());
    const auto request = pairing::make_test_request();
    v1::PairResponse paired;
    EXPECT_TRUE(pair(offered.code(), request, paired).status.ok());
    become(request.key, paired.certificate().certificate());
    return paired.certificate().serial();
  }
  std::string list_messages(const std::string& org = kTestOrg) {
    v1::ListMessagesResponse response;
    const auto result = call(mailbox_stub_, &v1::Mailbox::Stub::ListMessages,
                             about<v1::ListMessagesRequest>(org), response);
    return result.status.ok() ? "" : result.detail.code();
  }
  std::string revoke(const std::string& serial) {
    v1::RevokePairedRequest request;
    request.set_serial(serial);
    v1::RevokePairedResponse response;
    grpc::ClientContext context;
    prepare(context);
    context.AddMetadata("semafoor-reason-bin", "it was stolen");
    return outcome(context, admin_stub_->RevokePaired(&context, request, &response)).detail.code();
  }

  vault::MemoryShelf shelf_;
  std::unique_ptr<pairing::Pairing> pairing_ =
      pairing::Pairing::open(shelf_, nullptr, [] { return std::time(nullptr); }, {}).value();
  std::unique_ptr<Door> network_;
  std::unique_ptr<v1::Pairing::Stub> pairing_stub_;
  std::unique_ptr<v1::Admin::Stub> remote_admin_;
};

TEST_F(PairingCalls, AMachineIsPairedOnceAndMayDoWhatItWasPairedFor) {
  v1::StartPairingResponse offered;
  ASSERT_TRUE(offer(rights(), offered).status.ok());
  EXPECT_EQ(offered.authority_fingerprint(), pairing_->authority().fingerprint());
  const auto request = pairing::make_test_request();
  v1::PairResponse paired;
  ASSERT_TRUE(pair(offered.code(), request, paired).status.ok());
  EXPECT_EQ(pair(offered.code(), request, paired).detail.code(), "pairing.code_used");
  EXPECT_THAT(journal_.events(), Contains("pairing.refused"));
  become(request.key, paired.certificate().certificate());
  EXPECT_EQ(list_messages(), "");
  EXPECT_EQ(list_messages(kOtherOrg), "organisation.foreign");
  v1::ListSignalsResponse signals;
  EXPECT_EQ(call(v1::Signals::NewStub(channel_), &v1::Signals::Stub::ListSignals,
                 about<v1::ListSignalsRequest>(), signals)
                .status.error_code(),
            grpc::StatusCode::OK)
      << "callers of this machine are what they were";
  v1::GetStatusResponse status;
  EXPECT_EQ(call(remote_admin_, &v1::Admin::Stub::GetStatus, {}, status).detail.code(),
            "permission.admin");
}

TEST_F(PairingCalls, WhateverAStrangerTriesInVainIsRecorded) {
  v1::PairResponse response;
  EXPECT_EQ(pair("ABCD-EFGH-JKMN-PQRS", pairing::make_test_request(), response).detail.code(),
            "pairing.code_wrong");
  EXPECT_EQ(pair("x", {}, response).detail.code(), "pairing.request_unreadable");
  refusals_.flush();
  store_.write([](store::Transaction&) -> Result<void> { return {}; });
  std::vector<std::string> results;
  for (const auto& record : store_.audit(store::kGatewayChain)) results.push_back(record.result());
  EXPECT_THAT(results, ElementsAre("pairing.code_wrong", "pairing.request_unreadable"));
}

TEST_F(PairingCalls, FromTheNetworkATokenIsNothing) {
  EXPECT_EQ(list_messages(), "session.missing");
  token_.clear();
  EXPECT_EQ(list_messages(), "session.missing");
  v1::RenewRequest request;
  v1::RenewResponse response;
  EXPECT_EQ(call(pairing_stub_, &v1::Pairing::Stub::Renew, request, response).detail.code(),
            "session.missing");
}

TEST_F(PairingCalls, ACertificateOfAnotherAuthorityDoesNotComeIn) {
  vault::MemoryShelf shelf;
  const auto other =
      pairing::Pairing::open(shelf, nullptr, [] { return std::time(nullptr); }, {}).value();
  const auto request = pairing::make_test_request();
  const auto issued = other->authority().issue(request.request, "kiosk", 3600);
  become(request.key, issued->certificate);
  v1::ListMessagesResponse response;
  EXPECT_EQ(call(mailbox_stub_, &v1::Mailbox::Stub::ListMessages, about<v1::ListMessagesRequest>(),
                 response)
                .code(),
            grpc::StatusCode::UNAVAILABLE);
}

TEST_F(PairingCalls, ARevokedMachineIsRefusedAtOnceAndItsStreamEnds) {
  const std::string serial = become_paired();
  EXPECT_EQ(list_messages(), "");
  grpc::ClientContext context;
  prepare(context);
  auto request = about<v1::StreamEventsRequest>();
  request.set_module(v1::MODULE_EBOX);
  request.set_consumer("suite");
  request.set_holder("h");
  const auto stream = modules_stub_->StreamEvents(&context, request);
  add_message("m1");
  v1::StreamEventsResponse events;
  ASSERT_TRUE(stream->Read(&events));
  EXPECT_EQ(revoke(serial), "");
  EXPECT_EQ(list_messages(), "session.revoked");
  add_message("m2");
  EXPECT_FALSE(stream->Read(&events));
  EXPECT_EQ(outcome(context, stream->Finish()).detail.code(), "session.ended");
}

TEST_F(PairingCalls, ACertificateIsRenewedNoSoonerThanNeeded) {
  (void)become_paired();
  v1::RenewRequest request;
  request.set_certificate_request(pairing::make_test_request().request);
  v1::RenewResponse response;
  EXPECT_EQ(call(pairing_stub_, &v1::Pairing::Stub::Renew, request, response).detail.code(),
            "pairing.too_early");
}

TEST_F(PairingCalls, APairedAdministratorHasItsRole) {
  (void)become_paired({"reader"});
  v1::GetStatusResponse status;
  EXPECT_TRUE(call(remote_admin_, &v1::Admin::Stub::GetStatus, {}, status).status.ok());
  v1::SynchroniseOrganisationResponse response;
  EXPECT_EQ(call(remote_admin_, &v1::Admin::Stub::SynchroniseOrganisation,
                 about<v1::SynchroniseOrganisationRequest>(), response)
                .detail.code(),
            "permission.role");
}

TEST_F(PairingCalls, NobodyGivesOrRevokesWhatTheyDoNotHave) {
  const std::string serial = become_paired();
  v1::StartPairingResponse offered;
  token_ = token_for({.organisations = {kOtherOrg}, .roles = {Role::security_officer}});
  EXPECT_EQ(offer(rights(), offered).detail.code(), "organisation.foreign");
  EXPECT_EQ(revoke(serial), "organisation.foreign");
  token_ = token_for({.organisations = {kTestOrg}, .roles = {Role::security_officer}});
  EXPECT_EQ(offer(rights({"operator"}), offered).detail.code(), "permission.role");
  EXPECT_TRUE(offer(rights({"security-officer"}), offered).status.ok());
  token_ = token_for({.organisations = {kTestOrg}, .roles = {Role::operating}});
  EXPECT_EQ(offer(rights(), offered).detail.code(), "permission.role");
}

TEST_F(PairingCalls, WhatIsGivenIsNamedWhole) {
  const auto field = [this](auto change) {
    v1::PairingRights wanted = rights();
    change(wanted);
    v1::StartPairingResponse offered;
    return offer(wanted, offered).detail.field();
  };
  EXPECT_EQ(field([](auto& r) { r.clear_name(); }), "rights.name");
  EXPECT_EQ(field([](auto& r) { r.set_name("85073003328"); }), "rights.name");
  EXPECT_EQ(field([](auto& r) { r.clear_organisations(); }), "rights.organisations");
  EXPECT_EQ(field([](auto& r) { r.set_all_organisations(true); }), "rights.organisations");
  EXPECT_EQ(field([](auto& r) { r.mutable_organisations(0)->set_value("1"); }),
            "rights.organisations");
  EXPECT_EQ(field([](auto& r) { r.add_modules(v1::MODULE_UNSPECIFIED); }), "rights.modules");
  EXPECT_EQ(field([](auto& r) { r.add_roles("king"); }), "rights.roles");
}

}  // namespace
}  // namespace semafoor::rpc
