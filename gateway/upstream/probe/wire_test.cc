// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/probe/wire.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ctime>
#include <filesystem>
#include <future>
#include <string>

#include "gateway/os/test_folder.h"
#include "gateway/upstream/testing/scripted_server.h"
#include "gateway/upstream/testing/tls_server.h"

namespace semafoor::upstream::probe {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::ReceivedRequest;
using testing::ScriptedServer;
using testing::ServerConnection;
using testing::TlsIdentity;
using testing::TlsServer;

class WireTest : public ::testing::Test {
 protected:
  ~WireTest() override { fs::remove_all(folder_); }

  std::string trusted(const TlsIdentity& identity) {
    identity.write(folder_ / "ca.pem");
    return (folder_ / "ca.pem").string();
  }

  fs::path folder_ = os::make_test_folder("wire");
};

TEST_F(WireTest, ATrustedServerIsDescribedAndSentNothing) {
  const TlsIdentity identity("127.0.0.1", -3600, 90000);
  TlsServer server(identity);
  const WireFindings found =
      look(server.url() + "/oauth/token", {.ca_file = trusted(identity)}, {});
  ASSERT_FALSE(found.failure) << found.failure->message;
  EXPECT_EQ(found.reached, Reached::connection);
  EXPECT_EQ(found.peer, "127.0.0.1");
  EXPECT_FALSE(found.by_proxy);
  EXPECT_FALSE(found.clear);
  EXPECT_EQ(found.protocol, "TLSv1.3");
  EXPECT_THAT(found.cipher, HasSubstr("TLS_"));
  ASSERT_TRUE(found.certificate);
  EXPECT_EQ(found.certificate->subject, "test");
  EXPECT_EQ(found.certificate->issuer, "test");
  EXPECT_NEAR(static_cast<double>(found.certificate->not_after_s),
              static_cast<double>(std::time(nullptr) + 90000), 60);
  EXPECT_EQ(server.received(), 0);
}

TEST_F(WireTest, WhoIsNotBelievedIsDescribedToo) {
  const TlsIdentity identity("127.0.0.1");
  TlsServer server(identity);
  const WireFindings found = look(server.url(), {}, {});
  ASSERT_TRUE(found.failure);
  EXPECT_EQ(found.failure->code, "upstream.tls_unknown_ca");
  EXPECT_THAT(found.failure->message, HasSubstr("Connecting to 127.0.0.1:"));
  EXPECT_EQ(found.reached, Reached::name);
  ASSERT_TRUE(found.certificate);
  EXPECT_EQ(found.certificate->issuer, "test");
  EXPECT_EQ(server.received(), 0);
}

TEST_F(WireTest, AnExpiredCertificateIsCalledSo) {
  const TlsIdentity identity("127.0.0.1", -7200, -3600);
  TlsServer server(identity);
  const WireFindings found = look(server.url(), {.ca_file = trusted(identity)}, {});
  ASSERT_TRUE(found.failure);
  EXPECT_EQ(found.failure->code, "upstream.tls_expired");
  ASSERT_TRUE(found.certificate);
  EXPECT_LT(found.certificate->not_after_s, std::time(nullptr));
}

TEST_F(WireTest, ACertificateOfTheFutureIsCalledSo) {
  const TlsIdentity identity("127.0.0.1", 3600, 7200);
  TlsServer server(identity);
  EXPECT_EQ(look(server.url(), {.ca_file = trusted(identity)}, {}).failure->code,
            "upstream.tls_not_yet_valid");
}

TEST_F(WireTest, ACertificateOfAnotherNameIsCalledSo) {
  const TlsIdentity identity("127.0.0.9");
  TlsServer server(identity);
  EXPECT_EQ(look(server.url(), {.ca_file = trusted(identity)}, {}).failure->code,
            "upstream.tls_wrong_name");
}

TEST_F(WireTest, OldTlsAndAMissingAuthorityFileAreRefused) {
  const TlsIdentity identity("127.0.0.1");
  TlsServer server(identity, TLS1_1_VERSION);
  EXPECT_EQ(look(server.url(), {.ca_file = trusted(identity)}, {}).failure->code, "upstream.tls");
  EXPECT_EQ(look(server.url(), {.ca_file = (folder_ / "absent.pem").string()}, {}).failure->code,
            "upstream.tls_ca_file");
}

TEST_F(WireTest, ANameThatIsNotThereIsNotFound) {
  // RFC 2606: never to be found.
  const WireFindings found =
      look("https://nobody.invalid/token", {.proxy = {.address = kNoProxy}}, {});
  ASSERT_TRUE(found.failure);
  EXPECT_EQ(found.failure->code, "upstream.dns");
  EXPECT_EQ(found.reached, Reached::nothing);
  EXPECT_THAT(found.failure->message, HasSubstr("nobody.invalid:443"));
}

TEST_F(WireTest, WhereNobodyListensTheNameIsKnown) {
  const WireFindings found = look(testing::closed_port_url(), {}, {});
  ASSERT_TRUE(found.failure);
  EXPECT_EQ(found.failure->code, "upstream.unreachable");
  EXPECT_EQ(found.reached, Reached::name);
}

TEST_F(WireTest, AProxyThatRefusesIsNamedAndItsPasswordIsNot) {
  ScriptedServer proxy([](const ReceivedRequest&, ServerConnection& connection) {
    connection.respond(407, "", "Proxy-Authenticate: Basic realm=\"x\"\r\n");
  });
  const WireFindings found =
      look("https://ebox.example/x", {.proxy = {.address = proxy.url()}}, {});
  ASSERT_TRUE(found.failure);
  EXPECT_EQ(found.failure->code, "upstream.proxy");
  EXPECT_TRUE(found.by_proxy);
  EXPECT_THAT(found.failure->message, HasSubstr("407"));
  ASSERT_FALSE(proxy.requests().empty());
  EXPECT_EQ(proxy.requests().front().method, "CONNECT");
}

TEST_F(WireTest, AProxyThatCannotBeFoundIsTheProxysFault) {
  EXPECT_EQ(look("https://ebox.example/x", {.proxy = {.address = "http://nobody.invalid:3128"}}, {})
                .failure->code,
            "upstream.proxy");
  const WireFindings found = look(
      "https://ebox.example/x",
      {.proxy = {.address = "http://127.0.0.1:9", .credentials_file = folder_ / "absent"}}, {});
  EXPECT_EQ(found.failure->code, "upstream.proxy");
}

TEST_F(WireTest, ClearHttpToThisMachineIsAConnectionAndToAnotherIsNone) {
  ScriptedServer server(
      [](const ReceivedRequest&, ServerConnection& connection) { connection.json(200, "{}"); });
  const WireFindings found = look(server.url(), {}, {});
  EXPECT_EQ(found.reached, Reached::connection);
  EXPECT_TRUE(found.clear);
  EXPECT_EQ(found.protocol, "");
  EXPECT_TRUE(server.requests().empty());
  EXPECT_EQ(look("http://ebox.example", {}, {}).failure->code, "upstream.bad_url");
  EXPECT_EQ(look("", {}, {}).failure->code, "upstream.bad_url");
}

TEST_F(WireTest, ItCanBeStopped) {
  // Takes the connection and never says a word of TLS.
  ScriptedServer silent([](const ReceivedRequest&, ServerConnection& connection) {
    connection.wait_for_client_to_leave();
  });
  std::stop_source stop;
  std::string url = "https" + silent.url().substr(4);
  auto looking = std::async(std::launch::async, [&] { return look(url, {}, stop.get_token()); });
  stop.request_stop();
  EXPECT_EQ(looking.get().failure->code, "upstream.cancelled");
}

TEST(CertificateTest, WhatIsNoneIsNone) {
  EXPECT_FALSE(read_certificate(""));
  EXPECT_FALSE(read_certificate("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"));
}

TEST(AuthorityTest, IsHostAndPortAndNothingElse) {
  EXPECT_EQ(authority_of("https://u:p@ebox.example/a?b#c"), "ebox.example:443");
  EXPECT_EQ(authority_of("http://127.0.0.1:81/a"), "127.0.0.1:81");
  EXPECT_EQ(authority_of("https://[::1]/a"), "[::1]:443");
  EXPECT_EQ(authority_of("nothing"), "");
}

}  // namespace
}  // namespace semafoor::upstream::probe
