// SPDX-License-Identifier: Apache-2.0
#include "gateway/signals/unite.h"

#include <utility>

#include "gateway/domain/signal_identity.h"
#include "gateway/domain/signal_life_cycle.h"
#include "gateway/history/history.h"
#include "gateway/signals/facts.h"

namespace semafoor::signals {
namespace {

Result<void> supersede(store::Transaction& tx, const store::Org& org, v1::Signal& signal,
                       const std::string& by, const ByAndAt& change) {
  const auto next =
      domain::next_state(signal.state(), domain::SignalAction::unite, signal.has_assignee());
  if (!next)
    return Error{
        .kind = ErrorKind::internal,
        .code = "signals.wrong_state",
        .message = "Uniting two records of a signal: the life cycle has no such step from " +
                   v1::SignalState_Name(signal.state()) + ". Report it; nothing was changed."};
  signal.set_state(*next);
  signal.mutable_supersession()->set_signal_id(by);
  // See domain::is_united().
  signal.mutable_supersession()->clear_since();
  signal.mutable_supersession()->mutable_recorded_at()->set_unix_ms(change.time_ms);
  if (auto put = tx.put_signal(org, domain::signal_key(signal), signal, "signal.changed"); !put)
    return put;
  v1::SignalStep step;
  step.set_event(v1::SIGNAL_EVENT_SUPERSEDED);
  step.mutable_time()->set_unix_ms(change.time_ms);
  history::set_actor(step, change.act);
  step.set_detail(by);
  return history::add(tx, org, signal, std::move(step));
}

}  // namespace

Result<void> store_moved(store::Transaction& tx, const store::Org& org, v1::Signal& signal,
                         const ByAndAt& change) {
  if (auto put = tx.put_signal(org, domain::signal_key(signal), signal, "signal.changed"); !put)
    return put;
  v1::SignalStep step;
  step.set_event(v1::SIGNAL_EVENT_PERSON_CHANGED);
  step.mutable_time()->set_unix_ms(change.time_ms);
  history::set_actor(step, change.act);
  return history::add(tx, org, signal, std::move(step));
}

Result<void> unite(store::Transaction& tx, const store::Org& org, const Renumbered& one,
                   const v1::Signal& other, const ByAndAt& change) {
  const bool first = stands_before(one.before, other);
  v1::Signal stands = first ? one.after : other;
  v1::Signal former = first ? other : one.before;
  take_over(stands, first ? other : one.after);
  // The story of before, without the step that ends it.
  if (auto told = history::unite(tx, org, stands, former); !told) return told;
  // The former one first: it gives its identity free.
  if (auto ended = supersede(tx, org, former, stands.signal_id(), change); !ended) return ended;
  return store_moved(tx, org, stands, change);
}

}  // namespace semafoor::signals
