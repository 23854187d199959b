// SPDX-License-Identifier: Apache-2.0
#include "gateway/feedback/signal_writer.h"

#include "gateway/domain/signal_identity.h"

namespace semafoor::feedback {

Result<void> move_signal(store::Transaction& tx, const store::Org& org, v1::Signal& signal,
                         domain::SignalAction action) {
  const auto next = domain::next_state(signal.state(), action, signal.has_assignee());
  if (!next) {
    return Error{
        .kind = ErrorKind::internal,
        .code = "feedback.signal_state",
        .message = "Moving a signal on with its answer: the life cycle has no such step from " +
                   v1::SignalState_Name(signal.state()) + ". Report it; nothing was changed."};
  }
  signal.set_state(*next);
  return tx.put_signal(org, domain::signal_key(signal), signal, "signal.changed");
}

Result<void> follow_answer(store::Transaction& tx, const store::Org& org,
                           const v1::FeedbackItem& item, domain::SignalAction action) {
  auto signal = tx.signal(org, item.signal_id());
  if (!signal) return signal.error();
  if (!*signal || (*signal)->feedback_client_id() != item.client_id()) return {};
  if (!domain::next_state((*signal)->state(), action, (*signal)->has_assignee())) return {};
  return move_signal(tx, org, **signal, action);
}

}  // namespace semafoor::feedback
