// SPDX-License-Identifier: Apache-2.0
#include "gateway/custody/erasure.h"

#include <optional>
#include <system_error>
#include <utility>
#include <vector>

#include "gateway/custody/inventory.h"
#include "gateway/os/utf8_path.h"
#include "gateway/store/audit.h"

namespace semafoor::custody {
namespace {

Error refused(const char* code, const store::Org& org, const std::string& what) {
  return {.kind = ErrorKind::failed_precondition,
          .code = code,
          .message = "Erased the organisation " + org + ": " + what + " Nothing was changed."};
}

Result<void> check_quiet(store::Transaction& tx, const v1::Organisation& organisation) {
  const store::Org& org = organisation.organisation().value();
  if (!organisation.enabled_modules().empty())
    return refused("erase.modules_on", org,
                   "modules are enabled. Disable them first (semafoorctl modules disable), so that "
                   "nobody works with it any more; or say --even-so.");
  auto counters = tx.counters(org);
  if (!counters) return std::move(counters).error();
  const auto waiting = counters->feedback_queued + counters->feedback_sent +
                       counters->feedback_unknown + counters->feedback_dead;
  if (waiting == 0) return {};
  return refused("erase.answers_wait", org,
                 std::to_string(waiting) +
                     " answers wait to be sent or judged, and would never be. Look at them "
                     "(semafoorctl outbox list); or say --even-so.");
}

void leave_over(v1::EraseOrganisationResponse& response, std::string place, std::string problem) {
  auto& left = *response.add_left_over();
  left.set_place(std::move(place));
  left.set_problem(std::move(problem));
}

}  // namespace

struct Erasure::Found {
  bool is_there = false;
  // Its data is sealed under a key of its own, or was.
  bool sealed = false;
  // Keys that no other organisation names: destroyed; and passwords.
  std::vector<std::string> keys;
  std::string password;
};

Erasure::Erasure(store::Store& store, vault::Credentials& credentials, KeyKeeper& copies,
                 std::filesystem::path keys_folder, std::function<void()> changed)
    : store_(store),
      credentials_(credentials),
      copies_(copies),
      keys_folder_(std::move(keys_folder)),
      changed_(std::move(changed)) {}

Result<void> Erasure::prepare(store::Transaction& tx, const store::Org& org, bool even_so,
                              const domain::Act& act, Found& found) {
  found = {};
  auto organisation = tx.organisation(org);
  if (!organisation) return std::move(organisation).error();
  auto wrapped = tx.wrapped_keys();
  if (!wrapped) return std::move(wrapped).error();
  bool erased = false;
  for (const store::WrappedKey& key : *wrapped)
    if (key.org == org) {
      found.sealed = !key.wrapped.empty();
      erased = key.erased_ms != 0;
    }
  found.is_there = organisation->has_value();
  if (!found.is_there && !erased)
    return Error{.kind = ErrorKind::not_found,
                 .code = "organisation.unknown",
                 .message = "Erased the organisation " + org +
                            ": it is not served here. Look at semafoorctl organisations list."};
  if (found.is_there && !even_so)
    if (auto quiet = check_quiet(tx, **organisation); !quiet) return quiet;
  store::AuditEntry entry{.what = "organisation.erase",
                          .act = act,
                          .subject_kind = "organisation",
                          .subject_id = org,
                          .persons = {},
                          .result = {},
                          .upstream_ticket = {},
                          .count = 1,
                          .detail = found.is_there ? "" : "again"};
  for (const store::Org& chain : {org, store::Org(store::kGatewayChain)})
    if (auto kept = tx.append_audit(chain, entry); !kept) return kept;
  if (!found.is_there) return {};
  for (const std::string& name : key_names(**organisation)) {
    auto naming = Inventory::naming(tx, name);
    if (!naming) return std::move(naming).error();
    if (naming->size() == 1) found.keys.push_back(name);
  }
  found.password = (*organisation)->technical_account().password_name();
  return {};
}

Result<v1::EraseOrganisationResponse> Erasure::erase(const store::Org& org, bool even_so,
                                                     const domain::Act& act) {
  Found found;
  auto recorded = store_.write_and_wait(
      [&](store::Transaction& tx) { return prepare(tx, org, even_so, act, found); });
  if (!recorded) return std::move(recorded).error();
  v1::EraseOrganisationResponse response;
  // Before the settings that name them are gone.
  for (const std::string& name : found.keys) {
    if (!credentials_.view(name)) continue;
    if (auto removed = credentials_.remove(name); !removed) return std::move(removed).error();
    response.add_credentials(name);
  }
  if (!response.credentials().empty()) changed_();
  if (found.is_there)
    if (auto erased = store_.erase(org); !erased) return std::move(erased).error();

  std::error_code ignored;
  std::vector<std::string> files;
  for (const std::string& name : found.keys)
    for (const char* ending : {".pem", ".crt"}) files.push_back(name + ending);
  if (!found.password.empty()) files.push_back(found.password + ".password");
  for (const std::string& name : files)
    if (const auto file = keys_folder_ / os::path_of(name); std::filesystem::exists(file, ignored))
      leave_over(response, file.string(), "only this organisation used it: remove the file.");

  auto folders = copies_.renew();
  if (!folders) return std::move(folders).error();
  for (KeyKeeper::Folder& one : *folders) {
    if (!one.outcome)
      leave_over(response, one.path,
                 "the copy of the organisation's key beside its backups could not be reached (" +
                     one.outcome.error().message +
                     "). Bring that disk back and erase again, or destroy the backups there.");
    else if (found.is_there && !found.sealed)
      leave_over(response, one.path,
                 "backups there hold the organisation's data in clear, as nothing was sealed: "
                 "destroy them.");
    else
      response.add_backup_folders(one.path);
  }
  return response;
}

}  // namespace semafoor::custody
