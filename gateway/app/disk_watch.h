// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "gateway/rpc/journal.h"
#include "gateway/store/headroom.h"
#include "semafoor/v1/admin.pb.h"

namespace semafoor::app {

// Free space below which less is admitted (store::Room); 0: never. On a small disk they count no
// more than a quarter, an eighth and a sixteenth of it.
struct DiskMarks {
  std::int64_t slow_below_mib = 2'048;
  std::int64_t stop_below_mib = 512;
  std::int64_t refuse_below_mib = 64;
};

// "ample", "low", "scarce", "none".
std::string room_name(v1::DiskRoom room);

// Looks at the disk of the data folder every second, and tells the store's headroom and the journal
// ("disk.low", "disk.scarce", "disk.full", "disk.recovered") what it found. A mark that was passed
// is left again with an eighth more than it, so that nothing flutters. One thread. Headroom and
// journal outlive the object.
class DiskWatch {
 public:
  using Probe = std::function<std::filesystem::space_info(std::error_code&)>;

  DiskWatch(store::Headroom& headroom, const std::filesystem::path& folder, DiskMarks marks,
            rpc::Journal& journal);
  // For tests.
  DiskWatch(store::Headroom& headroom, Probe probe, DiskMarks marks, rpc::Journal& journal);

  // Looks once before it returns.
  void start();
  // Idempotent.
  void stop();
  // What the thread does each time.
  void look();
  v1::DiskStatus status();

 private:
  store::Room judge(std::int64_t available, std::int64_t capacity) const;
  void tell(store::Room before, store::Room now, std::int64_t available);

  store::Headroom& headroom_;
  const Probe probe_;
  const DiskMarks marks_;
  rpc::Journal& journal_;
  std::mutex mutex_;
  v1::DiskStatus status_;
  std::condition_variable_any bell_;
  std::jthread thread_;
};

}  // namespace semafoor::app
