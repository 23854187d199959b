// SPDX-License-Identifier: Apache-2.0
#include "gateway/signals/arrival.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "gateway/domain/belgian_time.h"
#include "gateway/domain/date.h"
#include "gateway/domain/dossier_number.h"
#include "gateway/domain/signal_identity.h"
#include "gateway/domain/signal_life_cycle.h"
#include "gateway/domain/uuid.h"
#include "gateway/history/history.h"
#include "gateway/signals/facts.h"
#include "gateway/signals/known.h"
#include "gateway/signals/persons.h"
#include "gateway/signals/succession.h"

namespace semafoor::signals {
namespace {

constexpr std::int64_t kMonth = 31LL * 24 * 3600 * 1000;

// Only what a delivery may say.
v1::Signal delivered(const store::Org& org, const Arrival& arrival,
                     const std::vector<std::string>& way) {
  const v1::Signal& facts = arrival.facts;
  v1::Signal signal;
  signal.mutable_organisation()->set_value(org);
  signal.set_signal_reference(facts.signal_reference());
  signal.set_law(facts.law());
  *signal.mutable_person() = facts.person();
  signal.set_dossier_number(facts.dossier_number());
  signal.set_dossier_number_normalised(domain::normalised_dossier(facts.dossier_number()));
  signal.set_suffix(facts.suffix());
  signal.set_signal_type(facts.signal_type());
  signal.set_source_flow(facts.source_flow());
  signal.set_form_reference(facts.form_reference());
  if (facts.has_reference_period()) *signal.mutable_reference_period() = facts.reference_period();
  if (facts.has_amount()) *signal.mutable_amount() = facts.amount();
  if (facts.has_detected_on()) *signal.mutable_detected_on() = facts.detected_on();
  *signal.mutable_fields() = facts.fields();
  signal.add_channels(arrival.channel);
  for (const std::string& number : way) change_person(signal, number);
  return signal;
}

Result<void> tell(store::Transaction& tx, const store::Org& org, const v1::Signal& signal,
                  const Arrival& arrival, bool recalled, std::int64_t now_ms) {
  v1::SignalStep step;
  step.mutable_time()->set_unix_ms(now_ms);
  step.set_channel(arrival.channel);
  step.set_event(v1::SIGNAL_EVENT_ARRIVED);
  step.set_detail(arrival.list);
  if (auto told = history::add(tx, org, signal, step); !told || !recalled) return told;
  step.set_event(v1::SIGNAL_EVENT_RECALLED);
  step.set_detail(domain::write_date(arrival.recall->cycle()).substr(0, 7));
  return history::add(tx, org, signal, std::move(step));
}

bool waits_for_an_answer(const v1::Signal& signal) {
  return domain::next_state(signal.state(), domain::SignalAction::answer, signal.has_assignee())
      .has_value();
}

Result<Arrived> first(store::Transaction& tx, const store::Org& org, const Arrival& arrival,
                      v1::Signal signal, std::int64_t now_ms) {
  signal.set_signal_id(domain::uuid_v7(now_ms));
  signal.set_state(v1::SIGNAL_STATE_RECEIVED);
  signal.set_match_state(v1::MATCH_STATE_OPEN);
  signal.mutable_received_at()->set_unix_ms(now_ms);
  signal.clear_channels();
  note_arrival(signal, arrival.channel, arrival.list, now_ms);
  if (arrival.recall) add_recall(signal, *arrival.recall);
  if (auto put = tx.put_signal(org, domain::signal_key(signal), signal, "signal.received"); !put)
    return put.error();
  if (auto told = tell(tx, org, signal, arrival, arrival.recall.has_value(), now_ms); !told)
    return told.error();
  return Arrived{.signal_id = signal.signal_id(), .is_new = true, .problem = {}};
}

Result<Arrived> again(store::Transaction& tx, const store::Org& org, const Arrival& arrival,
                      v1::Signal known, const v1::Signal& signal, std::int64_t now_ms) {
  Arrived arrived{.signal_id = known.signal_id(), .is_new = false, .problem = {}};
  if (was_brought(known, arrival.channel, arrival.list)) return arrived;
  bool changed = merge_facts(known, signal);
  changed |= add_former_person(known, signal.person().value());
  for (const v1::Ssin& number : signal.former_persons())
    changed |= add_former_person(known, number.value());
  changed |= note_arrival(known, arrival.channel, arrival.list, now_ms);
  const bool recalled = arrival.recall && add_recall(known, *arrival.recall);
  const char* event = recalled && waits_for_an_answer(known) ? "signal.recalled"
                      : recalled || changed                  ? "signal.changed"
                                                             : "";
  if (auto put = tx.put_signal(org, domain::signal_key(known), known, event); !put)
    return put.error();
  if (auto told = tell(tx, org, known, arrival, recalled, now_ms); !told) return told.error();
  return arrived;
}

// Notes that one number of the person replaced another. Where that contradicts what is known,
// `problem` says so, the first time.
Result<void> note_replaced(store::Transaction& tx, const store::Org& org, const std::string& former,
                           const std::string& current, std::int64_t now_ms, std::string& problem) {
  auto changed =
      replace_number(tx, org, {.former = former, .current = current, .recorded_by = nullptr},
                     domain::act_of_gateway(), now_ms);
  if (changed) return {};
  if (!changed.error().code.starts_with("signals.person_")) return changed.error();
  if (problem.empty()) problem = changed.error().code + ": " + changed.error().message;
  return {};
}

// What the heir learned of the person, for the organisation of before the merger.
Result<void> hand_back(store::Transaction& tx, const Home& home, const std::string& person,
                       std::int64_t now_ms, std::string& problem) {
  const auto numbers = numbers_of(tx, home.heir, person);
  if (!numbers) return numbers.error();
  // Found by its reference alone: nobody said that both numbers are of one person.
  if (std::find(numbers->begin(), numbers->end(), home.known_as) == numbers->end()) return {};
  for (const std::string* number : {&home.known_as, &person}) {
    const auto way = way_of(tx, home.heir, *number);
    if (!way) return way.error();
    // The last first: then each goes to where the next one leads already.
    for (std::size_t i = way->size() - 1; i > 0; --i)
      if (auto noted = note_replaced(tx, home.org, way->at(i - 1), way->at(i), now_ms, problem);
          !noted)
        return noted;
  }
  return {};
}

// What the delivery says of a replaced number, where the signal is kept, and what is known of it.
Result<void> follow(store::Transaction& tx, const Home& home, const Arrival& arrival,
                    std::int64_t now_ms, std::string& problem) {
  const std::string& person = arrival.facts.person().value();
  if (!arrival.replaced_ssin.empty() && arrival.replaced_ssin != person)
    if (auto noted = note_replaced(tx, home.heir.empty() ? home.org : home.heir,
                                   arrival.replaced_ssin, person, now_ms, problem);
        !noted)
      return noted;
  return home.heir.empty() ? Result<void>() : hand_back(tx, home, person, now_ms, problem);
}

struct Found {
  // As it is delivered, under the person's present number.
  v1::Signal signal;
  std::optional<v1::Signal> known;
};
Result<Found> look_up(store::Reader& reader, const store::Org& org, const Arrival& arrival,
                      bool replaced_followed) {
  const auto way = way_of(reader, org, arrival.facts.person().value());
  if (!way) return way.error();
  Found found{.signal = delivered(org, arrival, *way), .known = std::nullopt};
  if (!arrival.replaced_ssin.empty() && replaced_followed)
    add_former_person(found.signal, arrival.replaced_ssin);
  auto known = find_known(reader, org, found.signal);
  if (!known) return known.error();
  found.known = std::move(*known);
  return found;
}

}  // namespace

v1::Date cycle_of(int month, std::int64_t now_ms) {
  const v1::Date latest = domain::belgian_day(now_ms + kMonth);
  v1::Date cycle;
  cycle.set_year(latest.month() >= month ? latest.year() : latest.year() - 1);
  cycle.set_month(month);
  cycle.set_day(1);
  return cycle;
}

Result<Arrived> arrive(store::Transaction& tx, const store::Org& named, const Arrival& arrival,
                       std::int64_t now_ms) {
  auto home = home_of(tx, named, arrival.facts, arrival.replaced_ssin, now_ms);
  if (!home) return home.error();
  std::string problem;
  if (auto followed = follow(tx, *home, arrival, now_ms, problem); !followed)
    return followed.error();
  auto found = look_up(tx, home->org, arrival, problem.empty());
  if (found && !found->known && !home->heir.empty()) {
    // The two contradict each other about the person. No signal begins where nobody works any more.
    home->org = home->heir;
    found = look_up(tx, home->org, arrival, problem.empty());
  }
  if (!found) return found.error();
  auto arrived =
      found->known ? again(tx, home->org, arrival, std::move(*found->known), found->signal, now_ms)
                   : first(tx, home->org, arrival, std::move(found->signal), now_ms);
  if (arrived) arrived->problem = std::move(problem);
  return arrived;
}

}  // namespace semafoor::signals
