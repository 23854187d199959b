// SPDX-License-Identifier: Apache-2.0
#include "gateway/changeover/return_records.h"

#include <algorithm>
#include <utility>

#include "gateway/changeover/list_records.h"
#include "gateway/channels/channel.h"
#include "gateway/feedback/answer_writer.h"
#include "gateway/feedback/outbox.h"
#include "gateway/history/history.h"

namespace semafoor::changeover {
namespace {

constexpr std::size_t kPlaceDigits = 8;

std::string row_id(const std::string& return_id, std::int64_t place) {
  std::string digits = std::to_string(place);
  digits.insert(0, kPlaceDigits - std::min(kPlaceDigits, digits.size()), '0');
  return return_id + "/" + digits;
}

Error changed_since() {
  return Error{.kind = ErrorKind::failed_precondition,
               .code = "channels.return_changed",
               .message =
                   "Returning a half-yearly list: an answer on it has changed since it was "
                   "prepared. Prepare it again and look at it; nothing left."};
}

Result<void> note_step(store::Transaction& tx, const store::Org& org, const v1::Signal& signal,
                       const v1::ReturnRow& row, const domain::Act& act, std::int64_t now_ms) {
  v1::SignalStep step;
  step.set_event(v1::SIGNAL_EVENT_SENT);
  step.mutable_time()->set_unix_ms(now_ms);
  step.set_channel(v1::SIGNAL_CHANNEL_HALF_YEARLY_LIST);
  step.set_feedback_client_id(row.client_id());
  step.set_detail(row.return_id());
  history::set_actor(step, act);
  return history::add(tx, org, signal, std::move(step));
}

}  // namespace

Result<v1::ListReturn> read_return(const store::Entry& entry) {
  return read_record<v1::ListReturn>(entry, "the return of a list");
}

Result<v1::ReturnRow> read_return_row(const store::Entry& entry) {
  return read_record<v1::ReturnRow>(entry, "a row of a return");
}

Result<v1::ListReturn> load_return(store::Reader& reader, const store::Org& org,
                                   const std::string& return_id) {
  auto entry = reader.entry(org, kReturnEntry, return_id);
  if (!entry) return entry.error();
  if (*entry) return read_return(**entry);
  return Error{.kind = ErrorKind::not_found,
               .code = "channels.return_unknown",
               .message =
                   "Looking up the return of a half-yearly list: there is none of that id. "
                   "Take one of ListReturns.",
               .field = "returnId"};
}

Result<std::optional<v1::ListReturn>> return_of_list(store::Reader& reader, const store::Org& org,
                                                     const std::string& list_id) {
  auto page = reader.entries(org, kReturnEntry, {.limit = 1, .subject = list_id});
  if (!page) return page.error();
  if (page->items.empty()) return std::optional<v1::ListReturn>();
  auto its = read_return(page->items.front());
  if (!its) return its.error();
  return std::optional(std::move(*its));
}

Result<void> keep_return(store::Transaction& tx, const store::Org& org, v1::ListReturn& its) {
  its.set_version(its.version() + 1);
  return tx.put_entry(org, {.kind = kReturnEntry,
                            .id = its.return_id(),
                            .sort = its.prepared_at().unix_ms(),
                            .person = {},
                            .subject = its.list_id(),
                            .body = its.SerializeAsString()});
}

Result<void> move_return(store::Transaction& tx, const store::Org& org, v1::ListReturn& its,
                         ReturnStep step, const domain::Act& act) {
  const auto next = next_state(its.state(), step);
  if (!next) {
    return Error{.kind = ErrorKind::failed_precondition,
                 .code = "channels.return_state",
                 .message = "Moving the return of a half-yearly list on: that cannot follow upon " +
                            v1::ReturnState_Name(its.state()) + ". Nothing was changed."};
  }
  its.set_state(*next);
  if (auto kept = keep_return(tx, org, its); !kept) return kept;
  v1::Event event;
  event.set_type("list.returned");
  event.set_module(v1::MODULE_FEEDBACK);
  event.set_subject_id(its.return_id());
  event.set_subject_version(its.version());
  if (auto told = tx.append_event(org, std::move(event)); !told) return told.error();
  return tx.append_audit(org, {.what = "return.step",
                               .act = act,
                               .subject_kind = "list.return",
                               .subject_id = its.return_id(),
                               .persons = {},
                               .result = {},
                               .upstream_ticket = its.reply_message_id(),
                               .detail = v1::ReturnState_Name(*next)});
}

Result<void> visit_return_rows(store::Reader& reader, const store::Org& org,
                               const std::string& return_id, const ReturnRowVisitor& visit) {
  return visit_entries(reader, org, kReturnRowEntry, return_id,
                       [&](const store::Entry& entry) -> Result<void> {
                         auto row = read_return_row(entry);
                         if (!row) return row.error();
                         return visit(*row);
                       });
}

Result<std::vector<v1::ReturnRow>> return_rows(store::Reader& reader, const store::Org& org,
                                               const std::string& return_id) {
  std::vector<v1::ReturnRow> rows;
  auto read = visit_return_rows(reader, org, return_id, [&](const v1::ReturnRow& row) {
    rows.push_back(row);
    return Result<void>();
  });
  if (!read) return read.error();
  return rows;
}

Result<void> put_return_row(store::Transaction& tx, const store::Org& org, std::int64_t place,
                            const v1::ReturnRow& row) {
  return tx.put_entry(org, {.kind = kReturnRowEntry,
                            .id = row_id(row.return_id(), place),
                            .sort = place,
                            .person = {},
                            .subject = row.return_id(),
                            .body = row.SerializeAsString()});
}

Result<void> drop_return_rows(store::Transaction& tx, const store::Org& org,
                              const std::string& return_id) {
  std::vector<std::string> ids;
  auto read = visit_entries(tx, org, kReturnRowEntry, return_id,
                            [&](const store::Entry& entry) -> Result<void> {
                              ids.push_back(entry.id);
                              return {};
                            });
  if (!read) return read;
  for (const std::string& id : ids)
    if (auto dropped = tx.drop_entry(org, kReturnRowEntry, id); !dropped) return dropped;
  return {};
}

Result<void> take_along(store::Transaction& tx, const store::Org& org, const v1::ListReturn& its,
                        const domain::Act& act, std::int64_t now_ms) {
  std::vector<std::string> persons;
  auto taken =
      visit_return_rows(tx, org, its.return_id(), [&](const v1::ReturnRow& row) -> Result<void> {
        if (row.client_id().empty() || row.code().empty()) return {};
        auto item = feedback::load_answer(tx, org, row.client_id());
        if (!item) return item.error();
        if (item->code() != row.code() ||
            !feedback::next_state(item->state(), feedback::AnswerStep::returned))
          return changed_since();
        item->set_list_return_id(its.return_id());
        if (auto moved = feedback::move_answer(tx, org, *item, feedback::AnswerStep::returned);
            !moved)
          return moved;
        auto signal = tx.signal(org, item->signal_id());
        if (!signal) return signal.error();
        if (!*signal) return {};
        persons.push_back((*signal)->person().value());
        if (auto noted = note_step(tx, org, **signal, row, act, now_ms); !noted) return noted;
        const auto stands = history::standing(tx, org, std::move(**signal));
        if (!stands) return stands.error();
        if (stands->signal_id() == item->signal_id()) return {};
        return note_step(tx, org, *stands, row, act, now_ms);
      });
  if (!taken) return taken;
  return tx.append_audit(org, {.what = "return.leave",
                               .act = act,
                               .subject_kind = "list.return",
                               .subject_id = its.return_id(),
                               .persons = std::move(persons)});
}

Result<void> take_back(store::Transaction& tx, const store::Org& org, const v1::ListReturn& its,
                       const std::function<bool(const v1::ReturnRow&)>& again) {
  auto channel = channels::channel_of(tx, org);
  if (!channel) return channel.error();
  const bool by_list = channel->mode() == v1::CHANNEL_MODE_LISTS;
  return visit_return_rows(tx, org, its.return_id(), [&](const v1::ReturnRow& row) -> Result<void> {
    if (row.client_id().empty() || row.code().empty() || !again(row)) return {};
    auto item = feedback::load_answer(tx, org, row.client_id());
    if (!item) return item.error();
    // Judged meanwhile, or gone another way.
    if (item->state() != v1::FEEDBACK_STATE_RETURNED || item->list_return_id() != its.return_id())
      return {};
    item->clear_list_return_id();
    auto moved = feedback::move_answer(tx, org, *item, feedback::AnswerStep::taken_back);
    if (!moved || by_list) return moved;
    return queue_for_wire(tx, org, *item);
  });
}

Result<void> queue_for_wire(store::Transaction& tx, const store::Org& org, v1::FeedbackItem& item) {
  if (auto moved = feedback::move_answer(tx, org, item, feedback::AnswerStep::to_wire); !moved)
    return moved;
  store::Task task;
  task.org = org;
  task.kind = feedback::kSendTask;
  task.key = item.client_id();
  auto queued = tx.enqueue(task);
  if (!queued) return queued.error();
  return {};
}

}  // namespace semafoor::changeover
