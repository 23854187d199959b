// SPDX-License-Identifier: Apache-2.0
#include "host-shim/host/interrupt.h"

#include <windows.h>

#include <algorithm>
#include <system_error>

namespace semafoor::reference_host {
namespace {

// The system calls the handler on a thread of its own, without an object.
HANDLE g_raised = nullptr;

BOOL WINAPI note(DWORD /*what*/) {
  SetEvent(g_raised);
  return TRUE;
}

}  // namespace

Interrupt::Interrupt() {
  g_raised = CreateEventW(nullptr, TRUE, FALSE, nullptr);
  if (g_raised == nullptr)
    throw std::system_error(static_cast<int>(GetLastError()), std::system_category(),
                            "making an event for Ctrl-C");
  // A program that was started by another one may have been told to ignore Ctrl-C.
  SetConsoleCtrlHandler(nullptr, FALSE);
  SetConsoleCtrlHandler(&note, TRUE);
}

Interrupt::~Interrupt() {
  SetConsoleCtrlHandler(&note, FALSE);
  CloseHandle(g_raised);
}

void Interrupt::raise() {
  SetEvent(g_raised);
}

bool Interrupt::wait(std::optional<std::chrono::milliseconds> limit) {
  DWORD time = INFINITE;
  if (limit) time = static_cast<DWORD>(std::clamp<int64_t>(limit->count(), 0, INFINITE - 1));
  return WaitForSingleObject(g_raised, time) == WAIT_OBJECT_0;
}

}  // namespace semafoor::reference_host
