// SPDX-License-Identifier: Apache-2.0
#include "plugins/runtime/network_access.h"

#include <gmock/gmock.h>
#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <ctime>
#include <filesystem>
#include <fstream>
#include <future>
#include <thread>

#include "plugins/runtime/certificates.h"
#include "plugins/runtime/pairing_messages.h"
#include "plugins/runtime/test_client.h"
#include "plugins/runtime/test_pairing_gateway.h"

namespace semafoor::runtime::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
namespace fs = std::filesystem;

class NetworkAccessTest : public ::testing::Test {
 protected:
  NetworkPlace place(const PairingGateway& gateway) const {
    return {.address = gateway.address(),
            .folder = folder(),
            .code = PairingGateway::kCode,
            .fingerprint = fingerprint_of(gateway.authority().certificate())};
  }
  NetworkPlace place() const { return place(gateway_); }
  // As in a later start: neither code nor fingerprint.
  NetworkPlace bare_place() const { return {.address = gateway_.address(), .folder = folder()}; }
  std::string folder() const { return folder_.path + "/identity"; }
  std::string file(const char* name = "identity.json") const { return folder() + "/" + name; }

  std::unique_ptr<NetworkAccess> access(const NetworkPlace& place) const {
    return std::make_unique<NetworkAccess>(place, [this] { return std::time(nullptr) + later_s_; });
  }
  // The certificate to call with, or the code and text of what is wrong.
  std::string certificate(NetworkAccess& access) {
    auto answer = access.introduce(Patience::of(std::chrono::seconds(20)));
    problem_ = {};
    if (auto* introduction = std::get_if<Introduction>(&answer)) {
      introduction_ = *introduction;
      return introduction_.client_certificate;
    }
    problem_ = std::get<Problem>(answer);
    const std::string said = error_code(problem_.details);
    return said.empty() ? problem_.code : said;
  }
  std::string certificate(const NetworkPlace& place) { return certificate(*access(place)); }
  // Pairs, and gives the certificate.
  std::string paired() {
    std::string got = certificate(place());
    EXPECT_THAT(got, HasSubstr("BEGIN CERTIFICATE")) << problem_.message;
    return got;
  }
  std::string content(const char* name) const {
    std::ifstream stream(file(name));
    return {std::istreambuf_iterator<char>(stream), {}};
  }

  PairingGateway gateway_;
  Folder folder_;
  std::int64_t later_s_ = 0;
  Problem problem_;
  Introduction introduction_;
};

TEST_F(NetworkAccessTest, PairsOnceAndNeedsNoCodeAfterwards) {
  const std::string first = paired();
  EXPECT_TRUE(is_pair(introduction_.client_key, first));
  EXPECT_EQ(introduction_.tls_certificate, gateway_.authority().certificate());
  EXPECT_EQ(introduction_.address, "paired:" + gateway_.address());
  EXPECT_EQ(introduction_.token, "");
  EXPECT_EQ(certificate(bare_place()), first);
  EXPECT_EQ(certificate(place()), first) << "a code that was used may stay where it is";
  EXPECT_EQ(gateway_.pairings(), 1);
  EXPECT_THAT(content("identity.json"), Not(HasSubstr("ABCD")));
}

TEST_F(NetworkAccessTest, KeyAndCertificateAreForTheAccountAlone) {
  paired();
  for (const auto& entry : fs::directory_iterator(folder()))
    EXPECT_EQ(entry.status().permissions(), fs::perms::owner_read | fs::perms::owner_write)
        << entry.path();
  EXPECT_EQ(fs::status(folder()).permissions(), fs::perms::owner_all);
  EXPECT_FALSE(fs::exists(file("next.json")));
  fs::permissions(file(), fs::perms::group_read, fs::perm_options::add);
  EXPECT_EQ(certificate(bare_place()), "identity.exposed");
  EXPECT_THAT(problem_.message, HasSubstr("chmod 600"));
}

