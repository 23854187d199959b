// SPDX-License-Identifier: Apache-2.0
#include "plugins/runtime/watcher.h"

#include <grpcpp/support/sync_stream.h>

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

namespace semafoor::runtime {
namespace {

constexpr std::chrono::milliseconds kFirstPause{100};
constexpr std::chrono::milliseconds kLongestPause{5'000};

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
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    if (stream_ != nullptr) stream_->TryCancel();
  }
  stopping_changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Watcher::add(const void* owner, Waker waker) {
  {
    const std::lock_guard lock(wakers_mutex_);
    wakers_[owner] = std::move(waker);
  }
  const std::lock_guard lock(mutex_);
  if (!thread_.joinable()) thread_ = std::thread([this] { run(); });
}

void Watcher::remove(const void* owner) {
  const std::lock_guard lock(wakers_mutex_);
  wakers_.erase(owner);
}

void Watcher::wake(const std::string& key) {
  const std::lock_guard lock(wakers_mutex_);
  for (const auto& [owner, waker] : wakers_)
    if (key.empty() || waker.key == key) waker.wake(waker.context);
}

void Watcher::run() {
  auto pause = kFirstPause;
  for (;;) {
    const auto access = connection_->access(std::chrono::milliseconds(2'000));
    if (const auto* granted = std::get_if<Access>(&access)) {
      const auto since = std::chrono::steady_clock::now();
      follow(*granted);
      if (std::chrono::steady_clock::now() - since > kLongestPause) pause = kFirstPause;
    }
    std::unique_lock lock(mutex_);
    if (stopping_changed_.wait_for(lock, pause, [this] { return stopping_; })) return;
    pause = std::min(pause * 2, kLongestPause);
  }
}

void Watcher::follow(const Access& access) {
  grpc::ClientContext context;
  context.AddMetadata("authorization", access.authorization);
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return;
    stream_ = &context;
  }
  const grpc::internal::RpcMethod method(
      "/semafoor.v1.Modules/Watch", grpc::internal::RpcMethod::SERVER_STREAMING, access.channel);
  const grpc::ByteBuffer empty;
  const std::unique_ptr<grpc::ClientReader<grpc::ByteBuffer>> reader(
      grpc::internal::ClientReaderFactory<grpc::ByteBuffer>::Create(access.channel.get(), method,
                                                                    &context, empty));
  reader->WaitForInitialMetadata();
  // Whatever was missed while nobody listened: a hint too many is legal, one too few would leave an
  // event unseen.
  wake({});
  grpc::ByteBuffer message;
  while (reader->Read(&message)) wake(first_string_field(message));
  const grpc::Status status = reader->Finish();
  {
    const std::lock_guard lock(mutex_);
    stream_ = nullptr;
  }
  if (status.error_code() == grpc::StatusCode::UNAUTHENTICATED)
    (void)connection_->access(std::chrono::milliseconds(2'000), access.generation);
}

}  // namespace semafoor::runtime
