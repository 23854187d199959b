// SPDX-License-Identifier: Apache-2.0
#include "gateway/signals/signal_intake.h"

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gateway/domain/uuid.h"
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
// In the inbox: bodies that the upstream removed when it handed them out.
constexpr char kFetched[] = "fetched";
constexpr char kUnread[] = "unread";
constexpr int kMostKept = 100;

struct Positions {
  std::string stored;
  std::string acknowledged;
};

// The upstream no longer knows the position we name.
bool is_lost_position(const Error& error) {
  return error.upstream_status == 400 || error.upstream_status == 404 ||
         error.upstream_status == 410 || error.upstream_status == 422;
}

// A fetched body in the inbox.
struct Kept {
  std::string id;
  // Why something of it is lost; empty: it is whole.
  std::string lost;
};

// What people must hear of at the end of a run that did all it could.
struct Troubles {
  std::string rejected;
  bool lost = false;

  void note(const upstream::MailboxBatch& batch) {
    if (!batch.rejected.empty()) rejected = batch.rejected.front().reason;
  }

  Result<void> told() const {
    if (lost) {
      return Error{
          .kind = ErrorKind::data_loss,
          .code = "signals.broken_off",
          .message =
              "Fetching signals: a part of what the mailbox handed out, and so removed, did not "
              "arrive whole. What is whole is stored, the rest is in quarantine as it came, with "
              "the reason. Ask the authority to set the missing messages ready again."};
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
};

}  // namespace

struct SignalIntake::State {
  store::Store& store;
  duties::PodmiSource podmi;
  ResultSink results;
  duties::Clock& clock;
  IntakeOptions options;
  std::unique_ptr<duties::PeriodicDuty> duty;

  std::mutex mutex;
  // What was fetched and removed upstream while the store could not be written.
  std::map<store::Org, std::vector<store::InboxItem>> unwritten;

  State(store::Store& its_store, duties::PodmiSource its_podmi, ResultSink its_results,
        duties::Clock& its_clock, IntakeOptions its_options)
      : store(its_store),
        podmi(std::move(its_podmi)),
        results(std::move(its_results)),
        clock(its_clock),
        options(its_options) {}

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
    Troubles troubles;
    if (auto read = read_kept(**client, org, troubles); !read) return read;
    auto at = positions(org);
    if (!at) return at.error();
    // We died, or the upstream was away, between commit and acknowledgement.
    if (at->stored != at->acknowledged) {
      auto told = acknowledge(**client, org, at->stored, stop);
      if (!told && !is_lost_position(told.error())) return told;
    }
    std::string cursor = at->stored;
    while (true) {
      if (stop.stop_requested()) return duties::stopped_error("Fetching signals");
      const bool removes = (*client)->manner() == upstream::FetchManner::removed;
      auto batch = removes ? take_removed(**client, org, troubles)
                           : take(**client, org, cursor, stop, troubles);
      if (!batch) return batch.error();
      const bool moved = !batch->cursor.empty() && batch->cursor != cursor;
      if (moved) {
        cursor = batch->cursor;
        if (auto told = acknowledge(**client, org, cursor, stop); !told) return told;
      }
      const auto size = batch->items.size() + batch->rejected.size();
      if (static_cast<int>(size) < options.batch || !(moved || removes) || troubles.lost) break;
    }
    return troubles.told();
  }

  Result<upstream::MailboxBatch> take(upstream::PodmiClient& client, const store::Org& org,
                                      const std::string& cursor, const std::stop_token& stop,
                                      Troubles& troubles) {
    auto fetched = client.fetch(cursor, options.batch, {}, stop);
    // From the first one not acknowledged: what we have already is recognised.
    if (!fetched && !cursor.empty() && is_lost_position(fetched.error()))
      fetched = client.fetch("", options.batch, {}, stop);
    if (!fetched) return fetched.error();
    auto batch = client.read(*fetched);
    if (!batch) return batch;
    if (auto stored = store_batch(client, org, *batch, {}); !stored) return stored.error();
    troubles.note(*batch);
    return batch;
  }

  // What the upstream removes when it hands it out is on disk as it came before anybody looks into
  // it (semantics, Identity and repeats). Our own stop does not break such a fetch off: what is on
  // its way would be nobody's. Its time-out bounds it.
  Result<upstream::MailboxBatch> take_removed(upstream::PodmiClient& client, const store::Org& org,
                                              Troubles& troubles) {
    store::InboxItem item{.source = kFetched,
                          .id = domain::uuid_v7(clock.now_ms()),
                          .raw = {},
                          .outcome = kUnread,
                          .problem = {}};
    const auto kept = [&](const std::string& body) -> Result<void> {
      item.raw = body;
      auto written = keep(org, item);
      if (written) return written;
      // Nobody else has it: it is written when the store can be written again.
      const std::scoped_lock guard(mutex);
      unwritten[org].push_back(item);
      return written;
    };
    auto fetched = client.fetch("", options.batch, kept, {});
    if (!fetched) {
      // Nothing was handed out: what was kept is a refusal.
      if (!item.raw.empty()) forget(org, item.id);
      return fetched.error();
    }
    if (item.raw.empty()) return upstream::MailboxBatch{};
    if (fetched->problem) item.problem = fetched->problem->message;
    return settle(client, org, item, troubles);
  }

