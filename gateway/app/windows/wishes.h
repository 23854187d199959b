// SPDX-License-Identifier: Apache-2.0
//
// What POSIX does with signals, done with events: one to stop, one to reload. Ctrl-C sets the
// first; `semafoor-gateway stop` finds both by the data folder; a worker is given its supervisor's.
#pragma once

#include <windows.h>

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "gateway/os/windows/handle.h"

namespace semafoor::app::windows {

struct Wishes {
  os::windows::Handle stop;
  os::windows::Handle reload;
  // The same by name, for the commands. Beside the others, not in their place: whoever sets those
  // may do so at any time. Null where no command is listened to.
  os::windows::Handle named_stop = {};
  os::windows::Handle named_reload = {};
  // In a worker: its supervisor waits for it to serve. Null elsewhere.
  os::windows::Handle ready = {};
};

// Of this process, for its whole life. Console and service manager call on threads of their own
// and bring no object along: that is why it is the one global thing here.
Wishes& own_wishes();

// Waits for one of them, or for `also` (may be empty), which come after the wishes: the index in
// `also`, or one of the numbers below, or nothing after `wait`.
constexpr int kStopWish = -1;
constexpr int kReloadWish = -2;
std::optional<int> wait_for_wish(std::chrono::milliseconds wait, bool for_stop,
                                 const std::vector<HANDLE>& also);

// The name under which something of a gateway is found: the same for every way to write the
// folder's path, in every session of this machine, and whether it is there or is being exchanged.
std::wstring name_for(const std::filesystem::path& data_folder, const wchar_t* what);

}  // namespace semafoor::app::windows
