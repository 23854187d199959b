// SPDX-License-Identifier: Apache-2.0
#include "gateway/app/worker_process.h"

#include <windows.h>

#include <array>
#include <charconv>
#include <string>
#include <thread>
#include <vector>

#include "gateway/app/process.h"
#include "gateway/app/windows/service_process.h"
#include "gateway/app/windows/wishes.h"
#include "gateway/os/windows/command_line.h"
#include "gateway/os/windows/handle.h"

namespace semafoor::app {
namespace {

using os::windows::Handle;
using windows::own_wishes;

// What the system gives as the exit code of a process that ended by an exception begins so; a
// worker that we end looks the same (0xe0000000: of an application).
constexpr DWORD kExceptions = 0xc0000000;
constexpr DWORD kKilled = 0xe0000009;

Handle inheritable_event(bool stays_set) {
  SECURITY_ATTRIBUTES inherited{sizeof inherited, nullptr, TRUE};
  return Handle(CreateEventW(&inherited, stays_set ? TRUE : FALSE, FALSE, nullptr));
}

Handle inheritable_self() {
  HANDLE self = nullptr;
  DuplicateHandle(GetCurrentProcess(), GetCurrentProcess(), GetCurrentProcess(), &self, SYNCHRONIZE,
                  TRUE, 0);
  return Handle(self);
}

std::string number(HANDLE handle) {
  return std::to_string(reinterpret_cast<std::uintptr_t>(handle));
}

// Names the handles that a child inherits (all others stay here), and the job that it is born in: a
// child that joined it later would outlive whoever is killed in between.
class BirthList {
 public:
  BirthList(std::vector<HANDLE> handles, HANDLE job) : handles_(std::move(handles)), job_(job) {
    SIZE_T size = 0;
    InitializeProcThreadAttributeList(nullptr, 2, 0, &size);
    room_.resize(size);
    if (!InitializeProcThreadAttributeList(get(), 2, 0, &size)) return;
    good_ = UpdateProcThreadAttribute(get(), 0, PROC_THREAD_ATTRIBUTE_HANDLE_LIST, handles_.data(),
                                      handles_.size() * sizeof(HANDLE), nullptr, nullptr) &&
            UpdateProcThreadAttribute(get(), 0, PROC_THREAD_ATTRIBUTE_JOB_LIST, &job_, sizeof job_,
                                      nullptr, nullptr);
  }
  ~BirthList() { DeleteProcThreadAttributeList(get()); }
  BirthList(const BirthList&) = delete;
  BirthList& operator=(const BirthList&) = delete;
  LPPROC_THREAD_ATTRIBUTE_LIST get() {
    return reinterpret_cast<LPPROC_THREAD_ATTRIBUTE_LIST>(room_.data());
  }
  bool good() const { return good_; }

 private:
  std::vector<HANDLE> handles_;
  HANDLE job_;
  std::vector<std::byte> room_;
  bool good_ = false;
};

// Its processes end when the last handle to it does, which is ours.
Handle killing_job() {
  Handle job(CreateJobObjectW(nullptr, nullptr));
  JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits{};
  limits.BasicLimitInformation.LimitFlags =
      JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE | JOB_OBJECT_LIMIT_DIE_ON_UNHANDLED_EXCEPTION;
  SetInformationJobObject(job.get(), JobObjectExtendedLimitInformation, &limits, sizeof limits);
  return job;
}

Error refused(DWORD problem) {
  return {
      .kind = ErrorKind::unavailable,
      .code = "supervisor.start",
      .message = "A worker was to be started; the system says: " + os::windows::words_of(problem) +
                 ". Check memory, and what keeps programs from starting."};
}

class WindowsWorker final : public WorkerProcess {
 public:
  explicit WindowsWorker(const std::filesystem::path& config_file)
      : config_(config_file.string()), job_(killing_job()) {}

  Result<std::int64_t> start() override {
    // New for each: a wish to the last one is not for this one.
    stop_ = inheritable_event(true);
    reload_ = inheritable_event(false);
    ready_ = inheritable_event(false);
    const Handle self = inheritable_self();
    if (!stop_ || !reload_ || !ready_ || !self) return refused(GetLastError());
    std::vector<HANDLE> inherited{stop_.get(), reload_.get(), ready_.get(), self.get()};
    std::string word;
    for (HANDLE one : inherited) word += (word.empty() ? "" : ",") + number(one);
    STARTUPINFOEXW how{};
    how.StartupInfo.cb = sizeof how;
    pass_output_on(how.StartupInfo, inherited);
    BirthList birth(std::move(inherited), job_.get());
    if (!birth.good()) return refused(GetLastError());
    how.lpAttributeList = birth.get();
    const auto program = os::windows::own_program();
    std::wstring line =
        os::windows::command_line(program, {"run", "--worker", word, "--config", config_});
    PROCESS_INFORMATION made{};
    // A group of its own: Ctrl-C is for the supervisor, which passes it on. A service has no
    // console, and its worker needs none.
    if (!CreateProcessW(program.c_str(), line.data(), nullptr, nullptr, TRUE,
                        EXTENDED_STARTUPINFO_PRESENT | CREATE_NEW_PROCESS_GROUP |
                            (windows::is_of_service() ? DETACHED_PROCESS : 0),
                        nullptr, nullptr, &how.StartupInfo, &made))
      return refused(GetLastError());
    process_ = Handle(made.hProcess);
    CloseHandle(made.hThread);
    return static_cast<std::int64_t>(made.dwProcessId);
  }

