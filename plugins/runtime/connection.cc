// SPDX-License-Identifier: Apache-2.0
#include "plugins/runtime/connection.h"

#include <algorithm>
#include <ctime>

#include "plugins/runtime/certificates.h"
#include "plugins/runtime/channel_source.h"

namespace semafoor::runtime {
namespace {

constexpr std::chrono::milliseconds kFirstPause{50};
constexpr std::chrono::milliseconds kLongestPause{1'000};
// An attestation that takes longer is as good as none.
constexpr std::chrono::milliseconds kLongestAsking{5'000};
// Over the network, with a pairing in it.
constexpr std::chrono::milliseconds kLongestPairing{20'000};
// How soon a waiter notices that it was called back.
constexpr std::chrono::milliseconds kSlice{20};

Problem out_of_patience(const Patience& patience, const std::string& path) {
  if (patience.called_back())
    return {.status = SEMAFOOR_CANCELLED,
            .message = "Waited for access to the gateway at " + path + ": cancelled by the host."};
  return {.status = SEMAFOOR_DEADLINE_EXCEEDED,
          .retryable = true,
          .message = "Waited for access to the gateway at " + path +
                     ": none within the deadline. Nothing was sent; try again."};
}

std::unique_ptr<NetworkAccess> network_access(const GatewayKey& gateway) {
  if (gateway.network.address.empty()) return nullptr;
  start_openssl();
  return std::make_unique<NetworkAccess>(gateway.network, [] { return std::time(nullptr); });
}

}  // namespace

Connection::Connection(GatewayKey gateway, Caller caller, std::atomic<std::uint32_t>& channels)
    : gateway_(std::move(gateway)),
      caller_(std::move(caller)),
      network_(network_access(gateway_)),
      channels_(channels) {}

Connection::~Connection() {
  poller_.Shutdown();
  void* tag = nullptr;
  bool ok = false;
  while (poller_.Next(&tag, &ok)) {
  }
  if (access_.channel != nullptr) --channels_;
}

// Between calls nobody polls the channel's socket, so a gateway that went away meanwhile would be
// noticed by the next call, after it was written: as "outcome unknown", although it never arrived.
// One look at the socket before the call, about a microsecond, makes it a plain reconnect.
void Connection::notice_closure() {
  void* tag = nullptr;
  bool ok = false;
  (void)poller_.AsyncNext(&tag, &ok, gpr_inf_past(GPR_CLOCK_MONOTONIC));
}

bool Connection::usable(std::uint64_t failed_generation) const {
  return access_.channel != nullptr && access_.generation != failed_generation &&
         Clock::now() < renew_at_ &&
         access_.channel->GetState(false) != GRPC_CHANNEL_TRANSIENT_FAILURE;
}

std::variant<Access, Problem> Connection::access(const Patience& patience,
                                                 std::uint64_t failed_generation) {
  notice_closure();
  std::unique_lock lock(mutex_);
  for (;;) {
    if (usable(failed_generation)) return access_;
    if (patience.over()) return out_of_patience(patience, gateway_.place());
    if (!asking_) break;
    answered_.wait_until(lock, std::min(patience.until, Clock::now() + kSlice));
  }
  if (failure_ && Clock::now() < ask_again_at_) {
    Problem problem = *failure_;
    problem.retry_after_ms =
        std::chrono::ceil<std::chrono::milliseconds>(ask_again_at_ - Clock::now()).count();
    return problem;
  }
  asking_ = true;
  lock.unlock();
  std::variant<Introduction, Problem> answer;
  try {
    const auto longest = network_ != nullptr ? kLongestPairing : kLongestAsking;
    const Patience own{std::min(patience.until, Clock::now() + longest), patience.given_up};
    answer = network_ != nullptr ? network_->introduce(own) : introduce(gateway_, caller_, own);
  } catch (...) {
    lock.lock();
    asking_ = false;
    answered_.notify_all();
    throw;
  }
  lock.lock();
  asking_ = false;
  answered_.notify_all();
  return accept(std::move(answer), patience);
}

std::variant<Access, Problem> Connection::accept(std::variant<Introduction, Problem> answer,
                                                 const Patience& patience) {
  if (auto* problem = std::get_if<Problem>(&answer)) {
    // The caller's own deadline says nothing about the gateway.
    if (problem->retryable && patience.over()) return out_of_patience(patience, gateway_.place());
    return remember(std::move(*problem));
  }
  const auto& introduction = std::get<Introduction>(answer);
  // A gateway that was started again may have got the same port, with another certificate.
  if (access_.channel == nullptr || address_ != introduction.address ||
      certificate_ != introduction.tls_certificate ||
      client_certificate_ != introduction.client_certificate) {
    auto opened = open_channel(introduction);
    if (auto* problem = std::get_if<Problem>(&opened)) return remember(std::move(*problem));
    if (access_.channel == nullptr) ++channels_;
    access_.channel = std::get<std::shared_ptr<grpc::Channel>>(std::move(opened));
    address_ = introduction.address;
    certificate_ = introduction.tls_certificate;
    client_certificate_ = introduction.client_certificate;
  } else {
    // The gateway is back: do not sit out the pause that the channel took while it was away.
    grpc::experimental::ChannelResetConnectionBackoff(access_.channel.get());
  }
  failure_.reset();
  pause_ = {};
  access_.authorization = introduction.token.empty() ? "" : "Bearer " + introduction.token;
  ++access_.generation;
  renew_at_ = Clock::now() + std::chrono::milliseconds(introduction.expires_in) * 4 / 5;
  Access given = access_;
  given.wait_for_ready = true;
  return given;
}

Problem Connection::remember(Problem problem) {
  pause_ = std::clamp(pause_ * 2, kFirstPause, kLongestPause);
  ask_again_at_ = Clock::now() + pause_;
  if (problem.retryable) problem.retry_after_ms = pause_.count();
  failure_ = problem;
  return problem;
}

}  // namespace semafoor::runtime
