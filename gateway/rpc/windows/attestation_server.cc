// SPDX-License-Identifier: Apache-2.0
#include "gateway/rpc/windows/attestation_server.h"

#include <windows.h>
// After windows.h, whose types it uses.
#include <sddl.h>

#include <algorithm>
#include <array>
#include <list>
#include <thread>
#include <vector>

#include "gateway/os/windows/handle.h"
#include "gateway/rpc/windows/peer.h"

namespace semafoor::rpc::windows {
namespace {

using os::windows::Handle;
using os::windows::own_account;
using os::windows::wide_of;
using os::windows::words_of;

using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds kSweepEvery{30};
// Answered at the same time; more wait for one of them (WaitNamedPipe).
constexpr std::size_t kInstances = 8;
constexpr DWORD kBuffer = 4096;

// Whose the pipe is, which a client asks before it says anything, and who may do what with it.
// Network logons nothing; the system, administrators and this account everything; every other
// account of this machine may talk, but not make a pipe of that name (0x12019b is reading and
// writing without FILE_CREATE_PIPE_INSTANCE).
std::wstring access_list() {
  const std::wstring self = wide_of(own_account());
  return L"O:" + self + L"D:P(D;;GA;;;NU)(A;;GA;;;SY)(A;;GA;;;BA)(A;;GA;;;" + self +
         L")(A;;0x12019b;;;AU)";
}

class Security {
 public:
  Security() {
    ConvertStringSecurityDescriptorToSecurityDescriptorW(access_list().c_str(), SDDL_REVISION_1,
                                                         &descriptor_, nullptr);
    attributes_.lpSecurityDescriptor = descriptor_;
  }
  ~Security() { LocalFree(descriptor_); }
  Security(const Security&) = delete;
  Security& operator=(const Security&) = delete;
  // Null when the system did not understand the list.
  SECURITY_ATTRIBUTES* get() { return descriptor_ == nullptr ? nullptr : &attributes_; }

 private:
  PSECURITY_DESCRIPTOR descriptor_ = nullptr;
  SECURITY_ATTRIBUTES attributes_{sizeof(SECURITY_ATTRIBUTES), nullptr, FALSE};
};

Handle make_instance(const std::wstring& name, bool first, SECURITY_ATTRIBUTES* security) {
  return Handle(CreateNamedPipeW(
      name.c_str(),
      PIPE_ACCESS_DUPLEX | FILE_FLAG_OVERLAPPED | (first ? FILE_FLAG_FIRST_PIPE_INSTANCE : 0),
      PIPE_TYPE_BYTE | PIPE_READMODE_BYTE | PIPE_WAIT | PIPE_REJECT_REMOTE_CLIENTS,
      PIPE_UNLIMITED_INSTANCES, kBuffer, kBuffer, 0, security));
}

// One end of the pipe and what goes on there: a client is waited for, read from, answered, and
// waited for until it has taken the answer and goes.
class Instance {
 public:
  Instance(Handle pipe, std::chrono::milliseconds patience)
      : pipe_(std::move(pipe)),
        done_(CreateEventW(nullptr, TRUE, FALSE, nullptr)),
        patience_(patience) {}
  ~Instance() {
    // The system writes to `overlapped_` until what was asked has ended.
    CancelIoEx(pipe_.get(), nullptr);
    DWORD moved = 0;
    if (pending_) GetOverlappedResult(pipe_.get(), &overlapped_, &moved, TRUE);
  }
  Instance(const Instance&) = delete;
  Instance& operator=(const Instance&) = delete;

  HANDLE event() const { return done_.get(); }
  Clock::time_point deadline() const {
    return state_ == State::waiting && !broken_ ? Clock::time_point::max() : deadline_;
  }

  void wait_for_client() {
    state_ = State::waiting;
    received_.clear();
    DWORD problem = ERROR_NO_DATA;
    // One that came and went in between is not worth waiting for.
    while (problem == ERROR_NO_DATA) {
      prepare();
      ConnectNamedPipe(pipe_.get(), &overlapped_);
      problem = GetLastError();
      if (problem == ERROR_NO_DATA) DisconnectNamedPipe(pipe_.get());
    }
    pending_ = problem == ERROR_IO_PENDING;
    if (problem == ERROR_PIPE_CONNECTED) SetEvent(done_.get());
    // The system may have run out of something: asked again after a while.
    broken_ = !pending_ && problem != ERROR_PIPE_CONNECTED;
    if (broken_) deadline_ = Clock::now() + patience_;
  }

  // What was asked of the system has ended.
  void go_on(Attestor& attestor) {
    DWORD moved = 0;
    const bool good = !pending_ || GetOverlappedResult(pipe_.get(), &overlapped_, &moved, FALSE);
    pending_ = false;
    if (!good) return drop();
    switch (state_) {
      case State::waiting:
        GetSystemTimeAsFileTime(&connected_);
        deadline_ = Clock::now() + patience_;
        return read(State::reading);
      case State::reading:
        return take(attestor, moved);
      case State::writing:
        // The client has its answer when it closes; to disconnect before would throw it away.
        return read(State::leaving);
      case State::leaving:
        return drop();
    }
  }

