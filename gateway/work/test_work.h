// SPDX-License-Identifier: Apache-2.0
//
// For the tests of this room: signals and rules as short as they can be.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "gateway/domain/belgian_time.h"
#include "gateway/domain/date.h"
#include "gateway/domain/signal_identity.h"
#include "gateway/duties/test_store.h"
#include "gateway/history/history.h"
#include "gateway/work/distribution.h"
#include "gateway/work/kept.h"
#include "gateway/work/work.h"

namespace semafoor::work {

using duties::kTestOrg;

// 2026-11-17T12:00:00Z, a Tuesday.
inline constexpr std::int64_t kNoon = 1'794'916'800'000;
inline constexpr std::int64_t kDay = 86'400'000;

inline v1::Date day(int yyyymmdd) {
  return domain::date_of_number(yyyymmdd);
}

inline v1::Actor actor(const std::string& id, const std::string& name = {}) {
  v1::Actor actor;
  actor.set_id(id);
  actor.set_name(name.empty() ? "Name of " + id : name);
  return actor;
}

inline domain::Act act_of(const std::string& id) {
  return {.caller = {.kind = domain::Caller::Kind::process, .account = "uid 1000"},
          .actor_id = id,
          .actor_name = id.empty() ? "" : "Name of " + id};
}

class WorkFixture : public ::testing::Test {
 protected:
  WorkFixture() { store_.add_organisation(); }

  static v1::Signal signal(const std::string& id, v1::SignalState state) {
    v1::Signal signal;
    signal.set_signal_id(id);
    signal.set_signal_reference("R" + id);
    signal.mutable_organisation()->set_value(kTestOrg);
    signal.mutable_person()->set_value("00000000097");
    signal.set_law(v1::LAW_RMI);
    signal.set_dossier_number(id);
    signal.set_dossier_number_normalised(id);
    signal.set_signal_type("X-PENSION");
    signal.set_source_flow("PENSIONS");
    signal.add_channels(v1::SIGNAL_CHANNEL_MUTATION);
    signal.set_state(state);
    signal.set_match_state(v1::MATCH_STATE_OPEN);
    signal.mutable_received_at()->set_unix_ms(kNoon);
    signal.set_deliveries(1);
    return signal;
  }
  void put(v1::Signal signal, const std::string& org = kTestOrg,
           const std::string& event = "signal.received") {
    signal.mutable_organisation()->set_value(org);
    store_.write([&](store::Transaction& tx) {
      return tx.put_signal(org, domain::signal_key(signal), signal, event);
    });
  }
  void add(const std::string& id, v1::SignalState state = v1::SIGNAL_STATE_RECEIVED) {
    put(signal(id, state));
  }
  v1::Signal get(const std::string& id, const std::string& org = kTestOrg) {
    return store_
        .ask<std::optional<v1::Signal>>(
            [&](store::Reader& reader) { return reader.signal(org, id); })
        .value_or(v1::Signal());
  }
  std::string whose(const std::string& id) { return get(id).assignee().id(); }
  // The host says whose dossier it is.
  void match(const std::string& id, const std::string& handler) {
    auto signal = get(id);
    signal.set_match_state(v1::MATCH_STATE_MATCHED);
    signal.clear_dossiers();
    auto& dossier = *signal.add_dossiers();
    dossier.set_reference("D-" + id);
    if (!handler.empty()) *dossier.mutable_handler() = actor(handler);
    put(signal, kTestOrg, "signal.changed");
  }
  // As Signals/AssignSignal does it.
  void by_hand(const std::string& id, const std::string& assignee) {
    auto signal = get(id);
    v1::SignalStep step;
    step.mutable_actor()->set_id("boss");
    if (assignee.empty()) {
      signal.clear_assignee();
      signal.set_state(v1::SIGNAL_STATE_RECEIVED);
      step.set_event(v1::SIGNAL_EVENT_RELEASED);
    } else {
      *signal.mutable_assignee() = actor(assignee);
      signal.set_state(v1::SIGNAL_STATE_ASSIGNED);
      step.set_event(v1::SIGNAL_EVENT_ASSIGNED);
    }
    signal.clear_team();
    store_.write([&](store::Transaction& tx) -> Result<void> {
      auto put = tx.put_signal(kTestOrg, domain::signal_key(signal), signal, "signal.changed");
      if (!put) return put;
      return history::add(tx, kTestOrg, signal, step);
    });
  }
  std::vector<v1::SignalStep> steps(const std::string& id, const std::string& org = kTestOrg) {
    const auto history = store_.ask<v1::SignalHistory>(
        [&](store::Reader& reader) { return history::of(reader, org, id); });
    return {history.steps().begin(), history.steps().end()};
  }

  static v1::WorkRule& rule(v1::WorkRules& rules, const std::string& name) {
    auto& rule = *rules.add_rules();
    rule.set_name(name);
    return rule;
  }
  // A team "t" of these, with a rule that goes round it.
  static v1::WorkRules round_of(const std::vector<std::string>& members) {
    v1::WorkRules rules;
    auto& team = *rules.add_teams();
    team.set_id("t");
    for (const auto& id : members) *team.add_members() = actor(id);
    rule(rules, "round").mutable_gives()->mutable_turns()->set_team("t");
    return rules;
  }
  void set(const v1::WorkRules& rules, bool spread = false) {
    const auto version = work_.rules(kTestOrg)->version();
    const auto stored = work_.set_rules(kTestOrg, rules, version, spread, act_of("boss"));
    ASSERT_TRUE(stored.ok()) << stored.error().message;
  }
  void away(const std::string& id, int from, int until, const std::string& stand_in = {}) {
    v1::SetAbsenceRequest request;
    *request.mutable_actor() = actor(id);
    *request.mutable_absence()->mutable_from() = day(from);
    if (until != 0) *request.mutable_absence()->mutable_until() = day(until);
    if (!stand_in.empty()) *request.mutable_absence()->mutable_stand_in() = actor(stand_in);
    const auto stored = work_.set_absence(kTestOrg, request, act_of("boss"));
    ASSERT_TRUE(stored.ok()) << stored.error().message;
  }

  duties::ManualClock clock_{kNoon};
  duties::TestStore store_{clock_};
  Work work_{*store_, [this] { return clock_.now_ms(); }};
};

}  // namespace semafoor::work
