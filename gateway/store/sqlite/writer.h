// SPDX-License-Identifier: Apache-2.0
//
// The one writer: takes work items, runs them in batches of one transaction, answers after the
// commit.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "gateway/store/sql/queries.h"
#include "gateway/store/sql/sequences.h"
#include "gateway/store/sqlite/database.h"
#include "gateway/store/store.h"

namespace semafoor::store::sqlite {

class Writer {
 public:
  // `database` and `keys` outlive the writer, and the connection belongs to it.
  Writer(Database& database, sql::Keys& keys, int batch, std::function<std::int64_t()> now_ms);
  ~Writer();
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  void write(Store::Work work, Store::Done done);
  // Commits on the caller's thread when nobody else does: waking another and being woken again
  // costs as much as the flush of a quick disk.
  Result<void> write_and_wait(Store::Work work);
  void on_commit(Store::Listener listener);
  // After what is queued. Idempotent.
  void close();

 private:
  struct Item {
    Store::Work work;
    Store::Done done;
  };
  void run();
  // Moves the next item over; false when there is none.
  bool take(std::vector<Item>& items);
  // Runs, commits and answers one batch that begins with `first`. One thread at a time: whoever
  // made `busy_` true.
  void commit(Item first) noexcept;
  Result<void> perform(const Item& item, CommitNotice& notice);
  Result<void> in_savepoint(const Item& item, CommitNotice& notice);

  Database& database_;
  sql::Keys& keys_;
  sql::Sequences sequences_;
  // Within one batch.
  KnownKeys known_keys_;
  const std::size_t batch_;
  const std::function<std::int64_t()> now_ms_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Item> queue_;
  bool closed_ = false;
  bool busy_ = false;
  std::vector<Store::Listener> listeners_;
  std::thread thread_;
};

}  // namespace semafoor::store::sqlite
