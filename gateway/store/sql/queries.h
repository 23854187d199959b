// SPDX-License-Identifier: Apache-2.0
//
// The questions of Reader, answered in SQL. `Base` is Reader itself or Transaction, which reads
// its own writes.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "gateway/store/blind_index.h"
#include "gateway/store/data_keys.h"
#include "gateway/store/sql/connection.h"
#include "gateway/store/store.h"

namespace semafoor::store::sql {

// Reads a record out of its column. A damaged one is an error, never an empty record.
template <typename Record>
Record parsed(std::string_view body) {
  Record record;
  if (!record.ParseFromArray(body.data(), static_cast<int>(body.size()))) throw damaged_record();
  return record;
}

// What binds a sealed value to where it stands.
inline std::string context_of(std::string_view table, const Org& org) {
  return std::string(table) + "|" + org;
}

// What rows are found by, and what they are sealed with.
struct Keys {
  Keys(BlindIndex its_index, std::shared_ptr<const vault::SealKey> root)
      : index(std::move(its_index)), data(std::move(root)) {}
  const BlindIndex index;
  DataKeys data;
};

template <typename Base>
class Queries : public Base {
 public:
  Queries(Connection& database, Keys& keys)
      : database_(database), index_(keys.index), data_keys_(keys.data) {}

  Result<std::vector<v1::Organisation>> organisations() override;
  Result<std::optional<v1::Organisation>> organisation(const Org& org) override;
  Result<std::optional<StoredMessage>> message(const Org& org, const std::string& id) override;
  Result<std::optional<StoredMessage>> message_by_upstream(
      const Org& org, const std::string& provider, const std::string& provider_message_id) override;
  Result<Page<v1::Message>> messages(const Org& org, const MessageQuery& query) override;
  // In removals.cc.
  Result<std::optional<RemovedMessage>> removed_message(const Org& org,
                                                        const std::string& id) override;
  Result<std::optional<RemovedMessage>> removed_by_upstream(
      const Org& org, const std::string& provider, const std::string& provider_message_id) override;
  Result<std::optional<AttachmentSource>> attachment_source(
      const Org& org, const std::string& attachment_id) override;
  Result<std::vector<AttachmentSource>> unstored_attachments(const Org& org,
                                                             const std::string& after,
                                                             int max) override;
  Result<bool> blob_referenced(const Org& org, const std::string& name) override;
  Result<std::optional<v1::Signal>> signal(const Org& org, const std::string& id) override;
  Result<std::optional<v1::Signal>> signal_by_key(const Org& org, const std::string& key) override;
  Result<std::optional<v1::Signal>> signal_by_reference(const Org& org,
                                                        const std::string& reference) override;
  Result<Page<v1::Signal>> signals(const Org& org, const SignalQuery& query) override;
  Result<std::optional<std::int64_t>> oldest_open_signal_ms(const Org& org) override;
  Result<std::optional<v1::FeedbackItem>> feedback(const Org& org,
                                                   const std::string& client_id) override;
  Result<std::optional<v1::FeedbackItem>> feedback_by_reference(
      const Org& org, const std::string& client_reference) override;
  Result<Page<v1::FeedbackItem>> feedback_items(const Org& org,
                                                const FeedbackQuery& query) override;
  // In entries.cc.
  Result<std::optional<Entry>> entry(const Org& org, const std::string& kind,
                                     const std::string& id) override;
  Result<Page<Entry>> entries(const Org& org, const std::string& kind,
                              const EntryQuery& query) override;
  // In statement_lines.cc.
  Result<Page<StatementLine>> statement_lines(const Org& org,
                                              const StatementLineQuery& query) override;
  Result<std::vector<v1::Event>> events(const Org& org, v1::Module module, std::int64_t after,
                                        int max) override;
  Result<std::int64_t> last_sequence(const Org& org) override;
  Result<std::optional<Consumer>> consumer(const Org& org, v1::Module module,
                                           const std::string& name) override;
  Result<std::optional<v1::Operation>> operation(const Org& org, const std::string& id) override;
  Result<std::optional<v1::Operation>> running_operation(const Org& org,
                                                         const std::string& kind) override;
  Result<std::vector<v1::DutyStatus>> duties(const Org& org) override;
  Result<std::optional<std::string>> cursor(const Org& org, const std::string& name) override;
  Result<std::vector<InboxItem>> inbox(const Org& org, const std::string& source,
                                       const std::string& outcome, int max) override;
  Result<Counters> counters(const Org& org) override;
  Result<std::map<std::string, std::int64_t>> pending_attachments(const Org& org) override;
  Result<std::vector<TaskCount>> task_counts(const Org& org) override;
  Result<std::vector<WrappedKey>> wrapped_keys() override;
  // In audit_log.cc.
  Result<AuditHead> audit_head(const Org& org) override;
  Result<std::vector<Org>> audit_chains() override;
  Result<int> audit_rows(const Org& org, std::int64_t after, int max,
                         const AuditVisitor& visit) override;
  std::string audit_person_hash(const Org& org, const std::string& ssin) override;
  Result<std::optional<std::string>> audit_person(const Org& org, const std::string& hash) override;

 protected:
  // Before rows of the organisation are looked at. What a transaction reads, nobody changes before
  // it ends.
  virtual void enter(const Org& /*org*/) {}
  // Under which the organisation's rows are sealed.
  DataKey key_of(const Org& org);
  // What stands sealed in a column of `table`.
  std::string opened(const Org& org, std::string_view table, std::string_view column);
  template <typename Record>
  Record record(const Org& org, std::string_view table, std::string_view column) {
    return parsed<Record>(opened(org, table, column));
  }
  // Of the first row's first column, if there is a row.
  template <typename Record>
  std::optional<Record> first(const Org& org, std::string_view table, Query& query) {
    if (!query.row()) return std::nullopt;
    return record<Record>(org, table, query.bytes_at(0));
  }

  std::function<std::string(std::string_view)> opener(const Org& org, std::string_view table) {
    return [this, &org, table](std::string_view column) { return opened(org, table, column); };
  }
  std::optional<StoredMessage> first_message(const Org& org, Query& query);

  Connection& database_;
  const BlindIndex& index_;
  DataKeys& data_keys_;
  // Those that were looked up: for as long as this question or transaction sees one state.
  KnownKeys known_keys_;
};

}  // namespace semafoor::store::sql
