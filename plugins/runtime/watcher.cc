// SPDX-License-Identifier: Apache-2.0
#include "plugins/runtime/watcher.h"

#include <grpcpp/channel.h>
#include <grpcpp/support/async_stream.h>
#include <grpcpp/support/byte_buffer.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "plugins/runtime/host_process.h"

namespace semafoor::runtime {
namespace {

constexpr std::chrono::milliseconds kFirstPause{100};
constexpr std::chrono::milliseconds kLongestPause{2'000};
constexpr std::chrono::milliseconds kPatience{5'000};
// How long after a call the next one is expected, and how often the watcher looks meanwhile.
constexpr std::chrono::milliseconds kAway{20};
constexpr std::chrono::milliseconds kLook{5};

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
  std::unique_lock lock(mutex_);
  wakers_.clear();
  auto ended = std::move(run_);
  lock.unlock();
  end(std::move(ended));
}

void Watcher::end(std::unique_ptr<Run> run) {
  if (run == nullptr) return;
  {
    const std::lock_guard lock(mutex_);
    run->ending = true;
    if (run->stream != nullptr) run->stream->TryCancel();
  }
  changed_.notify_all();
  run->thread.join();
}

// While the thread lives: a queue that is shut down takes no alarm.
void Watcher::kick(Run& run) {
  if (run.kicked) return;
  run.kicked = true;
  run.kick.emplace();
  run.kick->Set(&run.queue, gpr_inf_past(GPR_CLOCK_MONOTONIC), &run.kicked);
}

bool Watcher::calls_are_made() const {
  const auto last = std::chrono::steady_clock::duration(last_call_.load());
  return std::chrono::steady_clock::now().time_since_epoch() - last < kAway;
}

void Watcher::make_way() {
  last_call_ = std::chrono::steady_clock::now().time_since_epoch().count();
  if (!polling_.load() || !polling_.exchange(false)) return;
  const std::lock_guard lock(mutex_);
  if (run_ != nullptr) kick(*run_);
}

void Watcher::await(Run& run, void** tag, bool* ok) {
  for (;;) {
    bool came = false;
    if (calls_are_made() && !run.ending) {
      came = run.queue.AsyncNext(tag, ok, gpr_inf_past(GPR_CLOCK_MONOTONIC)) ==
             grpc::CompletionQueue::GOT_EVENT;
    } else {
      polling_ = true;
      // A call that came between the question and the answer has not seen us polling.
      if (calls_are_made() && !run.ending) {
        polling_ = false;
        continue;
      }
      came = run.queue.Next(tag, ok);
      polling_ = false;
    }
    if (came && *tag != &run.kicked) return;
    std::unique_lock lock(mutex_);
    if (came) {
      run.kicked = false;
    } else {
      changed_.wait_for(lock, kLook, [&] { return run.ending.load(); });
    }
  }
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
  std::unique_lock lock(mutex_);
  wakers_.erase(owner);
  if (!changed_.wait_until(lock, until, [&] { return running_ != owner; })) return false;
  if (!wakers_.empty()) return true;
  auto ended = std::move(run_);
  lock.unlock();
  end(std::move(ended));
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
  run.queue.Shutdown();
  void* tag = nullptr;
  bool ok = false;
  while (run.queue.Next(&tag, &ok)) {
  }
}

// The stream as a thing that is waited for step by step. Its destructor leaves nothing on the
// queue.
class Watcher::Hints {
 public:
  Hints(Watcher& watcher, Run& run, const Access& access)
      : watcher_(watcher), run_(run), attached_(watcher, run, context_) {
    if (!access.authorization.empty()) context_.AddMetadata("authorization", access.authorization);
    const grpc::internal::RpcMethod method("/semafoor.v1.Modules/Watch",
                                           grpc::internal::RpcMethod::SERVER_STREAMING);
    const grpc::Slice nothing;
    reader_.reset(grpc::internal::ClientAsyncReaderFactory<grpc::ByteBuffer>::Create(
        access.channel.get(), &run_.queue, method, &context_, grpc::ByteBuffer(&nothing, 1), true,
        this));
    alive_ = wait();
  }
  Hints(const Hints&) = delete;
  Hints& operator=(const Hints&) = delete;

  // False when the gateway could not be reached. The answer may come with the first hint.
  bool connected() {
    if (!alive_) return false;
    reader_->ReadInitialMetadata(this);
    alive_ = wait();
    return alive_;
  }
  bool next(grpc::ByteBuffer* message) {
    if (!alive_) return false;
    reader_->Read(message, this);
    alive_ = wait();
    return alive_;
  }
  grpc::Status finish() {
    grpc::Status status;
    reader_->Finish(&status, this);
    wait();
    return status;
  }

 private:
  // The context that ending the watcher reaches.
  struct Attached {
    Attached(Watcher& owner, Run& its_run, grpc::ClientContext& context)
        : watcher(owner), run(its_run) {
      const std::lock_guard lock(watcher.mutex_);
      run.stream = &context;
      if (run.ending) context.TryCancel();
    }
    ~Attached() {
      const std::lock_guard lock(watcher.mutex_);
      run.stream = nullptr;
    }
    Attached(const Attached&) = delete;
    Attached& operator=(const Attached&) = delete;
    Watcher& watcher;
    Run& run;
  };

  bool wait() {
    void* tag = nullptr;
    bool ok = false;
    watcher_.await(run_, &tag, &ok);
    return ok;
  }

  Watcher& watcher_;
  Run& run_;
  grpc::ClientContext context_;
  const Attached attached_;
  std::unique_ptr<grpc::ClientAsyncReader<grpc::ByteBuffer>> reader_;
  bool alive_ = false;
};

bool Watcher::follow(Run& run, const Access& access) {
  Hints hints(*this, run, access);
  const bool connected = hints.connected() && access.channel->GetState(false) == GRPC_CHANNEL_READY;
  // Whatever was missed while nobody listened: a hint too many is legal, one too few would leave an
  // event unseen.
  if (connected) wake({});
  grpc::ByteBuffer message;
  while (hints.next(&message)) wake(first_string_field(message));
  if (hints.finish().error_code() == grpc::StatusCode::UNAUTHENTICATED)
    (void)connection_.access(Patience::of(kPatience, &run.ending), access.generation);
  return connected;
}

}  // namespace semafoor::runtime
