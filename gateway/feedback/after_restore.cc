// SPDX-License-Identifier: Apache-2.0
#include "gateway/feedback/after_restore.h"

#include <vector>

#include "gateway/feedback/outbox.h"

namespace semafoor::feedback {

Result<int> doubt_answers(store::Transaction& tx, const store::Org& org) {
  store::FeedbackQuery query{
      .limit = 500,
      .states = {v1::FEEDBACK_STATE_QUEUED, v1::FEEDBACK_STATE_SENDING, v1::FEEDBACK_STATE_SENT,
                 v1::FEEDBACK_STATE_OUTCOME_UNKNOWN, v1::FEEDBACK_STATE_UNJUDGED}};
  // Read whole before the first is changed.
  std::vector<v1::FeedbackItem> waiting;
  do {
    auto page = tx.feedback_items(org, query);
    if (!page) return std::move(page).error();
    for (auto& item : page->items) waiting.push_back(std::move(item));
    query.position = page->position;
  } while (!query.position.empty());
  for (v1::FeedbackItem& item : waiting) {
    auto hash = tx.feedback_content_hash(org, item.client_id());
    if (!hash) return std::move(hash).error();
    item.set_state(v1::FEEDBACK_STATE_OUTCOME_UNKNOWN);
    item.set_last_problem(
        "Restored from a backup: whether it was sent since is looked up under the same client id.");
    // The event log begins anew: nobody could hear of it.
    if (auto put = tx.put_feedback(org, hash->value_or(""), item, ""); !put)
      return std::move(put).error();
    store::Task task;
    task.org = org;
    task.kind = kSendTask;
    task.key = item.client_id();
    if (auto queued = tx.enqueue(task); !queued) return std::move(queued).error();
    if (auto hastened = tx.hasten(org, kSendTask, item.client_id()); !hastened)
      return std::move(hastened).error();
  }
  return static_cast<int>(waiting.size());
}

}  // namespace semafoor::feedback
