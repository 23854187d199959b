// SPDX-License-Identifier: Apache-2.0
#include "gateway/feedback/answer_writer.h"

#include <optional>
#include <string>
#include <utility>

namespace semafoor::feedback {
namespace {

// The event that tells of a state; SENDING is nobody's business but ours.
std::string event_of(v1::FeedbackState state) {
  switch (state) {
    case v1::FEEDBACK_STATE_QUEUED:
      return "feedback.queued";
    case v1::FEEDBACK_STATE_SENT:
      return "feedback.sent";
    case v1::FEEDBACK_STATE_OUTCOME_UNKNOWN:
      return "feedback.unknown";
    case v1::FEEDBACK_STATE_ACCEPTED:
      return "feedback.accepted";
    case v1::FEEDBACK_STATE_REFUSED:
      return "feedback.refused";
    case v1::FEEDBACK_STATE_PARTIALLY_ACCEPTED:
      return "feedback.partially_accepted";
    case v1::FEEDBACK_STATE_DEAD_LETTER:
      return "feedback.dead_letter";
    case v1::FEEDBACK_STATE_DISCARDED:
      return "feedback.discarded";
    case v1::FEEDBACK_STATE_UNJUDGED:
      return "feedback.unjudged";
    case v1::FEEDBACK_STATE_FOR_LIST:
      return "feedback.for_list";
    case v1::FEEDBACK_STATE_RETURNED:
      return "feedback.returned";
    default:
      return "";
  }
}

Error state_error(v1::FeedbackState state) {
  return Error{.kind = ErrorKind::internal,
               .code = "feedback.answer_state",
               .message = "Moving an answer on: its life cycle has no such step from " +
                          v1::FeedbackState_Name(state) + ". Nothing was changed."};
}

Result<v1::FeedbackItem> found(Result<std::optional<v1::FeedbackItem>> item) {
  if (!item) return std::move(item).error();
  if (!*item) {
    return Error{
        .kind = ErrorKind::not_found,
        .code = "feedback.unknown_client_id",
        .message = "Looking up an answer by its client id: none was ever given here under it."};
  }
  return std::move(**item);
}

}  // namespace

Result<v1::FeedbackItem> load_answer(store::Reader& reader, const store::Org& org,
                                     const std::string& client_id) {
  return found(reader.feedback(org, client_id));
}

Result<v1::FeedbackItem> load_answer_by_reference(store::Reader& reader, const store::Org& org,
                                                  const std::string& client_reference) {
  return found(reader.feedback_by_reference(org, client_reference));
}

Result<void> keep_answer(store::Transaction& tx, const store::Org& org, v1::FeedbackItem& item) {
  auto hash = tx.feedback_content_hash(org, item.client_id());
  if (!hash) return hash.error();
  return tx.put_feedback(org, hash->value_or(""), item, "");
}

Result<void> record_answer(store::Transaction& tx, const store::Org& org, const std::string& what,
                           const domain::Act& act, const v1::FeedbackItem& item) {
  auto signal = tx.signal(org, item.signal_id());
  if (!signal) return signal.error();
  return tx.append_audit(org, {.what = what,
                               .act = act,
                               .subject_kind = "feedback",
                               .subject_id = item.client_id(),
                               .persons = {*signal ? (*signal)->person().value() : ""},
                               .upstream_ticket = item.authority_reference()});
}

Result<void> move_answer(store::Transaction& tx, const store::Org& org, v1::FeedbackItem& item,
                         AnswerStep what) {
  const auto next = next_state(item.state(), what);
  if (!next) return state_error(item.state());
  const bool told = *next != item.state() && what != AnswerStep::no_effect;
  item.set_state(*next);
  auto hash = tx.feedback_content_hash(org, item.client_id());
  if (!hash) return hash.error();
  const std::string event = told ? event_of(*next) : "";
  if (auto put = tx.put_feedback(org, hash->value_or(""), item, event); !put) return put;
  const bool by_a_person = what == AnswerStep::replay || what == AnswerStep::discard;
  if (event.empty() || by_a_person) return {};
  return record_answer(tx, org, event, domain::act_of_gateway(), item);
}

}  // namespace semafoor::feedback
