// SPDX-License-Identifier: Apache-2.0
#include "gateway/app/system_commands.h"

#include <windows.h>

#include <chrono>
#include <iostream>
#include <nlohmann/json.hpp>
#include <thread>

#include "gateway/app/commands.h"
#include "gateway/app/config.h"
#include "gateway/app/exit_codes.h"
#include "gateway/app/system_log.h"
#include "gateway/app/windows/first_settings.h"
#include "gateway/app/windows/own_folders.h"
#include "gateway/app/windows/service_manager.h"
#include "gateway/app/windows/service_process.h"
#include "gateway/app/windows/wishes.h"
#include "gateway/os/utf8_path.h"
#include "gateway/os/windows/handle.h"

namespace semafoor::app {
namespace {

using os::windows::Handle;
using os::windows::words_of;

// What `service status` ends with, beside kDone and kFailed.
constexpr int kNotRunning = 3;
constexpr int kNotInstalled = 4;

// The supervisor gives its worker 8 seconds.
constexpr std::chrono::seconds kStopsWithin{15};

Handle open_event(const std::filesystem::path& data_folder, const wchar_t* what) {
  return Handle(OpenEventW(EVENT_MODIFY_STATE | SYNCHRONIZE, FALSE,
                           windows::name_for(data_folder, what).c_str()));
}

int failed(const Error& error) {
  std::cerr << error.message << "\n";
  return kFailed;
}

nlohmann::json document_of(const std::vector<windows::Refusal>& refusals) {
  nlohmann::json list = nlohmann::json::array();
  for (const auto& one : refusals) list.push_back({{"what", one.what}, {"why", one.why}});
  return list;
}

void print(const nlohmann::json& document) {
  std::cout << document.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << "\n";
}

void print(const std::vector<windows::Refusal>& refusals) {
  for (const auto& one : refusals)
    std::cout << "This Windows refused " << one.what << ": " << one.why
              << ". The service works without.\n";
}

// The gateway as a service of Windows.
class ServiceCommands {
 public:
  ServiceCommands(CLI::App& app, const std::string& config) : config_(config) {
    service_ = app.add_subcommand("service", "the gateway as a service of Windows");
    service_->require_subcommand(1);
    service_->fallthrough();
    install_ = add("install",
                   "makes the service SemafoorGateway with these settings, or changes it to them");
    configure_ = add("configure", "recovery, event source and folders of a service that is there");
    start_ = add("start", "starts it and waits until it serves");
    stop_ = add("stop", "stops it and waits until it has");
    status_ = add("status",
                  "how it is: ends with 0 when it runs, 3 when it does not, 4 when it is not "
                  "installed");
    uninstall_ = add("uninstall", "stops it and takes it away; data, keys, settings and log stay");
    for (auto* command : {install_, configure_}) {
      command->add_option("--data-folder", first_.data_folder,
                          "where its data is to stand; for a new file of settings only");
      command
          ->add_option("--metrics-port", first_.metrics_port,
                       "port on 127.0.0.1 for monitoring; for a new file of settings only")
          // The installer passes on nothing as "".
          ->check(CLI::Range(1, 65535) | CLI::IsMember({""}));
    }
    stop_->add_flag("--if-installed", if_installed_, "a service that is not there has stopped");
    uninstall_->add_flag(
        "--purge", purge_,
        "deletes data and settings too, and keys and log in their standard places, for ever");
    run_ = service_->add_subcommand("run", "what the service control manager calls")->group("");
  }

  std::optional<int> run() {
    if (!service_->parsed()) return std::nullopt;
    if (run_->parsed())
      return windows::run_as_service([this] { return run_gateway(os::path_of(config_), {}); });
    if (install_->parsed() || configure_->parsed()) return set_up();
    if (start_->parsed()) return told(windows::start_service(), "running");
    if (stop_->parsed()) return stop();
    if (uninstall_->parsed()) return take_away();
    return status();
  }

 private:
  CLI::App* add(const char* name, const char* what) {
    auto* command = service_->add_subcommand(name, what);
    command->add_flag("--json", json_, "one JSON document instead of text");
    return command;
  }

  int set_up() {
    const auto file = os::path_of(config_);
    // The installer puts a space behind it, so that a folder may end with a backslash.
    while (first_.data_folder.ends_with(' ')) first_.data_folder.pop_back();
    if (auto ready = windows::prepare_home(); !ready.ok()) return not_set_up(ready.error());
    const auto written = windows::write_first_settings(file, first_);
    if (!written.ok()) return not_set_up(written.error());
    const int code = set_up_with(file);
    std::error_code ignored;
    // What did not work is not what the next attempt finds.
    if (code != kDone && *written) std::filesystem::remove(file, ignored);
    if (code != kDone || json_) return code;
    if (*written)
      std::cout << "Wrote " << file.string() << ".\n";
    else if (!first_.data_folder.empty() || !first_.metrics_port.empty())
      std::cout << file.string() << " is there and stays as it is.\n";
    return code;
  }

  int set_up_with(const std::filesystem::path& file) const {
    if (auto ours = windows::check_settings_owner(file); !ours.ok())
      return not_set_up(ours.error());
    const LoadedConfig loaded = load_config(file);
    for (const Problem& problem : loaded.problems) std::cerr << problem.text() << "\n";
    if (!loaded.problems.empty()) {
      tell_system("service.not_set_up", loaded.problems.front().text(), {});
      return kMisconfigured;
    }
    if (auto ready = windows::prepare_folders(loaded.config); !ready.ok())
      return not_set_up(ready.error());
    const auto done =
        install_->parsed() ? windows::install_service(file) : windows::configure_service();
    if (!done.ok()) return not_set_up(done.error());
    if (json_)
      print({{"ok", true}, {"refused", document_of(*done)}});
    else
      print(*done);
    return kDone;
  }

