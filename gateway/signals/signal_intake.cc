// SPDX-License-Identifier: Apache-2.0
#include "gateway/signals/signal_intake.h"

#include <string>
#include <utility>
#include <vector>

#include "gateway/duties/duty_log.h"
#include "gateway/duties/periodic_duty.h"
#include "gateway/signals/delivery.h"
#include "gateway/signals/sequence.h"

namespace semafoor::signals {
namespace {

// Position up to which everything is stored here, and up to which the upstream has been told so.
constexpr char kCursor[] = "podmi.cursor";
constexpr char kAcknowledged[] = "podmi.acknowledged";
constexpr char kSequence[] = "podmi.sequence";

struct Positions {
  std::string stored;
  std::string acknowledged;
};

// The upstream no longer knows the position we name.
bool is_lost_position(const Error& error) {
  return error.upstream_status == 400 || error.upstream_status == 404 ||
         error.upstream_status == 410;
}

}  // namespace

struct SignalIntake::State {
  store::Store& store;
  duties::PodmiSource podmi;
  ResultSink results;
  duties::Clock& clock;
  IntakeOptions options;
  std::unique_ptr<duties::PeriodicDuty> duty;

  Result<Positions> positions(const store::Org& org) {
    Positions found;
    const auto read = store.read([&](store::Reader& reader) -> Result<void> {
      auto stored = reader.cursor(org, kCursor);
      if (!stored) return stored.error();
      auto acknowledged = reader.cursor(org, kAcknowledged);
      if (!acknowledged) return acknowledged.error();
      found = {stored->value_or(""), acknowledged->value_or("")};
      return {};
    });
    if (!read) return read.error();
    return found;
  }

  Result<void> run(const store::Org& org, const std::stop_token& stop) {
    if (auto admitted = store.headroom().admit_intake(); !admitted) return admitted;
    auto client = podmi(org);
    if (!client) return client.error();
    auto at = positions(org);
    if (!at) return at.error();
    // We died, or the upstream was away, between commit and acknowledgement.
    if (at->stored != at->acknowledged) {
      auto told = acknowledge(**client, org, at->stored, stop);
      if (!told && !is_lost_position(told.error())) return told;
    }
    std::string cursor = at->stored;
    std::string rejected;
    while (true) {
      if (stop.stop_requested()) return duties::stopped_error("Fetching signals");
      auto batch = fetch(**client, cursor, stop);
      if (!batch) return batch.error();
      if (!batch->rejected.empty()) rejected = batch->rejected.front().reason;
      const bool moved = !batch->cursor.empty() && batch->cursor != cursor;
      if (moved || !batch->items.empty()) {
        if (auto stored = store_batch(**client, org, *batch); !stored) return stored;
      }
      if (moved) {
        cursor = batch->cursor;
        if (auto told = acknowledge(**client, org, cursor, stop); !told) return told;
      }
      if (!moved || static_cast<int>(batch->items.size() + batch->rejected.size()) < options.batch)
        break;
    }
    if (!rejected.empty()) {
      return Error{
          .kind = ErrorKind::data_loss,
          .code = "signals.rejected",
          .message =
              "Fetching signals: the mailbox held something without identity (" + rejected +
              "), which is kept in quarantine; the rest is stored. Ask the authority about it."};
    }
    return {};
  }

  Result<upstream::MailboxBatch> fetch(upstream::PodmiClient& client, const std::string& cursor,
                                       const std::stop_token& stop) {
    auto batch = client.fetch(cursor, options.batch, stop);
    if (batch || cursor.empty() || !is_lost_position(batch.error())) return batch;
    // From the first one not acknowledged: what we have already is recognised.
    return client.fetch("", options.batch, stop);
  }

