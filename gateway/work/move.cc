// SPDX-License-Identifier: Apache-2.0
#include "gateway/work/move.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "gateway/domain/act.h"
#include "gateway/domain/belgian_time.h"
#include "gateway/domain/signal_identity.h"
#include "gateway/domain/signal_life_cycle.h"
#include "gateway/domain/uuid.h"
#include "gateway/history/history.h"
#include "gateway/signals/facts.h"
#include "gateway/signals/persons.h"
#include "gateway/work/assignment.h"
#include "gateway/work/distribution.h"
#include "gateway/work/signal_audit.h"

namespace semafoor::work {
namespace {

using domain::SignalAction;

// Its answer of the old organisation is what the record of the new one waits for.
bool waits_for(const v1::Signal& record, const v1::Signal& old) {
  return record.state() == v1::SIGNAL_STATE_ANSWERED && !old.feedback_client_id().empty() &&
         record.feedback_client_id() == old.feedback_client_id();
}

bool is_over(const v1::Signal& signal) {
  return signal.state() == v1::SIGNAL_STATE_CLOSED || signal.state() == v1::SIGNAL_STATE_SUPERSEDED;
}

// The record of the new organisation for the same signal.
Result<std::optional<v1::Signal>> record_at(store::Reader& reader, const store::Org& into,
                                            const v1::Signal& old) {
  std::optional<v1::Signal> found;
  // Of before: it moved, and was judged since.
  if (!old.supersession().signal_id().empty()) {
    auto named = reader.signal(into, old.supersession().signal_id());
    if (!named) return named.error();
    found = std::move(*named);
  } else {
    auto number = signals::current_number(reader, into, old.person().value());
    if (!number) return number.error();
    v1::Signal there(old);
    there.mutable_person()->set_value(*number);
    auto same = reader.signal_by_key(into, domain::signal_key(there));
    if (!same) return same.error();
    found = std::move(*same);
  }
  if (!found) return found;
  auto stands = history::standing(reader, into, std::move(*found));
  if (!stands) return stands.error();
  return std::optional(std::move(*stands));
}

class Move {
 public:
  Move(store::Transaction& tx, const store::Org& from, const store::Org& into, std::int64_t now_ms)
      : tx_(tx), from_(from), into_(into), now_ms_(now_ms) {}

  Result<Settled> run(v1::Signal old) {
    auto record = record_at(tx_, into_, old);
    if (!record) return record.error();
    switch (old.state()) {
      case v1::SIGNAL_STATE_CLOSED:
        return *record ? outcome(old, std::move(**record)) : Result<Settled>(Settled::nothing);
      case v1::SIGNAL_STATE_ANSWERED:
        return *record ? wait(old, std::move(**record)) : Result<Settled>(Settled::waits);
      case v1::SIGNAL_STATE_SUPERSEDED:
        return Settled::nothing;
      default:
        return *record ? unite(std::move(old), std::move(**record)) : bring(std::move(old));
    }
  }

 private:
  // A record that was not there before.
  Result<Settled> bring(v1::Signal old) {
    v1::Signal record(old);
    auto number = signals::current_number(tx_, into_, old.person().value());
    if (!number) return number.error();
    if (*number != old.person().value()) signals::change_person(record, *number);
    record.set_signal_id(domain::uuid_v7(now_ms_));
    record.mutable_organisation()->set_value(into_);
    // Its answers are records of the old organisation, and stay there.
    record.clear_feedback_client_id();
    if (auto known = has_team(record.team()); !known) {
      return known.error();
    } else if (!*known) {
      record.clear_team();
    }
    name_origin(record, old);
    if (auto put = put_record(record, "signal.received"); !put) return put.error();
    if (auto ended = end(std::move(old), record); !ended) return ended.error();
    return Settled::moved;
  }

  // One that was there: together they are one, and what one of them was answered counts.
  Result<Settled> unite(v1::Signal old, v1::Signal record) {
    if (waits_for(record, old)) {
      const auto refused = old.state() == v1::SIGNAL_STATE_ANSWER_REFUSED;
      step_on(record, refused ? SignalAction::refused : SignalAction::accepted_open);
      record.clear_feedback_client_id();
    }
    v1::Signal former(old);
    former.clear_feedback_client_id();
    signals::take_over(record, former);
    name_origin(record, old);
    if (auto put = put_record(record, "signal.changed"); !put) return put.error();
    if (auto ended = end(std::move(old), record); !ended) return ended.error();
    return Settled::united;
  }