  // An installer shows nobody what a program says: the event log keeps it.
  static int not_set_up(const Error& error) {
    tell_system("service.not_set_up", error.message, {});
    return failed(error);
  }

  int stop() const {
    auto stopped = windows::stop_service();
    if (!stopped.ok() && if_installed_ && stopped.error().code == windows::kNotInstalledCode)
      return told({}, "not installed");
    return told(stopped, "stopped");
  }

  int take_away() const {
    const auto file = os::path_of(config_);
    const LoadedConfig loaded = load_config(file);
    if (purge_ && !loaded.problems.empty() && std::filesystem::exists(file)) {
      std::cerr << loaded.problems.front().text()
                << "\nWhere the data is cannot be read there: correct it, or delete by hand.\n";
      return kMisconfigured;
    }
    if (auto gone = windows::uninstall_service(); !gone.ok()) return failed(gone.error());
    if (purge_)
      if (auto purged = windows::purge(file, loaded.config); !purged.ok())
        return not_set_up(purged.error());
    return told({}, "not installed");
  }

  int told(const Result<void>& done, const char* state) const {
    if (!done.ok()) return failed(done.error());
    if (json_)
      print({{"ok", true}, {"state", state}});
    else
      std::cout << "The service SemafoorGateway is " << state << ".\n";
    return kDone;
  }

  int status() const {
    const auto found = windows::service_state();
    if (!found.ok()) return failed(found.error());
    if (json_)
      print({{"installed", found->installed},
             {"state", found->state},
             {"pid", found->pid},
             {"exit_code", found->exit_code},
             {"system_error", found->system_error},
             {"account", found->account},
             {"start", found->start},
             {"command", found->command},
             {"refused", document_of(found->refused)}});
    else
      print_state(*found);
    if (!found->installed) return kNotInstalled;
    return found->state == "running" ? kDone : kNotRunning;
  }

  static void print_state(const windows::ServiceState& found) {
    if (!found.installed) {
      std::cout << "There is no service SemafoorGateway on this machine.\n";
      return;
    }
    std::cout << "The service SemafoorGateway is " << found.state;
    if (found.pid != 0) std::cout << ", process " << found.pid;
    if (found.exit_code != 0)
      std::cout << "; it ended with exit code " << found.exit_code << ". "
                << advice_for(found.exit_code);
    if (!found.system_error.empty()) std::cout << "; the system says: " << found.system_error;
    std::cout << "\n  account  " << found.account << "\n  start    " << found.start
              << "\n  command  " << found.command << "\n";
    print(found.refused);
  }

  const std::string& config_;
  bool json_ = false;
  bool if_installed_ = false;
  bool purge_ = false;
  windows::FirstSettings first_;
  CLI::App* service_ = nullptr;
  CLI::App* install_ = nullptr;
  CLI::App* configure_ = nullptr;
  CLI::App* start_ = nullptr;
  CLI::App* stop_ = nullptr;
  CLI::App* status_ = nullptr;
  CLI::App* uninstall_ = nullptr;
  CLI::App* run_ = nullptr;
};

class WindowsCommands final : public SystemCommands {
 public:
  WindowsCommands(CLI::App& app, const std::string& config)
      : config_(config), service_(app, config) {
    stop_ = app.add_subcommand("stop",
                               "stops the gateway that uses the data folder of these settings, and "
                               "waits until it has");
    reload_ = app.add_subcommand("reload", "has that gateway read its log level again");
  }

  std::optional<int> run() override {
    if (stop_->parsed()) return tell(L"stop", true);
    if (reload_->parsed()) return tell(L"reload", false);
    return service_.run();
  }

 private:
  int tell(const wchar_t* what, bool wait) const {
    const LoadedConfig loaded = load_config(os::path_of(config_));
    for (const Problem& problem : loaded.problems) std::cerr << problem.text() << "\n";
    if (!loaded.problems.empty()) return 1;
    const auto& folder = loaded.config.data_dir;
    {
      const Handle event = open_event(folder, what);
      if (!event) {
        const DWORD problem = GetLastError();
        std::cerr << "No gateway that uses " << folder.string() << " could be told: "
                  << (problem == ERROR_FILE_NOT_FOUND ? "none runs" : words_of(problem))
                  << ". Run this as an administrator, or as the gateway's account.\n";
        return 1;
      }
      SetEvent(event.get());
    }
    return wait ? wait_for_end(folder) : 0;
  }

  // The event is there as long as the gateway is; there is nothing of its own to wait for.
  static int wait_for_end(const std::filesystem::path& folder) {
    const auto until = std::chrono::steady_clock::now() + kStopsWithin;
    while (open_event(folder, L"stop")) {
      if (std::chrono::steady_clock::now() >= until) {
        std::cerr << "The gateway was told to stop and did not within 15 seconds. See its log.\n";
        return 1;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return 0;
  }

  const std::string& config_;
  ServiceCommands service_;
  CLI::App* stop_ = nullptr;
  CLI::App* reload_ = nullptr;
};

}  // namespace

std::unique_ptr<SystemCommands> SystemCommands::add_to(CLI::App& app, const std::string& config) {
  return std::make_unique<WindowsCommands>(app, config);
}

}  // namespace semafoor::app
