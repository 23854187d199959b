// SPDX-License-Identifier: Apache-2.0
//
// The durable state of the gateway. One writer, many readers.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/domain/result.h"
#include "gateway/store/audit.h"
#include "gateway/store/blobs.h"
#include "gateway/store/headroom.h"
#include "gateway/store/records.h"

namespace semafoor::vault {
class SealKey;
}

namespace semafoor::store {

// Questions to one consistent snapshot. Every question names its organisation, and no answer holds
// another's rows.
class Reader {
 public:
  virtual ~Reader() = default;

  virtual Result<std::vector<v1::Organisation>> organisations() = 0;
  virtual Result<std::optional<v1::Organisation>> organisation(const Org& org) = 0;

  virtual Result<std::optional<StoredMessage>> message(const Org& org, const std::string& id) = 0;
  virtual Result<std::optional<StoredMessage>> message_by_upstream(
      const Org& org, const std::string& provider, const std::string& provider_message_id) = 0;
  virtual Result<Page<v1::Message>> messages(const Org& org, const MessageQuery& query) = 0;
  // What is left of a message that was removed; the latest, of an upstream's id that came twice.
  virtual Result<std::optional<RemovedMessage>> removed_message(const Org& org,
                                                                const std::string& id) = 0;
  virtual Result<std::optional<RemovedMessage>> removed_by_upstream(
      const Org& org, const std::string& provider, const std::string& provider_message_id) = 0;
  virtual Result<std::optional<AttachmentSource>> attachment_source(
      const Org& org, const std::string& attachment_id) = 0;
  // Attachments that are not stored, whatever the reason, in order of their ids and after `after`.
  virtual Result<std::vector<AttachmentSource>> unstored_attachments(const Org& org,
                                                                     const std::string& after,
                                                                     int max) = 0;
  // Some attachment's bytes are kept under this name (Blobs::sweep()).
  virtual Result<bool> blob_referenced(const Org& org, const std::string& name) = 0;

  virtual Result<std::optional<v1::Signal>> signal(const Org& org, const std::string& id) = 0;
  // By natural key (domain/signal_identity.h).
  virtual Result<std::optional<v1::Signal>> signal_by_key(const Org& org,
                                                          const std::string& key) = 0;
  virtual Result<std::optional<v1::Signal>> signal_by_reference(const Org& org,
                                                                const std::string& reference) = 0;
  virtual Result<Page<v1::Signal>> signals(const Org& org, const SignalQuery& query) = 0;
  // Receipt of the oldest signal that is neither closed nor superseded.
  virtual Result<std::optional<std::int64_t>> oldest_open_signal_ms(const Org& org) = 0;

  virtual Result<std::optional<v1::FeedbackItem>> feedback(const Org& org,
                                                           const std::string& client_id) = 0;
  // By the short form of its client id.
  virtual Result<std::optional<v1::FeedbackItem>> feedback_by_reference(
      const Org& org, const std::string& client_reference) = 0;
  virtual Result<Page<v1::FeedbackItem>> feedback_items(const Org& org,
                                                        const FeedbackQuery& query) = 0;

  virtual Result<std::optional<Entry>> entry(const Org& org, const std::string& kind,
                                             const std::string& id) = 0;
  // In order of `sort` and id.
  virtual Result<Page<Entry>> entries(const Org& org, const std::string& kind,
                                      const EntryQuery& query) = 0;
  // Newest statement first, its lines in their order.
  virtual Result<Page<StatementLine>> statement_lines(const Org& org,
                                                      const StatementLineQuery& query) = 0;

  // Events of one module after `after`, oldest first. Error code "events.cursor_expired" when the
  // log no longer reaches back to `after`.
  virtual Result<std::vector<v1::Event>> events(const Org& org, v1::Module module,
                                                std::int64_t after, int max) = 0;
  virtual Result<std::int64_t> last_sequence(const Org& org) = 0;
  virtual Result<std::optional<Consumer>> consumer(const Org& org, v1::Module module,
                                                   const std::string& name) = 0;

  virtual Result<std::optional<v1::Operation>> operation(const Org& org, const std::string& id) = 0;
  virtual Result<std::optional<v1::Operation>> running_operation(const Org& org,
                                                                 const std::string& kind) = 0;
  virtual Result<std::vector<v1::DutyStatus>> duties(const Org& org) = 0;
  // Small named values of a duty, such as an upstream cursor.
  virtual Result<std::optional<std::string>> cursor(const Org& org, const std::string& name) = 0;
  // What arrived from `source` and has this outcome, oldest first.
  virtual Result<std::vector<InboxItem>> inbox(const Org& org, const std::string& source,
                                               const std::string& outcome, int max) = 0;
  virtual Result<Counters> counters(const Org& org) = 0;
  // Attachments that are known and not yet fetched, by the provider of their message.
  virtual Result<std::map<std::string, std::int64_t>> pending_attachments(const Org& org) = 0;
  // By kind, in its order; kinds without any are left out.
  virtual Result<std::vector<TaskCount>> task_counts(const Org& org) = 0;
  // Of every organisation, as they are kept.
  virtual Result<std::vector<WrappedKey>> wrapped_keys() = 0;

