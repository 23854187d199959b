// SPDX-License-Identifier: Apache-2.0
//
// Who looked at what. An act that changes something is recorded in its own transaction; a reading
// has none, and is recorded by this.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "gateway/domain/result.h"
#include "gateway/store/store.h"

namespace semafoor::audit {

struct Reading {
  store::Org org;
  store::AuditEntry entry;
  // Local ids of signals: it was about their persons too, who are looked up when it is written.
  std::vector<std::string> signals;
};

struct RecorderOptions {
  // Records and persons that may wait for the disk.
  std::size_t most = 20'000;
  // Most readings in one transaction.
  std::size_t batch = 100;
  // After a transaction that failed.
  std::chrono::milliseconds retry{1000};
  // Unset: the system's time.
  std::function<std::int64_t()> now_ms;
  // A record could not be written, or is given up. Any thread; returns at once.
  std::function<void(const Error&)> failed;
};

// A reading is answered while its record is on its way: one transaction after the other, each with
// all that has come meanwhile. What a killed gateway had shown in its last milliseconds may be
// without record. What cannot be written, as on a disk that is full, waits here and is tried again;
// its record then says when it was shown. Safe from several threads.
class Recorder {
 public:
  // The store outlives the object.
  explicit Recorder(store::Store& store, RecorderOptions options = {});
  // Flushes.
  ~Recorder();

  // Call before the answer leaves; on an error it must not. "audit.backlog" when as much waits as
  // may.
  Result<void> record(Reading reading);
  // Tries again what could not be written.
  void retry();
  // Returns when whatever was given before is on disk, or given up after a last try.
  void flush();

 private:
  struct Item {
    Reading reading;
    std::int64_t shown_ms = 0;
    // A transaction has failed since it came.
    bool late = false;
    // How many transactions had succeeded when it failed alone.
    std::optional<std::uint64_t> failed_at;
  };
  using Batch = std::shared_ptr<std::vector<Item>>;

  // These three with the mutex held.
  Batch next();
  Batch take(std::size_t most);
  void put_back(const Batch& batch);
  void write(const Batch& batch);
  void written(const Batch& batch, const Result<void>& result);
  void tell(const Error& error) const;

  store::Store& store_;
  const RecorderOptions options_;
  std::mutex mutex_;
  std::condition_variable idle_;
  std::deque<Item> queue_;
  std::size_t waiting_ = 0;
  bool writing_ = false;
  // The last transaction failed: one reading at a time is tried until one succeeds.
  bool failing_ = false;
  // So many readings are tried one by one, because together they failed.
  std::size_t alone_ = 0;
  std::uint64_t successes_ = 0;
  std::chrono::steady_clock::time_point not_before_;
};

}  // namespace semafoor::audit
