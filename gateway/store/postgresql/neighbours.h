// SPDX-License-Identifier: Apache-2.0
//
// What the gateways on one database tell each other: NOTIFY after a commit, and a look at the
// counters now and then for when no notice comes through (a pooler in transaction mode, a lost
// connection).
//
// The notice is sent after the commit and not inside it: PostgreSQL lets transactions with a notice
// commit one at a time, each with a flush of its own. One that is lost costs `poll`.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>

#include "gateway/store/posix/doorbell.h"
#include "gateway/store/postgresql/address.h"
#include "gateway/store/postgresql/announcer.h"
#include "gateway/store/postgresql/session.h"
#include "gateway/store/store.h"

namespace semafoor::store::postgresql {

class Neighbours {
 public:
  // What is referred to outlives this.
  Neighbours(const Address& address, Announcer& announcer, std::chrono::milliseconds poll);
  ~Neighbours();
  Neighbours(const Neighbours&) = delete;
  Neighbours& operator=(const Neighbours&) = delete;

  // Tells the others. Returns at once.
  void tell(const CommitNotice& notice);
  void stop();

 private:
  using Clock = std::chrono::steady_clock;
  void run();
  // Until something breaks or the end. Throws sql::DatabaseError.
  void serve(Session& session);
  void send(Session& session);
  void hear(Session& session);
  // What changed since the last look.
  void look(Session& session);
  // Throws away the rows of transactions that nobody can be in doubt about any more.
  void tidy(Session& session);

  const Address& address_;
  Announcer& announcer_;
  const std::chrono::milliseconds poll_;
  // Tells our own notices from others'.
  const std::string name_;
  Doorbell bell_;
  std::mutex mutex_;
  bool stopped_ = false;
  std::set<Org> to_tell_;
  bool tasks_to_tell_ = false;
  // Of the thread alone.
  std::map<Org, std::int64_t> events_;
  std::int64_t last_task_ = 0;
  bool looked_ = false;
  Clock::time_point next_tidy_{};
  std::thread thread_;
};

}  // namespace semafoor::store::postgresql