  // Where the organisation's audit chain ends by its counter row; kGatewayChain names the
  // gateway's.
  virtual Result<AuditHead> audit_head(const Org& org) = 0;
  // Every chain there is, and every one there are records or an end of.
  virtual Result<std::vector<Org>> audit_chains() = 0;
  // Records after number `after`, in their order, at most `max`. What a row refers to is valid
  // during its visit. Returns how many there were.
  virtual Result<int> audit_rows(const Org& org, std::int64_t after, int max,
                                 const AuditVisitor& visit) = 0;
  // As AuditRecord.persons has it: 16 bytes.
  virtual std::string audit_person_hash(const Org& org, const std::string& ssin) = 0;
  // The person behind such a hash; nothing when it is unknown here, or erased.
  // "store.record_damaged" when what is kept is another person's.
  virtual Result<std::optional<std::string>> audit_person(const Org& org,
                                                          const std::string& hash) = 0;
};

// A transaction. Runs on the writer thread, under its own savepoint: when the work returns an error
// or throws, its changes are gone and the other work of the batch is not touched. A transaction
// reads its own writes. A work may be run again (PostgreSQL, after a conflict or a lost
// connection): it sets what it captured and does not add to it.
class Transaction : public Reader {
 public:
  virtual Result<void> put_organisation(const v1::Organisation& organisation) = 0;

  // Inserts or replaces; sets `version` (+1) and the change counter and, unless `event_type` is
  // empty, appends that event with the record's id and version. The new version is written back
  // into the argument.
  virtual Result<void> put_message(const Org& org, StoredMessage& message,
                                   const std::string& event_type) = 0;
  virtual Result<void> put_attachment_source(const Org& org, const AttachmentSource& source) = 0;
  // Takes the message away with its words and attachments, whose bytes the sweep then finds unused.
  // A record of its removal stays; event "message.removed", with the version after the last.
  virtual Result<void> remove_message(const Org& org, const std::string& id, int keep_days) = 0;
  virtual Result<void> put_signal(const Org& org, const std::string& natural_key,
                                  v1::Signal& signal, const std::string& event_type) = 0;
  // `content_hash` tells a repeated submission from a conflicting one (see
  // feedback_content_hash()).
  virtual Result<void> put_feedback(const Org& org, const std::string& content_hash,
                                    v1::FeedbackItem& item, const std::string& event_type) = 0;
  virtual Result<std::optional<std::string>> feedback_content_hash(
      const Org& org, const std::string& client_id) = 0;

  // Inserts or replaces. No event tells of it.
  virtual Result<void> put_entry(const Org& org, const Entry& entry) = 0;
  // None is no error.
  virtual Result<void> drop_entry(const Org& org, const std::string& kind,
                                  const std::string& id) = 0;
  // One that no statement of the organisation has; taken by its first line. That of the newest
  // comes again after it was dropped.
  virtual Result<std::int64_t> new_statement_number(const Org& org) = 0;
  virtual Result<void> add_statement_lines(const Org& org,
                                           const std::vector<StatementLine>& lines) = 0;
  virtual Result<void> drop_statement(const Org& org, std::int64_t statement) = 0;

  // Gives the event its sequence, id, time and cursor. Returns the sequence.
  virtual Result<std::int64_t> append_event(const Org& org, v1::Event event) = 0;
  virtual Result<void> put_consumer(const Consumer& consumer) = 0;
  virtual Result<void> put_operation(const Org& org, v1::Operation& operation) = 0;
  virtual Result<void> put_duty(const v1::DutyStatus& duty) = 0;
  virtual Result<void> put_cursor(const Org& org, const std::string& name,
                                  const std::string& value) = 0;

  // False when (source, id) was there before: a duplicate, counted and otherwise ignored.
  virtual Result<bool> add_inbox(const Org& org, const InboxItem& item) = 0;
  virtual Result<void> set_inbox_outcome(const Org& org, const std::string& source,
                                         const std::string& id, const std::string& outcome,
                                         const std::string& problem) = 0;
  // For an arrival whose parts are stored as arrivals of their own.
  virtual Result<void> drop_inbox(const Org& org, const std::string& source,
                                  const std::string& id) = 0;
  virtual Result<void> count_duplicate(const Org& org) = 0;

  // Appends to the organisation's audit chain (kGatewayChain: the gateway's), in this transaction:
  // an act is recorded exactly when it happened. Persons are kept as keyed hashes.
  virtual Result<void> append_audit(const Org& org, const AuditEntry& entry) = 0;

