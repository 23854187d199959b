// SPDX-License-Identifier: Apache-2.0
#include "gateway/app/duty_watch.h"

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>

#include "gateway/app/disk_watch.h"

namespace semafoor::app {
namespace {

using Level = rpc::Journal::Level;

constexpr std::chrono::seconds kBetweenLooks{10};

const DutyLimit* limit_of(const std::vector<DutyLimit>& limits, const std::string& name) {
  const auto found = std::ranges::find(limits, name, &DutyLimit::name);
  return found == limits.end() ? nullptr : &*found;
}

bool takes_part(const v1::Organisation& organisation, const DutyLimit& limit) {
  const auto& on = organisation.enabled_modules();
  return std::find_first_of(on.begin(), on.end(), limit.modules.begin(), limit.modules.end()) !=
         on.end();
}

UnwellDuty describe(const std::string& organisation, const v1::DutyStatus& duty,
                    const DutyLimit* limit, std::int64_t now_ms) {
  UnwellDuty one{.organisation = organisation,
                 .name = duty.name(),
                 .consecutive_failures = duty.consecutive_failures(),
                 .problem = duty.problem()};
  if (duty.has_last_success()) {
    // A clock that was set back makes nothing younger than now.
    one.last_success_age_ms = std::max<std::int64_t>(0, now_ms - duty.last_success().unix_ms());
    one.overdue = limit != nullptr && one.last_success_age_ms > limit->oldest_success_ms;
  }
  return one;
}

nlohmann::json alarm_list(const std::vector<v1::Alarm>& alarms) {
  auto list = nlohmann::json::array();
  for (const v1::Alarm& one : alarms)
    list.push_back({{"level", one.level() == v1::ALARM_LEVEL_RED      ? "red"
                              : one.level() == v1::ALARM_LEVEL_YELLOW ? "yellow"
                                                                      : "notice"},
                    {"code", one.code()},
                    {"subject", one.subject()},
                    {"message", one.message()}});
  return list;
}

}  // namespace

Result<std::vector<UnwellDuty>> unwell_duties(store::Store& store,
                                              const std::vector<DutyLimit>& limits,
                                              std::int64_t now_ms) {
  std::vector<UnwellDuty> unwell;
  const auto read = store.read([&](store::Reader& reader) -> Result<void> {
    auto organisations = reader.organisations();
    if (!organisations.ok()) return organisations.error();
    for (const auto& organisation : *organisations) {
      const std::string& org = organisation.organisation().value();
      auto duties = reader.duties(org);
      if (!duties.ok()) return duties.error();
      for (const auto& duty : *duties) {
        const DutyLimit* const limit = limit_of(limits, duty.name());
        if (limit != nullptr && !takes_part(organisation, *limit)) continue;
        auto one = describe(org, duty, limit, now_ms);
        if (one.overdue || one.consecutive_failures > 0) unwell.push_back(std::move(one));
      }
    }
    return {};
  });
  if (!read.ok()) return read.error();
  return unwell;
}

std::pair<std::string, bool> readiness(bool serves, const Result<std::vector<UnwellDuty>>& unwell,
                                       const v1::DiskStatus& disk, const ExpiryAlarms& expiring,
                                       const std::vector<v1::Alarm>& alarms) {
  nlohmann::json document{{"status", "not ready"}};
  const bool ready = serves && unwell.ok();
  if (ready) {
    auto duties = nlohmann::json::array();
    for (const auto& one : *unwell) {
      nlohmann::json duty{
          {"organisation", one.organisation}, {"duty", one.name},
          {"lastSuccessAgeSeconds", nullptr}, {"consecutiveFailures", one.consecutive_failures},
          {"overdue", one.overdue},           {"problem", one.problem}};
      if (one.last_success_age_ms >= 0)
        duty["lastSuccessAgeSeconds"] = one.last_success_age_ms / 1000;
      duties.push_back(std::move(duty));
    }
    auto losses = nlohmann::json::array();
    for (const auto& [org, report] : expiring)
      losses.push_back({{"organisation", org}, {"messages", report.expiring_soon()}});
    auto gravest = v1::ALARM_LEVEL_NOTICE;
    for (const v1::Alarm& one : alarms) gravest = std::max(gravest, one.level());
    const bool well = duties.empty() && losses.empty() && disk.room() <= v1::DISK_ROOM_AMPLE &&
                      disk.problem().empty() && gravest < v1::ALARM_LEVEL_YELLOW;
    document["status"] = gravest == v1::ALARM_LEVEL_RED ? "critical" : well ? "ready" : "degraded";
    document["alarms"] = alarm_list(alarms);
    document["duties"] = std::move(duties);
    document["expiring"] = std::move(losses);
  } else if (!unwell.ok()) {
    document["problem"] = unwell.error().message;
  }
  document["disk"] = {{"room", room_name(disk.room())},
                      {"availableBytes", disk.available_bytes()},
                      {"capacityBytes", disk.capacity_bytes()},
                      {"problem", disk.problem()}};
  return {document.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n", ready};
}

DutyWatch::DutyWatch(store::Store& store, duties::Clock& clock, rpc::Journal& journal,
                     std::vector<DutyLimit> limits, std::function<void()> also)
    : store_(store),
      clock_(clock),
      journal_(journal),
      limits_(std::move(limits)),
      also_(std::move(also)) {}

void DutyWatch::start() {
  thread_ = std::jthread([this](const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (!bell_.wait_for(lock, stop, kBetweenLooks, [&] { return stop.stop_requested(); })) {
      if (stop.stop_requested()) return;
      look();
    }
  });
}

void DutyWatch::stop() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

Result<std::vector<UnwellDuty>> DutyWatch::unwell() {
  return unwell_duties(store_, limits_, clock_.now_ms());
}

void DutyWatch::look() {
  if (also_) also_();
  auto found = unwell();
  // The store says so itself.
  if (!found.ok()) return;
  std::map<std::pair<std::string, std::string>, UnwellDuty> now;
  for (auto& one : *found) now.emplace(std::pair(one.organisation, one.name), std::move(one));
  for (const auto& [key, one] : now) {
    if (known_.contains(key)) continue;
    journal_.note(Level::warning, "duty.unwell",
                  one.consecutive_failures > 0
                      ? "A duty fails. It is tried again; nothing is lost meanwhile."
                      : "A duty has not done its work for too long.",
                  {{"organisation", one.organisation},
                   {"duty", one.name},
                   {"failures", std::to_string(one.consecutive_failures)},
                   {"problem", one.problem}});
  }
  for (const auto& [key, one] : known_) {
    if (now.contains(key)) continue;
    journal_.note(Level::info, "duty.well", "A duty works again.",
                  {{"organisation", one.organisation}, {"duty", one.name}});
  }
  known_ = std::move(now);
}

}  // namespace semafoor::app
