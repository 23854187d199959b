// SPDX-License-Identifier: Apache-2.0
//
// The hint stream of one gateway: "there is something new for this organisation".
#pragma once

#include <grpcpp/alarm.h>
#include <grpcpp/client_context.h>
#include <grpcpp/completion_queue.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "plugins/runtime/connection.h"

namespace semafoor::runtime {

// One thread for all wakers of a gateway, alive while there is a waker.
//
// gRPC lets one thread at a time wait for the process's sockets, and that thread hands every other
// its answer. If it were always this one, each call would pay for two thread switches more, and
// take twice as long. So the watcher keeps away from the sockets while calls are made, and lets the
// callers do its reading; make_way() tells it.
class Watcher {
 public:
  // The connection outlives the watcher.
  explicit Watcher(Connection& connection) : connection_(connection) {}
  ~Watcher();
  Watcher(const Watcher&) = delete;
  Watcher& operator=(const Watcher&) = delete;

  struct Waker {
    void(SEMAFOOR_CALL* wake)(void*) SEMAFOOR_NOEXCEPT = nullptr;
    void* context = nullptr;
    std::string key;
  };
  // `owner` identifies the session.
  void add(const void* owner, Waker waker);
  // True: the waker is not running and will not run. False: it still ran when patience ended. The
  // last one to go waits for the thread.
  bool remove(const void* owner, std::chrono::steady_clock::time_point until);

  // Is this thread inside a waker? Such a caller must not wait for wakers to end.
  static bool in_waker();

  // A call is about to wait for its answer, or had one. Costs two atomic operations, but for the
  // first call after a quiet time.
  void make_way();

 private:
  // One life of the thread.
  struct Run {
    std::atomic<bool> ending{false};
    grpc::CompletionQueue queue;
    std::optional<grpc::Alarm> kick;
    bool kicked = false;
    grpc::ClientContext* stream = nullptr;
    std::thread thread;
  };
  class Hints;

  void run(Run& run);
  // Reads hints until the stream breaks. True: it had been there.
  bool follow(Run& run, const Access& access);
  // The next thing to happen on the queue.
  void await(Run& run, void** tag, bool* ok);
  bool calls_are_made() const;
  // Under mutex_: gets the thread out of its wait for the sockets.
  void kick(Run& run);
  void end(std::unique_ptr<Run> run);
  // All of `key`, or everybody when it is empty.
  void wake(const std::string& key);

  Connection& connection_;
  std::mutex mutex_;
  // A waker returned, or the thread is to end.
  std::condition_variable changed_;
  std::map<const void*, Waker> wakers_;
  const void* running_ = nullptr;
  std::unique_ptr<Run> run_;
  // The thread waits for the sockets.
  std::atomic<bool> polling_{false};
  std::atomic<std::chrono::steady_clock::rep> last_call_{0};
};

}  // namespace semafoor::runtime
