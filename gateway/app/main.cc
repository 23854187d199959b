// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <string>

#include "gateway/app/commands.h"
#include "gateway/app/restore.h"

int main(int argc, char** argv) {
  CLI::App app{
      "Semafoor gateway: e-Box, knipperlichten and their answers, for one organisation or "
      "many."};
  app.footer("Exit codes: 0 done, 1 failed (the reason is on standard error), 2 wrong usage.");
  app.require_subcommand(0, 1);
  app.fallthrough();
  std::string config = "/etc/semafoor/gateway.toml";
  bool json = false;
  app.add_option("--config", config, "the settings")->capture_default_str();
  semafoor::app::RunOptions how;
  auto* run = app.add_subcommand("run", "serves in the foreground until SIGTERM (the default)");
  run->add_flag("!--no-supervisor", how.supervised,
                "one process, which nobody starts again: for debuggers and containers");
  // The supervisor's word to its worker.
  run->add_option("--worker", how.worker_pipe)->group("");
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
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  if (check->parsed()) return semafoor::app::check_config(config, json);
  if (check_backup->parsed()) return semafoor::app::check_backup(folder, json);
  if (restore->parsed()) return semafoor::app::restore_backup(folder, data, json);
  if (version->parsed() || told) return semafoor::app::print_version(json);
  return semafoor::app::run_gateway(config, how);
}
