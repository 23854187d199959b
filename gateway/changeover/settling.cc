// SPDX-License-Identifier: Apache-2.0
//
// What becomes of returns that left: a later half-yearly list settles them.
#include <set>
#include <utility>

#include "gateway/changeover/list_records.h"
#include "gateway/changeover/return_fill.h"
#include "gateway/changeover/return_records.h"
#include "gateway/changeover/returns.h"
#include "gateway/domain/date.h"

namespace semafoor::changeover {
namespace {

// It went, in some way, and nothing later settled it.
bool is_open(v1::ReturnState state) {
  return next_state(state, ReturnStep::settle).has_value();
}

// The next half-yearly list after the one of `its`; null: there is none yet.
const v1::SignalList* next_list(const v1::ListReturn& its,
                                const std::vector<v1::SignalList>& newest_first) {
  const v1::SignalList* next = nullptr;
  for (const v1::SignalList& list : newest_first) {
    const bool later = domain::date_number(list.cycle()) > domain::date_number(its.cycle()) &&
                       list.received_at().unix_ms() > its.left_at().unix_ms();
    if (later) next = &list;
  }
  return next;
}

// The id of the record that stands for a signal; its own when it is gone.
Result<std::string> standing_id(store::Reader& reader, const store::Org& org,
                                const std::string& signal_id) {
  auto signal = standing_signal(reader, org, signal_id);
  if (!signal) return signal.error();
  return *signal ? (*signal)->signal_id() : signal_id;
}

Result<std::set<std::string>> named_on(store::Reader& reader, const store::Org& org,
                                       const std::string& list_id) {
  std::set<std::string> named;
  auto read =
      visit_list_rows(reader, org, list_id, [&](const v1::SignalListRow& row) -> Result<void> {
        auto id = standing_id(reader, org, row.signal_id());
        if (!id) return id.error();
        named.insert(std::move(*id));
        return {};
      });
  if (!read) return read.error();
  return named;
}

Result<void> settle_one(store::Transaction& tx, const store::Org& org, v1::ListReturn& its,
                        const v1::SignalList& next, const Judge& judge) {
  auto named = named_on(tx, org, next.list_id());
  if (!named) return named.error();
  // Client ids of answers that are asked for again.
  std::set<std::string> again;
  auto judged =
      visit_return_rows(tx, org, its.return_id(), [&](const v1::ReturnRow& row) -> Result<void> {
        if (row.client_id().empty() || row.code().empty()) return {};
        auto id = standing_id(tx, org, row.signal_id());
        if (!id) return id.error();
        if (named->contains(*id)) {
          again.insert(row.client_id());
          return {};
        }
        auto item = tx.feedback(org, row.client_id());
        if (!item) return item.error();
        if (!*item || (*item)->state() != v1::FEEDBACK_STATE_RETURNED) return {};
        return judge(tx, org,
                     {.client_id = row.client_id(),
                      .state = v1::FEEDBACK_STATE_ACCEPTED,
                      .authority_reference = {},
                      .errors = {}});
      });
  if (!judged) return judged;
  auto back = take_back(tx, org, its,
                        [&](const v1::ReturnRow& row) { return again.contains(row.client_id()); });
  if (!back) return back;
  its.set_named_again(static_cast<std::int64_t>(again.size()));
  its.set_settling_list_id(next.list_id());
  return move_return(tx, org, its, again.empty() ? ReturnStep::settle : ReturnStep::name_again,
                     domain::act_of_gateway());
}

// Every return, oldest first.
Result<std::vector<v1::ListReturn>> all_returns(store::Reader& reader, const store::Org& org) {
  std::vector<v1::ListReturn> all;
  auto read =
      visit_entries(reader, org, kReturnEntry, {}, [&](const store::Entry& entry) -> Result<void> {
        auto its = read_return(entry);
        if (!its) return its.error();
        all.push_back(std::move(*its));
        return {};
      });
  if (!read) return read.error();
  return all;
}

}  // namespace

Result<void> Returns::settle(const store::Org& org) {
  return store_.write_and_wait([&](store::Transaction& tx) -> Result<void> {
    auto returns = all_returns(tx, org);
    if (!returns) return returns.error();
    std::erase_if(*returns, [](const v1::ListReturn& its) { return !is_open(its.state()); });
    if (returns->empty()) return {};
    auto lists = lists_of(tx, org, v1::SIGNAL_CHANNEL_HALF_YEARLY_LIST);
    if (!lists) return lists.error();
    for (v1::ListReturn& its : *returns) {
      const v1::SignalList* const next = next_list(its, *lists);
      if (next == nullptr || next->bad_rows() > 0) continue;
      if (auto settled = settle_one(tx, org, its, *next, rules_.judge); !settled) return settled;
    }
    return {};
  });
}

Result<int> doubt_returns(store::Transaction& tx, const store::Org& org) {
  auto returns = all_returns(tx, org);
  if (!returns) return returns.error();
  int doubted = 0;
  for (v1::ListReturn& its : *returns) {
    if (its.state() != v1::RETURN_STATE_QUEUED && its.state() != v1::RETURN_STATE_SENDING) continue;
    // No step of its life: what is written here is not what happened.
    its.set_state(v1::RETURN_STATE_OUTCOME_UNKNOWN);
    its.set_last_problem(
        "Restored from a backup: it may have been sent since. Look in the portal, and confirm.");
    if (auto kept = keep_return(tx, org, its); !kept) return kept.error();
    ++doubted;
  }
  return doubted;
}

}  // namespace semafoor::changeover
