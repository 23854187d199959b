// SPDX-License-Identifier: Apache-2.0
//
// semafoorctl: the administrator's command line, a client of the Admin service.
#include <CLI/CLI.hpp>
#include <algorithm>

#include "gateway/ctl/commands.h"
#include "gateway/ctl/gateway_program.h"
#include "gateway/ctl/render.h"
#include "gateway/os/arguments.h"

int main(int argc, char** argv) {
  using namespace semafoor::ctl;
  CLI::App app{"Administers a Semafoor gateway on this machine."};
  app.footer(
      "Exit codes: 0 done, 1 refused or not complete, 2 wrong usage, 3 no gateway reachable.");
  app.set_version_flag("--version", "semafoorctl " SEMAFOOR_VERSION);
  app.require_subcommand(1);
  app.fallthrough();
  Common common;
  app.add_option("--socket", common.socket, "the gateway's attestation socket (on Windows: pipe)")
      ->capture_default_str();
  app.add_flag("--json", common.json, "one JSON document instead of text");

  auto* organisations =
      app.add_subcommand("organisations", "the organisations this gateway serves");
  organisations->require_subcommand(1);
  auto* list = organisations->add_subcommand("list", "lists them");
  OrganisationSettings settings;
  auto* add = organisations->add_subcommand("add", "adds one, or changes its settings");
  add->add_option("CBE", settings.cbe, "enterprise number (KBO/BCE), ten digits")->required();
  add->add_option("--name-nl", settings.name_nl, "name in Dutch");
  add->add_option("--name-fr", settings.name_fr, "name in French");
  add->add_option("--name-de", settings.name_de, "name in German");
  add->add_option("--client-id", settings.client_id, "OAuth client id, from ChaMan")->required();
  add->add_option("--key", settings.key_name, "name of the key in the gateway's key folder")
      ->required();

  auto* modules =
      app.add_subcommand("modules", "what an organisation may use: ebox, knipperlicht, feedback");
  modules->require_subcommand(1);
  std::string cbe;
  std::vector<std::string> names;
  auto* enable = modules->add_subcommand("enable", "switches modules on");
  auto* disable =
      modules->add_subcommand("disable", "switches modules off; nothing stored is lost");
  for (auto* command : {enable, disable}) {
    command->add_option("CBE", cbe, "enterprise number of the organisation")->required();
    command->add_option("MODULE", names, "ebox, knipperlicht, feedback")
        ->required()
        ->check(CLI::IsMember({"ebox", "knipperlicht", "feedback"}));
  }

  auto* status = app.add_subcommand("status", "state, counters, duties and what failed");
  bool wait = false;
  auto* sync = app.add_subcommand("sync", "fetches e-Box and signals now");
  sync->add_option("CBE", cbe, "enterprise number of the organisation")->required();
  sync->add_flag("--wait", wait, "until it has ended, with progress");

  auto* outbox = app.add_subcommand("outbox", "answers on their way, and those that were given up");
  outbox->require_subcommand(1);
  std::string state;
  auto* outbox_list = outbox->add_subcommand("list", "lists them, newest first");
  outbox_list->add_option("CBE", cbe, "enterprise number of the organisation")->required();
  outbox_list
      ->add_option(
          "--state", state,
          "only these: queued, sending, sent, unknown, dead or discarded (default: all that "
          "are neither judged nor discarded)")
      ->check(CLI::IsMember({"queued", "sending", "sent", "unknown", "dead", "discarded"}));
  OutboxDecision decision;
  auto* replay = outbox->add_subcommand(
      "replay", "sends a dead letter again under its client id; tries a waiting answer now");
  auto* discard = outbox->add_subcommand(
      "discard", "ends a dead letter, or an answer never sent; its signal waits for another");
  for (auto* command : {replay, discard}) {
    command->add_option("CBE", decision.cbe, "enterprise number of the organisation")->required();
    command->add_option("ID", decision.client_id, "client id of the answer")->required();
    command->add_option("--reason", decision.reason, "why; kept with the answer, no personal data")
        ->required();
  }
  std::string folder;
  std::string data;
  bool check = false;
  auto* backup = app.add_subcommand("backup", "copies everything stored, while the gateway serves");
  backup->add_option("FOLDER", folder, "new folder on the gateway's machine")->required();
  backup->add_flag("--check", check, "reads every byte of the backup that is there instead");
  auto* restore = app.add_subcommand(
      "restore", "puts a backup in the place of the data folder; the gateway must be stopped");
  restore->add_option("FOLDER", folder, "the backup")->required();
  restore->add_option("--data", data, "the data folder; what is there is kept beside it")
      ->required();

  try {
    // The library takes words from the end.
    auto words = semafoor::os::arguments(argc, argv);
    std::reverse(words.begin(), words.end());
    app.parse(std::move(words));
  } catch (const CLI::ParseError& error) {
    const int code = app.exit(error);
    return code == 0 ? kDone : kUsage;
  }
  if (list->parsed()) return list_organisations(common);
  if (add->parsed()) return put_organisation(common, settings);
  if (enable->parsed()) return set_modules(common, cbe, names, true);
  if (disable->parsed()) return set_modules(common, cbe, names, false);
  if (restore->parsed() || check) {
    std::vector<std::string> words{check ? "check-backup" : "restore", folder};
    if (restore->parsed()) words.insert(words.end(), {"--data", data});
    if (common.json) words.emplace_back("--json");
    return become_gateway(words);
  }
  if (backup->parsed()) return semafoor::ctl::backup(common, folder);
  if (status->parsed()) return show_status(common);
  if (outbox_list->parsed()) return list_outbox(common, cbe, state);
  if (replay->parsed()) return replay_answer(common, decision);
  if (discard->parsed()) return discard_answer(common, decision);
  return synchronise(common, cbe, wait);
}
