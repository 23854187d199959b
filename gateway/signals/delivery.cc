// SPDX-License-Identifier: Apache-2.0
#include "gateway/signals/delivery.h"

#include <optional>
#include <string>
#include <utility>

#include "gateway/signals/arrival.h"
#include "gateway/signals/succession.h"

namespace semafoor::signals {
namespace {

constexpr char kProcessed[] = "processed";
constexpr char kDuplicate[] = "duplicate";
constexpr char kQuarantined[] = "quarantined";

// Returns the outcome for the inbox, and what is to be told of it.
Result<std::pair<std::string, std::string>> deliver_signal(store::Transaction& tx,
                                                           const store::Org& org,
                                                           const upstream::MailboxContent& content,
                                                           bool repeated_item,
                                                           std::int64_t now_ms) {
  const v1::Signal& signal = *content.signal;
  Arrival arrival{.facts = signal,
                  .channel = signal.channels().empty()
                                 ? v1::SIGNAL_CHANNEL_MUTATION
                                 : static_cast<v1::SignalChannel>(signal.channels(0)),
                  .list = {},
                  .recall = std::nullopt,
                  .replaced_ssin = content.replaced_ssin};
  if (content.recall_month != 0) {
    arrival.recall.emplace();
    *arrival.recall->mutable_cycle() = cycle_of(content.recall_month, now_ms);
    arrival.recall->mutable_received_at()->set_unix_ms(now_ms);
  }
  auto arrived = arrive(tx, org, arrival, now_ms);
  if (!arrived) return arrived.error();
  if (!arrived->is_new && !repeated_item) {
    if (auto counted = tx.count_duplicate(org); !counted) return counted.error();
  }
  return std::pair<std::string, std::string>(arrived->is_new ? kProcessed : kDuplicate,
                                             std::move(arrived->problem));
}

}  // namespace

Result<void> deliver(store::Transaction& tx, const store::Org& org, const ParsedItem& parsed,
                     const ResultSink& results, std::int64_t now_ms) {
  const auto& item = parsed.item;
  auto added = tx.add_inbox(org, {item.source, item.id, item.raw, kProcessed, ""});
  if (!added) return added.error();
  const bool repeated = !*added;
  const auto note = [&](const std::string& outcome, const std::string& problem) {
    return tx.set_inbox_outcome(org, item.source, item.id, outcome, problem);
  };

  if (!parsed.content) {
    if (repeated) return {};
    return note(kQuarantined, parsed.content.error().code + ": " + parsed.content.error().message);
  }
  if (parsed.content->signal) {
    const auto& signal = *parsed.content->signal;
    if (!signal.organisation().value().empty()) {
      const auto ours = stands_for(tx, org, signal.organisation().value(), now_ms);
      if (!ours) return ours.error();
      if (!*ours) {
        return note(kQuarantined,
                    "signals.other_organisation: the signal names another organisation.");
      }
    }
    const auto delivered = deliver_signal(tx, org, *parsed.content, repeated, now_ms);
    if (!delivered) return delivered.error();
    const auto& [outcome, problem] = *delivered;
    if (!repeated && (outcome != kProcessed || !problem.empty())) return note(outcome, problem);
    return {};
  }
  if (parsed.content->result && results && !repeated) {
    auto applied = results(tx, org, *parsed.content->result);
    if (applied) return {};
    if (!applied.error().code.starts_with("feedback.")) return applied;
    return note(kQuarantined, applied.error().code + ": " + applied.error().message);
  }
  return {};
}

}  // namespace semafoor::signals
