// SPDX-License-Identifier: Apache-2.0
#include "gateway/app/windows/service_manager.h"

#include <windows.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <memory>
#include <optional>
#include <thread>
#include <utility>

#include "gateway/app/exit_codes.h"
#include "gateway/app/places.h"
#include "gateway/app/windows/service_names.h"
#include "gateway/os/windows/command_line.h"
#include "gateway/os/windows/handle.h"

namespace semafoor::app::windows {
namespace {

using os::windows::utf8_of;
using os::windows::wide_of;
using os::windows::words_of;

constexpr wchar_t kDisplayName[] = L"Semafoor gateway";
constexpr wchar_t kDescription[] =
    L"e-Box, knipperlichten and their answers for the social software of this organisation. Holds "
    L"its credentials and what is on its way.";
constexpr wchar_t kEventKey[] =
    L"SYSTEM\\CurrentControlSet\\Services\\EventLog\\Application\\Semafoor";
constexpr wchar_t kParametersKey[] =
    L"SYSTEM\\CurrentControlSet\\Services\\SemafoorGateway\\Parameters";
constexpr wchar_t kRefusedValue[] = L"NotApplied";

// The gateway's own supervisor restarts what crashes within seconds; this is for the supervisor.
constexpr DWORD kRestartAfterMs = 5'000;
constexpr DWORD kPauseMs = 300'000;
constexpr DWORD kForgottenAfterS = 3'600;
constexpr DWORD kBeforeShutdownMs = 20'000;

// While it makes progress it is waited for, so long; the manager itself gives up what makes none. A
// large store that a newer version changes may need minutes to start.
constexpr std::chrono::milliseconds kLookEvery{50};
constexpr std::chrono::seconds kNoProgress{30};
constexpr std::chrono::minutes kAtMost{5};

struct CloseService {
  void operator()(SC_HANDLE handle) const { CloseServiceHandle(handle); }
};
using ServiceHandle = std::unique_ptr<std::remove_pointer_t<SC_HANDLE>, CloseService>;

// Of the registry, to write to; made when it is not there.
class Key {
 public:
  explicit Key(const wchar_t* name)
      : problem_(RegCreateKeyExW(HKEY_LOCAL_MACHINE, name, 0, nullptr, 0, KEY_SET_VALUE, nullptr,
                                 &key_, nullptr)) {}
  ~Key() {
    if (key_ != nullptr) RegCloseKey(key_);
  }
  Key(const Key&) = delete;
  Key& operator=(const Key&) = delete;
  HKEY get() const { return key_; }
  DWORD problem() const { return static_cast<DWORD>(problem_); }