  void forget(const store::Org& org, const std::string& id) {
    {
      const std::scoped_lock guard(mutex);
      for (const auto& one : unwritten[org])
        if (one.id == id) return;
    }
    store.write([org, id](store::Transaction& tx) { return tx.drop_inbox(org, kFetched, id); },
                [](const Result<void>&) {});
  }

  Result<void> keep(const store::Org& org, const store::InboxItem& item) {
    return store.write_and_wait([&](store::Transaction& tx) -> Result<void> {
      auto added = tx.add_inbox(org, item);
      return added ? Result<void>() : added.error();
    });
  }

  // What an earlier run fetched and did not come to read.
  Result<void> read_kept(upstream::PodmiClient& client, const store::Org& org, Troubles& troubles) {
    std::vector<store::InboxItem> waiting;
    {
      const std::scoped_lock guard(mutex);
      waiting.swap(unwritten[org]);
    }
    for (std::size_t i = 0; i < waiting.size(); ++i) {
      auto written = keep(org, waiting[i]);
      if (written) continue;
      const std::scoped_lock guard(mutex);
      auto& again = unwritten[org];
      again.insert(again.begin(), waiting.begin() + static_cast<std::ptrdiff_t>(i), waiting.end());
      return written;
    }
    std::vector<store::InboxItem> kept;
    const auto read = store.read([&](store::Reader& reader) -> Result<void> {
      auto found = reader.inbox(org, kFetched, kUnread, kMostKept);
      if (!found) return found.error();
      kept = std::move(*found);
      return {};
    });
    if (!read) return read.error();
    for (const auto& item : kept) {
      if (auto settled = settle(client, org, item, troubles); !settled) return settled.error();
    }
    return {};
  }

  // The messages in what was kept. What broke off, or cannot be read, stays for people to look at.
  Result<upstream::MailboxBatch> settle(upstream::PodmiClient& client, const store::Org& org,
                                        const store::InboxItem& kept, Troubles& troubles) {
    upstream::Fetched fetched{kept.raw, std::nullopt};
    if (!kept.problem.empty()) fetched.problem = Error{.message = kept.problem};
    auto batch = client.read(fetched);
    std::string lost = kept.problem;
    // It broke off before we could note that, or nobody understands it: what is whole is used.
    if (!batch && lost.empty()) {
      lost = batch.error().message;
      fetched.problem = batch.error();
      batch = client.read(fetched);
    }
    if (!batch) batch = upstream::MailboxBatch{};
    if (auto stored = store_batch(client, org, *batch, Kept{kept.id, lost}); !stored)
      return stored.error();
    troubles.note(*batch);
    if (!lost.empty()) troubles.lost = true;
    return batch;
  }

  // Everything of the batch in one transaction: what came, what it means, and how far we are.
  Result<void> store_batch(upstream::PodmiClient& client, const store::Org& org,
                           const upstream::MailboxBatch& batch, const std::optional<Kept>& kept) {
    if (batch.items.empty() && batch.rejected.empty() && !kept) return {};
    std::vector<ParsedItem> parsed;
    std::vector<std::int64_t> numbers;
    for (const auto& item : batch.items) {
      parsed.push_back({item, client.parse(item)});
      if (item.sequence > 0) numbers.push_back(item.sequence);
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
        const std::string place = kept ? kept->id : batch.cursor;
        auto added = tx.add_inbox(
            org, {kUnidentified, place + "/" + std::to_string(i), raw, "quarantined", reason});
        if (!added) return added.error();
      }
      if (auto noted = note_numbers(tx, org, numbers, now); !noted) return noted;
      if (kept) {
        auto put = kept->lost.empty()
                       ? tx.drop_inbox(org, kFetched, kept->id)
                       : tx.set_inbox_outcome(org, kFetched, kept->id, "quarantined", kept->lost);
        if (!put) return put;
      }
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
    : state_(new State(store, std::move(podmi), std::move(results), clock, options)) {
  duties::PeriodicOptions periodic;
  periodic.name = kIntakeDuty;
  // Judgements on answers come in the same mailbox.
  periodic.modules = {v1::MODULE_KNIPPERLICHT, v1::MODULE_FEEDBACK};
  periodic.interval_ms = options.interval_ms;
  periodic.night = options.night;
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
