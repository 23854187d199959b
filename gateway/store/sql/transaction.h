// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "gateway/store/sql/queries.h"
#include "gateway/store/sql/sequences.h"

namespace semafoor::store::sql {

// One work item's view of the open transaction. Collects what the
// commit will announce.
class SqlTransaction : public Queries<Transaction> {
 public:
  SqlTransaction(Connection& database, Keys& keys, Sequences& sequences, std::int64_t now_ms,
                 CommitNotice& notice)
      : Queries(database, keys), sequences_(sequences), now_ms_(now_ms), notice_(notice) {}

  // The keys that it has looked up. To be given to the next work of the same database transaction,
  // which sees the same state, when this one was not undone.
  KnownKeys& known_keys() { return known_keys_; }
  // Why this work must not be committed.
  const std::optional<Error>& doom() const { return doom_; }

  Result<void> put_organisation(const v1::Organisation& organisation) override;
  Result<void> put_message(const Org& org, StoredMessage& message,
                           const std::string& event_type) override;
  Result<void> put_attachment_source(const Org& org, const AttachmentSource& source) override;
  Result<void> remove_message(const Org& org, const std::string& id, int keep_days) override;
  Result<void> put_signal(const Org& org, const std::string& natural_key, v1::Signal& signal,
                          const std::string& event_type) override;
  Result<void> put_feedback(const Org& org, const std::string& content_hash, v1::FeedbackItem& item,
                            const std::string& event_type) override;
  Result<std::optional<std::string>> feedback_content_hash(const Org& org,
                                                           const std::string& client_id) override;
  Result<void> put_entry(const Org& org, const Entry& entry) override;
  Result<void> drop_entry(const Org& org, const std::string& kind, const std::string& id) override;
  Result<std::int64_t> new_statement_number(const Org& org) override;
  Result<void> add_statement_lines(const Org& org,
                                   const std::vector<StatementLine>& lines) override;
  Result<void> drop_statement(const Org& org, std::int64_t statement) override;
  Result<std::int64_t> append_event(const Org& org, v1::Event event) override;
  Result<std::int64_t> last_sequence(const Org& org) override;
  Result<void> put_consumer(const Consumer& consumer) override;
  Result<void> put_operation(const Org& org, v1::Operation& operation) override;
  Result<void> put_duty(const v1::DutyStatus& duty) override;
  Result<void> put_cursor(const Org& org, const std::string& name,
                          const std::string& value) override;
  Result<bool> add_inbox(const Org& org, const InboxItem& item) override;
  Result<void> set_inbox_outcome(const Org& org, const std::string& source, const std::string& id,
                                 const std::string& outcome, const std::string& problem) override;
  Result<void> drop_inbox(const Org& org, const std::string& source,
                          const std::string& id) override;
  Result<void> count_duplicate(const Org& org) override;
  Result<AuditHead> audit_head(const Org& org) override;
  Result<void> append_audit(const Org& org, const AuditEntry& entry) override;
  Result<bool> enqueue(const Task& task) override;
  Result<std::vector<Task>> claim(const std::vector<std::string>& kinds, const std::string& owner,
                                  std::int64_t lease_ms, int max,
                                  const ClaimLimits& limits) override;
  Result<void> extend(const Task& task, std::int64_t lease_ms) override;
  Result<void> complete(const Task& task) override;
  Result<void> retry(const Task& task, std::int64_t not_before_ms,
                     const std::string& problem) override;
  Result<void> postpone(const Task& task, std::int64_t not_before_ms) override;
  Result<void> hasten(const Org& org, const std::string& kind, const std::string& key) override;
  Result<void> end_leases() override;
  Result<std::vector<Consumer>> prune_events(std::int64_t max_age_ms) override;
  Result<void> begin_anew() override;
  Result<void> prepare_key(const Org& org, bool anew) override;
  Result<void> erase(const Org& org) override;
  Result<void> put_wrapped_key(const WrappedKey& key) override;
  Result<void> note_history(const std::string& what, const std::string& by_version,
                            const std::string& detail) override;

 private:
  void enter(const Org& org) override { sequences_.lock(org); }
  // For a column of `table`; the organisation's first one makes its key.
  std::string sealed(const Org& org, std::string_view table, std::string plain);
  // Runs `body`. A change that failed in the database dooms the whole work, whatever the work makes
  // of it: half of it may have happened (and PostgreSQL would accept nothing more either).
  template <typename Body>
  auto change(const char* tried, Body&& body) -> decltype(body()) {
    auto result = attempt(tried, [&] {
      undamaged_ = false;
      auto answer = body();
      undamaged_ = true;
      return answer;
    });
    if (!undamaged_ && !doom_) doom_ = result.error();
    undamaged_ = true;
    return result;
  }
  // As bytes, of a digest as bytes.
  std::string blob_name_of(const Org& org, const std::string& sha256);
  void duplicate(const Org& org);
  // The keyed hash of a person, who can be found back by it afterwards.
  std::string keep_person(const Org& org, const std::string& ssin);
  void append(const Org& org, v1::Module module, const std::string& type,
              const std::string& subject, std::int64_t version);
  // With the next sequence, which it returns.
  std::int64_t insert_event(const Org& org, v1::Event& event);
  // `message` is the row's number.
  void index_words(const Org& org, std::int64_t message, const v1::Message& before,
                   const v1::Message& after);
  // The words of a message that goes; a word that no other message has goes with it.
  void forget_words(const Org& org, std::int64_t message, const v1::Message& gone);
  // Of the word's row, made when it is new.
  std::int64_t word_number(const Org& org, const std::string& word);
  void claim_of(const std::string& org, const std::string& kind, const std::string& owner,
                std::int64_t lease_ms, int max, std::vector<Task>& claimed);
  struct Due {
    std::int64_t from_ms;
    std::int64_t to_ms;
  };
  void pick(const std::string& org, const std::string& kind, Due due, const std::string& owner,
            std::int64_t lease_ms, int max, std::vector<Task>& claimed);
  Result<void> lease_lost(const Task& task) const;

  Sequences& sequences_;
  const std::int64_t now_ms_;
  CommitNotice& notice_;
  bool undamaged_ = true;
  std::optional<Error> doom_;
};

}  // namespace semafoor::store::sql
