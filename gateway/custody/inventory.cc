// SPDX-License-Identifier: Apache-2.0
#include "gateway/custody/inventory.h"

#include <algorithm>
#include <map>
#include <utility>

namespace semafoor::custody {
namespace {

constexpr std::int64_t kDay = 86'400;

// Rounded down, also below zero.
std::int64_t whole_days(std::int64_t seconds) {
  return seconds >= 0 ? seconds / kDay : -((-seconds + kDay - 1) / kDay);
}

}  // namespace

std::vector<std::string> key_names(const v1::Organisation& organisation) {
  std::vector<std::string> names;
  for (const std::string& name :
       {organisation.key_name(), organisation.representative().key_name()})
    if (!name.empty() && std::find(names.begin(), names.end(), name) == names.end())
      names.push_back(name);
  return names;
}

Inventory::Inventory(store::Store& store, vault::Credentials& credentials,
                     std::shared_ptr<vault::KeyRing> keys, std::function<std::int64_t()> now_s)
    : store_(store), credentials_(credentials), keys_(std::move(keys)), now_s_(std::move(now_s)) {}

v1::KeyFacts Inventory::shown(const vault::KeyFacts& facts) const {
  v1::KeyFacts key;
  key.set_algorithm(facts.algorithm);
  key.set_bits(facts.bits);
  key.set_digest(facts.digest);
  key.set_home(facts.home);
  if (!facts.certificate) return key;
  auto& certificate = *key.mutable_certificate();
  certificate.set_subject(facts.certificate->subject);
  certificate.set_issuer(facts.certificate->issuer);
  certificate.set_serial(facts.certificate->serial);
  certificate.set_fingerprint(facts.certificate->fingerprint);
  certificate.mutable_not_before()->set_unix_ms(facts.certificate->not_before_s * 1000);
  certificate.mutable_not_after()->set_unix_ms(facts.certificate->not_after_s * 1000);
  certificate.set_days_left(
      static_cast<std::int32_t>(whole_days(facts.certificate->not_after_s - now_s_())));
  return key;
}

v1::KeyFacts Inventory::shown(const vault::SlotView& slot) const {
  v1::KeyFacts key = shown(slot.key);
  key.mutable_added()->set_unix_ms(slot.added_s * 1000);
  if (slot.tested_s != 0) key.mutable_tested()->set_unix_ms(slot.tested_s * 1000);
  return key;
}

v1::Credential Inventory::shown(const vault::CredentialView& view) const {
  v1::Credential credential;
  credential.set_name(view.name);
  if (view.active) *credential.mutable_active() = shown(*view.active);
  if (view.next) *credential.mutable_next() = shown(*view.next);
  if (view.previous) *credential.mutable_previous() = shown(*view.previous);
  if (view.problem) {
    credential.set_code(view.problem->code);
    credential.set_problem(view.problem->message);
  }
  return credential;
}

v1::Credential Inventory::elsewhere(const std::string& name) const {
  v1::Credential credential;
  credential.set_name(name);
  const auto fails = [&credential](const Error& error) {
    credential.set_code(error.code);
    credential.set_problem(error.message);
    return credential;
  };
  const auto signer = keys_->signer(name);
  if (!signer) return fails(signer.error());
  const auto facts = (*signer)->describe();
  if (!facts) return fails(facts.error());
  *credential.mutable_active() = shown(*facts);
  return credential;
}

Result<std::vector<Held>> Inventory::list() const {
  std::vector<v1::Organisation> organisations;
  auto read = store_.read([&](store::Reader& reader) -> Result<void> {
    auto all = reader.organisations();
    if (!all) return std::move(all).error();
    organisations = std::move(*all);
    return {};
  });
  if (!read) return std::move(read).error();
  auto sealed = credentials_.list();
  if (!sealed) return std::move(sealed).error();
  std::map<std::string, Held> all;
  for (const vault::CredentialView& view : *sealed) all[view.name].credential = shown(view);
  for (const v1::Organisation& organisation : organisations)
    for (const std::string& name : key_names(organisation)) {
      auto [entry, is_new] = all.try_emplace(name);
      if (is_new) entry->second.credential = elsewhere(name);
      *entry->second.credential.add_organisations() = organisation.organisation();
      entry->second.needed |= !organisation.enabled_modules().empty();
    }
  std::vector<Held> list;
  list.reserve(all.size());
  for (auto& [name, held] : all) list.push_back(std::move(held));
  return list;
}

Result<v1::Credential> Inventory::view(const std::string& name) const {
  auto view = credentials_.view(name);
  if (!view) return std::move(view).error();
  v1::Credential credential = shown(*view);
  auto read = store_.read([&](store::Reader& reader) -> Result<void> {
    auto organisations = naming(reader, name);
    if (!organisations) return std::move(organisations).error();
    for (const store::Org& org : *organisations) credential.add_organisations()->set_value(org);
    return {};
  });
  if (!read) return std::move(read).error();
  return credential;
}

Result<std::vector<store::Org>> Inventory::naming(store::Reader& reader, const std::string& name) {
  auto all = reader.organisations();
  if (!all) return std::move(all).error();
  std::vector<store::Org> found;
  for (const v1::Organisation& organisation : *all) {
    const auto names = key_names(organisation);
    if (std::find(names.begin(), names.end(), name) != names.end())
      found.push_back(organisation.organisation().value());
  }
  return found;
}

}  // namespace semafoor::custody