TEST_F(NetworkAccessTest, OthersMayNotWriteIntoTheFolder) {
  fs::create_directory(folder());
  fs::permissions(folder(), fs::perms::all);
  EXPECT_EQ(certificate(place()), "identity.exposed");
  EXPECT_EQ(gateway_.pairings(), 0);
}

TEST_F(NetworkAccessTest, TheCodeGoesToNobodyWithAnotherFingerprint) {
  NetworkPlace wrong = place();
  wrong.fingerprint[0] = wrong.fingerprint[0] == '0' ? '1' : '0';
  EXPECT_EQ(certificate(wrong), "gateway.impersonated");
  EXPECT_THAT(problem_.message, HasSubstr("The code was not sent"));
  EXPECT_EQ(gateway_.pairings(), 0);
  EXPECT_FALSE(fs::exists(file("next.json")));
}

TEST_F(NetworkAccessTest, WhoOnlyShowsTheAuthorityIsNotOfIt) {
  TestIdentity shown = make_test_identity();
  shown.certificate += gateway_.authority().certificate();
  const PairingGateway pretender(shown);
  NetworkPlace misled = place();
  misled.address = pretender.address();
  EXPECT_EQ(certificate(misled), "gateway.impersonated");
  EXPECT_EQ(pretender.pairings(), 0);
}

TEST_F(NetworkAccessTest, AnotherAuthorityThanTheOneOfThePairingIsRefused) {
  const std::string first = paired();
  const PairingGateway pretender;
  NetworkPlace misled = bare_place();
  misled.address = pretender.address();
  EXPECT_EQ(certificate(misled), "gateway.impersonated");
  EXPECT_EQ(problem_.status, SEMAFOOR_PERMISSION_DENIED);
  EXPECT_EQ(certificate(bare_place()), first);
}

TEST_F(NetworkAccessTest, AFingerprintThatIsNotTheStoredAuthoritysIsAContradiction) {
  paired();
  NetworkPlace other = place();
  other.fingerprint = std::string(64, 'a');
  EXPECT_EQ(certificate(other), "pairing.other_authority");
  other.fingerprint = place().fingerprint;
  std::transform(other.fingerprint.begin(), other.fingerprint.end(), other.fingerprint.begin(),
                 [](char c) { return static_cast<char>(std::toupper(c)); });
  EXPECT_THAT(certificate(other), HasSubstr("BEGIN CERTIFICATE"));
}

TEST_F(NetworkAccessTest, NothingIsSaidInClear) {
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  grpc::CallbackGenericService anything;
  builder.RegisterCallbackGenericService(&anything);
  const auto server = builder.BuildAndStart();
  NetworkPlace clear = place();
  clear.address = "127.0.0.1:" + std::to_string(port);
  EXPECT_EQ(certificate(clear), "gateway.not_tls") << problem_.message;
  server->Shutdown();
}

TEST_F(NetworkAccessTest, NobodyThereIsAGatewayThatIsAbsent) {
  NetworkPlace nowhere = place();
  nowhere.address = "127.0.0.1:1";
  EXPECT_EQ(certificate(nowhere), "");
  EXPECT_EQ(problem_.status, SEMAFOOR_E_GATEWAY_ABSENT);
  EXPECT_TRUE(problem_.retryable);
  EXPECT_THAT(problem_.message, HasSubstr("127.0.0.1:1"));
}

TEST_F(NetworkAccessTest, WithoutIdentityAndWithoutCodeItSaysWhatToDo) {
  EXPECT_EQ(certificate(bare_place()), "pairing.missing");
  EXPECT_THAT(problem_.message, HasSubstr("semafoorctl pair"));
}

