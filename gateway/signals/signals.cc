// SPDX-License-Identifier: Apache-2.0
#include "gateway/signals/signals.h"

#include <google/protobuf/util/message_differencer.h>

#include <utility>

#include "gateway/domain/signal_identity.h"
#include "gateway/domain/signal_life_cycle.h"
#include "gateway/history/history.h"

namespace semafoor::signals {
namespace {

using domain::SignalAction;
using google::protobuf::util::MessageDifferencer;

Error unknown_signal() {
  return Error{.kind = ErrorKind::not_found,
               .code = "signals.signal_unknown",
               .message =
                   "Looking up a signal by its id: this organisation has none of that id. "
                   "Take one of ListSignals.",
               .field = "signalId"};
}

Result<v1::Signal> load(store::Reader& reader, const store::Org& org, const std::string& id) {
  auto signal = reader.signal(org, id);
  if (!signal) return signal.error();
  if (!*signal) return unknown_signal();
  return std::move(**signal);
}

Result<v1::Signal> load(store::Reader& reader, const store::Org& org, const std::string& id,
                        const std::string& place) {
  auto signal = load(reader, org, id);
  if (signal || signal.error().field.empty()) return signal;
  auto error = signal.error();
  error.field = place;
  return error;
}

Result<void> put_and_tell(store::Transaction& tx, const store::Org& org, v1::Signal& signal,
                          v1::SignalStep step) {
  if (auto put = tx.put_signal(org, domain::signal_key(signal), signal, "signal.changed"); !put)
    return put;
  return history::add(tx, org, signal, std::move(step));
}

// Stores `after` when it differs from `before`: saying the same twice makes no new version, no
// event and no step.
Result<void> put_if_changed(store::Transaction& tx, const store::Org& org, const v1::Signal& before,
                            v1::Signal& after, v1::SignalStep step) {
  if (MessageDifferencer::Equals(before, after)) return {};
  return put_and_tell(tx, org, after, std::move(step));
}

v1::SignalStep step_of(v1::SignalEvent event, const domain::Act& act, std::int64_t now_ms,
                       std::string detail = {}) {
  v1::SignalStep step;
  step.set_event(event);
  step.mutable_time()->set_unix_ms(now_ms);
  history::set_actor(step, act);
  step.set_detail(std::move(detail));
  return step;
}

// What was done to one signal, for the audit.
store::AuditEntry entry_of(const char* what, const domain::Act& act, const v1::Signal& signal) {
  return {.what = what,
          .act = act,
          .subject_kind = "signal",
          .subject_id = signal.signal_id(),
          .persons = {signal.person().value()}};
}

// One record for all of them. `done` in words: "matched".
store::AuditEntry entry_of(const char* what, const char* done, const domain::Act& act,
                           const std::vector<v1::Signal>& signals) {
  store::AuditEntry entry{.what = what, .act = act, .subject_kind = "signal"};
  if (signals.size() == 1) entry.subject_id = signals.front().signal_id();
  for (const v1::Signal& signal : signals) entry.persons.push_back(signal.person().value());
  entry.detail = std::to_string(signals.size()) + " " + done;
  return entry;
}

Result<void> advance(v1::Signal& signal, SignalAction action) {
  const auto next = domain::next_state(signal.state(), action, signal.has_assignee());
  if (!next) {
    return Error{.kind = ErrorKind::failed_precondition,
                 .code = "signals.wrong_state",
                 .message = "Changing a signal: in state " + v1::SignalState_Name(signal.state()) +
                            " that is no longer possible. Read the signal again."};
  }
  signal.set_state(*next);
  return {};
}

// The same form took its ground already.
bool is_superseded_by(const v1::Signal& signal, const v1::Supersession& form) {
  return signal.state() == v1::SIGNAL_STATE_SUPERSEDED && !domain::is_united(signal) &&
         signal.supersession().form_reference() == form.form_reference() &&
         MessageDifferencer::Equals(signal.supersession().since(), form.since());
}

}  // namespace

Signals::Signals(store::Store& store, TypesInForce types, std::function<std::int64_t()> now_ms)
    : store_(store), types_(std::move(types)), now_ms_(std::move(now_ms)) {}

Result<std::vector<v1::SignalType>> Signals::types() {
  std::vector<v1::SignalType> types;
  const auto read = store_.read([&](store::Reader& reader) -> Result<void> {
    auto list = types_.at(reader, now_ms_());
    if (!list) return list.error();
    types = (*list)->all();
    return {};
  });
  if (!read) return read.error();
  return types;
}

Result<store::Page<v1::Signal>> Signals::list(const store::Org& org,
                                              const store::SignalQuery& query) {
  store::Page<v1::Signal> page;
  const auto read = store_.read([&](store::Reader& reader) -> Result<void> {
    store::SignalQuery asked = query;
    if (!query.ssin.empty()) {
      auto number = current_number(reader, org, query.ssin);
      if (!number) return number.error();
      asked.ssin = std::move(*number);
    }
    auto found = reader.signals(org, asked);
    if (!found) return found.error();
    page = std::move(*found);
    return {};
  });
  if (!read) return read.error();
  return page;
}

Result<v1::Signal> Signals::get(const store::Org& org, const std::string& signal_id) {
  v1::Signal signal;
  const auto read = store_.read([&](store::Reader& reader) -> Result<void> {
    auto found = load(reader, org, signal_id);
    if (!found) return found.error();
    signal = std::move(*found);
    return {};
  });
  if (!read) return read.error();
  return signal;
}

Result<std::vector<v1::Signal>> Signals::match(const store::Org& org,
                                               const std::vector<v1::SignalMatch>& matches,
                                               const domain::Act& act) {
  std::vector<v1::Signal> signals;
  const auto stored = store_.write_and_wait([&](store::Transaction& tx) -> Result<void> {
    signals.clear();
    for (std::size_t i = 0; i < matches.size(); ++i) {
      auto signal =
          load(tx, org, matches[i].signal_id(), "matches[" + std::to_string(i) + "].signalId");
      if (!signal) return signal.error();
      const v1::Signal before = *signal;
      *signal->mutable_dossiers() = matches[i].dossiers();
      signal->set_match_state(matches[i].dossiers().empty() ? v1::MATCH_STATE_NO_DOSSIER
                                                            : v1::MATCH_STATE_MATCHED);
      auto step = step_of(v1::SIGNAL_EVENT_MATCHED, act, now_ms_(),
                          std::to_string(matches[i].dossiers_size()) + " dossiers");
      if (auto put = put_if_changed(tx, org, before, *signal, std::move(step)); !put) return put;
      signals.push_back(std::move(*signal));
    }
    return tx.append_audit(org, entry_of("signal.match", "matched", act, signals));
  });
  if (!stored) return stored.error();
  return signals;
}

Result<v1::Signal> Signals::assign(const store::Org& org, const std::string& signal_id,
                                   const v1::Actor* assignee, const domain::Act& act) {
  const bool to_nobody = assignee == nullptr || assignee->id().empty();
  v1::Signal result;
  const auto stored = store_.write_and_wait([&](store::Transaction& tx) -> Result<void> {
    auto signal = load(tx, org, signal_id);
    if (!signal) return signal.error();
    const v1::Signal before = *signal;
    if (to_nobody) {
      signal->clear_assignee();
      signal->clear_assigned_at();
    } else if (!MessageDifferencer::Equals(signal->assignee(), *assignee)) {
      *signal->mutable_assignee() = *assignee;
      signal->mutable_assigned_at()->set_unix_ms(now_ms_());
      // Somebody has it: no team waits for it.
      signal->clear_team();
    }
    if (auto acted = advance(*signal, to_nobody ? SignalAction::unassign : SignalAction::assign);
        !acted) {
      return acted;
    }
    auto step = to_nobody
                    ? step_of(v1::SIGNAL_EVENT_RELEASED, act, now_ms_())
                    : step_of(v1::SIGNAL_EVENT_ASSIGNED, act, now_ms_(), signal->assignee().name());
    if (auto put = put_if_changed(tx, org, before, *signal, std::move(step)); !put) return put;
    result = std::move(*signal);
    return tx.append_audit(org,
                           entry_of(to_nobody ? "signal.unassign" : "signal.assign", act, result));
  });
  if (!stored) return stored.error();
  return result;
}

Result<v1::Signal> Signals::mark_investigated(const store::Org& org, const std::string& signal_id,
                                              const v1::Actor& actor, const domain::Act& act) {
  v1::Signal result;
  const auto stored = store_.write_and_wait([&](store::Transaction& tx) -> Result<void> {
    auto signal = load(tx, org, signal_id);
    if (!signal) return signal.error();
    // Who investigated first stays on record; a repeat changes nothing.
    if (signal->state() != v1::SIGNAL_STATE_INVESTIGATED) {
      if (auto acted = advance(*signal, SignalAction::investigate); !acted) return acted;
      *signal->mutable_investigated_by() = actor;
      signal->mutable_investigated_at()->set_unix_ms(now_ms_());
      auto step = step_of(v1::SIGNAL_EVENT_INVESTIGATED, act, now_ms_());
      *step.mutable_actor() = actor;
      if (auto put = put_and_tell(tx, org, *signal, std::move(step)); !put) return put;
    }
    result = std::move(*signal);
    return tx.append_audit(org, entry_of("signal.investigate", act, result));
  });
  if (!stored) return stored.error();
  return result;
}

Result<Signals::Story> Signals::story(const store::Org& org, const std::string& signal_id) {
  Story story;
  const auto read = store_.read([&](store::Reader& reader) -> Result<void> {
    auto signal = load(reader, org, signal_id);
    if (!signal) return signal.error();
    auto steps = history::of(reader, org, signal_id);
    if (!steps) return steps.error();
    story = {.signal = std::move(*signal), .history = std::move(*steps)};
    return {};
  });
  if (!read) return read.error();
  return story;
}

Result<std::vector<v1::Signal>> Signals::supersede(const store::Org& org,
                                                   const std::vector<std::string>& signal_ids,
                                                   const v1::Supersession& form,
                                                   const domain::Act& act) {
  std::vector<v1::Signal> signals;
  const auto stored = store_.write_and_wait([&](store::Transaction& tx) -> Result<void> {
    signals.clear();
    for (std::size_t i = 0; i < signal_ids.size(); ++i) {
      const std::string place = "signalIds[" + std::to_string(i) + "]";
      auto signal = load(tx, org, signal_ids[i], place);
      if (!signal) return signal.error();
      if (!is_superseded_by(*signal, form)) {
        if (auto acted = advance(*signal, SignalAction::supersede); !acted) {
          auto error = acted.error();
          error.field = place;
          return error;
        }
        *signal->mutable_supersession() = form;
        signal->mutable_supersession()->mutable_recorded_at()->set_unix_ms(now_ms_());
        auto step = step_of(v1::SIGNAL_EVENT_SUPERSEDED, act, now_ms_(), form.form_reference());
        if (auto put = put_and_tell(tx, org, *signal, std::move(step)); !put) return put;
      }
      signals.push_back(std::move(*signal));
    }
    return tx.append_audit(org, entry_of("signal.supersede", "superseded", act, signals));
  });
  if (!stored) return stored.error();
  return signals;
}

Result<ChangedPerson> Signals::replace_person_number(const store::Org& org,
                                                     const NumberChange& change,
                                                     const domain::Act& act) {
  ChangedPerson changed;
  const auto stored = store_.write_and_wait([&](store::Transaction& tx) -> Result<void> {
    auto replaced = replace_number(tx, org, change, act, now_ms_());
    if (!replaced) return replaced.error();
    changed = std::move(*replaced);
    return {};
  });
  if (!stored) return stored.error();
  return changed;
}

}  // namespace semafoor::signals
