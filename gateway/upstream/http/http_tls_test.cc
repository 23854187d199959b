// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "gateway/os/test_folder.h"
#include "gateway/upstream/http/http_client.h"
#include "gateway/upstream/testing/tls_server.h"

namespace semafoor::upstream {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using testing::TlsIdentity;
using testing::TlsServer;

class HttpTls : public ::testing::Test {
 protected:
  ~HttpTls() override { fs::remove_all(folder_); }

  std::string ca_file_of(const TlsIdentity& identity) {
    identity.write(folder_ / "ca.pem");
    return (folder_ / "ca.pem").string();
  }

  static HttpExchange fetch(const TlsServer& server, const std::string& ca_file) {
    return make_http_client({.ca_file = ca_file})
        ->send({.url = server.url(), .purpose = "Reading a thing"}, {}, {});
  }

  fs::path folder_ = os::make_test_folder("tls");
};

TEST_F(HttpTls, TheConfiguredAuthorityIsTrusted) {
  const TlsIdentity identity("127.0.0.1");
  TlsServer server(identity, TLS1_3_VERSION);
  const HttpExchange exchange = fetch(server, ca_file_of(identity));
  ASSERT_FALSE(exchange.failure) << exchange.failure->message;
  EXPECT_EQ(exchange.body, "{}");
}

TEST_F(HttpTls, AnUnknownAuthorityIsNotAndNothingIsSent) {
  const TlsIdentity identity("127.0.0.1");
  TlsServer server(identity, TLS1_3_VERSION);
  const HttpExchange exchange = fetch(server, "");
  ASSERT_TRUE(exchange.failure);
  EXPECT_EQ(exchange.failure->code, "upstream.tls");
  EXPECT_EQ(exchange.delivery, Delivery::never_sent);
  EXPECT_THAT(exchange.failure->message, HasSubstr("CA file"));
}

TEST_F(HttpTls, ACertificateOfAnotherAddressIsRefused) {
  const TlsIdentity identity("127.0.0.9");
  TlsServer server(identity, TLS1_3_VERSION);
  const HttpExchange exchange = fetch(server, ca_file_of(identity));
  ASSERT_TRUE(exchange.failure);
  EXPECT_EQ(exchange.failure->code, "upstream.tls");
}

TEST_F(HttpTls, OlderThanTls12IsRefused) {
  const TlsIdentity identity("127.0.0.1");
  TlsServer server(identity, TLS1_1_VERSION);
  const HttpExchange exchange = fetch(server, ca_file_of(identity));
  ASSERT_TRUE(exchange.failure);
  EXPECT_EQ(exchange.failure->code, "upstream.tls");
  EXPECT_EQ(exchange.delivery, Delivery::never_sent);
}

TEST_F(HttpTls, AMissingAuthorityFileIsSaid) {
  const TlsIdentity identity("127.0.0.1");
  TlsServer server(identity, TLS1_3_VERSION);
  const HttpExchange exchange = fetch(server, (folder_ / "absent.pem").string());
  ASSERT_TRUE(exchange.failure);
  EXPECT_EQ(exchange.failure->code, "upstream.tls");
}

}  // namespace
}  // namespace semafoor::upstream
