// SPDX-License-Identifier: Apache-2.0
//
// A server with TLS of this machine, for tests of what a connection shows.
#pragma once

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <atomic>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "gateway/upstream/http/quiet_pipe.h"
#include "gateway/upstream/testing/sockets.h"

namespace semafoor::upstream::testing {

// A key and its certificate, whose authority it is itself.
struct TlsIdentity {
  std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key{
      EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256"), &EVP_PKEY_free};
  std::unique_ptr<X509, decltype(&X509_free)> certificate{X509_new(), &X509_free};

  // Self-signed, for the address 127.0.0.1 or for another; valid from and until so many seconds
  // from now.
  explicit TlsIdentity(const char* address, long from_s = -3600, long until_s = 3600) {
    X509* cert = certificate.get();
    X509_set_version(cert, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(cert), 1);
    X509_gmtime_adj(X509_getm_notBefore(cert), from_s);
    X509_gmtime_adj(X509_getm_notAfter(cert), until_s);
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

  // As the file that `ca_file` names.
  void write(const std::filesystem::path& path) const {
    FILE* file = std::fopen(path.string().c_str(), "w");
    PEM_write_X509(file, certificate.get());
    std::fclose(file);
  }
};

// Answers every connection with an empty JSON object.
class TlsServer {
 public:
  explicit TlsServer(const TlsIdentity& identity, int newest_protocol = TLS1_3_VERSION)
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
  // Bytes that came through TLS, of all connections.
  long received() const { return received_; }

 private:
  void serve() {
    // The client may leave before the goodbye.
    const QuietPipe quiet;
    for (Socket peer = 0; (peer = port_.accept()) >= 0; close_socket(peer)) {
      const std::unique_ptr<SSL, decltype(&SSL_free)> ssl(SSL_new(context_.get()), &SSL_free);
      SSL_set_fd(ssl.get(), static_cast<int>(peer));
      char request[4096];
      if (SSL_accept(ssl.get()) != 1) continue;
      const int size = SSL_read(ssl.get(), request, sizeof request);
      if (size <= 0) continue;
      received_ += size;
      const std::string answer =
          "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}";
      SSL_write(ssl.get(), answer.data(), static_cast<int>(answer.size()));
      SSL_shutdown(ssl.get());
    }
  }

  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_;
  LoopbackPort port_;
  std::atomic<long> received_ = 0;
  std::thread thread_;
};

}  // namespace semafoor::upstream::testing
