// SPDX-License-Identifier: Apache-2.0
#include "gateway/signals/delivery.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "gateway/domain/dossier_number.h"
#include "gateway/domain/signal_identity.h"
#include "gateway/domain/uuid.h"

namespace semafoor::signals {
namespace {

constexpr char kProcessed[] = "processed";
constexpr char kDuplicate[] = "duplicate";
constexpr char kQuarantined[] = "quarantined";

Result<std::optional<v1::Signal>> find_known(store::Transaction& tx, const store::Org& org,
                                             const v1::Signal& signal,
                                             const std::string& replaced_ssin) {
  auto known = tx.signal_by_key(org, domain::signal_key(signal));
  if (!known || *known) return known;
  if (!replaced_ssin.empty()) {
    v1::Signal before = signal;
    before.mutable_person()->set_value(replaced_ssin);
    known = tx.signal_by_key(org, domain::signal_key(before));
    if (!known || *known) return known;
  }
  if (signal.signal_reference().empty()) return known;
  // The same signal may come with another person number: numbers are replaced.
  return tx.signal_by_reference(org, signal.signal_reference());
}

// What a later delivery adds. Facts that are there stay: without an order between deliveries nobody
// can say which of two is the newer.
// A replaced number is the exception: the delivery itself says which one came after which.
bool merge(v1::Signal& known, const v1::Signal& delivered, const std::string& replaced_ssin) {
  bool changed = false;
  if (!replaced_ssin.empty() && known.person().value() == replaced_ssin &&
      known.person().value() != delivered.person().value()) {
    *known.mutable_person() = delivered.person();
    changed = true;
  }
  for (const int channel : delivered.channels()) {
    const auto& channels = known.channels();
    if (std::find(channels.begin(), channels.end(), channel) != channels.end()) continue;
    known.add_channels(static_cast<v1::SignalChannel>(channel));
    changed = true;
  }
  if (known.signal_reference().empty() && !delivered.signal_reference().empty()) {
    known.set_signal_reference(delivered.signal_reference());
    changed = true;
  }
  if (!known.has_amount() && delivered.has_amount()) {
    *known.mutable_amount() = delivered.amount();
    changed = true;
  }
  if (known.fields().empty() && !delivered.fields().empty()) {
    *known.mutable_fields() = delivered.fields();
    changed = true;
  }
  return changed;
}

// Returns the outcome for the inbox.
Result<std::string> deliver_signal(store::Transaction& tx, const store::Org& org, v1::Signal signal,
                                   const std::string& replaced_ssin, bool repeated_item,
                                   std::int64_t now_ms) {
  if (signal.channels().empty()) signal.add_channels(v1::SIGNAL_CHANNEL_MUTATION);
  signal.mutable_organisation()->set_value(org);
  if (signal.dossier_number_normalised().empty()) {
    signal.set_dossier_number_normalised(domain::normalised_dossier(signal.dossier_number()));
  }
  auto known = find_known(tx, org, signal, replaced_ssin);
  if (!known) return known.error();
  if (*known) {
    auto& stored = **known;
    const bool changed = merge(stored, signal, replaced_ssin);
    stored.set_deliveries(stored.deliveries() + 1);
    if (!repeated_item) {
      if (auto counted = tx.count_duplicate(org); !counted) return counted.error();
    }
    if (auto put =
            tx.put_signal(org, domain::signal_key(stored), stored, changed ? "signal.changed" : "");
        !put) {
      return put.error();
    }
    return std::string(kDuplicate);
  }
  signal.set_signal_id(domain::uuid_v7(now_ms));
  signal.set_state(v1::SIGNAL_STATE_RECEIVED);
  signal.set_match_state(v1::MATCH_STATE_OPEN);
  signal.mutable_received_at()->set_unix_ms(now_ms);
  signal.set_deliveries(1);
  if (auto put = tx.put_signal(org, domain::signal_key(signal), signal, "signal.received"); !put) {
    return put.error();
  }
  return std::string(kProcessed);
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
    if (!signal.organisation().value().empty() && signal.organisation().value() != org) {
      return note(kQuarantined,
                  "signals.other_organisation: the signal names another organisation.");
    }
    auto outcome = deliver_signal(tx, org, signal, parsed.content->replaced_ssin, repeated, now_ms);
    if (!outcome) return outcome.error();
    if (!repeated && *outcome != kProcessed) return note(*outcome, "");
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
