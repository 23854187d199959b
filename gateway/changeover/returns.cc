// SPDX-License-Identifier: Apache-2.0
#include "gateway/changeover/returns.h"

#include <utility>

#include "gateway/changeover/answered.h"
#include "gateway/changeover/list_records.h"
#include "gateway/changeover/reasons.h"
#include "gateway/changeover/return_records.h"
#include "gateway/changeover/return_sender.h"
#include "gateway/domain/belgian_time.h"
#include "gateway/domain/cbe_number.h"
#include "gateway/domain/date.h"
#include "gateway/domain/uuid.h"

namespace semafoor::changeover {
namespace {

constexpr int kMostMissing = 100;
constexpr std::size_t kMostUnreturned = 20;

Error refused(std::string code, std::string message) {
  return Error{.kind = ErrorKind::failed_precondition,
               .code = std::move(code),
               .message = std::move(message)};
}

v1::Actor actor_of(const domain::Act& act) {
  v1::Actor actor;
  actor.set_id(act.actor_id);
  actor.set_name(act.actor_name.empty() ? act.caller.account : act.actor_name);
  return actor;
}

// Whether the message of the list can be replied to, as far as we can see before it is tried.
Result<v1::ReturnWay> way_of(store::Reader& reader, const store::Org& org,
                             const std::string& message_id) {
  if (message_id.empty()) return v1::RETURN_WAY_FILE;
  auto found = reader.message(org, message_id);
  if (!found) return found.error();
  if (!*found) return v1::RETURN_WAY_FILE;
  const v1::Message& message = (*found)->message;
  const bool replies = message.reply_authorised() && !message.has_provenance() &&
                       domain::CbeNumber::parse(message.sender_organisation_id()).has_value();
  return replies ? v1::RETURN_WAY_REPLY : v1::RETURN_WAY_FILE;
}

void describe(v1::ListReturn& its, const v1::SignalList& list, const Filled& filled) {
  its.set_message_id(list.message_id());
  *its.mutable_cycle() = list.cycle();
  its.set_rows(static_cast<std::int64_t>(filled.rows.size()));
  its.set_filled(filled.with_code);
  its.mutable_unfilled()->Assign(filled.unfilled.begin(), filled.unfilled.end());
  its.set_unreadable_rows(list.bad_rows());
  *its.mutable_columns() = list.columns();
  its.set_code_column(code_column(list));
  its.set_separator(list.separator());
  its.set_list_file_name(list.file_name());
}

// Puts what is filled in the place of what was there.
Result<void> store_rows(store::Transaction& tx, const store::Org& org, const v1::ListReturn& its,
                        const Filled& filled) {
  if (auto dropped = drop_return_rows(tx, org, its.return_id()); !dropped) return dropped;
  std::int64_t place = 0;
  for (const v1::ReturnRow& row : filled.rows)
    if (auto put = put_return_row(tx, org, ++place, row); !put) return put;
  return {};
}

Result<v1::ListReturn> fill(store::Transaction& tx, const store::Org& org,
                            const v1::SignalList& list, v1::ListReturn its,
                            const ReturnRules& rules, const domain::Act& act) {
  auto filled = fill_list(tx, org, list, its.return_id(), rules.valid);
  if (!filled) return filled.error();
  describe(its, list, *filled);
  // A reply that was refused for good made it a file; that stays.
  const bool refused_for_good = its.way() == v1::RETURN_WAY_FILE && !its.last_problem().empty();
  if (!refused_for_good) {
    auto way = way_of(tx, org, list.message_id());
    if (!way) return way.error();
    its.set_way(*way);
  }
  its.set_filling(its.filling() + 1);
  if (auto stored = store_rows(tx, org, its, *filled); !stored) return stored.error();
  if (auto kept = keep_return(tx, org, its); !kept) return kept.error();
  auto noted = tx.append_audit(org, {.what = "return.prepare",
                                     .act = act,
                                     .subject_kind = "list.return",
                                     .subject_id = its.return_id(),
                                     .persons = {},
                                     .detail = std::to_string(its.filled()) + " of " +
                                               std::to_string(its.rows()) + " rows"});
  if (!noted) return noted.error();
  return its;
}

// Whether it may leave as it is.
Result<void> check_leaving(const v1::ListReturn& its, bool incomplete) {
  if (its.filled() == 0) {
    return refused("channels.nothing_to_return",
                   "Returning a half-yearly list: no row of it has a code. Answer its signals, and "
                   "prepare it again.");
  }
  std::int64_t missing = its.unreadable_rows();
  for (const v1::UnfilledCount& one : its.unfilled())
    if (one.missing()) missing += one.rows();
  if (missing == 0 || incomplete) return {};
  return refused("channels.return_incomplete",
                 "Returning a half-yearly list: " + std::to_string(missing) +
                     " of its rows have no answer, or could not be read. Answer them and prepare "
                     "it again, or say that it may go incomplete.");
}

Result<void> leave(store::Transaction& tx, const store::Org& org, v1::ListReturn& its,
                   ReturnStep step, bool incomplete, const domain::Act& act, std::int64_t now_ms) {
  if (!next_state(its.state(), step)) {
    return refused("channels.return_leaves",
                   "Returning a half-yearly list: it is on its way or went already (" +
                       v1::ReturnState_Name(its.state()) + "). Look at it with ListReturns.");
  }
  if (auto fine = check_leaving(its, incomplete); !fine) return fine;
  if (auto taken = take_along(tx, org, its, act, now_ms); !taken) return taken;
  its.mutable_left_at()->set_unix_ms(now_ms);
  *its.mutable_left_by() = actor_of(act);
  its.clear_last_problem();
  return move_return(tx, org, its, step, act);
}

}  // namespace

Returns::Returns(store::Store& store, ReturnRules rules)
    : store_(store), rules_(std::move(rules)) {}

Result<v1::PrepareReturnResponse> Returns::prepare(const store::Org& org,
                                                   const std::string& list_id,
                                                   const domain::Act& act) {
  if (auto admitted = store_.headroom().admit_work(); !admitted) return admitted.error();
  if (auto settled = settle(org); !settled) return settled.error();
  return changed<v1::PrepareReturnResponse>(
      store_, [&](store::Transaction& tx) -> Result<v1::PrepareReturnResponse> {
        v1::PrepareReturnResponse response;
        auto known = return_of_list(tx, org, list_id);
        if (!known) return known.error();
        v1::ListReturn its;
        if (*known) {
          its = std::move(**known);
        } else {
          its.set_return_id(domain::uuid_v7(rules_.now_ms()));
          its.mutable_organisation()->set_value(org);
          its.set_list_id(list_id);
          its.set_state(v1::RETURN_STATE_PREPARED);
          its.mutable_prepared_at()->set_unix_ms(rules_.now_ms());
        }
        if (its.state() == v1::RETURN_STATE_PREPARED) {
          auto list = load_list(tx, org, list_id);
          if (!list) return list.error();
          if (list->channel() != v1::SIGNAL_CHANNEL_HALF_YEARLY_LIST) {
            return refused("channels.not_half_yearly",
                           "Preparing the return of a list: it is a monthly one, and those do not "
                           "go back. Take a half-yearly list.");
          }
          auto filled = fill(tx, org, *list, std::move(its), rules_, act);
          if (!filled) return filled.error();
          its = std::move(*filled);
        }
        auto rows = return_rows(tx, org, its.return_id());
        if (!rows) return rows.error();
        for (v1::ReturnRow& row : *rows)
          if (is_missing(row.reason_code()) && response.missing_size() < kMostMissing)
            *response.add_missing() = std::move(row);
        *response.mutable_list_return() = std::move(its);
        return response;
      });
}

Result<store::Page<v1::ListReturn>> Returns::list(const store::Org& org,
                                                  const store::EntryQuery& query) {
  return asked<store::Page<v1::ListReturn>>(
      store_, [&](store::Reader& reader) -> Result<store::Page<v1::ListReturn>> {
        auto found = reader.entries(org, kReturnEntry, query);
        if (!found) return found.error();
        store::Page<v1::ListReturn> page{.items = {},
                                         .position = found->position,
                                         .total = found->total,
                                         .changed = found->changed};
        for (const store::Entry& entry : found->items) {
          auto its = read_return(entry);
          if (!its) return its.error();
          page.items.push_back(std::move(*its));
        }
        return page;
      });
}

Result<std::vector<v1::UnreturnedList>> Returns::unreturned(const store::Org& org) {
  return asked<std::vector<v1::UnreturnedList>>(
      store_, [&](store::Reader& reader) -> Result<std::vector<v1::UnreturnedList>> {
        std::vector<v1::UnreturnedList> found;
        auto lists = lists_of(reader, org, v1::SIGNAL_CHANNEL_HALF_YEARLY_LIST);
        if (!lists) return lists.error();
        for (const v1::SignalList& list : *lists) {
          auto its = return_of_list(reader, org, list.list_id());
          if (!its) return its.error();
          if (*its) continue;
          auto& one = found.emplace_back();
          one.set_list_id(list.list_id());
          one.set_message_id(list.message_id());
          *one.mutable_cycle() = list.cycle();
          *one.mutable_received_at() = list.received_at();
          one.set_rows(list.rows());
          one.set_unreadable_rows(list.bad_rows());
          if (found.size() == kMostUnreturned) break;
        }
        return found;
      });
}

Result<store::Page<v1::ReturnRow>> Returns::rows(const store::Org& org,
                                                 const std::string& return_id,
                                                 store::EntryQuery query) {
  query.subject = return_id;
  query.newest_first = false;
  return asked<store::Page<v1::ReturnRow>>(
      store_, [&](store::Reader& reader) -> Result<store::Page<v1::ReturnRow>> {
        auto its = load_return(reader, org, return_id);
        if (!its) return its.error();
        auto found = reader.entries(org, kReturnRowEntry, query);
        if (!found) return found.error();
        store::Page<v1::ReturnRow> page{.items = {},
                                        .position = found->position,
                                        .total = found->total,
                                        .changed = found->changed};
        for (const store::Entry& entry : found->items) {
          auto row = read_return_row(entry);
          if (!row) return row.error();
          page.items.push_back(std::move(*row));
        }
        return page;
      });
}

Result<Returns::Fetched> Returns::fetch(const store::Org& org, const Fetch& wish,
                                        const domain::Act& act) {
  const auto read = [&](store::Reader& reader, v1::ListReturn its) -> Result<Fetched> {
    auto rows = return_rows(reader, org, its.return_id());
    if (!rows) return rows.error();
    auto file = write_return(its, *rows, wish.format, rules_.work_folder);
    if (!file) return file.error();
    Fetched fetched{.its = std::move(its), .file = std::move(*file), .signals = {}};
    for (const v1::ReturnRow& row : *rows) fetched.signals.push_back(row.signal_id());
    return fetched;
  };
  if (wish.preview) {
    return asked<Fetched>(store_, [&](store::Reader& reader) -> Result<Fetched> {
      auto its = load_return(reader, org, wish.return_id);
      if (!its) return its.error();
      return read(reader, std::move(*its));
    });
  }
  return changed<Fetched>(store_, [&](store::Transaction& tx) -> Result<Fetched> {
    auto its = load_return(tx, org, wish.return_id);
    if (!its) return its.error();
    // The next piece, or the file once more: the same bytes.
    const bool again = its->state() == v1::RETURN_STATE_FETCHED;
    if (!again) {
      auto left = leave(tx, org, *its, ReturnStep::fetch, wish.incomplete, act, rules_.now_ms());
      if (!left) return left.error();
    }
    return read(tx, std::move(*its));
  });
}

Result<v1::ListReturn> Returns::send(const store::Org& org, const std::string& return_id,
                                     bool incomplete, const domain::Act& act) {
  if (auto admitted = store_.headroom().admit_work(); !admitted) return admitted.error();
  return changed<v1::ListReturn>(store_, [&](store::Transaction& tx) -> Result<v1::ListReturn> {
    auto its = load_return(tx, org, return_id);
    if (!its) return its;
    // Asked again: it goes once.
    if (its->state() == v1::RETURN_STATE_QUEUED || its->state() == v1::RETURN_STATE_SENDING ||
        its->state() == v1::RETURN_STATE_SENT)
      return its;
    if (its->way() != v1::RETURN_WAY_REPLY) {
      return refused(
          "channels.no_reply",
          "Sending a half-yearly list back as a reply: its message takes none. Fetch the "
          "file, upload it, and confirm that.");
    }
    if (auto left = leave(tx, org, *its, ReturnStep::leave, incomplete, act, rules_.now_ms());
        !left)
      return left.error();
    store::Task task;
    task.org = org;
    task.kind = kReturnTask;
    task.key = return_id;
    if (auto queued = tx.enqueue(task); !queued) return queued.error();
    return its;
  });
}

Result<v1::ListReturn> Returns::confirm(const store::Org& org, const std::string& return_id,
                                        v1::ReturnOutcome outcome, const v1::Date& arrived_on,
                                        const domain::Act& act) {
  return changed<v1::ListReturn>(store_, [&](store::Transaction& tx) -> Result<v1::ListReturn> {
    auto its = load_return(tx, org, return_id);
    if (!its) return its;
    if (outcome == v1::RETURN_OUTCOME_ARRIVED) {
      if (its->state() == v1::RETURN_STATE_CONFIRMED) return its;
      const std::int64_t now = rules_.now_ms();
      its->mutable_confirmed_at()->set_unix_ms(now);
      *its->mutable_confirmed_by() = actor_of(act);
      *its->mutable_arrived_on() =
          domain::date_number(arrived_on) == 0 ? domain::belgian_day(now) : arrived_on;
      if (auto moved = move_return(tx, org, *its, ReturnStep::arrived, act); !moved)
        return moved.error();
      return its;
    }
    if (its->state() == v1::RETURN_STATE_PREPARED) return its;
    its->clear_left_at();
    its->clear_left_by();
    if (auto moved = move_return(tx, org, *its, ReturnStep::never_went, act); !moved)
      return moved.error();
    auto back = take_back(tx, org, *its, [](const v1::ReturnRow&) { return true; });
    if (!back) return back.error();
    return its;
  });
}

}  // namespace semafoor::changeover
