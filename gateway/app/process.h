// SPDX-License-Identifier: Apache-2.0
//
// What the life of the process needs of the operating system (posix/, windows/).
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "gateway/domain/result.h"

namespace semafoor::app {

// Before any thread starts. What the process makes is for its own account alone; the wishes below
// are kept for wait_signal(); writing to a closed connection ends nothing; a crash shows no window,
// and leaves no core file (posix).
void prepare_process();

// For whoever is told to stop or reload, once the settings are read: makes what those who tell it
// look for, where the system has no signals for that (Windows: the command `stop`).
void listen_for_wishes(const std::filesystem::path& data_folder);

// What was freed goes back to the system: a busy hour is not paid for until the next restart.
void give_memory_back();

enum class Signal { stop, reload };
// The next SIGTERM or SIGINT (stop) or SIGHUP (reload); on Windows Ctrl-C, the command `stop` or
// the supervisor's word. Nothing after `wait`.
std::optional<Signal> wait_signal(std::chrono::milliseconds wait);

// Makes the folder (for this account alone) and holds it: one gateway per data folder. Released by
// the system however the process ends. Errors "data.folder", "data.in_use".
class FolderLock {
 public:
  // Waits for one that is about to end: a killed supervisor's worker dies a moment after it.
  static Result<std::unique_ptr<FolderLock>> take(
      const std::filesystem::path& folder,
      std::chrono::milliseconds at_most = std::chrono::milliseconds(0));
  ~FolderLock();
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

 private:
  // A descriptor, or a HANDLE.
  explicit FolderLock(std::intptr_t held) : held_(held) {}
  std::intptr_t held_;
};

// Tells the service manager: "READY=1", "STOPPING=1", "WATCHDOG=1" (sd_notify(3): one datagram to
// $NOTIFY_SOCKET; on Windows the service control manager, which a worker reaches by its
// supervisor). False when there is none, or it did not take it.
bool notify_manager(const std::string& state);
// How often the service manager wants to hear "WATCHDOG=1", halved for safety; nothing: never.
std::optional<std::chrono::milliseconds> watchdog_interval();

std::int64_t own_pid();
// This process may open what is private to the gateway's account without being it (root): what it
// finds about rights is not what the gateway will find.
bool has_other_eyes();
// By name, or by number (on Windows a SID): as rpc::PeerIdentity writes them.
std::optional<std::string> account_of(const std::string& user);
std::optional<std::string> group_of(const std::string& group);
// Who may do everything: this account, and those the system lets do everything (root; the system
// and raised administrators).
std::set<std::string> masters();

}  // namespace semafoor::app
