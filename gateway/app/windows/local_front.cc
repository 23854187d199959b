// SPDX-License-Identifier: Apache-2.0
#include "gateway/app/local_front.h"

#include "gateway/rpc/tls_door.h"
#include "gateway/rpc/windows/attestation_server.h"
#include "gateway/rpc/windows/connection_owner.h"

namespace semafoor::app {
namespace {

struct Pipe final : Attestation {
  explicit Pipe(std::unique_ptr<rpc::windows::AttestationServer> its_server)
      : server(std::move(its_server)) {}
  const std::unique_ptr<rpc::windows::AttestationServer> server;
};

class TlsFront final : public LocalFront {
 public:
  TlsFront(std::string pipe, std::unique_ptr<rpc::TlsDoor> door)
      : pipe_(std::move(pipe)), door_(std::move(door)) {}

  rpc::Door& door() override { return *door_; }
  rpc::Endpoint endpoint() const override { return {door_->address(), door_->certificate()}; }
  Result<std::unique_ptr<Attestation>> answer(rpc::Attestor& attestor,
                                              rpc::Sessions& sessions) override {
    auto server = rpc::windows::AttestationServer::start({.pipe = pipe_}, attestor, sessions);
    if (!server.ok()) return server.error();
    return std::unique_ptr<Attestation>(std::make_unique<Pipe>(std::move(*server)));
  }

 private:
  const std::string pipe_;
  const std::unique_ptr<rpc::TlsDoor> door_;
};

}  // namespace

Result<std::unique_ptr<LocalFront>> make_local_front(const Config& config,
                                                     rpc::Journal& /*journal*/) {
  auto door = rpc::make_tls_door(rpc::windows::connection_owner);
  if (!door.ok()) return door.error();
  return std::unique_ptr<LocalFront>(
      std::make_unique<TlsFront>(config.attest_socket.string(), std::move(*door)));
}

}  // namespace semafoor::app