  News wait(std::chrono::milliseconds at_most) override {
    std::vector<HANDLE> also{ready_.get()};
    if (process_) also.push_back(process_.get());
    // A wish that is being carried out is not told again: the worker's end is what comes next.
    const auto first = windows::wait_for_wish(at_most, !stopping_, also);
    if (!first) return {};
    switch (*first) {
      case windows::kStopWish:
        stopping_ = true;
        return {.end = {}, .wish = Wish::stop};
      case windows::kReloadWish:
        return {.end = {}, .wish = Wish::reload};
      case 0:
        notify_manager("READY=1");
        return {};
      default:
        return {.end = ended(), .wish = {}};
    }
  }

  void pass_on(Wish wish) override { SetEvent(wish == Wish::stop ? stop_.get() : reload_.get()); }
  void kill() override {
    if (process_) TerminateProcess(process_.get(), kKilled);
  }
  void notify(const char* state) override { notify_manager(state); }
  std::chrono::steady_clock::time_point now() override { return std::chrono::steady_clock::now(); }

 private:
  // Standard output and error are the worker's too, where there are any.
  static void pass_output_on(STARTUPINFOW& how, std::vector<HANDLE>& inherited) {
    how.hStdOutput = GetStdHandle(STD_OUTPUT_HANDLE);
    how.hStdError = GetStdHandle(STD_ERROR_HANDLE);
    bool any = false;
    for (HANDLE* one : {&how.hStdOutput, &how.hStdError}) {
      if (*one == nullptr || *one == INVALID_HANDLE_VALUE ||
          !SetHandleInformation(*one, HANDLE_FLAG_INHERIT, HANDLE_FLAG_INHERIT)) {
        *one = nullptr;
        continue;
      }
      any = true;
      // Named once: the system refuses a list with a handle that is in it twice.
      if (one == &how.hStdOutput || *one != how.hStdOutput) inherited.push_back(*one);
    }
    if (any) how.dwFlags |= STARTF_USESTDHANDLES;
  }

  WorkerEnd ended() {
    DWORD code = 1;
    GetExitCodeProcess(process_.get(), &code);
    process_ = Handle();
    if (code >= kExceptions) return {.exit_code = 0, .signal = static_cast<int>(code)};
    return {.exit_code = static_cast<int>(code), .signal = 0};
  }

  const std::string config_;
  const Handle job_;
  Handle process_;
  Handle stop_;
  Handle reload_;
  Handle ready_;
  bool stopping_ = false;
};

// The next number of "1,2,3,4"; null when there is none.
Handle next_handle(const char*& at, const char* end) {
  std::uintptr_t value = 0;
  const auto [stop, problem] = std::from_chars(at, end, value);
  if (problem != std::errc()) return {};
  at = stop != end && *stop == ',' ? stop + 1 : stop;
  Handle handle(reinterpret_cast<HANDLE>(value));
  // A number that names nothing here is nobody's word.
  DWORD flags = 0;
  if (!GetHandleInformation(handle.get(), &flags)) (void)handle.release();
  return handle;
}

}  // namespace

// No passphrase: a Windows service has nobody to ask (passphrase.h).
std::unique_ptr<WorkerProcess> make_worker_process(
    const std::filesystem::path& config_file, std::optional<vault::SecretBytes> /*passphrase*/) {
  return std::make_unique<WindowsWorker>(config_file);
}

bool end_with_supervisor(const std::string& word) {
  const char* at = word.data();
  const char* const end = at + word.size();
  Handle stop = next_handle(at, end);
  Handle reload = next_handle(at, end);
  Handle ready = next_handle(at, end);
  Handle supervisor = next_handle(at, end);
  if (!stop || !reload || !ready || !supervisor) return false;
  own_wishes().stop = std::move(stop);
  own_wishes().reload = std::move(reload);
  own_wishes().ready = std::move(ready);
  std::thread([supervisor = std::move(supervisor)] {
    WaitForSingleObject(supervisor.get(), INFINITE);
    // Not exit(): what hangs must not keep it alive. The store is made for this.
    TerminateProcess(GetCurrentProcess(), 1);
  }).detach();
  return true;
}

}  // namespace semafoor::app
