// SPDX-License-Identifier: Apache-2.0
#include "gateway/custody/credential_desk.h"

#include <utility>
#include <vector>

#include "gateway/store/audit.h"

namespace semafoor::custody {
namespace {

// Who names the key, or else the gateway itself.
Result<void> append(store::Transaction& tx, const store::AuditEntry& entry) {
  auto chains = Inventory::naming(tx, entry.subject_id);
  if (!chains) return std::move(chains).error();
  if (chains->empty()) chains->emplace_back(store::kGatewayChain);
  for (const store::Org& org : *chains)
    if (auto kept = tx.append_audit(org, entry); !kept) return kept;
  return {};
}

Result<void> unnamed(store::Transaction& tx, const std::string& name) {
  auto naming = Inventory::naming(tx, name);
  if (!naming) return std::move(naming).error();
  if (naming->empty()) return {};
  return Error{.kind = ErrorKind::failed_precondition,
               .code = "vault.credential_in_use",
               .message = "Removed the credential '" + name + "': organisation " + naming->front() +
                          " signs with it. Give that one another key first (semafoorctl "
                          "organisations add). Nothing was changed."};
}

const char* what_of(v1::CredentialStep step) {
  switch (step) {
    case v1::CREDENTIAL_STEP_ACTIVATE:
      return "credential.activate";
    case v1::CREDENTIAL_STEP_ROLL_BACK:
      return "credential.roll_back";
    case v1::CREDENTIAL_STEP_WITHDRAW:
      return "credential.withdraw";
    case v1::CREDENTIAL_STEP_RETIRE:
      return "credential.retire";
    default:
      return "credential.remove";
  }
}

}  // namespace

CredentialDesk::CredentialDesk(store::Store& store, vault::Credentials& credentials,
                               vault::tokens::Pins& pins, const Inventory& inventory,
                               std::function<void()> changed)
    : store_(store),
      credentials_(credentials),
      pins_(pins),
      inventory_(inventory),
      changed_(std::move(changed)) {}

Result<void> CredentialDesk::recorded(const char* what, const std::string& name,
                                      const domain::Act& act, const std::string& detail,
                                      const Work& work) {
  store::AuditEntry entry{.what = what,
                          .act = act,
                          .subject_kind = "credential",
                          .subject_id = name,
                          .persons = {},
                          .result = {},
                          .upstream_ticket = {},
                          .count = 1,
                          .detail = detail};
  bool happened = false;
  auto done = store_.write_and_wait([&](store::Transaction& tx) -> Result<void> {
    if (auto kept = append(tx, entry); !kept) return kept;
    // A transaction may be run again; the vault has done it then.
    if (happened) return {};
    auto worked = work(tx);
    happened = worked.ok();
    return worked;
  });
  if (happened) changed_();
  if (!done) {
    entry.result = done.error().code;
    // What cannot be recorded either is at least told to whoever asked.
    (void)store_.write_and_wait([&](store::Transaction& tx) { return append(tx, entry); });
  }
  return done;
}

Result<v1::Credential> CredentialDesk::changed(const char* what, const std::string& name,
                                               const domain::Act& act, const std::string& detail,
                                               const Work& work) {
  if (auto done = recorded(what, name, act, detail, work); !done) return std::move(done).error();
  auto now = inventory_.view(name);
  if (now || now.error().code != "vault.credential_missing") return now;
  v1::Credential removed;
  removed.set_name(name);
  return removed;
}

Result<v1::Credential> CredentialDesk::import(const std::string& name, bool next,
                                              std::string_view bytes,
                                              const vault::SecretBytes& passphrase,
                                              std::string_view certificate,
                                              const domain::Act& act) {
  // Before the transaction: deriving a key from a passphrase takes its time.
  auto material = vault::read_material(bytes, passphrase, certificate);
  return changed(next ? "credential.prepare" : "credential.import", name, act, {},
                 [&](store::Transaction&) -> Result<void> {
                   if (!material) return material.error();
                   return next ? credentials_.prepare(name, *material)
                               : credentials_.import(name, *material);
                 });
}

Result<v1::Credential> CredentialDesk::test(const std::string& name, bool next,
                                            const domain::Act& act) {
  return changed("credential.test", name, act, next ? "next" : "active", [&](store::Transaction&) {
    return credentials_.test(name, next ? vault::Slot::next : vault::Slot::active);
  });
}

Result<v1::Credential> CredentialDesk::step(const std::string& name, v1::CredentialStep step,
                                            const domain::Act& act) {
  return changed(what_of(step), name, act, {}, [&](store::Transaction& tx) -> Result<void> {
    switch (step) {
      case v1::CREDENTIAL_STEP_ACTIVATE:
        return credentials_.activate(name);
      case v1::CREDENTIAL_STEP_ROLL_BACK:
        return credentials_.roll_back(name);
      case v1::CREDENTIAL_STEP_WITHDRAW:
        return credentials_.withdraw(name);
      case v1::CREDENTIAL_STEP_RETIRE:
        return credentials_.retire(name);
      default:
        if (auto free = unnamed(tx, name); !free) return free;
        return credentials_.remove(name);
    }
  });
}

Result<void> CredentialDesk::put_pin(const std::string& token, const vault::SecretBytes& pin,
                                     const domain::Act& act) {
  return recorded("credential.pin", token, act, {},
                  [&](store::Transaction&) { return pins_.put(token, pin); });
}

Result<v1::ListCredentialsResponse> CredentialDesk::list() const {
  auto all = inventory_.list();
  if (!all) return std::move(all).error();
  v1::ListCredentialsResponse response;
  for (Held& held : *all) *response.add_credentials() = std::move(held.credential);
  return response;
}

}  // namespace semafoor::custody
