// SPDX-License-Identifier: Apache-2.0
#include "tests/local/machine.h"

#include <unistd.h>

#include <filesystem>
#include <stdexcept>

#include "gateway/rpc/posix/attestation_server.h"
#include "gateway/rpc/posix/peer.h"

namespace semafoor::tests {
namespace {

class SocketChannel final : public Channel {
 public:
  SocketChannel(rpc::Attestor& attestor, rpc::Sessions& sessions) {
    std::string pattern = (std::filesystem::temp_directory_path() / "local.XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    place_ = folder_ / "attest.sock";
    auto server = rpc::posix::AttestationServer::start({.socket = place_}, attestor, sessions);
    if (!server.ok()) throw std::runtime_error(server.error().message);
    server_ = std::move(*server);
  }
  ~SocketChannel() override {
    server_.reset();
    std::filesystem::remove_all(folder_);
  }
  const std::string& place() const override { return place_; }

 private:
  std::filesystem::path folder_;
  std::string place_;
  std::unique_ptr<rpc::posix::AttestationServer> server_;
};

}  // namespace

std::unique_ptr<Channel> Channel::open(rpc::Attestor& attestor, rpc::Sessions& sessions) {
  return std::make_unique<SocketChannel>(attestor, sessions);
}

std::string own_account() {
  return rpc::posix::account_name(::geteuid());
}

std::int64_t own_pid() {
  return ::getpid();
}

}  // namespace semafoor::tests
