// SPDX-License-Identifier: Apache-2.0
#include "gateway/history/history.h"

#include <algorithm>
#include <string>
#include <utility>

namespace semafoor::history {
namespace {

constexpr int kMostHops = 100;

bool is_arrival(const v1::SignalStep& step, v1::SignalChannel channel) {
  return step.event() == v1::SIGNAL_EVENT_ARRIVED && step.channel() == channel;
}

bool repeats(const v1::SignalHistory& history, const v1::SignalStep& step) {
  const int size = history.steps_size();
  return step.event() == v1::SIGNAL_EVENT_ARRIVED && size >= 2 &&
         is_arrival(history.steps(size - 1), step.channel()) &&
         is_arrival(history.steps(size - 2), step.channel());
}

// Which step goes when there are too many: never the first, which says where the signal came from.
int superfluous(const v1::SignalHistory& history) {
  for (int i = 1; i + 1 < history.steps_size(); ++i)
    if (history.steps(i).event() == v1::SIGNAL_EVENT_ARRIVED) return i;
  return 1;
}

void shorten(v1::SignalHistory& history) {
  while (history.steps_size() > kMostSteps)
    history.mutable_steps()->DeleteSubrange(superfluous(history), 1);
}

Result<void> put(store::Transaction& tx, const store::Org& org, const v1::Signal& signal,
                 const v1::SignalHistory& history) {
  return tx.put_entry(org, {.kind = kEntry,
                            .id = signal.signal_id(),
                            .sort = signal.received_at().unix_ms(),
                            .person = signal.person().value(),
                            .subject = {},
                            .body = history.SerializeAsString()});
}

}  // namespace

Result<void> add(store::Transaction& tx, const store::Org& org, const v1::Signal& signal,
                 v1::SignalStep step) {
  auto history = of(tx, org, signal.signal_id());
  if (!history) return history.error();
  if (step.state() == v1::SIGNAL_STATE_UNSPECIFIED) step.set_state(signal.state());
  if (repeats(*history, step)) {
    *history->mutable_steps(history->steps_size() - 1) = std::move(step);
  } else {
    *history->add_steps() = std::move(step);
    shorten(*history);
  }
  return put(tx, org, signal, *history);
}

Result<v1::SignalHistory> of(store::Reader& reader, const store::Org& org,
                             const std::string& signal_id) {
  auto entry = reader.entry(org, kEntry, signal_id);
  if (!entry) return entry.error();
  v1::SignalHistory history;
  if (*entry && !history.ParseFromString((*entry)->body)) {
    return Error{.kind = ErrorKind::data_loss,
                 .code = "store.record_damaged",
                 .message =
                     "Read the history of a signal: what is stored cannot be read. Restore "
                     "a backup, or go on without; the audit has its own records."};
  }
  return history;
}

Result<void> unite(store::Transaction& tx, const store::Org& org, const v1::Signal& signal,
                   const v1::Signal& former) {
  const auto other = of(tx, org, former.signal_id());
  if (!other) return other.error();
  return unite(tx, org, signal, *other);
}

Result<void> unite(store::Transaction& tx, const store::Org& org, const v1::Signal& signal,
                   const v1::SignalHistory& former) {
  auto history = of(tx, org, signal.signal_id());
  if (!history) return history.error();
  history->MergeFrom(former);
  std::stable_sort(history->mutable_steps()->begin(), history->mutable_steps()->end(),
                   [](const v1::SignalStep& a, const v1::SignalStep& b) {
                     return a.time().unix_ms() < b.time().unix_ms();
                   });
  shorten(*history);
  return put(tx, org, signal, *history);
}

Result<v1::Signal> standing(store::Reader& reader, const store::Org& org, v1::Signal signal) {
  // A record is united with one that stands at that time: the way ends. Bounded all the same.
  for (int hop = 0; hop < kMostHops && !signal.supersession().signal_id().empty(); ++hop) {
    auto next = reader.signal(org, signal.supersession().signal_id());
    if (!next) return next.error();
    // It stands in another organisation.
    if (!*next) break;
    signal = std::move(**next);
  }
  return signal;
}

void set_actor(v1::SignalStep& step, const domain::Act& act) {
  if (act.actor_id.empty() && act.actor_name.empty()) return;
  step.mutable_actor()->set_id(act.actor_id);
  step.mutable_actor()->set_name(act.actor_name);
}

}  // namespace semafoor::history
