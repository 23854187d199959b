// SPDX-License-Identifier: Apache-2.0
//
// What the life of the process needs of a POSIX system.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "gateway/domain/result.h"

namespace semafoor::app::posix {

// Before any thread starts: files and sockets are made for this account alone, the signals below
// are kept for wait_signal(), SIGPIPE is ignored, threads share two pools of free memory.
void prepare_process();

// What was freed goes back to the system: a busy hour is not paid for until the next restart.
void give_memory_back();

enum class Signal { stop, reload };
// The next SIGTERM or SIGINT (stop) or SIGHUP (reload); nothing after `wait`.
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
  explicit FolderLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

// Tells the service manager: "READY=1", "STOPPING=1", "WATCHDOG=1" (sd_notify(3): one datagram to
// $NOTIFY_SOCKET). False when there is none, or it did not take it.
bool notify_manager(const std::string& state);
// How often the service manager wants to hear "WATCHDOG=1", halved for safety; nothing: never.
std::optional<std::chrono::milliseconds> watchdog_interval();

std::uint32_t own_uid();
std::int64_t own_pid();
// By name, or a plain number.
std::optional<std::uint32_t> uid_of(const std::string& user);
std::optional<std::uint32_t> gid_of(const std::string& group);
// The same as rpc::PeerIdentity writes them.
std::optional<std::string> account_of(const std::string& user);
std::optional<std::string> group_of(const std::string& group);
// Who may do everything: root and this account.
std::set<std::string> masters();

}  // namespace semafoor::app::posix
