// SPDX-License-Identifier: Apache-2.0
#include "gateway/work/work_follower.h"

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "gateway/work/distribution.h"

namespace semafoor::work {
namespace {

duties::FollowerOptions options() {
  duties::FollowerOptions options;
  options.name = kFollowerDuty;
  options.module = v1::MODULE_KNIPPERLICHT;
  options.types = {"signal.received", "signal.changed", "signal.recalled"};
  return options;
}

// Each once, in the order of their events.
std::vector<std::string> subjects_of(const std::vector<v1::Event>& events) {
  std::vector<std::string> ids;
  std::set<std::string> seen;
  for (const v1::Event& event : events)
    if (seen.insert(event.subject_id()).second) ids.push_back(event.subject_id());
  return ids;
}

}  // namespace

WorkFollower::WorkFollower(store::Store& store, duties::Clock& clock, Mergers& mergers)
    : store_(store),
      clock_(clock),
      mergers_(mergers),
      follower_(
          store, clock, options(),
          [this](const store::Org& org, const std::vector<v1::Event>& events,
                 const std::stop_token& stop) { return act(org, events, stop); },
          [this](const store::Org& org, const std::stop_token& stop) {
            return look_through(org, stop);
          }) {}

void WorkFollower::start() {
  std::vector<store::Org> unfinished;
  // What cannot be read now is looked at with the next event.
  (void)store_.read([&](store::Reader& reader) -> Result<void> {
    unfinished.clear();
    auto all = reader.organisations();
    if (!all) return all.error();
    for (const v1::Organisation& one : *all) {
      const store::Org& org = one.organisation().value();
      auto wanted = reader.cursor(org, kSpreadWanted);
      if (!wanted) return wanted.error();
      auto done = reader.cursor(org, kSpreadDone);
      if (!done) return done.error();
      if (*wanted != *done) unfinished.push_back(org);
    }
    return {};
  });
  for (const store::Org& org : unfinished) follower_.rebuild(org);
  follower_.start();
}

void WorkFollower::stop() {
  follower_.stop();
}

void WorkFollower::spread(const store::Org& org) {
  follower_.rebuild(org);
}

Result<void> WorkFollower::run_once(const store::Org& org, std::stop_token stop) {
  return follower_.run_once(org, std::move(stop));
}

Result<void> WorkFollower::act(const store::Org& org, const std::vector<v1::Event>& events,
                               const std::stop_token& stop) {
  const auto ids = subjects_of(events);
  auto merged = mergers_.follow(org, ids, stop);
  if (!merged) return merged.error();
  if (*merged) return {};
  return distribute_all(store_, org, ids, clock_.now_ms(), stop);
}

Result<void> WorkFollower::look_through(const store::Org& org, const std::stop_token& stop) {
  std::string wanted;
  auto read = store_.read([&](store::Reader& reader) -> Result<void> {
    auto version = reader.cursor(org, kSpreadWanted);
    if (!version) return version.error();
    wanted = version->value_or("");
    return {};
  });
  if (!read) return read;
  auto merged = mergers_.look_through(org, stop);
  if (!merged) return merged.error();
  if (!*merged)
    if (auto given = distribute_waiting(store_, org, clock_.now_ms(), stop); !given) return given;
  if (wanted.empty()) return {};
  return store_.write_and_wait(
      [&](store::Transaction& tx) { return tx.put_cursor(org, kSpreadDone, wanted); });
}

}  // namespace semafoor::work
