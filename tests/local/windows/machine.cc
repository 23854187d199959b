// SPDX-License-Identifier: Apache-2.0
#include "tests/local/machine.h"

#include <windows.h>

#include <atomic>
#include <stdexcept>

#include "gateway/os/windows/handle.h"
#include "gateway/rpc/windows/attestation_server.h"

namespace semafoor::tests {
namespace {

class PipeChannel final : public Channel {
 public:
  PipeChannel(rpc::Attestor& attestor, rpc::Sessions& sessions) {
    static std::atomic<int> number{0};
    place_ = R"(\\.\pipe\semafoor-test-)" + std::to_string(GetCurrentProcessId()) + "-" +
             std::to_string(++number);
    auto server = rpc::windows::AttestationServer::start({.pipe = place_}, attestor, sessions);
    if (!server.ok()) throw std::runtime_error(server.error().message);
    server_ = std::move(*server);
  }
  const std::string& place() const override { return place_; }

 private:
  std::string place_;
  std::unique_ptr<rpc::windows::AttestationServer> server_;
};

}  // namespace

std::unique_ptr<Channel> Channel::open(rpc::Attestor& attestor, rpc::Sessions& sessions) {
  return std::make_unique<PipeChannel>(attestor, sessions);
}

std::string own_account() {
  return os::windows::own_account();
}

std::int64_t own_pid() {
  return GetCurrentProcessId();
}

}  // namespace semafoor::tests
