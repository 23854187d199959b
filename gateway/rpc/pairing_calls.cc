// SPDX-License-Identifier: Apache-2.0
#include "gateway/rpc/pairing_calls.h"

#include <algorithm>
#include <utility>

#include "gateway/domain/cbe_number.h"
#include "gateway/rpc/call_act.h"
#include "gateway/rpc/directory.h"
#include "gateway/rpc/requests.h"

namespace semafoor::rpc {
namespace {

using Level = Journal::Level;

constexpr char kAll[] = "*";

Error network_off() {
  return failure(ErrorKind::failed_precondition, "network.off",
                 "A machine was to be paired or looked for; this gateway listens to this machine "
                 "alone. Give it an address with [network] listen.");
}

std::vector<std::string> organisations_of(const pairing::Grant& grant) {
  return grant.all_organisations ? std::vector<std::string>{kAll} : grant.organisations;
}

Result<pairing::Grant> grant_of(const v1::PairingRights& rights) {
  if (auto fine = check_length(rights.name(), 64, "rights.name"); !fine.ok()) return fine.error();
  if (rights.name().find_first_not_of(" \t") == std::string::npos)
    return invalid("rights.name",
                   "A machine was to be paired without a name. Say which machine it is.");
  if (auto fine = check_no_national_number(rights.name(), "rights.name"); !fine.ok())
    return fine.error();
  pairing::Grant grant{.name = rights.name(), .all_organisations = rights.all_organisations()};
  for (const auto& one : rights.organisations()) {
    if (!domain::is_valid_cbe(one.value()))
      return invalid("rights.organisations",
                     "A machine was to be paired for something that is no organisation. Give "
                     "enterprise numbers of ten digits.");
    grant.organisations.push_back(one.value());
  }
  if (grant.all_organisations == !grant.organisations.empty())
    return invalid("rights.organisations",
                   "A machine was to be paired for no organisation, or for some and all of them. "
                   "Name them, or say all.");
  for (const int one : rights.modules()) {
    const std::string name = module_name(static_cast<v1::Module>(one));
    if (name.empty() || name == "unknown")
      return invalid("rights.modules",
                     "A machine was to be paired for a module that is not known. Send MODULE_EBOX, "
                     "MODULE_KNIPPERLICHT or MODULE_FEEDBACK.");
    grant.modules.push_back(name);
  }
  for (const std::string& name : rights.roles()) {
    if (!role_of(name))
      return invalid("rights.roles",
                     "A machine was to be paired with a role that is not known. Send \"reader\", "
                     "\"operator\" or \"security-officer\".");
    grant.roles.push_back(name);
  }
  return grant;
}

// Nobody gives what they do not have.
Result<void> check_given(const pairing::Grant& grant, const Rights& giver) {
  for (const std::string& org : organisations_of(grant)) {
    if (!giver.has(Role::security_officer, org)) return foreign_organisation(org);
    for (const std::string& name : grant.roles)
      if (!giver.has(*role_of(name), org))
        return failure(ErrorKind::permission_denied, "permission.role",
                       "A machine was to be paired with the role " + name +
                           ", which its giver has not. Let somebody with that role pair it.");
  }
  return {};
}

bool may_see(const pairing::Grant& grant, const Rights& rights) {
  const auto all = organisations_of(grant);
  return std::all_of(all.begin(), all.end(), [&](const std::string& org) {
    return rights.has(Role::security_officer, org);
  });
}

v1::Module module_of(const std::string& name) {
  for (const auto module : {v1::MODULE_EBOX, v1::MODULE_KNIPPERLICHT, v1::MODULE_FEEDBACK})
    if (module_name(module) == name) return module;
  return v1::MODULE_UNSPECIFIED;
}

void tell(const pairing::Machine& machine, v1::PairedMachine& told) {
  told.set_machine(machine.id);
  auto& rights = *told.mutable_rights();
  rights.set_name(machine.grant.name);
  rights.set_all_organisations(machine.grant.all_organisations);
  for (const auto& org : machine.grant.organisations) rights.add_organisations()->set_value(org);
  for (const auto& module : machine.grant.modules) rights.add_modules(module_of(module));
  for (const auto& role : machine.grant.roles) rights.add_roles(role);
  told.mutable_paired_at()->set_unix_ms(machine.paired_s * 1000);
  if (!machine.certificates.empty()) {
    told.set_serial(machine.certificates.back().serial);
    told.mutable_expires_at()->set_unix_ms(machine.certificates.back().not_after_s * 1000);
  }
  if (machine.revoked_s != 0) told.mutable_revoked_at()->set_unix_ms(machine.revoked_s * 1000);
}

void tell(const pairing::Certified& certified, const pairing::Authority& authority,
          v1::PairedCertificate& told) {
  told.set_certificate(certified.certificate.certificate);
  told.set_authority(authority.certificate());
  told.set_serial(certified.certificate.serial);
  told.mutable_expires_at()->set_unix_ms(certified.certificate.not_after_s * 1000);
  told.mutable_renew_from()->set_unix_ms(certified.renew_from_s * 1000);
}

store::AuditEntry entry_of(const char* what, const domain::Act& act, const std::string& name,
                           const std::string& id = {}) {
  return {.what = what, .act = act, .subject_kind = "machine", .subject_id = id, .detail = name};
}

// An act of the machine itself, under the certificate it has just got.
Result<void> record_machine(const pairing::Pairing& pairing, store::Store& store, const char* what,
                            const std::string& serial) {
  const auto machine = pairing.machine(serial);
  if (!machine.ok()) return machine.error();
  domain::Act act;
  act.caller = {.kind = domain::Caller::Kind::certificate,
                .certificate = serial,
                .name = machine->grant.name};
  return record(store, store::kGatewayChain, entry_of(what, act, machine->grant.name, machine->id));
}

}  // namespace

Result<void> start_pairing(UseCases& rooms, const Call& call, Journal& journal,
                           const v1::StartPairingRequest& request,
                           v1::StartPairingResponse& response) {
  pairing::Pairing* const pairing = rooms.pairing;
  if (pairing == nullptr) return network_off();
  auto grant = grant_of(request.rights());
  if (!grant.ok()) return grant.error();
  if (auto fine = check_given(*grant, call.session->access); !fine.ok()) return fine;
  const std::string name = grant->name;
  if (auto noted =
          record(rooms.store, store::kGatewayChain, entry_of("pairing.offer", call.act, name));
      !noted.ok())
    return noted;
  auto code = pairing->offer(std::move(*grant));
  if (!code.ok()) return code.error();
  response.set_code(*code);
  response.mutable_expires_at()->set_unix_ms((pairing->now_s() + pairing->code_life_s()) * 1000);
  response.set_authority_fingerprint(pairing->authority().fingerprint());
  response.set_authority(pairing->authority().certificate());
  journal.note(
      Level::info, "pairing.offered", "A code for the pairing of a machine was made.",
      {{"machine", name}, {"account", call.session->peer.account}, {"reason", call.act.reason}});
  return {};
}

Result<void> list_paired(const pairing::Pairing* pairing, const Call& call,
                         v1::ListPairedResponse& response) {
  if (pairing == nullptr) return network_off();
  for (const auto& one : pairing->list())
    if (may_see(one.grant, call.session->access)) tell(one, *response.add_machines());
  return {};
}

Result<void> revoke_paired(UseCases& rooms, const Call& call, Journal& journal,
                           const v1::RevokePairedRequest& request,
                           v1::RevokePairedResponse& response) {
  pairing::Pairing* const pairing = rooms.pairing;
  if (pairing == nullptr) return network_off();
  const auto machine = pairing->machine(request.serial());
  if (!machine.ok()) return machine.error();
  if (!may_see(machine->grant, call.session->access))
    return foreign_organisation(organisations_of(machine->grant).front());
  const auto revoked = pairing->revoke(request.serial());
  if (!revoked.ok()) return revoked.error();
  tell(*revoked, *response.mutable_machine());
  journal.note(Level::warning, "pairing.revoked", "A paired machine was revoked.",
               {{"machine", revoked->grant.name},
                {"serial", revoked->id},
                {"account", call.session->peer.account},
                {"reason", call.act.reason}});
  // Afterwards: a disk that is full keeps nobody in.
  return record(rooms.store, store::kGatewayChain,
                entry_of("pairing.revoke", call.act, revoked->grant.name, revoked->id));
}

Result<void> pair_machine(pairing::Pairing& pairing, store::Store& store, Journal& journal,
                          const v1::PairRequest& request, v1::PairResponse& response) {
  const auto certified = pairing.pair(request.code(), request.certificate_request());
  if (!certified.ok()) {
    journal.note(Level::warning, "pairing.refused", certified.error().message,
                 {{"code", certified.error().code}});
    return certified.error();
  }
  const std::string& serial = certified->certificate.serial;
  auto noted = record_machine(pairing, store, "pairing.pair", serial);
  if (!noted.ok()) {
    // Nobody comes in whose coming is not on record.
    if (auto revoked = pairing.revoke(serial); !revoked.ok()) return revoked.error();
    return noted;
  }
  tell(*certified, pairing.authority(), *response.mutable_certificate());
  journal.note(Level::info, "pairing.paired", "A machine was paired.", {{"serial", serial}});
  return {};
}

Result<void> renew_machine(pairing::Pairing& pairing, store::Store& store, Journal& journal,
                           const std::string& serial, const v1::RenewRequest& request,
                           v1::RenewResponse& response) {
  const auto certified = pairing.renew(serial, request.certificate_request());
  if (!certified.ok()) return certified.error();
  tell(*certified, pairing.authority(), *response.mutable_certificate());
  journal.note(Level::info, "pairing.renewed", "A paired machine got its next certificate.",
               {{"serial", certified->certificate.serial}, {"before", serial}});
  return record_machine(pairing, store, "pairing.renew", certified->certificate.serial);
}

}  // namespace semafoor::rpc