TEST_F(NetworkAccessTest, SeveralAtOnceOnOneFolderArePairedOnce) {
  std::vector<std::future<bool>> all;
  all.reserve(4);
  for (int i = 0; i < 4; ++i)
    all.push_back(std::async(std::launch::async, [this] {
      const auto answer = access(place())->introduce(Patience::of(std::chrono::seconds(20)));
      return std::holds_alternative<Introduction>(answer);
    }));
  for (auto& one : all) EXPECT_TRUE(one.get());
  EXPECT_EQ(gateway_.pairings(), 1);
}

TEST_F(NetworkAccessTest, WaitsForAnotherProgramNoLongerThanItsPatience) {
  const IdentityStore store(folder());
  ASSERT_FALSE(store.prepare());
  const auto held = store.lock(Patience::of(std::chrono::seconds(1)));
  auto answer = access(place())->introduce(Patience::of(std::chrono::milliseconds(100)));
  ASSERT_TRUE(std::holds_alternative<Problem>(answer));
  EXPECT_EQ(std::get<Problem>(answer).code, "identity.busy");
  EXPECT_TRUE(std::get<Problem>(answer).retryable);
}

TEST_F(NetworkAccessTest, ACodeThatWasRefusedIsNotTriedAgain) {
  NetworkPlace wrong = place();
  wrong.code = "AAAA-AAAA-AAAA-AAAA";
  const auto one = access(wrong);
  EXPECT_EQ(certificate(*one), "pairing.code_wrong");
  EXPECT_EQ(certificate(*one), "pairing.code_wrong");
  EXPECT_EQ(gateway_.pairings(), 1) << "five tries end a code";
  EXPECT_THAT(problem_.message, Not(HasSubstr("AAAA")));
}

TEST_F(NetworkAccessTest, APairingThatTheGatewayNeverDidIsResumedWithTheSameKey) {
  gateway_.be_busy(true);
  EXPECT_EQ(certificate(place()), "");
  EXPECT_TRUE(problem_.retryable);
  const std::string before = content("next.json");
  EXPECT_THAT(before, HasSubstr("PRIVATE KEY"));
  gateway_.be_busy(false);
  paired();
  EXPECT_THAT(before, HasSubstr(introduction_.client_key.substr(40, 40)));
}

TEST_F(NetworkAccessTest, APairingWhoseAnswerGotLostSaysThatAnotherCodeIsNeeded) {
  gateway_.lose_answers(true);
  EXPECT_EQ(certificate(place()), "");
  gateway_.lose_answers(false);
  EXPECT_EQ(certificate(place()), "pairing.interrupted");
  EXPECT_THAT(problem_.message, HasSubstr("another code"));
  gateway_.offer("another");
  NetworkPlace again = place();
  again.code = "another";
  EXPECT_THAT(certificate(again), HasSubstr("BEGIN CERTIFICATE"));
}

TEST_F(NetworkAccessTest, IsRenewedOverANewKeyAndTheOldOneIsLetGoAfterACall) {
  const std::string first = paired();
  const std::string key = introduction_.client_key;
  later_s_ = 700;
  const std::string second = certificate(bare_place());
  EXPECT_THAT(second, HasSubstr("BEGIN CERTIFICATE")) << problem_.message;
  EXPECT_NE(second, first);
  EXPECT_NE(introduction_.client_key, key);
  EXPECT_EQ(gateway_.renewals(), 2) << "the new one has made a call";
  EXPECT_FALSE(fs::exists(file("next.json")));
  later_s_ = 0;
  EXPECT_EQ(certificate(place()), second) << "the code of the pairing stays used";
  EXPECT_EQ(gateway_.pairings(), 1);
}

TEST_F(NetworkAccessTest, WhileRenewalFailsTheOldOneIsUsedAndItIsNotTriedAtOnce) {
  const std::string first = paired();
  later_s_ = 700;
  gateway_.refuse_renewals(true);
  const auto one = access(bare_place());
  EXPECT_EQ(certificate(*one), first);
  EXPECT_EQ(certificate(*one), first);
  EXPECT_EQ(gateway_.renewals(), 1);
  gateway_.refuse_renewals(false);
  EXPECT_NE(certificate(bare_place()), first) << "a later start tries at once";
}

