// SPDX-License-Identifier: Apache-2.0
#include "gateway/changeover/channel_change.h"

#include <utility>
#include <vector>

#include "gateway/changeover/return_records.h"
#include "gateway/channels/channel.h"

namespace semafoor::changeover {
namespace {

constexpr int kPage = 500;

Result<std::vector<v1::FeedbackItem>> waiting_for_list(store::Reader& reader,
                                                       const store::Org& org) {
  store::FeedbackQuery query{.limit = kPage, .states = {v1::FEEDBACK_STATE_FOR_LIST}};
  std::vector<v1::FeedbackItem> waiting;
  do {
    auto page = reader.feedback_items(org, query);
    if (!page) return page.error();
    for (auto& item : page->items) waiting.push_back(std::move(item));
    query.position = page->position;
  } while (!query.position.empty());
  return waiting;
}

Result<std::int64_t> count_of(store::Reader& reader, const store::Org& org,
                              v1::FeedbackState state) {
  auto page = reader.feedback_items(org, {.limit = 1, .states = {state}});
  if (!page) return page.error();
  return page->total;
}

}  // namespace

Result<v1::SetChannelResponse> change_channel(store::Transaction& tx, const store::Org& org,
                                              const ChannelWish& wish, const domain::Act& act) {
  auto before = channels::channel_of(tx, org);
  if (!before) return before.error();
  v1::SetChannelResponse response;
  if (before->mode() == wish.mode && before->has_since()) {
    *response.mutable_channel() = std::move(*before);
    response.set_unchanged(true);
    return response;
  }
  if (wish.mode != v1::CHANNEL_MODE_LISTS) {
    // Read whole before the first is changed.
    auto waiting = waiting_for_list(tx, org);
    if (!waiting) return waiting.error();
    for (v1::FeedbackItem& item : *waiting)
      if (auto queued = queue_for_wire(tx, org, item); !queued) return queued.error();
    response.set_answers_queued(static_cast<std::int64_t>(waiting->size()));
  }
  v1::ChannelChange change;
  change.set_to(wish.mode);
  change.mutable_changed_at()->set_unix_ms(wish.at_ms);
  change.set_changed_by(wish.by);
  change.set_reason(wish.reason);
  change.set_answers_queued(response.answers_queued());
  auto stored = channels::put_channel(tx, org, std::move(change));
  if (!stored) return stored.error();
  *response.mutable_channel() = std::move(*stored);
  auto noted = tx.append_audit(
      org,
      {.what = "channel.set",
       .act = act,
       .subject_kind = "organisation",
       .subject_id = org,
       .persons = {},
       .detail = v1::ChannelMode_Name(before->mode()) + " to " + v1::ChannelMode_Name(wish.mode) +
                 ", " + std::to_string(response.answers_queued()) + " answers queued"});
  if (!noted) return noted.error();
  return response;
}

Result<v1::GetChannelResponse> describe_channel(store::Reader& reader, const store::Org& org) {
  v1::GetChannelResponse response;
  auto state = channels::channel_of(reader, org);
  if (!state) return state.error();
  *response.mutable_channel() = std::move(*state);
  auto waiting = count_of(reader, org, v1::FEEDBACK_STATE_FOR_LIST);
  if (!waiting) return waiting.error();
  response.set_answers_for_list(*waiting);
  auto returned = count_of(reader, org, v1::FEEDBACK_STATE_RETURNED);
  if (!returned) return returned.error();
  response.set_answers_returned(*returned);
  return response;
}

}  // namespace semafoor::changeover
