// SPDX-License-Identifier: Apache-2.0
//
// The hint stream of one gateway: "there is something new for this organisation".
#pragma once

#include <grpcpp/grpcpp.h>

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "plugins/runtime/connection.h"

namespace semafoor::runtime {

// One thread, from the first waker on until destruction.
class Watcher {
 public:
  explicit Watcher(std::shared_ptr<Connection> connection) : connection_(std::move(connection)) {}
  // Joins the thread. Not from a waker.
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
  // After it returned the waker is not running and will not run. Not from a waker.
  void remove(const void* owner);

 private:
  void run();
  // Reads hints until the stream breaks.
  void follow(const Access& access);
  // All of `key`, or everybody when it is empty.
  void wake(const std::string& key);

  const std::shared_ptr<Connection> connection_;
  // Held while a waker runs: that is what remove() waits for.
  std::mutex wakers_mutex_;
  std::map<const void*, Waker> wakers_;
  std::mutex mutex_;
  std::condition_variable stopping_changed_;
  bool stopping_ = false;
  grpc::ClientContext* stream_ = nullptr;
  std::thread thread_;
};

}  // namespace semafoor::runtime