TEST_F(NetworkAccessTest, ANewOneThatTheGatewayDoesNotKnowIsNotUsed) {
  const std::string first = paired();
  later_s_ = 700;
  gateway_.forget(true);
  EXPECT_EQ(certificate(bare_place()), first);
  EXPECT_FALSE(fs::exists(file("next.json")));
  gateway_.forget(false);
  EXPECT_NE(certificate(bare_place()), first);
}

TEST_F(NetworkAccessTest, ARenewalWhoseAnswerGotLostIsMadeAgain) {
  const std::string first = paired();
  later_s_ = 700;
  gateway_.lose_answers(true);
  EXPECT_EQ(certificate(bare_place()), first);
  EXPECT_THAT(content("next.json"), HasSubstr("PRIVATE KEY"));
  gateway_.lose_answers(false);
  EXPECT_NE(certificate(bare_place()), first);
}

TEST_F(NetworkAccessTest, AnExpiredOneSaysToPairAgainAndANewCodeDoes) {
  const std::string first = paired();
  later_s_ = 3'700;
  EXPECT_EQ(certificate(place()), "session.certificate_expired");
  EXPECT_EQ(problem_.status, SEMAFOOR_UNAUTHENTICATED);
  EXPECT_THAT(problem_.message, HasSubstr("semafoorctl pair"));
  EXPECT_EQ(gateway_.renewals(), 0);
  later_s_ = 0;
  gateway_.offer("another");
  NetworkPlace again = place();
  again.code = "another";
  EXPECT_NE(certificate(again), first);
  EXPECT_EQ(gateway_.pairings(), 2);
  EXPECT_NE(certificate(place()), first) << "an older code, in another host's configuration";
  EXPECT_EQ(gateway_.pairings(), 2);
}

TEST_F(NetworkAccessTest, WhatIsDamagedOrNewerIsNamedAndNotOverwritten) {
  paired();
  const std::string good = content("identity.json");
  for (const auto& [text, code] :
       {std::pair<std::string, const char*>{good.substr(0, good.size() / 2), "identity.damaged"},
        {"{}", "identity.damaged"},
        {"[]", "identity.damaged"},
        {R"({"version":2})", "identity.newer"}}) {
    std::ofstream(file()) << text;
    EXPECT_EQ(certificate(place()), code) << text;
    EXPECT_EQ(content("identity.json"), text);
  }
  EXPECT_EQ(gateway_.pairings(), 1);
}

TEST_F(NetworkAccessTest, AFolderThatCannotBeMadeIsNamed) {
  NetworkPlace lost = place();
  lost.folder = folder_.path + "/not/there";
  EXPECT_EQ(certificate(lost), "identity.folder");
  EXPECT_THAT(problem_.message, HasSubstr("/not/there"));
  EXPECT_EQ(gateway_.pairings(), 0);
}

// From here on by the built runtime, whose gRPC and OpenSSL are its own.

Client::Arguments arguments_of(const NetworkPlace& place) {
  return {.network_address = place.address,
          .identity_folder = place.folder,
          .pairing_code = place.code,
          .authority_fingerprint = place.fingerprint};
}

TEST_F(NetworkAccessTest, SessionsOfAProcessArePairedTogetherAndCallByTheirCertificate) {
  {
    Client one(arguments_of(place()));
    Client other(arguments_of(place()));
    for (Client* client : {&one, &other}) {
      const Outcome refused = client->call("/semafoor.v1.Pairing/Renew", "");
      EXPECT_EQ(refused.status, SEMAFOOR_FAILED_PRECONDITION) << refused.message;
      EXPECT_EQ(error_code(refused.details), "pairing.too_early") << "it was let in";
      EXPECT_EQ(refused.domain, "gateway");
    }
    EXPECT_EQ(stats().channels, 1U);
  }
  EXPECT_EQ(stats().channels, 0U);
  EXPECT_EQ(gateway_.pairings(), 1);
  Client later(arguments_of(bare_place()));
  EXPECT_EQ(error_code(later.call("/semafoor.v1.Pairing/Renew", "").details), "pairing.too_early");
}