  // The record of the new organisation is not answered a second time meanwhile.
  Result<Settled> wait(const v1::Signal& old, v1::Signal record) {
    if (!awaits_answer(record)) return Settled::waits;
    step_on(record, SignalAction::answer);
    record.set_feedback_client_id(old.feedback_client_id());
    name_origin(record, old);
    if (auto put = put_record(record, "signal.changed"); !put) return put.error();
    if (auto told = tell(into_, record, v1::SIGNAL_EVENT_ANSWERED, "at " + from_); !told)
      return told.error();
    if (auto noted = note(into_, "signal.answered_before", record, "at " + from_); !noted)
      return noted.error();
    return Settled::waits;
  }

  Result<Settled> outcome(const v1::Signal& old, v1::Signal record) {
    if (is_over(record)) return Settled::nothing;
    // Answered anew at the new organisation: what is said of that answer counts.
    if (record.state() == v1::SIGNAL_STATE_ANSWERED && !waits_for(record, old))
      return Settled::nothing;
    step_on(record, SignalAction::answer);
    step_on(record, SignalAction::accepted);
    record.set_feedback_client_id(old.feedback_client_id());
    name_origin(record, old);
    if (auto put = put_record(record, "signal.changed"); !put) return put.error();
    if (auto told = tell(into_, record, v1::SIGNAL_EVENT_ACCEPTED, "at " + from_); !told)
      return told.error();
    if (auto noted = note(into_, "signal.accepted_before", record, "at " + from_); !noted)
      return noted.error();
    return Settled::counted;
  }

  // The old record: it stays readable, and says which one stands for it.
  Result<void> end(v1::Signal old, const v1::Signal& record) {
    // Its story goes along, as it was before this ends it.
    auto story = history::of(tx_, from_, old.signal_id());
    if (!story) return story.error();
    if (auto told = history::unite(tx_, into_, record, *story); !told) return told;
    if (auto told = tell(into_, record, v1::SIGNAL_EVENT_MOVED, "from " + from_); !told)
      return told;
    if (auto noted = note(into_, "signal.move", record, "from " + from_); !noted) return noted;

    step_on(old, SignalAction::supersede);
    auto& supersession = *old.mutable_supersession();
    supersession.set_signal_id(record.signal_id());
    *supersession.mutable_since() = domain::belgian_day(now_ms_);
    supersession.mutable_recorded_at()->set_unix_ms(now_ms_);
    if (auto put = tx_.put_signal(from_, domain::signal_key(old), old, "signal.changed"); !put)
      return put;
    if (auto told = tell(from_, old, v1::SIGNAL_EVENT_SUPERSEDED, "moved to " + into_); !told)
      return told;
    return note(from_, "signal.move", old, "to " + into_);
  }

  Result<bool> has_team(const std::string& team) {
    if (team.empty()) return true;
    auto rules = rules_of(tx_, into_);
    if (!rules) return rules.error();
    const auto& teams = rules->teams();
    return std::any_of(teams.begin(), teams.end(),
                       [&](const v1::Team& one) { return one.id() == team; });
  }

  void name_origin(v1::Signal& record, const v1::Signal& old) const {
    if (record.has_former_organisation()) return;
    record.mutable_former_organisation()->set_value(from_);
    record.set_former_signal_id(old.signal_id());
  }

  // Where the life cycle has no such step the state stands.
  static void step_on(v1::Signal& signal, SignalAction action) {
    const auto next = domain::next_state(signal.state(), action, signal.has_assignee());
    if (next) signal.set_state(*next);
  }

  Result<void> put_record(v1::Signal& record, const char* event) {
    return tx_.put_signal(into_, domain::signal_key(record), record, event);
  }

  Result<void> tell(const store::Org& org, const v1::Signal& signal, v1::SignalEvent event,
                    const std::string& detail) {
    v1::SignalStep step;
    step.set_event(event);
    step.mutable_time()->set_unix_ms(now_ms_);
    step.set_detail(detail);
    return history::add(tx_, org, signal, std::move(step));
  }

  Result<void> note(const store::Org& org, const char* what, const v1::Signal& signal,
                    const std::string& detail) {
    return record_signal(tx_, org, what, domain::act_of_gateway(), signal, detail);
  }

  store::Transaction& tx_;
  const store::Org& from_;
  const store::Org& into_;
  const std::int64_t now_ms_;
};

}  // namespace

Result<Settled> settle(store::Transaction& tx, const store::Org& from, const store::Org& into,
                       const std::string& signal_id, std::int64_t now_ms) {
  auto old = tx.signal(from, signal_id);
  if (!old) return old.error();
  if (!*old) return Settled::nothing;
  return Move(tx, from, into, now_ms).run(std::move(**old));
}

Result<Settled> would_settle(store::Reader& reader, const store::Org& into,
                             const v1::Signal& signal) {
  if (signal.state() == v1::SIGNAL_STATE_ANSWERED) return Settled::waits;
  if (is_over(signal)) return Settled::nothing;
  auto record = record_at(reader, into, signal);
  if (!record) return record.error();
  return *record ? Settled::united : Settled::moved;
}

}  // namespace semafoor::work
