// SPDX-License-Identifier: Apache-2.0
#include "gateway/intake/watched_folder.h"

#include <algorithm>
#include <utility>

#include "gateway/os/utf8_path.h"

namespace semafoor::intake {
namespace {

duties::PeriodicOptions duty_options(const WatchOptions& options) {
  duties::PeriodicOptions periodic;
  periodic.name = kFolderDuty;
  periodic.modules = {v1::MODULE_EBOX};
  periodic.interval_ms = options.interval_ms;
  periodic.first_delay_ms = std::min<std::int64_t>(options.interval_ms, 1'000);
  periodic.threads = 1;
  // What was left lies there until somebody mends it: the others do not wait for that.
  periodic.backoff = {std::min<std::int64_t>(options.interval_ms, 1'000), options.interval_ms};
  return periodic;
}

}  // namespace

WatchedFolder::WatchedFolder(store::Store& store, duties::Clock& clock, Filing& filing,
                             WatchOptions options, FolderLook::Told told,
                             const duties::Random& random)
    : clock_(clock),
      filing_(filing),
      options_(std::move(options)),
      told_(std::move(told)),
      duty_(
          store, clock, duty_options(options_),
          [this](const store::Org& org, const std::stop_token& stop) { return look(org, stop); },
          random) {}

void WatchedFolder::start() {
  if (!options_.folder.empty()) duty_.start();
}

Result<void> WatchedFolder::look(const store::Org& org, const std::stop_token& stop) {
  return look_of(org).look(clock_.steady_ms(), stop);
}

FolderLook& WatchedFolder::look_of(const store::Org& org) {
  const std::scoped_lock guard(mutex_);
  auto& known = looks_[org];
  if (!known) {
    known = std::make_unique<FolderLook>(org, DropFolders{options_.folder / os::path_of(org)},
                                         filing_, options_.look, told_);
  }
  return *known;
}

}  // namespace semafoor::intake
