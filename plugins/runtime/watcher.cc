// SPDX-License-Identifier: Apache-2.0
#include "plugins/runtime/watcher.h"

#include <grpcpp/channel.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/sync_stream.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "plugins/runtime/host_process.h"

namespace semafoor::runtime {
namespace {

constexpr std::chrono::milliseconds kFirstPause{100};
constexpr std::chrono::milliseconds kLongestPause{2'000};
constexpr std::chrono::milliseconds kPatience{5'000};

// Plain data: a host's thread that ends has nothing of ours to destroy.
thread_local bool inside_waker = false;

// The one field the runtime reads of any message: field 1, length-delimited (tag 0x0a), of
// WatchResponse.
std::string first_string_field(const grpc::ByteBuffer& message) {
  std::vector<grpc::Slice> slices;
  if (!message.Dump(&slices).ok()) return {};
  std::string bytes;
  for (const grpc::Slice& slice : slices)
    bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  if (bytes.size() < 2 || bytes[0] != 0x0a) return {};
  const auto length = static_cast<unsigned char>(bytes[1]);
  // A CBE number has ten digits: a length that needs more than one byte is not one.
  if (length >= 0x80 || bytes.size() < 2U + length) return {};
  return bytes.substr(2, length);
}

}  // namespace

Watcher::~Watcher() {
  std::unique_ptr<Run> ended;
  {
    const std::lock_guard lock(mutex_);
    wakers_.clear();
    ended = std::move(run_);
    if (ended == nullptr) return;
    ended->ending = true;
    if (ended->stream != nullptr) ended->stream->TryCancel();
  }
  changed_.notify_all();
  ended->thread.join();
}

bool Watcher::in_waker() {
  return inside_waker;
}

void Watcher::add(const void* owner, Waker waker) {
  const std::lock_guard lock(mutex_);
  wakers_[owner] = std::move(waker);
  if (run_ != nullptr) return;
  try {
    auto started = std::make_unique<Run>();
    const SignalsBlocked blocked;
    started->thread = std::thread([this, run = started.get()] { this->run(*run); });
    run_ = std::move(started);
  } catch (...) {
    wakers_.erase(owner);
    throw;
  }
}

bool Watcher::remove(const void* owner, std::chrono::steady_clock::time_point until) {
  std::unique_ptr<Run> ended;
  {
    std::unique_lock lock(mutex_);
    wakers_.erase(owner);
    if (!changed_.wait_until(lock, until, [&] { return running_ != owner; })) return false;
    if (!wakers_.empty() || run_ == nullptr) return true;
    ended = std::move(run_);
    ended->ending = true;
    if (ended->stream != nullptr) ended->stream->TryCancel();
  }
  changed_.notify_all();
  ended->thread.join();
  return true;
}

void Watcher::wake(const std::string& key) {
  std::unique_lock lock(mutex_);
  std::vector<const void*> owners;
  for (const auto& [owner, waker] : wakers_)
    if (key.empty() || waker.key == key) owners.push_back(owner);
  for (const void* owner : owners) {
    // Removed meanwhile: its session may be gone.
    const auto found = wakers_.find(owner);
    if (found == wakers_.end()) continue;
    const Waker waker = found->second;
    running_ = owner;
    lock.unlock();
    inside_waker = true;
    waker.wake(waker.context);
    inside_waker = false;
    lock.lock();
    running_ = nullptr;
    changed_.notify_all();
  }
}

void Watcher::run(Run& run) {
  auto pause = kFirstPause;
  while (!run.ending) {
    try {
      const auto access = connection_.access(Patience::of(kPatience, &run.ending));
      if (const auto* granted = std::get_if<Access>(&access); granted && follow(run, *granted))
        pause = kFirstPause;
    } catch (...) {
      // Out of memory, most likely. A hint is not worth the host's process: try again later.
    }
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, pause, [&] { return run.ending.load(); });
    pause = std::min(pause * 2, kLongestPause);
  }
}

bool Watcher::follow(Run& run, const Access& access) {
  grpc::ClientContext context;
  context.AddMetadata("authorization", access.authorization);
  {
    const std::lock_guard lock(mutex_);
    if (run.ending) return false;
    run.stream = &context;
  }
  struct Detach {
    Watcher& watcher;
    Run& run;
    ~Detach() {
      const std::lock_guard lock(watcher.mutex_);
      run.stream = nullptr;
    }
  } const detach{*this, run};
  const grpc::internal::RpcMethod method("/semafoor.v1.Modules/Watch",
                                         grpc::internal::RpcMethod::SERVER_STREAMING);
  const std::unique_ptr<grpc::ClientReader<grpc::ByteBuffer>> reader(
      grpc::internal::ClientReaderFactory<grpc::ByteBuffer>::Create(
          access.channel.get(), method, &context, grpc::ByteBuffer(nullptr, 0)));
  reader->WaitForInitialMetadata();
  const bool connected = access.channel->GetState(false) == GRPC_CHANNEL_READY;
  // Whatever was missed while nobody listened: a hint too many is legal, one too few would leave an
  // event unseen.
  if (connected) wake({});
  grpc::ByteBuffer message;
  while (reader->Read(&message)) wake(first_string_field(message));
  const grpc::Status status = reader->Finish();
  if (status.error_code() == grpc::StatusCode::UNAUTHENTICATED)
    (void)connection_.access(Patience::of(kPatience, &run.ending), access.generation);
  return connected;
}

}  // namespace semafoor::runtime
