// SPDX-License-Identifier: Apache-2.0
#include "gateway/app/system_log.h"

#include <windows.h>
// After windows.h, whose types it uses.
#include <events.h>

#include <algorithm>
#include <array>

#include "gateway/app/windows/service_names.h"
#include "gateway/app/windows/service_process.h"
#include "gateway/os/windows/handle.h"

namespace semafoor::app {
namespace {

struct Known {
  std::string_view event;
  DWORD id;
};
constexpr std::array<Known, 19> kKnown{{
    {"ready", EVENT_READY},
    {"stopped", EVENT_STOPPED},
    {"reload.done", EVENT_RELOADED},
    {"reload.refused", EVENT_RELOADED},
    {"start.failed", EVENT_NOT_STARTED},
    {"config.problem", EVENT_MISCONFIGURED},
    {"supervisor.misconfigured", EVENT_MISCONFIGURED},
    {"service.ended", EVENT_ENDED},
    {"service.not_set_up", EVENT_NOT_SET_UP},
    {"supervisor.restart", EVENT_WORKER_RESTARTED},
    {"supervisor.pause", EVENT_WORKERS_DIE},
    {"supervisor.killed", EVENT_NOT_STOPPING},
    {"duty.unwell", EVENT_DUTY_UNWELL},
    {"duty.well", EVENT_DUTY_WELL},
    {"disk.low", EVENT_DISK_LOW},
    {"disk.scarce", EVENT_DISK_LOW},
    {"disk.full", EVENT_DISK_LOW},
    {"disk.recovered", EVENT_DISK_WELL},
    {"backup.failed", EVENT_BACKUP_FAILED},
}};

// An event's severity is in its number (winerror.h).
WORD type_of(DWORD id) {
  switch (id >> 30U) {
    case 0x3:
      return EVENTLOG_ERROR_TYPE;
    case 0x2:
      return EVENTLOG_WARNING_TYPE;
    default:
      return EVENTLOG_INFORMATION_TYPE;
  }
}

}  // namespace

bool system_listens() {
  static const bool listens = windows::is_of_service();
  return listens;
}

void tell_system(std::string_view event, const std::string& message, const std::string& more) {
  const auto* found = std::find_if(kKnown.begin(), kKnown.end(),
                                   [&](const Known& one) { return one.event == event; });
  if (found == kKnown.end()) return;
  static HANDLE const log = RegisterEventSourceW(nullptr, windows::kEventSource);
  if (log == nullptr) return;
  const std::wstring texts[] = {os::windows::wide_of(message), os::windows::wide_of(more)};
  const wchar_t* strings[] = {texts[0].c_str(), texts[1].c_str()};
  ReportEventW(log, type_of(found->id), 0, found->id, nullptr, 2, 0, strings, nullptr);
}

}  // namespace semafoor::app