  // Everything of the batch in one transaction: what came, what it means, and how far we are.
  Result<void> store_batch(upstream::PodmiClient& client, const store::Org& org,
                           const upstream::MailboxBatch& batch) {
    std::vector<ParsedItem> parsed;
    std::vector<std::int64_t> numbers;
    for (const auto& item : batch.items) {
      parsed.push_back({item, client.parse(item)});
      if (const auto number = sequence_of(parsed.back()); number > 0) numbers.push_back(number);
    }
    return store.write_and_wait([&](store::Transaction& tx) -> Result<void> {
      const auto now = clock.now_ms();
      for (const auto& each : parsed) {
        if (auto delivered = deliver(tx, org, each, results, now); !delivered) return delivered;
      }
      // Acknowledging the batch removes these upstream as well. They have no identity: the place
      // where they stood is one, also when the batch comes again.
      for (std::size_t i = 0; i < batch.rejected.size(); ++i) {
        const auto& [reason, raw] = batch.rejected[i];
        auto kept = tx.add_inbox(org, {kUnidentified, batch.cursor + "/" + std::to_string(i), raw,
                                       "quarantined", reason});
        if (!kept) return kept.error();
      }
      if (auto noted = note_numbers(tx, org, numbers, now); !noted) return noted;
      return batch.cursor.empty() ? Result<void>() : tx.put_cursor(org, kCursor, batch.cursor);
    });
  }

  static Result<void> note_numbers(store::Transaction& tx, const store::Org& org,
                                   const std::vector<std::int64_t>& numbers, std::int64_t now) {
    if (numbers.empty()) return {};
    auto text = tx.cursor(org, kSequence);
    if (!text) return text.error();
    auto sequence = Sequence::parse(text->value_or(""));
    for (const auto number : numbers) sequence.see(number);
    if (auto put = tx.put_cursor(org, kSequence, sequence.text()); !put) return put;
    return sequence.whole()
               ? duties::record_success(tx, org, kSequenceDuty, now)
               : duties::record_failure(tx, org, kSequenceDuty, now, sequence.problem());
  }

  Result<void> acknowledge(upstream::PodmiClient& client, const store::Org& org,
                           const std::string& cursor, const std::stop_token& stop) {
    if (auto told = client.acknowledge(cursor, stop); !told) return told;
    // Losing this record costs one repeated acknowledgement.
    store.write(
        [org, cursor](store::Transaction& tx) { return tx.put_cursor(org, kAcknowledged, cursor); },
        [](const Result<void>&) {});
    return {};
  }
};

SignalIntake::SignalIntake(store::Store& store, duties::PodmiSource podmi, ResultSink results,
                           duties::Clock& clock, IntakeOptions options, duties::Random random)
    : state_(new State{store, std::move(podmi), std::move(results), clock, options, nullptr}) {
  duties::PeriodicOptions periodic;
  periodic.name = kIntakeDuty;
  // Judgements on answers come in the same mailbox.
  periodic.modules = {v1::MODULE_KNIPPERLICHT, v1::MODULE_FEEDBACK};
  periodic.interval_ms = options.interval_ms;
  periodic.first_delay_ms = options.first_delay_ms;
  periodic.hasten_ms = options.expect_ms;
  periodic.jitter = options.jitter;
  periodic.threads = options.threads;
  periodic.backoff = options.backoff;
  state_->duty = std::make_unique<duties::PeriodicDuty>(
      store, clock, periodic,
      [state = state_.get()](const store::Org& org, const std::stop_token& stop) {
        return state->run(org, stop);
      },
      std::move(random));
}

SignalIntake::~SignalIntake() {
  stop();
}

void SignalIntake::start() {
  state_->duty->start();
}

void SignalIntake::stop() {
  state_->duty->stop();
}

void SignalIntake::trigger(const store::Org& org) {
  state_->duty->trigger(org);
}

void SignalIntake::expect_result(const store::Org& org) {
  state_->duty->hasten(org);
}

Result<void> SignalIntake::run_once(const store::Org& org, std::stop_token stop) {
  return state_->run(org, stop);
}

}  // namespace semafoor::signals
