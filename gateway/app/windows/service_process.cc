// SPDX-License-Identifier: Apache-2.0
#include "gateway/app/windows/service_process.h"

#include <windows.h>

#include <chrono>
#include <condition_variable>
#include <iostream>
#include <mutex>
#include <thread>

#include "gateway/app/exit_codes.h"
#include "gateway/app/system_log.h"
#include "gateway/app/windows/service_names.h"
#include "gateway/app/windows/wishes.h"
#include "gateway/os/windows/handle.h"

namespace semafoor::app::windows {
namespace {

// Also the environment of the worker.
constexpr wchar_t kMark[] = L"SEMAFOOR_SERVICE";

// The manager takes a service for hung that shows no progress within the wait it hinted at.
constexpr std::chrono::seconds kCheckpointEvery{1};
constexpr DWORD kWaitHintMs = 5'000;

class Service {
 public:
  std::function<int()> gateway;
  int exit_code = kFailed;

  // On the thread that the manager gave. False when it does not know this service.
  bool begin() {
    handle_ = RegisterServiceCtrlHandlerExW(kServiceName, &Service::asked, this);
    if (handle_ == nullptr) return false;
    set(SERVICE_START_PENDING);
    checkpoints_ = std::jthread([this](const std::stop_token& stop) { tick(stop); });
    return true;
  }
  bool begun() const { return handle_ != nullptr; }
  void running() { set(SERVICE_RUNNING); }
  void stopping() { set(SERVICE_STOP_PENDING); }
  void ended(int code) {
    exit_code = code;
    checkpoints_.request_stop();
    checkpoints_.join();
    const std::lock_guard lock(mutex_);
    // What the manager takes for a failure it starts again: not what it told to stop, and not wrong
    // settings. `service status` reads the second number.
    const bool failed =
        code != kDone && code != kMisconfigured && status_.dwCurrentState != SERVICE_STOP_PENDING;
    status_.dwWin32ExitCode = failed ? ERROR_SERVICE_SPECIFIC_ERROR : NO_ERROR;
    status_.dwServiceSpecificExitCode = static_cast<DWORD>(code);
    tell(SERVICE_STOPPED);
  }

 private:
  static DWORD WINAPI asked(DWORD control, DWORD /*event*/, void* /*data*/, void* self) {
    switch (control) {
      case SERVICE_CONTROL_STOP:
      case SERVICE_CONTROL_PRESHUTDOWN:
        static_cast<Service*>(self)->stopping();
        SetEvent(own_wishes().stop.get());
        return NO_ERROR;
      case SERVICE_CONTROL_PARAMCHANGE:
        SetEvent(own_wishes().reload.get());
        return NO_ERROR;
      case SERVICE_CONTROL_INTERROGATE:
        return NO_ERROR;
      default:
        return ERROR_CALL_NOT_IMPLEMENTED;
    }
  }

  void set(DWORD state) {
    const std::lock_guard lock(mutex_);
    // A worker that was started again while the service stops is no news, nor a wish to stop what
    // has stopped.
    if (status_.dwCurrentState == SERVICE_STOPPED && told_) return;
    if (status_.dwCurrentState == SERVICE_STOP_PENDING && state == SERVICE_RUNNING) return;
    tell(state);
  }

  // With the lock.
  void tell(DWORD state) {
    const bool pending = state == SERVICE_START_PENDING || state == SERVICE_STOP_PENDING;
    status_.dwServiceType = SERVICE_WIN32_OWN_PROCESS;
    status_.dwCheckPoint = !pending                          ? 0
                           : status_.dwCurrentState == state ? status_.dwCheckPoint + 1
                                                             : 1;
    status_.dwWaitHint = pending ? kWaitHintMs : 0;
    // Also while it starts: a start that does not come to its end can be ended.
    status_.dwControlsAccepted =
        state == SERVICE_RUNNING
            ? SERVICE_ACCEPT_STOP | SERVICE_ACCEPT_PRESHUTDOWN | SERVICE_ACCEPT_PARAMCHANGE
        : state == SERVICE_START_PENDING ? SERVICE_ACCEPT_STOP
                                         : 0;
    status_.dwCurrentState = state;
    told_ = true;
    SetServiceStatus(handle_, &status_);
  }

  void tick(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (!stop.stop_requested()) {
      ticked_.wait_for(lock, stop, kCheckpointEvery, [] { return false; });
      const DWORD state = status_.dwCurrentState;
      if (!stop.stop_requested() && state != SERVICE_RUNNING) tell(state);
    }
  }

  SERVICE_STATUS_HANDLE handle_ = nullptr;
  std::mutex mutex_;
  std::condition_variable_any ticked_;
  SERVICE_STATUS status_{};
  bool told_ = false;
  std::jthread checkpoints_;
};

// The manager calls service_main() and brings no object along.
Service& own_service() {
  static Service service;
  return service;
}

void WINAPI service_main(DWORD /*argc*/, wchar_t** /*argv*/) {
  Service& service = own_service();
  if (!service.begin()) return;
  const int code = service.gateway();
  if (code != kDone)
    tell_system("service.ended", advice_for(code), "exit_code: " + std::to_string(code));
  service.ended(code);
}

}  // namespace

bool is_of_service() {
  return GetEnvironmentVariableW(kMark, nullptr, 0) != 0;
}

int run_as_service(std::function<int()> gateway) {
  SetEnvironmentVariableW(kMark, kServiceName);
  own_service().gateway = std::move(gateway);
  std::wstring name = kServiceName;
  const SERVICE_TABLE_ENTRYW services[] = {{name.data(), &service_main}, {nullptr, nullptr}};
  if (StartServiceCtrlDispatcherW(services)) return own_service().exit_code;
  std::cerr << "service run is what the service control manager calls; it did not call now: "
            << os::windows::words_of(GetLastError())
            << ". Use service start, or run for a gateway in this window.\n";
  return kWrongUsage;
}

bool tell_service_manager(const std::string& state) {
  Service& service = own_service();
  if (!service.begun()) return false;
  if (state == "READY=1")
    service.running();
  else if (state == "STOPPING=1")
    service.stopping();
  else
    return false;
  return true;
}

}  // namespace semafoor::app::windows
