// SPDX-License-Identifier: Apache-2.0
#include <events.h>
#include <gtest/gtest.h>
#include <windows.h>

#include <string>

#include "gateway/os/windows/handle.h"

namespace semafoor::app {
namespace {

// As the event viewer makes it.
std::string text_of(DWORD id) {
  wchar_t message[] = L"Words of 50 %.";
  wchar_t more[] = L"pid: 7";
  DWORD_PTR strings[] = {reinterpret_cast<DWORD_PTR>(message), reinterpret_cast<DWORD_PTR>(more)};
  wchar_t* made = nullptr;
  FormatMessageW(
      FORMAT_MESSAGE_ALLOCATE_BUFFER | FORMAT_MESSAGE_FROM_HMODULE | FORMAT_MESSAGE_ARGUMENT_ARRAY,
      GetModuleHandleW(nullptr), id, 0, reinterpret_cast<wchar_t*>(&made), 0,
      reinterpret_cast<va_list*>(strings));
  const os::windows::LocalMemory freed(made);
  return made == nullptr ? std::string() : os::windows::utf8_of(made);
}

TEST(Events, TheProgramHoldsTheTextOfEach) {
  for (const DWORD id : {EVENT_READY, EVENT_STOPPED, EVENT_RELOADED, EVENT_NOT_STARTED,
                         EVENT_MISCONFIGURED, EVENT_ENDED, EVENT_NOT_SET_UP, EVENT_WORKER_RESTARTED,
                         EVENT_WORKERS_DIE, EVENT_NOT_STOPPING, EVENT_DUTY_UNWELL, EVENT_DUTY_WELL,
                         EVENT_DISK_LOW, EVENT_DISK_WELL, EVENT_BACKUP_FAILED}) {
    const std::string text = text_of(id);
    EXPECT_NE(text.find("Words of 50 %."), std::string::npos) << (id & 0xffffU);
    EXPECT_NE(text.find("pid: 7"), std::string::npos) << (id & 0xffffU);
  }
  EXPECT_EQ(text_of(0x1fff), "");
}

}  // namespace
}  // namespace semafoor::app
