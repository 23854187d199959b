// SPDX-License-Identifier: Apache-2.0
//
// semafoorctl: the administrator's command line, a client of the Admin service.
#include <CLI/CLI.hpp>
#include <algorithm>

#include "gateway/ctl/audit_commands.h"
#include "gateway/ctl/channel_commands.h"
#include "gateway/ctl/codes_commands.h"
#include "gateway/ctl/commands.h"
#include "gateway/ctl/credential_commands.h"
#include "gateway/ctl/gateway_program.h"
#include "gateway/ctl/layout_commands.h"
#include "gateway/ctl/list_commands.h"
#include "gateway/ctl/mailbox_commands.h"
#include "gateway/ctl/merge_commands.h"
#include "gateway/ctl/pairing_commands.h"
#include "gateway/ctl/render.h"
#include "gateway/ctl/report_commands.h"
#include "gateway/ctl/retention_commands.h"
#include "gateway/ctl/upstream_commands.h"
#include "gateway/ctl/work_commands.h"
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
  app.add_option("--reason", common.reason,
                 "why, for acts that need a reason; recorded, no personal data");

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
  auto* client_id =
      add->add_option("--client-id", settings.client_id, "OAuth client id, from ChaMan");
  auto* key =
      add->add_option("--key", settings.key_name, "name of the key in the gateway's key folder");
  add->add_option(
      "--nis", settings.nis_codes,
      "NIS code of its municipality, as often as it has several; rows of lists that name "
      "another one are not stored; - for none");
  auto* representative = add->add_flag(
      "--representative", settings.representative,
      "client id and key are a service provider's, which reads the e-Box under a mandate; a client "
      "id of its own (for signals and answers) is given by a second call without this");
  add->add_flag("--no-representative", settings.end_representation,
                "no service provider acts for it any more: its own client id reads the e-Box")
      ->excludes(representative);
  add->callback([client_id, key, &settings] {
    if (settings.end_representation) return;
    if (client_id->count() == 0) throw CLI::RequiredError("--client-id");
    if (key->count() == 0) throw CLI::RequiredError("--key");
  });

  AccountSettings account;
  auto* account_command = organisations->add_subcommand(
      "account", "its technical account for the SOAP services of the KSZ");
  account_command->add_option("CBE", account.cbe, "enterprise number of the organisation")
      ->required();
  auto* user = account_command->add_option("--user", account.user, "as it stands on the portal");
  auto* password = account_command->add_option(
      "--password", account.password_name,
      "name of its password in the gateway's key folder: the file NAME.password");
  user->needs(password);
  account_command
      ->add_option("--user-id", account.user_id,
                   "for SSDN: eleven digits, of a person or of a program in the same form")
      ->needs(user);
  account_command->add_option("--email", account.email, "for SSDN: an address of that user")
      ->needs(user);
  bool no_account = false;
  auto* none =
      account_command->add_flag("--none", no_account, "takes the account away")->excludes(user);
  account_command->callback([user, none] {
    if (user->count() == 0 && none->count() == 0)
      throw CLI::RequiredError("one of --user and --none");
  });

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
          "only these: queued, sending, sent, unknown, dead, discarded, unjudged, for-list or "
          "returned "
          "(default: all that "
          "are neither judged nor discarded)")
      ->check(CLI::IsMember({"queued", "sending", "sent", "unknown", "dead", "discarded",
                             "unjudged", "for-list", "returned"}));
  OutboxDecision decision;
  auto* replay = outbox->add_subcommand("replay",
                                        "sends a dead letter again under its client id; tries a "
                                        "waiting answer now; looks up one that "
                                        "nobody judged");
  auto* discard = outbox->add_subcommand(
      "discard", "ends a dead letter, or an answer never sent; its signal waits for another");
  for (auto* command : {replay, discard}) {
    command->add_option("CBE", decision.cbe, "enterprise number of the organisation")->required();
    command->add_option("ID", decision.client_id, "client id of the answer")->required();
    command->add_option("--reason", decision.reason, "why; kept with the answer, no personal data")
        ->required();
  }
  auto* read_policy = app.add_subcommand(
      "read-policy", "when the main content of a message is fetched, which marks it read");
  read_policy->require_subcommand(1);
  auto* policy_show = read_policy->add_subcommand("show", "what is in force, family by family");
  auto* policy_set = read_policy->add_subcommand("set", "sets it for one organisation");
  for (auto* command : {policy_show, policy_set})
    command->add_option("CBE", cbe, "enterprise number of the organisation")->required();
  std::string policy;
  std::string family;
  policy_set
      ->add_option("POLICY", policy, "on-arrival, on-opening, never; default: as the settings")
      ->required()
      ->check(CLI::IsMember({"on-arrival", "on-opening", "never", "default"}));
  policy_set->add_option("--family", family,
                         "of this message family alone, as \"show\" names it; without: of all that "
                         "have no word of their own");

  const RetentionCommands retention(app);
  const CodesCommands codes(app);
  const ListCommands lists(app);
  const ChannelCommands channel(app);
  const WorkCommands work_commands(app);
  const MergeCommands merge_commands(app);
  const ReportCommands reports(app);

  auto* messages = app.add_subcommand("messages", "messages of an e-Box");
  messages->require_subcommand(1);
  UploadRequest request;
  auto* upload = messages->add_subcommand("upload", "takes in a file downloaded from the portal");
  upload->add_option("FILE", request.file, "the file")->required();
  upload->add_option("--organisation", request.cbe, "enterprise number")->required();
  upload
      ->add_option("--ebox-type", request.ebox_type,
                   "enterprise, institution, civil-servant or citizen")
      ->required()
      ->check(CLI::IsMember({"enterprise", "institution", "civil-servant", "citizen"}));
  upload->add_option("--subject", request.subject, "without: the name of the file");
  upload->add_option("--sender", request.sender, "name of the sender");
  upload->add_option("--sender-organisation", request.sender_organisation, "its enterprise number");
  upload->add_option("--received-on", request.received_on, "yyyy-mm-dd");
  upload->add_option("--expires-on", request.expires_on, "yyyy-mm-dd");
  upload->add_option("--family", request.family, "message family, as read-policy show names it");
  upload->add_option("--message-type", request.message_type, "type id of the provider");
  upload->add_option("--downloaded-by", request.downloaded_by, "who; no national number");
  auto* upstream = app.add_subcommand("upstream", "what the gateway connects to");
  upstream->require_subcommand(1);
  auto* upstream_test = upstream->add_subcommand(
      "test",
      "walks each connection step by step and says which step fails and what to do; sends nothing "
      "and marks nothing read");
  upstream_test->add_option("CBE", cbe, "enterprise number of the organisation")->required();
  upstream_test->footer(
      "Steps: settings, credentials, dns, tls, token, registry, list, mailbox. A connection stops "
      "at its first failed step, and after a minute; the others go on.\n"
      "Exit codes: 0 all is well (warnings included), 1 a step failed or the gateway refused, 2 "
      "wrong usage, 3 no gateway reachable.");

  const CredentialCommands credentials(app);
  const PairingCommands pairing(app);
  const LayoutCommands layouts(app);
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
  std::string vault;
  std::string seal_key;
  restore->add_option("--vault", vault, "the folder of the vault (beside the data: DATA-vault)");
  restore->add_option("--seal-key", seal_key,
                      "the sealing key, when it is a file outside the vault");
  const AuditCommands audit(app);

  try {
    // The library takes words from the end.
    auto words = semafoor::os::arguments(argc, argv);
    std::reverse(words.begin(), words.end());
    app.parse(std::move(words));
  } catch (const CLI::ParseError& error) {
    const int code = app.exit(error);
    return code == 0 ? kDone : kUsage;
  }
  if (const auto code = credentials.run(common)) return *code;
  if (const auto code = layouts.run(common)) return *code;
  if (list->parsed()) return list_organisations(common);
  if (add->parsed()) return put_organisation(common, settings);
  if (account_command->parsed()) return put_account(common, account);
  if (enable->parsed()) return set_modules(common, cbe, names, true);
  if (disable->parsed()) return set_modules(common, cbe, names, false);
  if (restore->parsed() || check) {
    std::vector<std::string> words{check ? "check-backup" : "restore", folder};
    if (restore->parsed()) words.insert(words.end(), {"--data", data});
    if (!vault.empty()) words.insert(words.end(), {"--vault", vault});
    if (!seal_key.empty()) words.insert(words.end(), {"--seal-key", seal_key});
    if (common.json) words.emplace_back("--json");
    return become_gateway(words);
  }
  if (backup->parsed()) return semafoor::ctl::backup(common, folder);
  if (status->parsed()) return show_status(common);
  if (policy_show->parsed()) return show_read_policy(common, cbe);
  if (policy_set->parsed()) return set_read_policy(common, cbe, family, policy);
  if (upload->parsed()) return semafoor::ctl::upload(common, request);
  if (const auto code = retention.run(common)) return *code;
  if (const auto code = codes.run(common)) return *code;
  if (const auto code = lists.run(common)) return *code;
  if (const auto code = channel.run(common)) return *code;
  if (const auto code = work_commands.run(common)) return *code;
  if (const auto code = merge_commands.run(common)) return *code;
  if (const auto code = reports.run(common)) return *code;
  if (const auto code = pairing.run(common)) return *code;
  if (upstream_test->parsed()) return test_upstream(common, cbe);
  if (audit.parsed()) return audit.run(common);
  if (outbox_list->parsed()) return list_outbox(common, cbe, state);
  if (replay->parsed()) return replay_answer(common, decision);
  if (discard->parsed()) return discard_answer(common, decision);
  return synchronise(common, cbe, wait);
}
