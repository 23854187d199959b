// SPDX-License-Identifier: Apache-2.0
//
// The hint stream of one gateway: "there is something new for this organisation".
#pragma once

#include <grpcpp/client_context.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "plugins/runtime/connection.h"

namespace semafoor::runtime {

// One thread for all wakers of a gateway, alive while there is a waker.
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

 private:
  // One life of the thread.
  struct Run {
    std::atomic<bool> ending{false};
    grpc::ClientContext* stream = nullptr;
    std::thread thread;
  };

  void run(Run& run);
  // Reads hints until the stream breaks. True: it had been there.
  bool follow(Run& run, const Access& access);
  // All of `key`, or everybody when it is empty.
  void wake(const std::string& key);

  Connection& connection_;
  std::mutex mutex_;
  // A waker returned, or the thread is to end.
  std::condition_variable changed_;
  std::map<const void*, Waker> wakers_;
  const void* running_ = nullptr;
  std::unique_ptr<Run> run_;
};

}  // namespace semafoor::runtime
