// SPDX-License-Identifier: Apache-2.0
#include "gateway/ctl/pairing_commands.h"

#include <CLI/CLI.hpp>

#include "gateway/ctl/ask.h"
#include "gateway/ctl/render.h"

namespace semafoor::ctl {
namespace {

std::string machine_line(const v1::PairedMachine& machine) {
  std::string organisations = machine.rights().all_organisations() ? " all" : "";
  for (const auto& org : machine.rights().organisations()) organisations += " " + org.value();
  std::string line = machine.machine() + "  " + machine.rights().name() + " :" + organisations;
  for (const int module : machine.rights().modules())
    line += " " + module_name(static_cast<v1::Module>(module));
  for (const std::string& role : machine.rights().roles()) line += " " + role;
  return line + "  " +
         (machine.has_revoked_at() ? "revoked " + moment(machine.revoked_at())
                                   : "until " + moment(machine.expires_at())) +
         "\n";
}

std::string offer_page(const v1::StartPairingResponse& offer) {
  return "Code         " + offer.code() + "\nGood until   " + moment(offer.expires_at()) +
         ", for one machine\nFingerprint  " + offer.authority_fingerprint() +
         "\n\nThe machine needs both: the code to be let in, the fingerprint to know this gateway "
         "from any other.\n";
}

std::string list_page(const v1::ListPairedResponse& list) {
  std::string page;
  for (const auto& machine : list.machines()) page += machine_line(machine);
  return page.empty() ? "No machine is paired.\n" : page;
}

std::string revoked_page(const v1::RevokePairedResponse& response) {
  return machine_line(response.machine());
}

}  // namespace

PairingCommands::PairingCommands(CLI::App& app) {
  pair_ = app.add_subcommand(
      "pair", "a one-time code with which one machine of the network may call this gateway");
  pair_->add_option("--name", name_, "which machine it is, for people")->required();
  auto* some = pair_->add_option("--organisation", organisations_, "enterprise number; repeatable");
  auto* all =
      pair_->add_flag("--all-organisations", all_organisations_, "all there are and will be")
          ->excludes(some);
  pair_
      ->add_option("--module", modules_,
                   "ebox, knipperlicht, feedback; repeatable; without: all that are on")
      ->check(CLI::IsMember({"ebox", "knipperlicht", "feedback"}));
  pair_
      ->add_option("--role", roles_,
                   "reader, operator, security-officer; repeatable; without: none, as for a suite")
      ->check(CLI::IsMember({"reader", "operator", "security-officer"}));
  pair_->footer("Needs --reason, and [network] listen in the gateway's settings.");
  pair_->callback([some, all] {
    if (some->count() == 0 && all->count() == 0)
      throw CLI::RequiredError("one of --organisation and --all-organisations");
  });
  auto* paired = app.add_subcommand("paired", "the machines that were paired");
  paired->require_subcommand(1);
  list_ = paired->add_subcommand("list", "lists them, oldest first");
  revoke_ = paired->add_subcommand("revoke", "one of them may not call any more, at once");
  revoke_->add_option("SERIAL", serial_, "as the list shows it")->required();
  revoke_->footer("Needs --reason.");
}

std::optional<int> PairingCommands::run(const Common& common) const {
  if (pair_->parsed()) return pair(common);
  if (list_->parsed()) return list(common);
  if (revoke_->parsed()) return revoke(common);
  return std::nullopt;
}

int PairingCommands::pair(const Common& common) const {
  v1::StartPairingRequest request;
  auto& rights = *request.mutable_rights();
  rights.set_name(name_);
  rights.set_all_organisations(all_organisations_);
  for (const std::string& org : organisations_) rights.add_organisations()->set_value(org);
  for (const std::string& module : modules_) rights.add_modules(module_of(module));
  for (const std::string& role : roles_) rights.add_roles(role);
  return ask(common, &v1::Admin::Stub::StartPairing, request, &offer_page);
}

int PairingCommands::list(const Common& common) const {
  return ask(common, &v1::Admin::Stub::ListPaired, v1::ListPairedRequest(), &list_page);
}

int PairingCommands::revoke(const Common& common) const {
  v1::RevokePairedRequest request;
  request.set_serial(serial_);
  return ask(common, &v1::Admin::Stub::RevokePaired, request, &revoked_page);
}

}  // namespace semafoor::ctl
