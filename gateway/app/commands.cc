// SPDX-License-Identifier: Apache-2.0
#include "gateway/app/commands.h"

#include <algorithm>
#include <chrono>
#include <iostream>
#include <nlohmann/json.hpp>

#include "gateway/app/config.h"
#include "gateway/app/exit_codes.h"
#include "gateway/app/gateway.h"
#include "gateway/app/json_log.h"
#include "gateway/app/passphrase.h"
#include "gateway/app/places.h"
#include "gateway/app/process.h"
#include "gateway/app/supervisor.h"
#include "gateway/app/system_log.h"
#include "gateway/app/worker_process.h"
#include "gateway/rpc/services.h"
#include "gateway/vault/key_check.h"

namespace semafoor::app {
namespace {

using Level = rpc::Journal::Level;
// Signals are heard at once; what was freed goes back this often.
constexpr std::chrono::milliseconds kLookAgain{10'000};

void reload(const std::filesystem::path& config_file, JsonLog& log) {
  const LoadedConfig loaded = load_config(config_file);
  if (!loaded.problems.empty()) {
    log.note(Level::error, "reload.refused",
             "The changed configuration is wrong; everything stays as it was. Run: "
             "semafoor-gateway check",
             {{"problem", loaded.problems.front().text()}});
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
  const auto watchdog = watchdog_interval();
  while (true) {
    const auto signal = wait_signal(std::min(watchdog.value_or(kLookAgain), kLookAgain));
    if (signal == Signal::stop) return;
    if (signal == Signal::reload) reload(config_file, log);
    give_memory_back();
    if (!watchdog) continue;
    if (gateway.store_answers())
      notify_manager("WATCHDOG=1");
    else
      log.note(Level::error, "store.silent",
               "The store has not answered since the last watchdog; the service manager will "
               "restart the gateway if it stays so.");
  }
}

void print_problems(const std::vector<Problem>& problems) {
  for (const Problem& problem : problems) std::cerr << problem.text() << "\n";
}

struct Verdict {
  std::vector<Problem> problems;
  // The gateway starts and serves all the same.
  std::vector<Problem> warnings;
};

// What the file itself cannot show: accounts of this system, and the keys.
Verdict look_around(const std::filesystem::path& config_file, const Config& config) {
  Verdict verdict;
  auto& problems = verdict.problems;
  for (const AllowSettings& allow : config.allow) {
    if (!allow.user.empty() && !account_of(allow.user))
      problems.push_back({.file = config_file.string(),
                          .key = "local.allow.user",
                          .message = "this system does not know " + allow.user + "."});
    if (!allow.group.empty() && !group_of(allow.group))
      problems.push_back({.file = config_file.string(),
                          .key = "local.allow.group",
                          .message = "this system does not know " + allow.group + "."});
  }
  // The keys belong to the gateway's account alone: root sees them with other eyes.
  const bool root = has_other_eyes();
  const auto now_s = std::chrono::duration_cast<std::chrono::seconds>(
                         std::chrono::system_clock::now().time_since_epoch())
                         .count();
  for (const vault::KeyFinding& key :
       vault::check_keys(config.keys_folder, now_s, config.plaintext_keys)) {
    Problem problem{.file = key.file.string(), .key = "keys.folder", .message = key.message};
    if (root && !key.only_warning)
      problem.message +=
          " (Seen as root; the gateway's own account decides: sudo -u semafoor "
          "semafoor-gateway check.)";
    (root || key.only_warning ? verdict.warnings : problems).push_back(std::move(problem));
  }
  if (config.plaintext_keys)
    verdict.warnings.push_back({.file = config_file.string(),
                                .key = "keys.plaintext",
                                .message =
                                    "keys that sign may be files in clear. Import them "
                                    "(semafoorctl credentials import), and take the line away."});
  return verdict;
}

nlohmann::json list_document(const std::vector<Problem>& problems) {
  nlohmann::json list = nlohmann::json::array();
  for (const Problem& problem : problems) {
    nlohmann::json one = {
        {"file", problem.file}, {"key", problem.key}, {"message", problem.message}};
    one["line"] = problem.line == 0 ? nlohmann::json() : nlohmann::json(problem.line);
    list.push_back(std::move(one));
  }
  return list;
}

// A value of `in_force` is JSON as it stands.
nlohmann::json in_force_document(const LoadedConfig& loaded) {
  nlohmann::json document = nlohmann::json::object();
  for (const auto& [section, values] : loaded.in_force)
    for (const auto& [key, value] : values)
      document[section][key] = nlohmann::json::parse(value, nullptr, false);
  return document;
}

}  // namespace

int run_gateway(const std::filesystem::path& config_file, const RunOptions& how) {
  const auto began = std::chrono::steady_clock::now();
  prepare_process();
  const bool is_worker = !how.worker.empty();
  if (is_worker && !end_with_supervisor(how.worker)) {
    std::cerr << "semafoor-gateway: --worker is the supervisor's word to its worker, and this is "
                 "none. Start the gateway without it.\n";
    return 1;
  }
  const LoadedConfig loaded = load_config(config_file);
  if (!loaded.problems.empty()) {
    print_problems(loaded.problems);
    tell_system("config.problem", loaded.problems.front().text(), {});
    return kMisconfigured;
  }
  // Whoever is no service has somebody who reads its standard error.
  const auto log_file = loaded.config.log_file.empty() && system_listens() ? service_log_file()
                                                                           : loaded.config.log_file;
  auto opened = JsonLog::open(log_file, loaded.config.log_level);
  if (!opened.ok()) {
    std::cerr << opened.error().message << "\n";
    tell_system("start.failed", opened.error().message, {});
    return exit_code_of(opened.error());
  }
  JsonLog& log = **opened;
  if (!is_worker) listen_for_wishes(loaded.config.data_dir);
  const auto refuse = [&log](const Error& error) {
    log.note(Level::error, "start.failed", error.message, {{"code", error.code}});
    return exit_code_of(error);
  };
  const auto ask = [&] { return ask_passphrase(how.passphrase_stdin); };
  if (how.supervised && !is_worker) {
    std::optional<vault::SecretBytes> passphrase;
    if (loaded.config.seal.source == vault::RootSource::passphrase) {
      auto given = ask();
      if (!given.ok()) return refuse(given.error());
      passphrase.emplace(std::move(*given));
    }
    return supervise(*make_worker_process(config_file, std::move(passphrase)), log);
  }
  auto seal = is_worker ? open_seal(loaded.config.seal, loaded.config.data_dir, handed_passphrase)
                        : open_seal(loaded.config.seal, loaded.config.data_dir, ask);
  if (!seal.ok()) return refuse(seal.error());
  auto gateway = Gateway::start(loaded.config, log, *seal);
  if (!gateway.ok()) return refuse(gateway.error());
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::steady_clock::now() - began);
  log.note(Level::info, "ready", "The gateway serves.",
           {{"version", gateway_version()},
            {"pid", std::to_string(own_pid())},
            {"attest_socket", loaded.config.attest_socket.string()},
            {"took_ms", std::to_string(took.count())}});
  notify_manager("READY=1");
  serve(**gateway, config_file, log);
  notify_manager("STOPPING=1");
  log.note(Level::info, "stopping", "The gateway was told to stop.");
  (*gateway)->stop();
  log.note(Level::info, "stopped", "The gateway has stopped.");
  return 0;
}

int check_config(const std::filesystem::path& config_file, bool json) {
  const LoadedConfig loaded = load_config(config_file);
  // With mistakes in the file, what it names may not be what is meant.
  const Verdict verdict = loaded.problems.empty() ? look_around(config_file, loaded.config)
                                                  : Verdict{loaded.problems, {}};
  const bool well = verdict.problems.empty();
  if (json) {
    const nlohmann::json document = {{"ok", well},
                                     {"problems", list_document(verdict.problems)},
                                     {"warnings", list_document(verdict.warnings)},
                                     {"in_force", in_force_document(loaded)}};
    std::cout << document.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << "\n";
    return well ? 0 : 1;
  }
  print_problems(verdict.problems);
  for (const Problem& warning : verdict.warnings)
    std::cerr << "warning: " << warning.text() << "\n";
  if (!well) return 1;
  std::cout << "# In force; " << config_file.string() << " is well.\n";
  for (const auto& [section, values] : loaded.in_force) {
    std::cout << "\n[" << section << "]\n";
    for (const auto& [key, value] : values) std::cout << key << " = " << value << "\n";
  }
  return 0;
}

int print_version(bool json) {
  const std::string protocol = std::to_string(rpc::kProtocolMinorLowest) + " to " +
                               std::to_string(rpc::kProtocolMinorHighest);
  if (json)
    std::cout << nlohmann::json({{"version", gateway_version()},
                                 {"protocol_minor_lowest", rpc::kProtocolMinorLowest},
                                 {"protocol_minor_highest", rpc::kProtocolMinorHighest},
                                 {"schema", store::schema_version()},
                                 {"build", SEMAFOOR_BUILD}})
                     .dump()
              << "\n";
  else
    std::cout << "semafoor-gateway " << gateway_version() << ", protocol 1, minor " << protocol
              << ", schema " << store::schema_version() << ", " << SEMAFOOR_BUILD << "\n";
  return 0;
}

}  // namespace semafoor::app
