// SPDX-License-Identifier: Apache-2.0
#include "tests/support/usage.h"

#include <windows.h>
// After windows.h, whose types it uses.
#include <tlhelp32.h>

namespace semafoor::testing {

Usage usage() {
  Usage now;
  DWORD handles = 0;
  if (GetProcessHandleCount(GetCurrentProcess(), &handles))
    now.descriptors = static_cast<int>(handles);
  const HANDLE threads = CreateToolhelp32Snapshot(TH32CS_SNAPTHREAD, 0);
  THREADENTRY32 entry{};
  entry.dwSize = sizeof entry;
  for (BOOL more = Thread32First(threads, &entry); more; more = Thread32Next(threads, &entry))
    now.threads += entry.th32OwnerProcessID == GetCurrentProcessId() ? 1 : 0;
  CloseHandle(threads);
  return now;
}

std::string plugin_file(const std::string& folder, const std::string& id) {
  return folder + "/semafoor_" + id + ".dll";
}

}  // namespace semafoor::testing