  // False when a task of this (org, kind, key) lives already.
  virtual Result<bool> enqueue(const Task& task) = 0;
  using ClaimLimits = std::map<Org, int>;
  // Up to `max` due tasks of these kinds, oldest first and fair between organisations, leased to
  // `owner`. Who is named in `limits` gets no more than that of each kind; 0: none.
  virtual Result<std::vector<Task>> claim(const std::vector<std::string>& kinds,
                                          const std::string& owner, std::int64_t lease_ms, int max,
                                          const ClaimLimits& limits = {}) = 0;
  // These four check the fencing token; error code "task.lease_lost" when another took over.
  virtual Result<void> extend(const Task& task, std::int64_t lease_ms) = 0;
  virtual Result<void> complete(const Task& task) = 0;
  virtual Result<void> retry(const Task& task, std::int64_t not_before_ms,
                             const std::string& problem) = 0;
  // As retry(), for a task that was claimed and not tried: the attempt does not count.
  virtual Result<void> postpone(const Task& task, std::int64_t not_before_ms) = 0;
  // A task of this key that waits, and is not being worked at, is due now; none is no error.
  virtual Result<void> hasten(const Org& org, const std::string& kind, const std::string& key) = 0;
  // Ends every lease: what a dead gateway held is due at once. Only for who knows that no other
  // gateway works on this store, as the one that has just locked the folder of a SQLite store.
  virtual Result<void> end_leases() = 0;

  // Drops events that every registered consumer has acknowledged, events older than `max_age_ms`,
  // and consumers not seen for that long (semantics, Events). Returns those consumers, for the
  // record.
  virtual Result<std::vector<Consumer>> prune_events(std::int64_t max_age_ms) = 0;

  // Makes the organisation's key, if its data is to be sealed and it has none; also in the place of
  // one that was taken away when `anew`.
  virtual Result<void> prepare_key(const Org& org, bool anew) = 0;
  // Takes the organisation's key away, and its rows: whatever copy there is of its data is
  // unreadable from then on. The audit chain stays.
  virtual Result<void> erase(const Org& org) = 0;
  virtual Result<void> put_wrapped_key(const WrappedKey& key) = 0;

  // For a store that was put back from a backup, before anything else uses it. Its counters jump
  // far ahead and its event log ends: whatever cursor was given out before, also by the history
  // that is gone, is told "events.cursor_expired" instead of meaning something else now.
  virtual Result<void> begin_anew() = 0;
  // One line into the store's own history: what was done to it as a whole, by which version.
  virtual Result<void> note_history(const std::string& what, const std::string& by_version,
                                    const std::string& detail) = 0;
};

struct StoreOptions {
  std::filesystem::path folder;
  // Read connections; a reader waits when all are in use.
  int readers = 4;
  // Most work items in one commit (semantics, Writing).
  int batch = 100;
  // Injected for tests.
  std::function<std::int64_t()> now_ms;
  // Under which the organisations' keys are sealed; null: nothing is sealed. Once it was there it
  // must stay.
  std::shared_ptr<const vault::SealKey> root;
  // For the store's history.
  std::string program_version;
  // Hears what an administrator should know of the opening: that a schema was migrated, and where
  // the copy of before is.
  std::function<void(const std::string&)> tell;
};

// Called now and then with what is done of all, in any unit; false: stop ("backup.stopped").
using SnapshotProgress = std::function<bool(std::int64_t done, std::int64_t total)>;

// What a commit changed, told after it is durable.
struct CommitNotice {
  // Organisations with new events.
  std::vector<Org> organisations;
  // Some task was enqueued or became claimable.
  bool tasks = false;
};

class Store {
 public:
  using Work = std::function<Result<void>(Transaction&)>;
  using Done = std::function<void(const Result<void>&)>;
  using Listener = std::function<void(const CommitNotice&)>;

  virtual ~Store() = default;

  // Queues `work`. `done` is called on the thread that commits after the commit is on disk, or
  // with the error; one at a time; it returns at once and does not wait for the store. Every
  // accepted work gets its `done` exactly once.
  virtual void write(Work work, Done done) = 0;
  // Blocks until the commit is on disk. Not from a `done` or a listener.
  virtual Result<void> write_and_wait(Work work);

  // Runs `question` on a read connection, on the caller's thread.
  virtual Result<void> read(const std::function<Result<void>(Reader&)>& question) = 0;

  // Called on the writer thread after each commit that changed something of interest. Returns at
  // once. Register before work starts; there is no removal.
  virtual void on_commit(Listener listener) = 0;

  virtual Blobs& blobs() = 0;
  // Transaction::erase(), and what the engine itself still holds of the key.
  virtual Result<void> erase(const Org& org) = 0;
  // What the disk of the folder still admits; the store itself only fails when it is full.
  Headroom& headroom() { return headroom_; }
  // Writes one consistent state of everything but the blobs and the organisations' keys into an
  // existing folder, while the store is used: semafoor.db and index.key. Returns when they are
  // durable. Engines whose server makes backups answer "backup.other_engine".
  virtual Result<void> snapshot(const std::filesystem::path& folder,
                                const SnapshotProgress& progress);
  // Bytes of database and blobs on disk.
  virtual std::int64_t size_bytes() = 0;
  // Ends the writer after what is queued. Afterwards write() answers "store.closed".
  virtual void close() = 0;

 private:
  Headroom headroom_;
};

// Of the databases this program writes.
int schema_version();

// Opens or creates; migrates an older schema; refuses a newer one unchanged
// ("store.schema_too_new").
Result<std::unique_ptr<Store>> open_sqlite_store(const StoreOptions& options);

}  // namespace semafoor::store
