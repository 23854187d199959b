// SPDX-License-Identifier: Apache-2.0
#include "gateway/pairing/machines.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "gateway/vault/seal/kept.h"

namespace semafoor::pairing {
namespace {

using nlohmann::json;

constexpr int kVersion = 1;
constexpr char kItem[] = "paired-machines";
constexpr char kPurpose[] = "paired machines";

json written(const Machine& machine) {
  json certificates = json::array();
  for (const Issued& one : machine.certificates)
    certificates.push_back(
        {{"serial", one.serial}, {"from", one.not_before_s}, {"to", one.not_after_s}});
  return {{"id", machine.id},
          {"name", machine.grant.name},
          {"all", machine.grant.all_organisations},
          {"organisations", machine.grant.organisations},
          {"modules", machine.grant.modules},
          {"roles", machine.grant.roles},
          {"paired", machine.paired_s},
          {"revoked", machine.revoked_s},
          {"certificates", std::move(certificates)}};
}

Machine read(const json& from) {
  Machine machine;
  from.at("id").get_to(machine.id);
  from.at("name").get_to(machine.grant.name);
  from.at("all").get_to(machine.grant.all_organisations);
  from.at("organisations").get_to(machine.grant.organisations);
  from.at("modules").get_to(machine.grant.modules);
  from.at("roles").get_to(machine.grant.roles);
  from.at("paired").get_to(machine.paired_s);
  from.at("revoked").get_to(machine.revoked_s);
  for (const json& one : from.at("certificates"))
    machine.certificates.push_back({.serial = one.at("serial").get<std::string>(),
                                    .not_before_s = one.at("from").get<std::int64_t>(),
                                    .not_after_s = one.at("to").get<std::int64_t>()});
  return machine;
}

}  // namespace

Result<std::unique_ptr<Machines>> Machines::open(vault::Shelf& shelf,
                                                 std::shared_ptr<const vault::SealKey> seal) {
  std::unique_ptr<Machines> machines(new Machines(shelf, std::move(seal)));
  auto stored = shelf.load(kItem);
  if (!stored.ok()) return stored.error();
  if (!*stored) return machines;
  const std::string shown = shelf.shown(kItem);
  const auto text = vault::opened(machines->seal_.get(), kPurpose, **stored, shown);
  if (!text.ok()) return text.error();
  const json document = json::parse(text->data(), text->data() + text->size(), nullptr, false);
  try {
    if (document.at("version").get<int>() > kVersion)
      return Error{ErrorKind::failed_precondition, "vault.newer_version",
                   "Opened " + shown +
                       ": a newer gateway has written it. Install that one. Nothing was changed."};
    for (const json& one : document.at("machines")) {
      const auto machine = std::make_shared<const Machine>(read(one));
      machines->all_.push_back(machine);
      for (const Issued& certificate : machine->certificates)
        machines->by_serial_[certificate.serial] = machine;
    }
  } catch (const json::exception&) {
    return Error{ErrorKind::failed_precondition, "vault.corrupt",
                 "Opened " + shown +
                     ": it is damaged. Put it back from a copy, or move it away and pair the "
                     "machines anew. Nothing was changed."};
  }
  return machines;
}

Result<void> Machines::add(Machine machine) {
  const std::lock_guard one_at_a_time(writing_);
  // Only who writes changes it.
  All all = all_;
  all.push_back(std::make_shared<const Machine>(std::move(machine)));
  return keep(std::move(all));
}

Result<void> Machines::renewed(const std::string& id, const Issued& certificate,
                               std::int64_t now_s) {
  const std::lock_guard one_at_a_time(writing_);
  const auto found = std::ranges::find(all_, id, [](const auto& one) { return one->id; });
  if (found == all_.end())
    return Error{ErrorKind::not_found, "pairing.machine_unknown",
                 "A certificate was to be renewed; its machine is not known any more. Pair it "
                 "anew."};
  Machine changed(**found);
  std::erase_if(changed.certificates,
                [now_s](const Issued& one) { return one.not_after_s < now_s; });
  changed.certificates.push_back({.serial = certificate.serial,
                                  .not_before_s = certificate.not_before_s,
                                  .not_after_s = certificate.not_after_s});
  return replace(std::move(changed));
}

Result<Machine> Machines::revoke(const std::string& serial, std::int64_t now_s) {
  const std::lock_guard one_at_a_time(writing_);
  auto changed = machine(serial);
  if (!changed.ok() || changed->revoked_s != 0) return changed;
  changed->revoked_s = now_s;
  if (auto kept = replace(*changed); !kept.ok()) return kept.error();
  return changed;
}

Result<Machine> Machines::machine(const std::string& serial) const {
  const std::shared_lock lock(mutex_);
  for (const auto& one : all_)
    if (one->id == serial ||
        std::ranges::find(one->certificates, serial, &Issued::serial) != one->certificates.end())
      return *one;
  return Error{ErrorKind::not_found, "pairing.machine_unknown",
               "A paired machine was looked for; no certificate has the serial number " + serial +
                   ". Look with semafoorctl paired list."};
}

std::shared_ptr<const Machine> Machines::find(const std::string& serial) const {
  const std::shared_lock lock(mutex_);
  const auto found = by_serial_.find(serial);
  return found == by_serial_.end() ? nullptr : found->second;
}

std::vector<Machine> Machines::list() const {
  const std::shared_lock lock(mutex_);
  std::vector<Machine> all;
  for (const auto& one : all_) all.push_back(*one);
  return all;
}

Result<void> Machines::replace(Machine changed) {
  All all = all_;
  const auto machine = std::make_shared<const Machine>(std::move(changed));
  std::ranges::replace_if(
      all, [&machine](const auto& one) { return one->id == machine->id; }, machine);
  return keep(std::move(all));
}

Result<void> Machines::keep(All all) {
  json document{{"version", kVersion}, {"machines", json::array()}};
  std::map<std::string, std::shared_ptr<const Machine>> by_serial;
  for (const auto& one : all) {
    document["machines"].push_back(written(*one));
    for (const Issued& certificate : one->certificates) by_serial[certificate.serial] = one;
  }
  const std::string bytes = vault::kept(seal_.get(), kPurpose, document.dump());
  if (auto saved = shelf_.save(kItem, bytes); !saved.ok()) return saved;
  const std::unique_lock lock(mutex_);
  all_ = std::move(all);
  by_serial_ = std::move(by_serial);
  return {};
}

}  // namespace semafoor::pairing
