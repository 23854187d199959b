// SPDX-License-Identifier: Apache-2.0
#include "gateway/app/system_commands.h"

#include <windows.h>

#include <chrono>
#include <iostream>
#include <thread>

#include "gateway/app/config.h"
#include "gateway/app/windows/wishes.h"
#include "gateway/os/utf8_path.h"
#include "gateway/os/windows/handle.h"

namespace semafoor::app {
namespace {

using os::windows::Handle;
using os::windows::words_of;

// The supervisor gives its worker 8 seconds.
constexpr std::chrono::seconds kStopsWithin{15};

Handle open_event(const std::filesystem::path& data_folder, const wchar_t* what) {
  return Handle(OpenEventW(EVENT_MODIFY_STATE | SYNCHRONIZE, FALSE,
                           windows::name_for(data_folder, what).c_str()));
}

class WindowsCommands final : public SystemCommands {
 public:
  WindowsCommands(CLI::App& app, const std::string& config) : config_(config) {
    stop_ = app.add_subcommand("stop",
                               "stops the gateway that uses the data folder of these settings, and "
                               "waits until it has");
    reload_ = app.add_subcommand("reload", "has that gateway read its log level again");
  }

  std::optional<int> run() override {
    if (stop_->parsed()) return tell(L"stop", true);
    if (reload_->parsed()) return tell(L"reload", false);
    return std::nullopt;
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
  CLI::App* stop_ = nullptr;
  CLI::App* reload_ = nullptr;
};

}  // namespace

std::unique_ptr<SystemCommands> SystemCommands::add_to(CLI::App& app, const std::string& config) {
  return std::make_unique<WindowsCommands>(app, config);
}

}  // namespace semafoor::app
