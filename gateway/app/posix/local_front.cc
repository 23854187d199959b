// SPDX-License-Identifier: Apache-2.0
#include "gateway/app/local_front.h"

#include "gateway/rpc/posix/attestation_server.h"
#include "gateway/rpc/posix/unix_door.h"

namespace semafoor::app {
namespace {

struct Socket final : Attestation {
  explicit Socket(std::unique_ptr<rpc::posix::AttestationServer> its_server)
      : server(std::move(its_server)) {}
  const std::unique_ptr<rpc::posix::AttestationServer> server;
};

class UnixFront final : public LocalFront {
 public:
  UnixFront(const Config& config, rpc::Journal& journal)
      : attestation_{.socket = config.attest_socket,
                     .folder_mode = config.folder_mode,
                     .socket_mode = config.socket_mode},
        door_(rpc::posix::make_unix_door(config.rpc_socket, config.folder_mode, config.socket_mode,
                                         journal)) {}

  rpc::Door& door() override { return *door_; }
  // Whose the socket is, the system says: there is no certificate.
  rpc::Endpoint endpoint() const override { return {door_->address(), {}}; }
  Result<std::unique_ptr<Attestation>> answer(rpc::Attestor& attestor,
                                              rpc::Sessions& sessions) override {
    auto server = rpc::posix::AttestationServer::start(attestation_, attestor, sessions);
    if (!server.ok()) return server.error();
    return std::unique_ptr<Attestation>(std::make_unique<Socket>(std::move(*server)));
  }

 private:
  const rpc::posix::AttestationOptions attestation_;
  const std::unique_ptr<rpc::Door> door_;
};

}  // namespace

Result<std::unique_ptr<LocalFront>> make_local_front(const Config& config, rpc::Journal& journal) {
  return std::unique_ptr<LocalFront>(std::make_unique<UnixFront>(config, journal));
}

}  // namespace semafoor::app
