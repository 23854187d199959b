// SPDX-License-Identifier: Apache-2.0
#include "gateway/signals/facts.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "gateway/domain/date.h"

namespace semafoor::signals {
namespace {

// Of a year and a half of monthly lists, and more.
constexpr int kMostLists = 24;

int rank_of(int channel) {
  switch (channel) {
    case v1::SIGNAL_CHANNEL_MUTATION:
      return 3;
    case v1::SIGNAL_CHANNEL_MONTHLY_LIST:
      return 2;
    case v1::SIGNAL_CHANNEL_HALF_YEARLY_LIST:
      return 1;
    default:
      return 0;
  }
}

int best_rank(const v1::Signal& signal) {
  int best = 0;
  for (const int channel : signal.channels()) best = std::max(best, rank_of(channel));
  return best;
}

// What is merged as one: facts of two deliveries are not mixed.
v1::Signal facts_of(const v1::Signal& signal) {
  v1::Signal facts;
  facts.set_dossier_number(signal.dossier_number());
  facts.set_source_flow(signal.source_flow());
  facts.set_form_reference(signal.form_reference());
  if (signal.has_amount()) *facts.mutable_amount() = signal.amount();
  if (signal.has_detected_on()) *facts.mutable_detected_on() = signal.detected_on();
  *facts.mutable_fields() = signal.fields();
  return facts;
}

void set_facts(v1::Signal& signal, const v1::Signal& facts) {
  signal.set_dossier_number(facts.dossier_number());
  signal.set_source_flow(facts.source_flow());
  signal.set_form_reference(facts.form_reference());
  signal.clear_amount();
  if (facts.has_amount()) *signal.mutable_amount() = facts.amount();
  signal.clear_detected_on();
  if (facts.has_detected_on()) *signal.mutable_detected_on() = facts.detected_on();
  *signal.mutable_fields() = facts.fields();
}

// Greater: counts. The bytes at the end make it a total order.
auto weight_of(const v1::Signal& facts) {
  return std::tuple(domain::date_number(facts.detected_on()), facts.has_amount(),
                    facts.fields_size(), facts.SerializeAsString());
}

bool counts_before(const v1::Signal& one, int one_rank, const v1::Signal& other, int other_rank) {
  if (one_rank != other_rank) return one_rank > other_rank;
  return weight_of(one) > weight_of(other);
}

// The best channel's that names one; of two from the same the greater.
bool merge_reference(v1::Signal& known, int known_rank, const v1::Signal& delivered, int rank) {
  const std::string& its = delivered.signal_reference();
  if (its.empty() || its == known.signal_reference()) return false;
  const bool counts = known.signal_reference().empty() || rank > known_rank ||
                      (rank == known_rank && its > known.signal_reference());
  if (counts) known.set_signal_reference(its);
  return counts;
}

// Of a record stored before arrivals were kept.
void fill_arrivals(v1::Signal& signal) {
  if (!signal.arrivals().empty()) return;
  for (const int channel : signal.channels()) {
    v1::ChannelArrival& arrival = *signal.add_arrivals();
    arrival.set_channel(static_cast<v1::SignalChannel>(channel));
    *arrival.mutable_first_at() = signal.received_at();
    *arrival.mutable_last_at() = signal.received_at();
    arrival.set_times(1);
  }
  if (signal.arrivals().empty()) return;
  v1::ChannelArrival& first = *signal.mutable_arrivals(0);
  first.set_times(std::max(1, signal.deliveries() - signal.arrivals_size() + 1));
}

template <typename Arrivals>
auto find_arrival(Arrivals& arrivals, v1::SignalChannel channel) {
  return std::find_if(arrivals.begin(), arrivals.end(),
                      [&](const v1::ChannelArrival& its) { return its.channel() == channel; });
}

void add_lists(v1::ChannelArrival& arrival,
               const google::protobuf::RepeatedPtrField<std::string>& lists) {
  std::set<std::string> all(arrival.lists().begin(), arrival.lists().end());
  all.insert(lists.begin(), lists.end());
  while (all.size() > kMostLists) all.erase(all.begin());
  arrival.mutable_lists()->Assign(all.begin(), all.end());
}

// Arrivals of one channel become one.
void add_arrival(v1::Signal& signal, const v1::ChannelArrival& its) {
  auto& arrivals = *signal.mutable_arrivals();
  const auto known = find_arrival(arrivals, its.channel());
  if (known == arrivals.end()) {
    *arrivals.Add() = its;
  } else {
    known->set_times(known->times() + its.times());
    known->mutable_first_at()->set_unix_ms(
        std::min(known->first_at().unix_ms(), its.first_at().unix_ms()));
    known->mutable_last_at()->set_unix_ms(
        std::max(known->last_at().unix_ms(), its.last_at().unix_ms()));
    add_lists(*known, its.lists());
  }
  std::stable_sort(arrivals.begin(), arrivals.end(), [](const auto& a, const auto& b) {
    return a.first_at().unix_ms() < b.first_at().unix_ms();
  });
  signal.clear_channels();
  for (const v1::ChannelArrival& arrival : arrivals) signal.add_channels(arrival.channel());
}

int progress_of(v1::SignalState state) {
  switch (state) {
    case v1::SIGNAL_STATE_ANSWER_REFUSED:
      return 3;
    case v1::SIGNAL_STATE_INVESTIGATED:
      return 2;
    case v1::SIGNAL_STATE_ASSIGNED:
      return 1;
    default:
      return 0;
  }
}

int standing_of(const v1::Signal& signal) {
  switch (signal.state()) {
    case v1::SIGNAL_STATE_CLOSED:
      return 4;
    case v1::SIGNAL_STATE_ANSWERED:
      return 3;
    case v1::SIGNAL_STATE_SUPERSEDED:
      return 2;
    default:
      return signal.feedback_client_id().empty() ? 0 : 1;
  }
}

void take_over_matches(v1::Signal& signal, const v1::Signal& former) {
  for (const v1::DossierReference& dossier : former.dossiers()) {
    const auto same = [&](const auto& its) { return its.reference() == dossier.reference(); };
    if (std::none_of(signal.dossiers().begin(), signal.dossiers().end(), same))
      *signal.add_dossiers() = dossier;
  }
  const auto either = [&](v1::MatchState state) {
    return signal.match_state() == state || former.match_state() == state;
  };
  if (either(v1::MATCH_STATE_MATCHED)) {
    signal.set_match_state(v1::MATCH_STATE_MATCHED);
  } else if (either(v1::MATCH_STATE_NO_DOSSIER)) {
    signal.set_match_state(v1::MATCH_STATE_NO_DOSSIER);
  }
}

// Who got it last has it; who investigated it first, did.
void take_over_people(v1::Signal& signal, const v1::Signal& former) {
  if (former.has_assignee() &&
      (!signal.has_assignee() || former.assigned_at().unix_ms() > signal.assigned_at().unix_ms())) {
    *signal.mutable_assignee() = former.assignee();
    *signal.mutable_assigned_at() = former.assigned_at();
  }
  if (signal.has_assignee()) {
    signal.clear_team();
  } else if (signal.team().empty()) {
    signal.set_team(former.team());
  }
  if (former.has_investigated_at() &&
      (!signal.has_investigated_at() ||
       former.investigated_at().unix_ms() < signal.investigated_at().unix_ms())) {
    *signal.mutable_investigated_by() = former.investigated_by();
    *signal.mutable_investigated_at() = former.investigated_at();
  }
}

void take_over_state(v1::Signal& signal, const v1::Signal& former) {
  if (standing_of(signal) > 1) return;
  if (progress_of(former.state()) > progress_of(signal.state())) signal.set_state(former.state());
  if (signal.state() == v1::SIGNAL_STATE_RECEIVED && signal.has_assignee())
    signal.set_state(v1::SIGNAL_STATE_ASSIGNED);
}

}  // namespace

bool merge_facts(v1::Signal& known, const v1::Signal& delivered) {
  const int known_rank = best_rank(known);
  const int rank = best_rank(delivered);
  bool changed = merge_reference(known, known_rank, delivered, rank);
  const v1::Signal before = facts_of(known);
  v1::Signal after = facts_of(delivered);
  // Another dossier would be another signal: it was found by its reference.
  if (delivered.dossier_number_normalised() != known.dossier_number_normalised())
    after.set_dossier_number(known.dossier_number());
  if (counts_before(after, rank, before, known_rank) &&
      after.SerializeAsString() != before.SerializeAsString()) {
    set_facts(known, after);
    changed = true;
  }
  return changed;
}

bool was_brought(const v1::Signal& signal, v1::SignalChannel channel, const std::string& list) {
  if (list.empty()) return false;
  const auto arrival = find_arrival(signal.arrivals(), channel);
  return arrival != signal.arrivals().end() &&
         std::find(arrival->lists().begin(), arrival->lists().end(), list) !=
             arrival->lists().end();
}

bool note_arrival(v1::Signal& signal, v1::SignalChannel channel, const std::string& list,
                  std::int64_t now_ms) {
  fill_arrivals(signal);
  const int before = signal.arrivals_size();
  v1::ChannelArrival arrival;
  arrival.set_channel(channel);
  arrival.mutable_first_at()->set_unix_ms(now_ms);
  arrival.mutable_last_at()->set_unix_ms(now_ms);
  arrival.set_times(1);
  if (!list.empty()) arrival.add_lists(list);
  add_arrival(signal, arrival);
  signal.set_deliveries(signal.deliveries() + 1);
  return signal.arrivals_size() != before;
}

bool add_recall(v1::Signal& signal, const v1::Recall& recall) {
  const int cycle = domain::date_number(recall.cycle());
  auto& recalls = *signal.mutable_recalls();
  const auto same = std::find_if(recalls.begin(), recalls.end(), [&](const v1::Recall& its) {
    return domain::date_number(its.cycle()) == cycle;
  });
  if (same == recalls.end()) {
    *recalls.Add() = recall;
    std::sort(recalls.begin(), recalls.end(), [](const v1::Recall& a, const v1::Recall& b) {
      return domain::date_number(a.cycle()) < domain::date_number(b.cycle());
    });
    return true;
  }
  if (!recall.message_id().empty() &&
      (same->message_id().empty() || recall.message_id() < same->message_id()))
    same->set_message_id(recall.message_id());
  same->mutable_received_at()->set_unix_ms(
      std::min(same->received_at().unix_ms(), recall.received_at().unix_ms()));
  return false;
}

bool add_former_person(v1::Signal& signal, const std::string& number) {
  if (number == signal.person().value()) return false;
  const auto same = [&](const v1::Ssin& its) { return its.value() == number; };
  const auto& formers = signal.former_persons();
  if (std::any_of(formers.begin(), formers.end(), same)) return false;
  signal.add_former_persons()->set_value(number);
  return true;
}

void change_person(v1::Signal& signal, const std::string& number) {
  const std::string before = signal.person().value();
  signal.mutable_person()->set_value(number);
  add_former_person(signal, before);
  auto& formers = *signal.mutable_former_persons();
  formers.erase(std::remove_if(formers.begin(), formers.end(),
                               [&](const v1::Ssin& its) { return its.value() == number; }),
                formers.end());
}

void take_over(v1::Signal& signal, const v1::Signal& former) {
  merge_facts(signal, former);
  v1::Signal its = former;
  fill_arrivals(signal);
  fill_arrivals(its);
  for (const v1::ChannelArrival& arrival : its.arrivals()) add_arrival(signal, arrival);
  for (const v1::Recall& recall : its.recalls()) add_recall(signal, recall);
  for (const v1::Ssin& number : its.former_persons()) add_former_person(signal, number.value());
  add_former_person(signal, its.person().value());
  signal.set_deliveries(signal.deliveries() + its.deliveries());
  if (its.received_at().unix_ms() < signal.received_at().unix_ms())
    *signal.mutable_received_at() = its.received_at();
  take_over_matches(signal, its);
  take_over_people(signal, its);
  take_over_state(signal, its);
}

bool stands_before(const v1::Signal& one, const v1::Signal& other) {
  const auto weight = [](const v1::Signal& its) {
    return std::tuple(-standing_of(its), -progress_of(its.state()), its.received_at().unix_ms(),
                      its.signal_id());
  };
  return weight(one) < weight(other);
}

}  // namespace semafoor::signals
