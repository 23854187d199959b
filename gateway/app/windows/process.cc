// SPDX-License-Identifier: Apache-2.0
#include "gateway/app/process.h"

#include <windows.h>
// After windows.h, whose types they use.
#include <sddl.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <system_error>
#include <thread>
#include <vector>

#include "gateway/app/windows/service_process.h"
#include "gateway/app/windows/wishes.h"
#include "gateway/backup/windows/unfinished.h"
#include "gateway/os/windows/handle.h"
#include "gateway/os/windows/private_access.h"
#include "gateway/store/files.h"

namespace semafoor::app {
namespace {

using os::windows::Handle;
using windows::own_wishes;

// Closing the console or shutting down ends the process when the handler returns, or after 5 s.
constexpr DWORD kConsoleWaitsMs = 5'000;

BOOL WINAPI console_wish(DWORD what) {
  // A user has logged off, which is nothing to a service.
  if (what == CTRL_LOGOFF_EVENT) return TRUE;
  SetEvent(own_wishes().stop.get());
  if (what == CTRL_CLOSE_EVENT || what == CTRL_SHUTDOWN_EVENT) Sleep(kConsoleWaitsMs);
  return TRUE;
}

// No window that waits for somebody to press a button, no report that holds the process up: the
// supervisor starts another worker at once.
LONG WINAPI crash(EXCEPTION_POINTERS* what) {
  std::fprintf(stderr, "semafoor-gateway: exception %08lx at %p; the process ends\n",
               what->ExceptionRecord->ExceptionCode, what->ExceptionRecord->ExceptionAddress);
  TerminateProcess(GetCurrentProcess(), what->ExceptionRecord->ExceptionCode);
  return EXCEPTION_EXECUTE_HANDLER;
}

// The C library's own end has exit code 3, as a program may give too.
constexpr UINT kAborted = 0xe0000006;

void aborted(int /*signal*/) {
  TerminateProcess(GetCurrentProcess(), kAborted);
}

Error folder_error(const std::filesystem::path& folder, const std::string& what) {
  return {.kind = ErrorKind::failed_precondition,
          .code = "data.folder",
          .message = "The data folder " + folder.string() + " was to be used; the system says: " +
                     what + " Make it, with full control for the gateway's account."};
}

std::string holder_of(const std::filesystem::path& file) {
  std::string pid;
  std::ifstream(file) >> pid;
  return pid;
}

// S-1-... as it is, anything else as the system knows it.
std::optional<std::string> sid_of(const std::string& name) {
  const std::wstring wide = os::windows::wide_of(name);
  PSID written = nullptr;
  if (name.starts_with("S-1-") && ConvertStringSidToSidW(wide.c_str(), &written)) {
    LocalFree(written);
    return name;
  }
  alignas(SID) std::array<std::byte, SECURITY_MAX_SID_SIZE> sid{};
  DWORD size = sid.size();
  std::array<wchar_t, 256> domain{};
  DWORD domain_size = domain.size();
  SID_NAME_USE kind{};
  if (!LookupAccountNameW(nullptr, wide.c_str(), sid.data(), &size, domain.data(), &domain_size,
                          &kind))
    return std::nullopt;
  return os::windows::sid_text(sid.data());
}

}  // namespace

void prepare_process() {
  SetErrorMode(SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX | SEM_NOOPENFILEERRORBOX);
  SetUnhandledExceptionFilter(&crash);
  std::signal(SIGABRT, &aborted);
  (void)own_wishes();
  SetConsoleCtrlHandler(&console_wish, TRUE);
}

void listen_for_wishes(const std::filesystem::path& data_folder) {
  os::windows::PrivateAccess access;
  if (access.get() == nullptr) return;
  // One that is there already is of a gateway that was killed just now, or of one that runs, and
  // then this one will not start. One of somebody else's would let him stop us.
  const auto make = [&](const wchar_t* what, BOOL stays_set) {
    Handle event(
        CreateEventW(access.get(), stays_set, FALSE, windows::name_for(data_folder, what).c_str()));
    const std::string maker = event ? os::windows::foreign_maker(event.get()) : "nobody";
    return maker.empty() || maker == os::windows::own_owner() ? std::move(event) : Handle();
  };
  own_wishes().named_stop = make(L"stop", TRUE);
  own_wishes().named_reload = make(L"reload", FALSE);
}

// The C library gives back what it can by itself.
void give_memory_back() {}

std::optional<Signal> wait_signal(std::chrono::milliseconds wait) {
  switch (windows::wait_for_wish(wait, true, {}).value_or(0)) {
    case windows::kStopWish:
      return Signal::stop;
    case windows::kReloadWish:
      return Signal::reload;
    default:
      return std::nullopt;
  }
}

// Held by its name, not by a file in the folder: a folder with an open file in it cannot be
// renamed, which a restore does while it holds the lock.
Result<std::unique_ptr<FolderLock>> FolderLock::take(const std::filesystem::path& folder,
                                                     std::chrono::milliseconds at_most) {
  os::windows::PrivateAccess access;
  if (access.get() == nullptr) return folder_error(folder, "the access list is not understood.");
  const std::wstring name = windows::name_for(folder, L"lock");
  const auto until = std::chrono::steady_clock::now() + at_most;
  const std::filesystem::path file = folder / "gateway.lock";
  Handle held;
  for (;;) {
    held = Handle(CreateMutexW(access.get(), FALSE, name.c_str()));
    const DWORD problem = GetLastError();
    // It is there as long as anybody has it open, and goes with the process however that ends.
    if (held && problem != ERROR_ALREADY_EXISTS) break;
    if (!held && problem != ERROR_ACCESS_DENIED)
      return folder_error(folder, os::windows::words_of(problem) + ".");
    held = Handle();
    if (std::chrono::steady_clock::now() >= until) {
      const std::string pid = holder_of(file);
      return Error{.kind = ErrorKind::failed_precondition,
                   .code = "data.in_use",
                   .message = "The data folder " + folder.string() +
                              " was to be used; another gateway uses it" +
                              (pid.empty() ? std::string() : " (process " + pid + ")") +
                              ". Stop that one, or give this one a data_dir of its own."};
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  std::unique_ptr<FolderLock> lock(new FolderLock(reinterpret_cast<std::intptr_t>(held.release())));
  if (auto undone = backup::windows::undo_unfinished_exchange(folder); !undone)
    return folder_error(folder, undone.error().message);
  if (auto made = store::make_folder(folder); !made)
    return folder_error(folder, made.error().message);
  // Only for the message above.
  std::ofstream(file, std::ios::binary | std::ios::trunc) << GetCurrentProcessId();
  return lock;
}

FolderLock::~FolderLock() {
  CloseHandle(reinterpret_cast<HANDLE>(held_));
}

// A worker tells its supervisor, which is the service.
bool notify_manager(const std::string& state) {
  if (own_wishes().ready) return state == "READY=1" && SetEvent(own_wishes().ready.get()) != FALSE;
  return windows::tell_service_manager(state);
}

std::optional<std::chrono::milliseconds> watchdog_interval() {
  return std::nullopt;
}

std::int64_t own_pid() {
  return GetCurrentProcessId();
}

// An administrator's rights are in the access lists like everybody's.
bool has_other_eyes() {
  return false;
}

std::optional<std::string> account_of(const std::string& user) {
  return sid_of(user);
}

std::optional<std::string> group_of(const std::string& group) {
  return sid_of(group);
}

// Administrators count when they were raised: otherwise the group is not enabled in their token.
std::set<std::string> masters() {
  return {"S-1-5-18", "S-1-5-32-544", os::windows::own_account()};
}

}  // namespace semafoor::app