 private:
  HKEY key_ = nullptr;
  const LONG problem_;
};

Error refused(const std::string& tried, DWORD problem) {
  const bool denied = problem == ERROR_ACCESS_DENIED;
  return {.kind = denied ? ErrorKind::permission_denied : ErrorKind::unavailable,
          .code = denied ? "service.denied" : "service.manager",
          .message = tried + "; the system says: " + words_of(problem) +
                     (denied ? ". Run this in a window that was opened as administrator."
                             : ". See the system's event log.")};
}

Error not_installed() {
  return {.kind = ErrorKind::not_found,
          .code = kNotInstalledCode,
          .message =
              "There is no service SemafoorGateway on this machine. Run: semafoor-gateway "
              "service install --config FILE"};
}

// Null when there is none, `problem` then says why.
ServiceHandle open_service(SC_HANDLE manager, DWORD access, DWORD& problem) {
  ServiceHandle service(OpenServiceW(manager, kServiceName, access));
  problem = service ? ERROR_SUCCESS : GetLastError();
  return service;
}

struct Opened {
  ServiceHandle manager;
  ServiceHandle service;
};

Result<Opened> open(DWORD access, const std::string& tried) {
  Opened opened;
  opened.manager.reset(OpenSCManagerW(nullptr, nullptr, SC_MANAGER_CONNECT));
  if (!opened.manager) return refused(tried, GetLastError());
  DWORD problem = ERROR_SUCCESS;
  opened.service = open_service(opened.manager.get(), access, problem);
  if (problem == ERROR_SERVICE_DOES_NOT_EXIST) return not_installed();
  if (!opened.service) return refused(tried, problem);
  return opened;
}

bool status_of(SC_HANDLE service, SERVICE_STATUS_PROCESS& status) {
  DWORD size = 0;
  return QueryServiceStatusEx(service, SC_STATUS_PROCESS_INFO, reinterpret_cast<BYTE*>(&status),
                              sizeof status, &size) != FALSE;
}

std::string state_name(DWORD state) {
  switch (state) {
    case SERVICE_STOPPED:
      return "stopped";
    case SERVICE_START_PENDING:
      return "starting";
    case SERVICE_RUNNING:
      return "running";
    case SERVICE_STOP_PENDING:
      return "stopping";
    default:
      return "state " + std::to_string(state);
  }
}

// Until it is neither starting nor stopping, or shows no progress any more. What it is in then.
SERVICE_STATUS_PROCESS settle(SC_HANDLE service) {
  SERVICE_STATUS_PROCESS status{};
  const auto last = std::chrono::steady_clock::now() + kAtMost;
  auto until = std::chrono::steady_clock::now() + kNoProgress;
  DWORD seen = 0;
  while (status_of(service, status)) {
    if (status.dwCurrentState != SERVICE_START_PENDING &&
        status.dwCurrentState != SERVICE_STOP_PENDING)
      break;
    const auto now = std::chrono::steady_clock::now();
    if (status.dwCheckPoint != seen) until = std::min(last, now + kNoProgress);
    seen = status.dwCheckPoint;
    if (now >= until) break;
    std::this_thread::sleep_for(kLookEvery);
  }
  return status;
}

// The exit code of its own: also of an end that the manager was not to take for a failure.
int exit_code_in(const SERVICE_STATUS_PROCESS& status) {
  const bool its_own =
      status.dwWin32ExitCode == ERROR_SERVICE_SPECIFIC_ERROR || status.dwWin32ExitCode == NO_ERROR;
  return its_own ? static_cast<int>(status.dwServiceSpecificExitCode) : kDone;
}

// A sentence.
std::string end_text(const SERVICE_STATUS_PROCESS& status) {
  if (const int code = exit_code_in(status); code != kDone)
    return "exit code " + std::to_string(code) + ". " + advice_for(code);
  if (status.dwWin32ExitCode != NO_ERROR) return words_of(status.dwWin32ExitCode) + ".";
  return "it is " + state_name(status.dwCurrentState) + ".";
}

// What ChangeServiceConfig2 is asked for, one by one.
class Requests {
 public:
  explicit Requests(SC_HANDLE service) : service_(service) {}

  void ask(const char* what, DWORD level, void* value) {
    if (!ChangeServiceConfig2W(service_, level, value))
      refusals.push_back({what, words_of(GetLastError())});
  }
  std::vector<Refusal> refusals;