  // The client's time is over, or it has gone.
  void drop() {
    if (pending_) {
      DWORD moved = 0;
      CancelIoEx(pipe_.get(), &overlapped_);
      GetOverlappedResult(pipe_.get(), &overlapped_, &moved, TRUE);
      pending_ = false;
    }
    DisconnectNamedPipe(pipe_.get());
    wait_for_client();
  }

 private:
  enum class State { waiting, reading, writing, leaving };

  void prepare() {
    overlapped_ = {};
    overlapped_.hEvent = done_.get();
    ResetEvent(done_.get());
  }

  void started(BOOL at_once) {
    pending_ = at_once || GetLastError() == ERROR_IO_PENDING;
    if (!pending_) drop();
  }

  void read(State state) {
    state_ = state;
    prepare();
    started(ReadFile(pipe_.get(), buffer_.data(), buffer_.size(), nullptr, &overlapped_));
  }

  void take(Attestor& attestor, DWORD count) {
    received_.append(buffer_.data(), count);
    const auto end = received_.find('\n');
    if (end == std::string::npos) {
      if (count == 0 || received_.size() > kMaxAttestationBytes) return drop();
      return read(State::reading);
    }
    if (end > kMaxAttestationBytes) return drop();
    auto peer = peer_of(pipe_.get(), connected_);
    if (!peer) return drop();
    const auto answer = attestor.answer(peer->identity, std::move(peer->process),
                                        std::string_view(received_).substr(0, end));
    if (!answer) return drop();
    answer_ = *answer;
    state_ = State::writing;
    prepare();
    started(WriteFile(pipe_.get(), answer_.data(), static_cast<DWORD>(answer_.size()), nullptr,
                      &overlapped_));
  }

  const Handle pipe_;
  const Handle done_;
  const std::chrono::milliseconds patience_;
  State state_ = State::waiting;
  bool pending_ = false;
  bool broken_ = false;
  OVERLAPPED overlapped_{};
  FILETIME connected_{};
  Clock::time_point deadline_;
  std::array<char, kBuffer> buffer_{};
  std::string received_;
  std::string answer_;
};

class Loop final : public AttestationServer {
 public:
  Loop(std::list<Instance> instances, Attestor& attestor, Sessions& sessions)
      : attestor_(attestor),
        sessions_(sessions),
        instances_(std::move(instances)),
        bell_(CreateEventW(nullptr, TRUE, FALSE, nullptr)) {
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
  }
  ~Loop() override {
    thread_.request_stop();
    SetEvent(bell_.get());
    thread_.join();
  }

 private:
  void run(const std::stop_token& stop) {
    auto next_sweep = Clock::now() + kSweepEvery;
    std::vector<HANDLE> events{bell_.get()};
    for (Instance& one : instances_) {
      events.push_back(one.event());
      one.wait_for_client();
    }
    while (!stop.stop_requested()) {
      WaitForMultipleObjects(static_cast<DWORD>(events.size()), events.data(), FALSE,
                             timeout_until(next_sweep));
      const auto now = Clock::now();
      for (Instance& one : instances_) {
        if (WaitForSingleObject(one.event(), 0) == WAIT_OBJECT_0)
          one.go_on(attestor_);
        else if (one.deadline() <= now)
          one.drop();
      }
      if (next_sweep <= now) {
        sessions_.sweep();
        next_sweep = now + kSweepEvery;
      }
    }
  }

  DWORD timeout_until(Clock::time_point next_sweep) const {
    auto first = next_sweep;
    for (const Instance& one : instances_) first = std::min(first, one.deadline());
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(first - Clock::now()).count();
    return static_cast<DWORD>(std::max<std::int64_t>(left, 0));
  }

  Attestor& attestor_;
  Sessions& sessions_;
  std::list<Instance> instances_;
  const Handle bell_;
  std::jthread thread_;
};

Error refused(const AttestationOptions& options, DWORD problem) {
  const bool taken = problem == ERROR_ACCESS_DENIED || problem == ERROR_PIPE_BUSY;
  return Error{ErrorKind::failed_precondition, taken ? "pipe.in_use" : "pipe.open",
               "The pipe " + options.pipe +
                   " was to be opened; the system says: " + words_of(problem) +
                   (taken ? ". Another program has made a pipe of that name: stop the other "
                            "gateway, or find out who pretends to be one."
                          : ". Check the name in local.attest_socket.")};
}

}  // namespace

Result<std::unique_ptr<AttestationServer>> AttestationServer::start(AttestationOptions options,
                                                                    Attestor& attestor,
                                                                    Sessions& sessions) {
  const std::wstring name = wide_of(options.pipe);
  Security security;
  std::list<Instance> instances;
  for (std::size_t i = 0; i < kInstances; ++i) {
    Handle pipe =
        security.get() == nullptr ? Handle() : make_instance(name, i == 0, security.get());
    if (!pipe) return refused(options, GetLastError());
    instances.emplace_back(std::move(pipe), options.patience);
  }
  return std::unique_ptr<AttestationServer>(
      std::make_unique<Loop>(std::move(instances), attestor, sessions));
}

}  // namespace semafoor::rpc::windows
