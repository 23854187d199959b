// SPDX-License-Identifier: Apache-2.0
#include "plugins/runtime/connection.h"

#include <algorithm>

namespace semafoor::runtime {
namespace {

// A gateway on this machine is either there or not: look often, and slow down to once in two
// seconds.
constexpr int kInitialBackoffMs = 50;
constexpr int kMaxBackoffMs = 2'000;
// An attestation that takes longer is as good as none.
constexpr std::chrono::milliseconds kMaxPatience{5'000};

std::shared_ptr<grpc::Channel> make_channel(const std::string& address) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, kInitialBackoffMs);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, kInitialBackoffMs);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, kMaxBackoffMs);
  arguments.SetMaxReceiveMessageSize(16 * 1024 * 1024);
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  // No subchannel of another copy's settings, no retries of our own: whether a call may be repeated
  // is the caller's word.
  arguments.SetInt(GRPC_ARG_ENABLE_RETRIES, 0);
  return grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments);
}

}  // namespace

bool Connection::usable(std::uint64_t refused_generation) const {
  return access_.channel != nullptr && access_.generation != refused_generation &&
         std::chrono::steady_clock::now() < renew_at_ &&
         access_.channel->GetState(false) != GRPC_CHANNEL_TRANSIENT_FAILURE;
}

std::variant<Access, Problem> Connection::access(std::chrono::milliseconds patience,
                                                 std::uint64_t refused_generation) {
  const std::lock_guard lock(mutex_);
  if (usable(refused_generation)) return access_;
  auto answer = introduce(request_, std::min(patience, kMaxPatience));
  if (auto* problem = std::get_if<Problem>(&answer)) return std::move(*problem);
  auto& introduction = std::get<Introduction>(answer);
  if (access_.channel == nullptr || address_ != introduction.address) {
    access_.channel = make_channel(introduction.address);
    address_ = introduction.address;
  } else if (access_.channel->GetState(false) == GRPC_CHANNEL_TRANSIENT_FAILURE) {
    grpc::experimental::ChannelResetConnectionBackoff(access_.channel.get());
  }
  access_.authorization = "Bearer " + introduction.token;
  ++access_.generation;
  renew_at_ = std::chrono::steady_clock::now() + introduction.expires_in * 4 / 5;
  Access given = access_;
  given.wait_for_ready = true;
  return given;
}

}  // namespace semafoor::runtime
