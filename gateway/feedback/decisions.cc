// SPDX-License-Identifier: Apache-2.0
#include "gateway/feedback/decisions.h"

#include <string_view>
#include <utility>

#include "gateway/feedback/answer_writer.h"
#include "gateway/feedback/outbox.h"
#include "gateway/feedback/signal_writer.h"

namespace semafoor::feedback {
namespace {

Error not_now(std::string code, std::string message) {
  return Error{.kind = ErrorKind::failed_precondition,
               .code = std::move(code),
               .message = std::move(message)};
}

// Why nothing can be decided about an answer in this state.
Error too_late(std::string_view action, v1::FeedbackState state) {
  const std::string tried = std::string(action) + " an answer: ";
  switch (state) {
    case v1::FEEDBACK_STATE_SENT:
      return not_now("feedback.already_sent",
                     tried + "the authority has it, and its judgement is awaited.");
    case v1::FEEDBACK_STATE_UNJUDGED:
      return not_now("feedback.already_sent",
                     tried +
                         "the authority has it, and did not judge it. Ask the authority, or "
                         "have it looked up and, where it is not known, sent again under its "
                         "client id: replay.");
    case v1::FEEDBACK_STATE_FOR_LIST:
      return not_now("feedback.for_list",
                     tried +
                         "it waits for the half-yearly list. Return the list, or change the "
                         "organisation's channel; discard it to give another.");
    case v1::FEEDBACK_STATE_RETURNED:
      return not_now("feedback.returned",
                     tried +
                         "it stands on a half-yearly list that went back. When that list never "
                         "went, say so with ConfirmReturn.");
    case v1::FEEDBACK_STATE_DISCARDED:
      return not_now("feedback.discarded",
                     tried + "it was discarded. Give the signal another answer.");
    case v1::FEEDBACK_STATE_SENDING:
    case v1::FEEDBACK_STATE_OUTCOME_UNKNOWN:
      return not_now(
          "feedback.outcome_unknown",
          tried +
              "it may have arrived, and only the authority knows. Wait until its outcome "
              "is known, or have it looked up now: replay.");
    default:
      return not_now("feedback.already_decided", tried + "the authority has judged it (" +
                                                     v1::FeedbackState_Name(state) + ").");
  }
}

void note(v1::FeedbackItem& item, const char* action, const Decision& decision) {
  auto& noted = *item.add_decisions();
  noted.mutable_time()->set_unix_ms(decision.at_ms);
  noted.set_action(action);
  noted.set_decided_by(decision.by);
  noted.set_reason(decision.reason);
}

// The signal takes its former answer back, unless it has got another.
Result<void> answer_again(store::Transaction& tx, const store::Org& org,
                          const v1::FeedbackItem& item) {
  auto signal = tx.signal(org, item.signal_id());
  if (!signal) return signal.error();
  if (!*signal || (*signal)->feedback_client_id() != item.client_id() ||
      !domain::next_state((*signal)->state(), domain::SignalAction::answer,
                          (*signal)->has_assignee())) {
    return not_now(
        "feedback.superseded",
        "Replaying an answer: its signal has got another one since, or another record or "
        "form took its place. Discard this one.");
  }
  return move_signal(tx, org, **signal, domain::SignalAction::answer);
}

}  // namespace

Result<v1::FeedbackItem> replay(store::Transaction& tx, const store::Org& org,
                                const std::string& client_id, const Decision& decision) {
  auto item = load_answer(tx, org, client_id);
  if (!item) return item;
  const auto state = item->state();
  const bool waits = state == v1::FEEDBACK_STATE_QUEUED || state == v1::FEEDBACK_STATE_SENDING ||
                     state == v1::FEEDBACK_STATE_OUTCOME_UNKNOWN;
  if (!waits && !next_state(state, AnswerStep::replay)) return too_late("Replaying", state);
  note(*item, "replay", decision);
  if (waits) {
    if (auto kept = keep_answer(tx, org, *item); !kept) return kept.error();
    if (auto hastened = tx.hasten(org, kSendTask, client_id); !hastened) return hastened.error();
    return item;
  }
  // The signal of one that nobody judged has this answer still.
  if (state != v1::FEEDBACK_STATE_UNJUDGED) {
    if (auto answered = answer_again(tx, org, *item); !answered) return answered.error();
    if (auto told = tell_answer(tx, org, *item,
                                {.event = v1::SIGNAL_EVENT_ANSWERED,
                                 .time_ms = decision.at_ms,
                                 .detail = item->code()});
        !told)
      return told.error();
  }
  // Counted from here on: the tries before it have been judged.
  item->set_attempts(0);
  item->clear_sent_at();
  if (auto moved = move_answer(tx, org, *item, AnswerStep::replay); !moved) return moved.error();
  store::Task task;
  task.org = org;
  task.kind = kSendTask;
  task.key = client_id;
  if (auto queued = tx.enqueue(task); !queued) return queued.error();
  return item;
}

Result<v1::FeedbackItem> discard(store::Transaction& tx, const store::Org& org,
                                 const std::string& client_id, const Decision& decision) {
  auto item = load_answer(tx, org, client_id);
  if (!item) return item;
  if (!next_state(item->state(), AnswerStep::discard)) return too_late("Discarding", item->state());
  note(*item, "discard", decision);
  if (auto moved = move_answer(tx, org, *item, AnswerStep::discard); !moved) return moved.error();
  if (auto followed = follow_answer(tx, org, *item, domain::SignalAction::refused); !followed)
    return followed.error();
  if (auto told = tell_answer(
          tx, org, *item,
          {.event = v1::SIGNAL_EVENT_WITHDRAWN, .time_ms = decision.at_ms, .detail = "discarded"});
      !told)
    return told.error();
  return item;
}

}  // namespace semafoor::feedback
