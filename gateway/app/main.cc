// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <algorithm>
#include <string>

#include "gateway/app/audit_file.h"
#include "gateway/app/commands.h"
#include "gateway/app/places.h"
#include "gateway/app/restore.h"
#include "gateway/app/system_commands.h"
#include "gateway/os/arguments.h"
#include "gateway/os/utf8_path.h"

int main(int argc, char** argv) {
  CLI::App app{
      "Semafoor gateway: e-Box, knipperlichten and their answers, for one organisation or "
      "many."};
  app.footer(
      "Exit codes: 0 done, 1 failed (the reason is on standard error), 2 wrong usage; of a gateway "
      "that did not start also 69 an address is taken, 73 a folder or the log cannot be used, 74 "
      "the store does not open, 75 another gateway uses the data folder, 77 the sealing key cannot "
      "be had, 78 the settings are "
      "wrong.");
  app.require_subcommand(0, 1);
  app.fallthrough();
  std::string config = semafoor::app::standard_places().config_file.string();
  bool json = false;
  app.add_option("--config", config, "the settings")->capture_default_str();
  semafoor::app::RunOptions how;
  auto* run =
      app.add_subcommand("run", "serves in the foreground until told to stop (the default)");
  run->add_flag("!--no-supervisor", how.supervised,
                "one process, which nobody starts again: for debuggers and containers");
  run->add_flag("--passphrase-stdin", how.passphrase_stdin,
                "with [seal] source = \"passphrase\": it is the first line of standard input");
  // The supervisor's word to its worker.
  run->add_option("--worker", how.worker)->group("");
  auto* check = app.add_subcommand("check",
                                   "says what is wrong with the settings and the keys, or "
                                   "what is in force");
  check->add_flag("--json", json, "one JSON document instead of text");
  auto* version = app.add_subcommand("version", "says which version this is");
  version->add_flag("--json", json, "one JSON document instead of text");
  bool told = false;
  app.add_flag("--version", told, "the same as the command version");
  std::string folder;
  std::string data;
  auto* check_backup = app.add_subcommand("check-backup", "reads every byte of a backup");
  auto* restore = app.add_subcommand(
      "restore", "puts a backup in the place of the data folder; the gateway must be stopped");
  for (auto* command : {check_backup, restore}) {
    command->add_option("FOLDER", folder, "the backup")->required();
    command->add_flag("--json", json, "one JSON document instead of text");
  }
  restore->add_option("--data", data, "the data folder; what is there is kept beside it")
      ->required();
  std::string vault;
  std::string key_file;
  restore->add_option("--vault", vault, "the folder of the vault (beside the data: DATA-vault)");
  restore->add_option("--seal-key", key_file,
                      "the sealing key, when it is a file outside the vault");
  std::string exported;
  std::string anchors;
  auto* check_audit = app.add_subcommand("check-audit", "verifies an exported audit chain");
  check_audit->add_option("FILE", exported, "the export")->required();
  check_audit->add_option("--anchors", anchors, "folder of anchors that it is held against");
  check_audit->add_flag("--json", json, "one JSON document instead of text");
  const auto of_this_system = semafoor::app::SystemCommands::add_to(app, config);
  try {
    // The library takes words from the end.
    auto words = semafoor::os::arguments(argc, argv);
    std::reverse(words.begin(), words.end());
    app.parse(std::move(words));
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  const auto path_of = [](const std::string& text) { return semafoor::os::path_of(text); };
  if (check->parsed()) return semafoor::app::check_config(path_of(config), json);
  if (check_backup->parsed()) return semafoor::app::check_backup(path_of(folder), json);
  if (check_audit->parsed())
    return semafoor::app::check_audit_file(path_of(exported), path_of(anchors), json);
  if (restore->parsed())
    return semafoor::app::restore_backup(path_of(folder), path_of(data),
                                         {path_of(vault), path_of(key_file)}, json);
  if (version->parsed() || told) return semafoor::app::print_version(json);
  if (const auto code = of_this_system->run()) return *code;
  return semafoor::app::run_gateway(path_of(config), how);
}