TEST_F(NetworkAccessTest, WhatIsWrongOnTheWayHasItsCodeAlsoOutside) {
  NetworkPlace wrong = place();
  wrong.fingerprint = std::string(64, '0');
  Client misled(arguments_of(wrong));
  const Outcome refused = misled.call("/semafoor.v1.Pairing/Renew", "");
  EXPECT_EQ(refused.status, SEMAFOOR_PERMISSION_DENIED);
  EXPECT_EQ(refused.code, "gateway.impersonated");
  EXPECT_EQ(refused.domain, "runtime");
  EXPECT_EQ(gateway_.pairings(), 0);
}

TEST_F(NetworkAccessTest, AGatewayThatIsAnotherWhenItIsBackIsRefusedInARunningSession) {
  auto first = std::make_unique<PairingGateway>();
  Client client(arguments_of(place(*first)));
  EXPECT_EQ(client.call("/semafoor.v1.Pairing/Renew", "").status, SEMAFOOR_FAILED_PRECONDITION);
  const int port = first->port();
  first.reset();
  EXPECT_EQ(client.call("/semafoor.v1.Pairing/Renew", "").status, SEMAFOOR_E_GATEWAY_ABSENT);
  const PairingGateway pretender({}, port);
  Outcome refused;
  // After a failure the gateway is left in peace for a moment.
  const auto patience = Patience::of(std::chrono::seconds(20));
  while (refused.status != SEMAFOOR_PERMISSION_DENIED && !patience.over()) {
    refused = client.call("/semafoor.v1.Pairing/Renew", "");
    std::this_thread::yield();
  }
  EXPECT_EQ(refused.code, "gateway.impersonated") << refused.message;
  EXPECT_EQ(pretender.renewals(), 0);
}

TEST_F(NetworkAccessTest, ASessionNamesOneGatewayAndAllThatItTakes) {
  using Change = void (*)(Client::Arguments&);
  for (const Change change : {
           Change{[](Client::Arguments& all) { all.network_address = ""; }},
           Change{[](Client::Arguments& all) { all.network_address = "unix:/run/x:1"; }},
           Change{[](Client::Arguments& all) { all.path = "/run/semafoor/attest.sock"; }},
           Change{[](Client::Arguments& all) { all.check_owner = true; }},
           Change{[](Client::Arguments& all) { all.identity_folder = ""; }},
           Change{[](Client::Arguments& all) { all.authority_fingerprint = ""; }},
       }) {
    auto arguments = arguments_of(place());
    change(arguments);
    const Client client(arguments);
    EXPECT_EQ(client.opened.status, SEMAFOOR_INVALID_ARGUMENT);
    EXPECT_THAT(client.opened.message, Not(HasSubstr("ABCD")));
  }
}

TEST(NetworkAddress, IsHostAndPortAndNothingElse) {
  for (const char* good : {"gateway:7443", "gateway.example.org:1", "192.0.2.1:65535",
                           "[2001:db8::7]:7443", "my_host-1:7443"})
    EXPECT_TRUE(names_network_gateway(good)) << good;
  for (const char* bad : {"", "gateway", ":7443", "gateway:", "gateway:0", "gateway:65536",
                          "gateway:99999999999", "gateway:7443x", "unix:/run/x:1", "a b:7443",
                          "2001:db8::7:7443", "[]:7443", "dns:///gateway:7443"})
    EXPECT_FALSE(names_network_gateway(bad)) << bad;
}

}  // namespace
}  // namespace semafoor::runtime::testing
