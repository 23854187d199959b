// SPDX-License-Identifier: Apache-2.0
#include "gateway/app/commands.h"

#include <algorithm>
#include <chrono>
#include <iostream>
#include <nlohmann/json.hpp>

#include "gateway/app/config.h"
#include "gateway/app/gateway.h"
#include "gateway/app/json_log.h"
#include "gateway/app/posix/process.h"
#include "gateway/app/posix/worker_process.h"
#include "gateway/app/supervisor.h"

namespace semafoor::app {
namespace {

using Level = rpc::Journal::Level;
constexpr std::chrono::milliseconds kLookAgain{60'000};

void reload(const std::filesystem::path& config_file, JsonLog& log) {
  const LoadedConfig loaded = load_config(config_file);
  if (!loaded.problems.empty()) {
    log.note(Level::error, "reload.refused",
             "The changed configuration is wrong; everything stays as it was. Run: "
             "semafoor-gateway check",
             {{"problem", loaded.problems.front()}});
    return;
  }
  log.set_level(loaded.config.log_level);
  log.note(Level::warning, "reload.done",
           "The log level was read again. All other settings are read at the start only: restart "
           "the gateway for those.",
           {{"log_level", loaded.config.log_level}});
}

// Until told to stop. The watchdog is fed while the store answers.
void serve(Gateway& gateway, const std::filesystem::path& config_file, JsonLog& log) {
  const auto watchdog = posix::watchdog_interval();
  while (true) {
    const auto signal = posix::wait_signal(std::min(watchdog.value_or(kLookAgain), kLookAgain));
    if (signal == posix::Signal::stop) return;
    if (signal == posix::Signal::reload) reload(config_file, log);
    if (!watchdog) continue;
    if (gateway.store_answers())
      posix::notify_manager("WATCHDOG=1");
    else
      log.note(Level::error, "store.silent",
               "The store has not answered since the last watchdog; the service manager will "
               "restart the gateway if it stays so.");
  }
}

void print_problems(const LoadedConfig& loaded) {
  for (const std::string& problem : loaded.problems) std::cerr << problem << "\n";
}

}  // namespace

int run_gateway(const std::filesystem::path& config_file, const RunOptions& how) {
  const auto began = std::chrono::steady_clock::now();
  posix::prepare_process();
  const bool is_worker = how.worker_pipe >= 0;
  if (is_worker) posix::end_with_supervisor(how.worker_pipe);
  const LoadedConfig loaded = load_config(config_file);
  if (!loaded.problems.empty()) {
    print_problems(loaded);
    return is_worker ? kMisconfigured : 1;
  }
  auto opened = JsonLog::open(loaded.config.log_file, loaded.config.log_level);
  if (!opened.ok()) {
    std::cerr << opened.error().message << "\n";
    return 1;
  }
  JsonLog& log = **opened;
  if (how.supervised && !is_worker) return supervise(*posix::make_worker_process(config_file), log);
  auto gateway = Gateway::start(loaded.config, log);
  if (!gateway.ok()) {
    log.note(Level::error, "start.failed", gateway.error().message,
             {{"code", gateway.error().code}});
    return 1;
  }
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::steady_clock::now() - began);
  log.note(Level::info, "ready", "The gateway serves.",
           {{"version", gateway_version()},
            {"pid", std::to_string(posix::own_pid())},
            {"attest_socket", loaded.config.attest_socket.string()},
            {"took_ms", std::to_string(took.count())}});
  posix::notify_manager("READY=1");
  serve(**gateway, config_file, log);
  posix::notify_manager("STOPPING=1");
  log.note(Level::info, "stopping", "The gateway was told to stop.");
  (*gateway)->stop();
  log.note(Level::info, "stopped", "The gateway has stopped.");
  return 0;
}

int check_config(const std::filesystem::path& config_file, bool json) {
  const LoadedConfig loaded = load_config(config_file);
  std::vector<std::string> problems = loaded.problems;
  for (const AllowSettings& allow : loaded.config.allow) {
    if (!allow.user.empty() && !posix::uid_of(allow.user))
      problems.push_back("[local.allow] user: this system does not know " + allow.user + ".");
    if (!allow.group.empty() && !posix::gid_of(allow.group))
      problems.push_back("[local.allow] group: this system does not know " + allow.group + ".");
  }
  if (json) {
    std::cout << nlohmann::json({{"ok", problems.empty()},
                                 {"problems", problems},
                                 {"in_force", loaded.in_force}})
                     .dump()
              << "\n";
    return problems.empty() ? 0 : 1;
  }
  for (const std::string& problem : problems) std::cerr << problem << "\n";
  if (!problems.empty()) return 1;
  std::cout << "# In force; " << config_file.string() << " is well.\n";
  for (const auto& [section, values] : loaded.in_force) {
    std::cout << "\n[" << section << "]\n";
    for (const auto& [key, value] : values) std::cout << key << " = " << value << "\n";
  }
  return 0;
}

int print_version(bool json) {
  if (json)
    std::cout << nlohmann::json({{"version", gateway_version()}}).dump() << "\n";
  else
    std::cout << "semafoor-gateway " << gateway_version() << "\n";
  return 0;
}

}  // namespace semafoor::app
