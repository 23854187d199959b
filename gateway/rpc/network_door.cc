// SPDX-License-Identifier: Apache-2.0
#include "gateway/rpc/network_door.h"

#include <grpc/grpc_security_constants.h>

#include <utility>

namespace semafoor::rpc {
namespace {

class NetworkDoor final : public Door {
 public:
  NetworkDoor(std::string listen, pairing::ServerIdentity identity, std::string authority)
      : listen_(std::move(listen)),
        identity_(std::move(identity)),
        authority_(std::move(authority)) {}

  // With the port that the system chose, where it was to choose.
  std::string address() const override {
    return port_ > 0 ? listen_.substr(0, listen_.rfind(':') + 1) + std::to_string(port_) : listen_;
  }

  Result<void> add_to(grpc::ServerBuilder& builder) override {
    grpc::SslServerCredentialsOptions options(GRPC_SSL_REQUEST_CLIENT_CERTIFICATE_AND_VERIFY);
    options.pem_root_certs = authority_;
    options.pem_key_cert_pairs.push_back({identity_.key, identity_.certificates});
    builder.AddListeningPort(listen_, grpc::SslServerCredentials(options), &port_);
    return {};
  }

  Result<void> open(grpc::Server& /*server*/) override {
    if (port_ > 0) return {};
    return Error{ErrorKind::failed_precondition, "network.listen",
                 "The gateway was to listen on " + listen_ +
                     " for paired machines; the system does not let it. Look who has that port, or "
                     "name another one in [network] listen."};
  }
  // gRPC listens, and stops with its server.
  void close() override {}
  // Who comes in here is known by a certificate, never by a token.
  std::optional<LocalCaller> caller(const std::string& /*peer*/) const override { return {}; }

 private:
  const std::string listen_;
  const pairing::ServerIdentity identity_;
  const std::string authority_;
  int port_ = 0;
};

}  // namespace

Result<std::unique_ptr<Door>> make_network_door(const std::string& listen,
                                                const pairing::Authority& authority) {
  auto identity = authority.server_identity();
  if (!identity.ok()) return identity.error();
  return std::unique_ptr<Door>(
      std::make_unique<NetworkDoor>(listen, std::move(*identity), authority.certificate()));
}

std::string client_certificate(const grpc::ServerContextBase& context) {
  const auto facts = context.auth_context();
  if (!facts) return {};
  const auto found = facts->FindPropertyValues(GRPC_X509_PEM_CERT_PROPERTY_NAME);
  return found.empty() ? std::string() : std::string(found[0].data(), found[0].size());
}

}  // namespace semafoor::rpc
