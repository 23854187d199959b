// SPDX-License-Identifier: Apache-2.0
#include "gateway/rpc/tls_door.h"

#include <charconv>
#include <string_view>

#include "gateway/rpc/tls_identity.h"

namespace semafoor::rpc {
namespace {

// No gateway runs for so long without a restart, and with one the certificate is another.
constexpr std::chrono::hours kLifetime{24 * 3650};

class LoopbackTls final : public TlsDoor {
 public:
  LoopbackTls(TlsIdentity identity, ConnectionOwner owner)
      : identity_(std::move(identity)), owner_(std::move(owner)) {}

  // The port is known when the server listens.
  std::string address() const override { return "tls:127.0.0.1:" + std::to_string(port_); }
  const std::string& certificate() const override { return identity_.certificate_pem; }

  Result<void> add_to(grpc::ServerBuilder& builder) override {
    grpc::SslServerCredentialsOptions options(GRPC_SSL_DONT_REQUEST_CLIENT_CERTIFICATE);
    options.pem_key_cert_pairs.push_back({identity_.key_pem, identity_.certificate_pem});
    builder.AddListeningPort("127.0.0.1:0", grpc::SslServerCredentials(options), &port_);
    return {};
  }

  Result<void> open(grpc::Server& /*server*/) override {
    if (port_ > 0) return {};
    return Error{ErrorKind::failed_precondition, "tls.listen",
                 "The gateway was to listen on 127.0.0.1; the system gave it no port. Check that "
                 "the network's own programs run and that ports are free."};
  }
  // gRPC listens, and stops with its server.
  void close() override {}
  std::optional<LocalCaller> caller(const std::string& peer) const override {
    constexpr std::string_view kLoopback = "ipv4:127.0.0.1:";
    if (!peer.starts_with(kLoopback)) return std::nullopt;
    int port = 0;
    std::from_chars(peer.data() + kLoopback.size(), peer.data() + peer.size(), port);
    // Where the system does not say who it is, TLS still keeps a token to itself.
    return owner_ ? owner_(port, port_).value_or(LocalCaller{}) : LocalCaller{};
  }

 private:
  const TlsIdentity identity_;
  const ConnectionOwner owner_;
  int port_ = 0;
};

}  // namespace

Result<std::unique_ptr<TlsDoor>> make_tls_door(ConnectionOwner owner) {
  auto identity = make_tls_identity(kLifetime);
  if (!identity.ok()) return identity.error();
  return std::unique_ptr<TlsDoor>(
      std::make_unique<LoopbackTls>(std::move(*identity), std::move(owner)));
}

}  // namespace semafoor::rpc
