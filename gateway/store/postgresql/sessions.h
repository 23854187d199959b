// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <vector>

#include "gateway/store/postgresql/session.h"

namespace semafoor::store::postgresql {

// Sessions for who needs one for a short while. Made when they are needed; broken ones are not
// kept.
class Sessions {
 public:
  Sessions(const Address& address, int most) : address_(address), free_(most) {}

  class Lease {
   public:
    // Waits for its turn; throws sql::DatabaseError when there is no connection. The session is in
    // a transaction begun with `begin`.
    Lease(Sessions& sessions, const std::string& begin) : sessions_(sessions) {
      session_ = sessions_.take();
      try {
        start(begin);
      } catch (...) {
        sessions_.give_back(std::move(session_));
        throw;
      }
    }
    ~Lease() {
      if (session_) session_->roll_back();
      sessions_.give_back(std::move(session_));
    }
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    Session& operator*() const { return *session_; }
    Session* operator->() const { return session_.get(); }

   private:
    void start(const std::string& begin) {
      if (session_ && !session_->broken()) {
        try {
          session_->forget_failure();
          session_->run(begin);
          return;
        } catch (const sql::DatabaseError&) {
          // It broke while nobody used it; nothing has begun.
          if (!session_->broken()) throw;
        }
      }
      session_.reset();
      session_ = std::make_unique<Session>(sessions_.address_);
      session_->run(begin);
    }
    Sessions& sessions_;
    std::unique_ptr<Session> session_;
  };

 private:
  std::unique_ptr<Session> take() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return free_ > 0; });
    --free_;
    if (idle_.empty()) return nullptr;
    auto session = std::move(idle_.back());
    idle_.pop_back();
    return session;
  }
  void give_back(std::unique_ptr<Session> session) {
    {
      const std::lock_guard lock(mutex_);
      ++free_;
      if (session && !session->broken()) idle_.push_back(std::move(session));
    }
    changed_.notify_one();
  }

  const Address& address_;
  std::mutex mutex_;
  std::condition_variable changed_;
  int free_;
  std::vector<std::unique_ptr<Session>> idle_;
};

}  // namespace semafoor::store::postgresql
