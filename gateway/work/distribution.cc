// SPDX-License-Identifier: Apache-2.0
#include "gateway/work/distribution.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "gateway/domain/act.h"
#include "gateway/domain/belgian_time.h"
#include "gateway/duties/duty_log.h"
#include "gateway/history/history.h"
#include "gateway/work/assignment.h"
#include "gateway/work/choice.h"
#include "gateway/work/kept.h"
#include "gateway/work/open_signals.h"

namespace semafoor::work {
namespace {

// In one transaction: the writer is everybody's.
constexpr std::size_t kBatch = 50;

bool is_hands(v1::SignalEvent event) {
  return event == v1::SIGNAL_EVENT_ASSIGNED || event == v1::SIGNAL_EVENT_RELEASED ||
         event == v1::SIGNAL_EVENT_TAKEN_OVER;
}

// A person had a say in whose it is.
Result<bool> by_hand(store::Reader& reader, const store::Org& org, const std::string& signal_id) {
  auto history = history::of(reader, org, signal_id);
  if (!history) return history.error();
  return std::any_of(
      history->steps().begin(), history->steps().end(),
      [](const v1::SignalStep& step) { return is_hands(step.event()) && step.has_actor(); });
}

bool may_be_given(const v1::Signal& signal) {
  return (signal.state() == v1::SIGNAL_STATE_RECEIVED ||
          signal.state() == v1::SIGNAL_STATE_ASSIGNED) &&
         signal.feedback_client_id().empty();
}

// Nobody has it that we did not give it to; and since we did, the host said whose dossier it is.
bool is_ours(const v1::Signal& signal, const std::optional<v1::WorkItem>& item) {
  if (!item) return signal.assignee().id().empty() && signal.team().empty();
  return signal.assignee().id() == item->assignee_id() && signal.team() == item->team() &&
         handler_of(signal).id() != item->handler_id();
}

// It stays where it is: the handler is looked at once.
Result<bool> note_handler(store::Transaction& tx, const store::Org& org, const v1::Signal& signal,
                          v1::WorkItem item) {
  item.set_handler_id(handler_of(signal).id());
  if (auto put = keep(tx, org, kItemEntry, signal.signal_id(), item); !put) return put.error();
  return false;
}

bool is_same(const Choice& choice, const v1::Signal& signal) {
  return choice.team == signal.team() &&
         (choice.assignee ? choice.assignee->id() : std::string()) == signal.assignee().id();
}

}  // namespace

Result<v1::WorkRules> rules_of(store::Reader& reader, const store::Org& org) {
  auto stored = kept<v1::WorkRules>(reader, org, kRulesEntry, kRulesEntry);
  if (!stored) return stored.error();
  return stored->value_or(v1::WorkRules());
}

Result<bool> distribute(store::Transaction& tx, const store::Org& org, const v1::WorkRules& rules,
                        const std::string& signal_id, std::int64_t now_ms) {
  auto signal = tx.signal(org, signal_id);
  if (!signal) return signal.error();
  if (!*signal || !may_be_given(**signal)) return false;
  auto item = kept<v1::WorkItem>(tx, org, kItemEntry, signal_id);
  if (!item) return item.error();
  if (!is_ours(**signal, *item)) return false;
  auto touched = by_hand(tx, org, signal_id);
  if (!touched) return touched.error();
  if (*touched) return false;

  // What one of these rules gave before the handler was known stays, unless a rule above it gives
  // now: nobody's turn is taken twice for one signal.
  v1::WorkRules open(rules);
  if (*item) {
    const auto& all = rules.rules();
    const auto given = std::find_if(all.begin(), all.end(), [&](const v1::WorkRule& rule) {
      return rule.name() == (*item)->rule();
    });
    const bool of_handler = given != all.end() && given->gives().has_handler();
    const auto end = static_cast<int>(given - all.begin()) + (of_handler ? 1 : 0);
    open.mutable_rules()->DeleteSubrange(end, open.rules_size() - end);
  }
  auto choice = choose(tx, org, open, **signal, domain::belgian_day(now_ms));
  if (!choice) return choice.error();
  if (!*choice) return *item ? note_handler(tx, org, **signal, **item) : Result<bool>(false);
  v1::WorkItem given;
  given.set_rule((*choice)->rule);
  given.set_assignee_id((*choice)->assignee ? (*choice)->assignee->id() : "");
  given.set_team((*choice)->team);
  given.set_handler_id(handler_of(**signal).id());
  if (auto put = keep(tx, org, kItemEntry, signal_id, given); !put) return put.error();
  if (is_same(**choice, **signal)) return false;
  const Handing handing{.to = (*choice)->assignee ? &*(*choice)->assignee : nullptr,
                        .team = (*choice)->team,
                        .note = "rule " + (*choice)->rule};
  auto handed = hand(tx, org, **signal, handing, domain::act_of_gateway(), now_ms);
  if (!handed) return handed.error();
  return true;
}

Result<void> distribute_all(store::Store& store, const store::Org& org,
                            const std::vector<std::string>& signal_ids, std::int64_t now_ms,
                            const std::stop_token& stop) {
  for (std::size_t first = 0; first < signal_ids.size(); first += kBatch) {
    if (stop.stop_requested()) return duties::stopped_error("Giving signals away");
    const std::size_t end = std::min(signal_ids.size(), first + kBatch);
    auto stored = store.write_and_wait([&](store::Transaction& tx) -> Result<void> {
      // The rules may change between two of these transactions; within one they are one.
      auto rules = rules_of(tx, org);
      if (!rules) return rules.error();
      if (rules->rules().empty()) return {};
      for (std::size_t i = first; i < end; ++i) {
        auto given = distribute(tx, org, *rules, signal_ids[i], now_ms);
        if (!given) return given.error();
      }
      return {};
    });
    if (!stored) return stored;
  }
  return {};
}

Result<void> distribute_waiting(store::Store& store, const store::Org& org, std::int64_t now_ms,
                                const std::stop_token& stop) {
  bool any = false;
  auto read = store.read([&](store::Reader& reader) -> Result<void> {
    auto rules = rules_of(reader, org);
    if (!rules) return rules.error();
    any = !rules->rules().empty();
    return {};
  });
  if (!read) return read;
  if (!any) return {};
  auto ids = open_ids(store, org, &may_be_given);
  if (!ids) return ids.error();
  return distribute_all(store, org, *ids, now_ms, stop);
}

}  // namespace semafoor::work
