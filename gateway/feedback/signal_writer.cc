// SPDX-License-Identifier: Apache-2.0
#include "gateway/feedback/signal_writer.h"

#include <utility>

#include "gateway/domain/signal_identity.h"
#include "gateway/history/history.h"

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
  auto stands = history::standing(tx, org, std::move(**signal));
  if (!stands) return stands.error();
  const bool moved_on = stands->signal_id() != item.signal_id();
  if (moved_on && action != domain::SignalAction::accepted) return {};
  if (!domain::next_state(stands->state(), action, stands->has_assignee())) return {};
  return move_signal(tx, org, *stands, action);
}

Result<void> tell_answer(store::Transaction& tx, const store::Org& org,
                         const v1::FeedbackItem& item, const AnswerNews& news) {
  auto signal = tx.signal(org, item.signal_id());
  if (!signal) return signal.error();
  if (!*signal) return {};
  v1::SignalStep step;
  step.set_event(news.event);
  step.mutable_time()->set_unix_ms(news.time_ms);
  if (news.actor != nullptr) *step.mutable_actor() = *news.actor;
  step.set_feedback_client_id(item.client_id());
  step.set_detail(news.detail);
  if (auto told = history::add(tx, org, **signal, step); !told) return told;
  const auto stands = history::standing(tx, org, std::move(**signal));
  if (!stands) return stands.error();
  if (stands->signal_id() == item.signal_id()) return {};
  return history::add(tx, org, *stands, std::move(step));
}

}  // namespace semafoor::feedback
