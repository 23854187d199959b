// SPDX-License-Identifier: Apache-2.0
//
// The duty that looks into the watched folders of every organisation.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>

#include "gateway/duties/clock.h"
#include "gateway/duties/periodic_duty.h"
#include "gateway/intake/folder_look.h"

namespace semafoor::intake {

inline constexpr char kFolderDuty[] = "intake.folder";

struct WatchOptions {
  // Empty: none is watched.
  std::filesystem::path folder;
  std::int64_t interval_ms = 30'000;
  LookOptions look;
};

class WatchedFolder {
 public:
  // Store, clock and filing outlive the object.
  WatchedFolder(store::Store& store, duties::Clock& clock, Filing& filing, WatchOptions options,
                FolderLook::Told told, const duties::Random& random = duties::system_random());

  void start();
  // Idempotent.
  void stop() { duty_.stop(); }

 private:
  Result<void> look(const store::Org& org, const std::stop_token& stop);
  FolderLook& look_of(const store::Org& org);

  duties::Clock& clock_;
  Filing& filing_;
  const WatchOptions options_;
  const FolderLook::Told told_;
  std::mutex mutex_;
  // One run per organisation at a time; the map alone needs the lock.
  std::map<store::Org, std::unique_ptr<FolderLook>> looks_;
  duties::PeriodicDuty duty_;
};

}  // namespace semafoor::intake