 private:
  const SC_HANDLE service_;
};

void ask_for_recovery(Requests& requests) {
  // Three times soon, then each five minutes: the last one is repeated.
  std::array<SC_ACTION, 4> actions{{{SC_ACTION_RESTART, kRestartAfterMs},
                                    {SC_ACTION_RESTART, kRestartAfterMs},
                                    {SC_ACTION_RESTART, kRestartAfterMs},
                                    {SC_ACTION_RESTART, kPauseMs}}};
  SERVICE_FAILURE_ACTIONSW failure{};
  failure.dwResetPeriod = kForgottenAfterS;
  failure.cActions = actions.size();
  failure.lpsaActions = actions.data();
  requests.ask("restart after a failure", SERVICE_CONFIG_FAILURE_ACTIONS, &failure);
  SERVICE_FAILURE_ACTIONS_FLAG flag{TRUE};
  requests.ask("an exit code counts as a failure", SERVICE_CONFIG_FAILURE_ACTIONS_FLAG, &flag);
}

// Its messages are in this program.
std::optional<Refusal> register_event_source() {
  const std::string what = "the event source Semafoor";
  const Key key(kEventKey);
  if (key.get() == nullptr) return Refusal{what, words_of(key.problem())};
  const std::wstring program = os::windows::own_program().native();
  const DWORD types = EVENTLOG_ERROR_TYPE | EVENTLOG_WARNING_TYPE | EVENTLOG_INFORMATION_TYPE;
  LONG problem = RegSetValueExW(key.get(), L"EventMessageFile", 0, REG_SZ,
                                reinterpret_cast<const BYTE*>(program.c_str()),
                                static_cast<DWORD>((program.size() + 1) * sizeof(wchar_t)));
  if (problem == ERROR_SUCCESS)
    problem = RegSetValueExW(key.get(), L"TypesSupported", 0, REG_DWORD,
                             reinterpret_cast<const BYTE*>(&types), sizeof types);
  if (problem != ERROR_SUCCESS) return Refusal{what, words_of(static_cast<DWORD>(problem))};
  return std::nullopt;
}

// One string for each, "WHAT: WHY", with an empty one at the end.
void remember(const std::vector<Refusal>& refusals) {
  std::wstring text;
  for (const Refusal& one : refusals) {
    text += wide_of(one.what + ": " + one.why);
    text += L'\0';
  }
  text += L'\0';
  const Key key(kParametersKey);
  if (key.get() != nullptr)
    RegSetValueExW(key.get(), kRefusedValue, 0, REG_MULTI_SZ,
                   reinterpret_cast<const BYTE*>(text.data()),
                   static_cast<DWORD>(text.size() * sizeof(wchar_t)));
}

std::vector<Refusal> remembered() {
  std::vector<Refusal> refusals;
  DWORD size = 0;
  if (RegGetValueW(HKEY_LOCAL_MACHINE, kParametersKey, kRefusedValue, RRF_RT_REG_MULTI_SZ, nullptr,
                   nullptr, &size) != ERROR_SUCCESS)
    return refusals;
  std::wstring text(size / sizeof(wchar_t), L'\0');
  if (RegGetValueW(HKEY_LOCAL_MACHINE, kParametersKey, kRefusedValue, RRF_RT_REG_MULTI_SZ, nullptr,
                   text.data(), &size) != ERROR_SUCCESS)
    return refusals;
  for (std::size_t at = 0; at < text.size() && text[at] != L'\0';) {
    const std::string one = utf8_of(text.c_str() + at);
    const auto colon = one.find(": ");
    refusals.push_back(
        {one.substr(0, colon), colon == std::string::npos ? "" : one.substr(colon + 2)});
    at = text.find(L'\0', at) + 1;
  }
  return refusals;
}

std::wstring image_of(const std::filesystem::path& config_file) {
  return os::windows::command_line(
      os::windows::own_program(),
      {"service", "run", "--config", std::filesystem::absolute(config_file).string()});
}

}  // namespace

Result<std::vector<Refusal>> configure_service() {
  // Who has it started after a failure must be allowed to start it.
  auto opened = open(SERVICE_CHANGE_CONFIG | SERVICE_START, "The service was to be configured");
  if (!opened.ok()) return opened.error();
  Requests requests(opened->service.get());
  std::wstring text = kDescription;
  SERVICE_DESCRIPTIONW description{text.data()};
  requests.ask("its description", SERVICE_CONFIG_DESCRIPTION, &description);
  ask_for_recovery(requests);
  // Not restricted: what that forbids cannot be tried where this is built (docs/windows-checklist).
  SERVICE_SID_INFO sid{SERVICE_SID_TYPE_UNRESTRICTED};
  requests.ask("an account of its own in access lists", SERVICE_CONFIG_SERVICE_SID_INFO, &sid);
  SERVICE_PRESHUTDOWN_INFO shutdown{kBeforeShutdownMs};
  requests.ask("20 seconds before a shutdown", SERVICE_CONFIG_PRESHUTDOWN_INFO, &shutdown);
  if (auto problem = register_event_source()) requests.refusals.push_back(std::move(*problem));
  remember(requests.refusals);
  return std::move(requests.refusals);
}

Result<std::vector<Refusal>> install_service(const std::filesystem::path& config_file) {
  const std::string tried = "The service SemafoorGateway was to be installed";
  const ServiceHandle manager(
      OpenSCManagerW(nullptr, nullptr, SC_MANAGER_CONNECT | SC_MANAGER_CREATE_SERVICE));
  if (!manager) return refused(tried, GetLastError());
  const std::wstring image = image_of(config_file);
  const ServiceHandle made(CreateServiceW(manager.get(), kServiceName, kDisplayName,
                                          SERVICE_CHANGE_CONFIG, SERVICE_WIN32_OWN_PROCESS,
                                          SERVICE_AUTO_START, SERVICE_ERROR_NORMAL, image.c_str(),
                                          nullptr, nullptr, nullptr, kServiceAccount, nullptr));
  if (!made) {
    DWORD problem = GetLastError();
    if (problem != ERROR_SERVICE_EXISTS) return refused(tried, problem);
    const ServiceHandle service = open_service(manager.get(), SERVICE_CHANGE_CONFIG, problem);
    if (!service) return refused(tried, problem);
    if (!ChangeServiceConfigW(service.get(), SERVICE_WIN32_OWN_PROCESS, SERVICE_AUTO_START,
                              SERVICE_ERROR_NORMAL, image.c_str(), nullptr, nullptr, nullptr,
                              kServiceAccount, nullptr, kDisplayName))
      return refused(tried, GetLastError());
  }
  return configure_service();
}

Result<void> start_service() {
  const std::string tried = "The service was to be started";
  auto opened = open(SERVICE_START | SERVICE_QUERY_STATUS, tried);
  if (!opened.ok()) return opened.error();
  // One that still stops is waited for.
  settle(opened->service.get());
  if (!StartServiceW(opened->service.get(), 0, nullptr)) {
    const DWORD problem = GetLastError();
    if (problem != ERROR_SERVICE_ALREADY_RUNNING) return refused(tried, problem);
  }
  const SERVICE_STATUS_PROCESS status = settle(opened->service.get());
  if (status.dwCurrentState == SERVICE_RUNNING) return {};
  return Error{.kind = ErrorKind::failed_precondition,
               .code = "service.not_started",
               .message = tried + "; it did not: " + end_text(status) + " Its log is in " +
                          service_log_file().parent_path().string() +
                          ", unless the settings name another; the event log has a line too."};
}

Result<void> stop_service() {
  const std::string tried = "The service was to be stopped";
  auto opened = open(SERVICE_STOP | SERVICE_QUERY_STATUS, tried);
  if (!opened.ok()) return opened.error();
  SERVICE_STATUS ignored{};
  if (!ControlService(opened->service.get(), SERVICE_CONTROL_STOP, &ignored)) {
    const DWORD problem = GetLastError();
    // It has stopped, or is about to.
    if (problem != ERROR_SERVICE_NOT_ACTIVE && problem != ERROR_SERVICE_CANNOT_ACCEPT_CTRL)
      return refused(tried, problem);
  }
  const SERVICE_STATUS_PROCESS status = settle(opened->service.get());
  if (status.dwCurrentState == SERVICE_STOPPED) return {};
  return Error{.kind = ErrorKind::unavailable,
               .code = "service.not_stopped",
               .message = tried + "; it is " + state_name(status.dwCurrentState) +
                          " and shows no progress. See its log."};
}

Result<void> uninstall_service() {
  auto opened = open(DELETE, "The service was to be taken away");
  if (!opened.ok()) {
    if (opened.error().code == kNotInstalledCode) return {};
    return opened.error();
  }
  if (auto stopped = stop_service(); !stopped.ok()) return stopped.error();
  if (!DeleteService(opened->service.get())) {
    const DWORD problem = GetLastError();
    if (problem != ERROR_SERVICE_MARKED_FOR_DELETE)
      return refused("The service was to be taken away", problem);
  }
  RegDeleteKeyExW(HKEY_LOCAL_MACHINE, kEventKey, KEY_WOW64_64KEY, 0);
  return {};
}

Result<ServiceState> service_state() {
  ServiceState found;
  auto opened =
      open(SERVICE_QUERY_STATUS | SERVICE_QUERY_CONFIG, "The service was to be looked at");
  if (!opened.ok()) {
    if (opened.error().code == kNotInstalledCode) return found;
    return opened.error();
  }
  found.installed = true;
  SERVICE_STATUS_PROCESS status{};
  if (!status_of(opened->service.get(), status))
    return refused("The service was to be looked at", GetLastError());
  found.state = state_name(status.dwCurrentState);
  found.pid = status.dwProcessId;
  found.exit_code = exit_code_in(status);
  if (found.exit_code == kDone && status.dwWin32ExitCode != NO_ERROR &&
      status.dwWin32ExitCode != ERROR_SERVICE_NEVER_STARTED)
    found.system_error = words_of(status.dwWin32ExitCode);
  // Source: QueryServiceConfig: 8 KiB at most.
  alignas(QUERY_SERVICE_CONFIGW) std::array<std::byte, 8192> room{};
  DWORD size = 0;
  auto* config = reinterpret_cast<QUERY_SERVICE_CONFIGW*>(room.data());
  if (QueryServiceConfigW(opened->service.get(), config, room.size(), &size)) {
    found.account = utf8_of(config->lpServiceStartName);
    found.command = utf8_of(config->lpBinaryPathName);
    found.start = config->dwStartType == SERVICE_AUTO_START ? "auto"
                  : config->dwStartType == SERVICE_DISABLED ? "disabled"
                                                            : "manual";
  }
  found.refused = remembered();
  return found;
}

}  // namespace semafoor::app::windows
