// SPDX-License-Identifier: Apache-2.0
//
// The sessions that write: one transaction a work, answered after its commit.
//
// Each transaction leaves a row with an id of its own in `commits`. When a connection is lost and
// nobody knows whether the commit was done, the next session puts the same row: if that is refused,
// the work is in the database; if it succeeds, it is not and never will be, because the row of a
// transaction still under way makes the new one wait. So nothing is done twice and nothing is said
// to be stored that is not.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "gateway/store/postgresql/address.h"
#include "gateway/store/postgresql/announcer.h"
#include "gateway/store/postgresql/session.h"
#include "gateway/store/sql/queries.h"
#include "gateway/store/store.h"

namespace semafoor::store::postgresql {

struct WritersOptions {
  int sessions = 6;
  std::chrono::milliseconds patience{10'000};
  // Empty: the database's clock.
  std::function<std::int64_t()> now_ms;
  // What was committed, for the other gateways. Returns at once.
  std::function<void(const CommitNotice&)> committed;
};

class Writers {
 public:
  // All that is referred to outlives the writers.
  Writers(const Address& address, sql::Keys& keys, Announcer& announcer, WritersOptions options);
  ~Writers();
  Writers(const Writers&) = delete;
  Writers& operator=(const Writers&) = delete;

  void write(Store::Work work, Store::Done done);
  // After what is queued; what the database cannot be reached for by then is answered with that.
  void close();

 private:
  using Clock = std::chrono::steady_clock;
  struct Item {
    Store::Work work;
    Store::Done done;
    Clock::time_point queued;
  };
  struct Attempt {
    // Nothing: it is to be tried again.
    std::optional<Result<void>> result;
    CommitNotice notice;
    // Why it is to be tried again.
    Error problem;
    // Nobody knows whether it was committed.
    bool in_doubt = false;
    bool conflict = false;
  };
  void run();
  Result<void> perform(const Item& item, std::unique_ptr<Session>& session, CommitNotice& notice);
  // One transaction, whose row is `id`. `doubted`: an earlier one with this row may be committed.
  // `organisations`: those that earlier ones wanted, to be locked first; it grows.
  Attempt attempt_once(const Item& item, Session& session, const std::string& id, bool doubted,
                       std::set<Org>& organisations);
  // Until then it is worth trying again. Shorter when the store closes meanwhile.
  bool wait_to_retry(Clock::time_point until, std::chrono::milliseconds pause);

  const Address& address_;
  sql::Keys& keys_;
  Announcer& announcer_;
  const WritersOptions options_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::condition_variable closing_;
  std::deque<Item> queue_;
  bool closed_ = false;
  Clock::time_point last_moment_ = Clock::time_point::max();
  std::vector<std::thread> threads_;
};

}  // namespace semafoor::store::postgresql
