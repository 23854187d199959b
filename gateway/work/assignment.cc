// SPDX-License-Identifier: Apache-2.0
#include "gateway/work/assignment.h"

#include <utility>

#include "gateway/domain/signal_identity.h"
#include "gateway/domain/signal_life_cycle.h"
#include "gateway/history/history.h"
#include "gateway/work/signal_audit.h"

namespace semafoor::work {
namespace {

std::string shown(const v1::Actor& actor) {
  return actor.name().empty() ? actor.id() : actor.name();
}

std::string told(const Handing& handing) {
  std::string text = handing.to == nullptr ? "team " + handing.team : shown(*handing.to);
  if (handing.from != nullptr) text += ", from " + shown(*handing.from);
  if (!handing.note.empty()) text += (text.empty() ? "" : ", ") + handing.note;
  return text;
}

}  // namespace

Result<void> hand(store::Transaction& tx, const store::Org& org, v1::Signal& signal,
                  const Handing& handing, const domain::Act& act, std::int64_t now_ms) {
  const auto action =
      handing.to == nullptr ? domain::SignalAction::unassign : domain::SignalAction::assign;
  const auto next = domain::next_state(signal.state(), action, handing.to != nullptr);
  if (!next) {
    return Error{.kind = ErrorKind::failed_precondition,
                 .code = "signals.wrong_state",
                 .message = "Giving a signal to somebody: in state " +
                            v1::SignalState_Name(signal.state()) +
                            " that is no longer possible. Read the signal again."};
  }
  if (handing.to == nullptr) {
    signal.clear_assignee();
  } else {
    *signal.mutable_assignee() = *handing.to;
  }
  signal.set_team(handing.team);
  signal.mutable_assigned_at()->set_unix_ms(now_ms);
  signal.set_state(*next);
  if (auto put = tx.put_signal(org, domain::signal_key(signal), signal, "signal.changed"); !put)
    return put;
  v1::SignalStep step;
  step.set_event(handing.event);
  step.mutable_time()->set_unix_ms(now_ms);
  step.set_detail(told(handing));
  history::set_actor(step, act);
  if (auto added = history::add(tx, org, signal, std::move(step)); !added) return added;
  return record_signal(tx, org, handing.what, act, signal,
                       handing.from == nullptr ? handing.note : "from " + handing.from->id());
}

bool awaits_answer(const v1::Signal& signal) {
  return domain::next_state(signal.state(), domain::SignalAction::answer, signal.has_assignee())
      .has_value();
}

}  // namespace semafoor::work
