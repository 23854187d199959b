// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>

#include "gateway/os/test_folder.h"
#include "gateway/upstream/http/http_client.h"
#include "gateway/upstream/http/quiet_pipe.h"
#include "gateway/upstream/testing/sockets.h"

namespace semafoor::upstream {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

struct Identity {
  std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key{
      EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256"), &EVP_PKEY_free};
  std::unique_ptr<X509, decltype(&X509_free)> certificate{X509_new(), &X509_free};

  // Self-signed, for the address 127.0.0.1 or for another.
  explicit Identity(const char* address) {
    X509* cert = certificate.get();
    X509_set_version(cert, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(cert), 1);
    X509_gmtime_adj(X509_getm_notBefore(cert), -3600);
    X509_gmtime_adj(X509_getm_notAfter(cert), 3600);
    X509_set_pubkey(cert, key.get());
    X509_NAME* name = X509_get_subject_name(cert);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>("test"), -1, -1, 0);
    X509_set_issuer_name(cert, name);
    const std::string alternative = std::string("IP:") + address;
    for (const auto& [nid, value] : {std::pair<int, const char*>(NID_basic_constraints, "CA:TRUE"),
                                     {NID_subject_alt_name, alternative.c_str()}}) {
      X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, nid, value);
      X509_add_ext(cert, extension, -1);
      X509_EXTENSION_free(extension);
    }
    X509_sign(cert, key.get(), EVP_sha256());
  }
};

// Answers every connection with an empty JSON object.
class TlsServer {
 public:
  TlsServer(const Identity& identity, int newest_protocol)
      : context_(SSL_CTX_new(TLS_server_method()), &SSL_CTX_free) {
    SSL_CTX_use_certificate(context_.get(), identity.certificate.get());
    SSL_CTX_use_PrivateKey(context_.get(), identity.key.get());
    SSL_CTX_set_security_level(context_.get(), 0);
    SSL_CTX_set_min_proto_version(context_.get(), TLS1_VERSION);
    SSL_CTX_set_max_proto_version(context_.get(), newest_protocol);
    port_.listen(8);
    thread_ = std::thread([this] { serve(); });
  }
  ~TlsServer() {
    port_.stop();
    thread_.join();
  }
  std::string url() const { return "https://" + port_.address(); }

 private:
  void serve() {
    // The client may leave before the goodbye.
    const QuietPipe quiet;
    for (testing::Socket peer = 0; (peer = port_.accept()) >= 0; testing::close_socket(peer)) {
      const std::unique_ptr<SSL, decltype(&SSL_free)> ssl(SSL_new(context_.get()), &SSL_free);
      SSL_set_fd(ssl.get(), static_cast<int>(peer));
      char request[4096];
      if (SSL_accept(ssl.get()) != 1 || SSL_read(ssl.get(), request, sizeof request) <= 0) continue;
      const std::string answer =
          "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}";
      SSL_write(ssl.get(), answer.data(), static_cast<int>(answer.size()));
      SSL_shutdown(ssl.get());
    }
  }

  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_;
  testing::LoopbackPort port_;
  std::thread thread_;
};

class HttpTls : public ::testing::Test {
 protected:
  ~HttpTls() override { fs::remove_all(folder_); }

  std::string ca_file_of(const Identity& identity) {
    const std::string path = (folder_ / "ca.pem").string();
    FILE* file = std::fopen(path.c_str(), "w");
    PEM_write_X509(file, identity.certificate.get());
    std::fclose(file);
    return path;
  }

  static HttpExchange fetch(const TlsServer& server, const std::string& ca_file) {
    return make_http_client({.ca_file = ca_file})
        ->send({.url = server.url(), .purpose = "Reading a thing"}, {}, {});
  }

  fs::path folder_ = os::make_test_folder("tls");
};

TEST_F(HttpTls, TheConfiguredAuthorityIsTrusted) {
  const Identity identity("127.0.0.1");
  TlsServer server(identity, TLS1_3_VERSION);
  const HttpExchange exchange = fetch(server, ca_file_of(identity));
  ASSERT_FALSE(exchange.failure) << exchange.failure->message;
  EXPECT_EQ(exchange.body, "{}");
}

TEST_F(HttpTls, AnUnknownAuthorityIsNotAndNothingIsSent) {
  const Identity identity("127.0.0.1");
  TlsServer server(identity, TLS1_3_VERSION);
  const HttpExchange exchange = fetch(server, "");
  ASSERT_TRUE(exchange.failure);
  EXPECT_EQ(exchange.failure->code, "upstream.tls");
  EXPECT_EQ(exchange.delivery, Delivery::never_sent);
  EXPECT_THAT(exchange.failure->message, HasSubstr("CA file"));
}

TEST_F(HttpTls, ACertificateOfAnotherAddressIsRefused) {
  const Identity identity("127.0.0.9");
  TlsServer server(identity, TLS1_3_VERSION);
  const HttpExchange exchange = fetch(server, ca_file_of(identity));
  ASSERT_TRUE(exchange.failure);
  EXPECT_EQ(exchange.failure->code, "upstream.tls");
}

TEST_F(HttpTls, OlderThanTls12IsRefused) {
  const Identity identity("127.0.0.1");
  TlsServer server(identity, TLS1_1_VERSION);
  const HttpExchange exchange = fetch(server, ca_file_of(identity));
  ASSERT_TRUE(exchange.failure);
  EXPECT_EQ(exchange.failure->code, "upstream.tls");
  EXPECT_EQ(exchange.delivery, Delivery::never_sent);
}

TEST_F(HttpTls, AMissingAuthorityFileIsSaid) {
  const Identity identity("127.0.0.1");
  TlsServer server(identity, TLS1_3_VERSION);
  const HttpExchange exchange = fetch(server, (folder_ / "absent.pem").string());
  ASSERT_TRUE(exchange.failure);
  EXPECT_EQ(exchange.failure->code, "upstream.tls");
}

}  // namespace
}  // namespace semafoor::upstream
