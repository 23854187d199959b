// SPDX-License-Identifier: Apache-2.0
//
// The questions of Reader, answered in SQL. `Base` is Reader itself or Transaction, which reads
// its own writes.
#pragma once

#include <string>
#include <string_view>

#include "gateway/store/blind_index.h"
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

template <typename Base>
class Queries : public Base {
 public:
  Queries(Connection& database, const BlindIndex& index) : database_(database), index_(index) {}

  Result<std::vector<v1::Organisation>> organisations() override;
  Result<std::optional<v1::Organisation>> organisation(const Org& org) override;
  Result<std::optional<StoredMessage>> message(const Org& org, const std::string& id) override;
  Result<std::optional<StoredMessage>> message_by_upstream(
      const Org& org, const std::string& provider, const std::string& provider_message_id) override;
  Result<Page<v1::Message>> messages(const Org& org, const MessageQuery& query) override;
  Result<std::optional<AttachmentSource>> attachment_source(
      const Org& org, const std::string& attachment_id) override;
  Result<bool> blob_referenced(const Org& org, const std::string& sha256) override;
  Result<std::optional<v1::Signal>> signal(const Org& org, const std::string& id) override;
  Result<std::optional<v1::Signal>> signal_by_key(const Org& org, const std::string& key) override;
  Result<std::optional<v1::Signal>> signal_by_reference(const Org& org,
                                                        const std::string& reference) override;
  Result<Page<v1::Signal>> signals(const Org& org, const SignalQuery& query) override;
  Result<std::optional<v1::FeedbackItem>> feedback(const Org& org,
                                                   const std::string& client_id) override;
  Result<Page<v1::FeedbackItem>> feedback_items(const Org& org,
                                                const FeedbackQuery& query) override;
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
  Result<Counters> counters(const Org& org) override;
  Result<std::vector<TaskCount>> task_counts(const Org& org) override;

 protected:
  // Before rows of the organisation are looked at. What a transaction reads, nobody changes before
  // it ends.
  virtual void enter(const Org& /*org*/) {}

  Connection& database_;
  const BlindIndex& index_;
};

}  // namespace semafoor::store::sql
