// SPDX-License-Identifier: Apache-2.0
#include "gateway/rpc/paired_callers.h"

#include <mutex>
#include <utility>

namespace semafoor::rpc {
namespace {

constexpr std::size_t kMostTexts = 4096;

// Ends with the machine's right to call, as that of a local caller ends with its process: streams
// that are open ask it.
class Standing final : public ProcessHold {
 public:
  Standing(const pairing::Pairing& pairing, std::string serial)
      : pairing_(pairing), serial_(std::move(serial)) {}
  bool alive() const override { return pairing_.standing(serial_).ok(); }

 private:
  const pairing::Pairing& pairing_;
  const std::string serial_;
};

Rights rights_of(const pairing::Grant& grant) {
  Access access{.all_organisations = grant.all_organisations};
  access.organisations.insert(grant.organisations.begin(), grant.organisations.end());
  access.modules.insert(grant.modules.begin(), grant.modules.end());
  for (const std::string& name : grant.roles)
    if (const auto role = role_of(name)) access.roles.insert(*role);
  return access;
}

}  // namespace

Result<std::shared_ptr<const Session>> PairedCallers::identify(std::string_view certificate) {
  const std::string serial = serial_of(certificate);
  const auto machine = pairing_.standing(serial);
  if (!machine.ok()) return machine.error();
  return session_of(serial, *machine);
}

std::string PairedCallers::serial_of(std::string_view certificate) {
  const std::string text(certificate);
  {
    const std::shared_lock lock(mutex_);
    if (const auto found = serials_.find(text); found != serials_.end()) return found->second;
  }
  std::string serial = pairing::serial_in(text);
  const std::unique_lock lock(mutex_);
  if (serials_.size() >= kMostTexts) serials_.clear();
  serials_[text] = serial;
  return serial;
}

std::shared_ptr<const Session> PairedCallers::session_of(
    const std::string& serial, const std::shared_ptr<const pairing::Machine>& machine) {
  {
    const std::shared_lock lock(mutex_);
    const auto known = machines_.find(machine->id);
    if (known != machines_.end() && known->second.machine == machine)
      if (const auto found = known->second.sessions.find(serial);
          found != known->second.sessions.end())
        return found->second;
  }
  const std::unique_lock lock(mutex_);
  Known& known = machines_[machine->id];
  if (known.machine != machine) known.sessions.clear();
  known.machine = machine;
  if (!known.rate) known.rate = std::make_shared<RateLimit>(calls_per_second_);
  auto& session = known.sessions[serial];
  if (!session)
    session = std::make_shared<const Session>(
        Session{.peer = {.account = "certificate " + serial},
                .access = rights_of(machine->grant),
                .host = machine->grant.name,
                .client = {},
                .process = std::make_shared<const Standing>(pairing_, serial),
                .certificate = serial,
                .rate = known.rate,
                .expires = {}});
  return session;
}

}  // namespace semafoor::rpc
