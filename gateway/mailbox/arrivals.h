// SPDX-License-Identifier: Apache-2.0
//
// Gathers attachments whose bytes are on disk, so that many rows share one commit.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "gateway/duties/clock.h"
#include "gateway/duties/task_pool.h"
#include "gateway/mailbox/lane_names.h"
#include "gateway/mailbox/operation_tracker.h"
#include "gateway/store/store.h"

namespace semafoor::mailbox {

struct Arrival {
  store::Task task;
  std::string message_id;
  store::BlobRef blob;
  // The provider gave a digest, and it was right.
  bool confirmed = false;
  duties::TaskPool::Release release;
};

// What is gathered is committed when there is enough of it, when few downloads are left that could
// add to it, or shortly after the first: whichever comes first. A death loses what was gathered,
// not its blobs: it is fetched again.
class Arrivals {
 public:
  Arrivals(store::Store& store, duties::Clock& clock, OperationTracker& tracker, LaneNames names,
           int downloaders);
  ~Arrivals();

  // Brackets the work of one downloader.
  class Busy {
   public:
    explicit Busy(Arrivals& arrivals) : arrivals_(arrivals) { arrivals_.begin(); }
    ~Busy() { arrivals_.end(); }
    Busy(const Busy&) = delete;
    Busy& operator=(const Busy&) = delete;

   private:
    Arrivals& arrivals_;
  };

  // Called by a busy downloader.
  void add(Arrival arrival);

 private:
  using Batch = std::shared_ptr<std::vector<Arrival>>;

  void begin();
  void end();
  void watch(const std::stop_token& stop);
  // Takes what was gathered; called with the mutex held.
  Batch take();
  void commit(const Batch& batch);

  store::Store& store_;
  duties::Clock& clock_;
  OperationTracker& tracker_;
  const LaneNames lane_;
  const int few_;
  std::mutex mutex_;
  std::condition_variable_any bell_;
  std::vector<Arrival> gathered_;
  std::int64_t deadline_ = duties::Clock::kNever;
  int busy_ = 0;
  std::jthread watcher_;
};

}  // namespace semafoor::mailbox
