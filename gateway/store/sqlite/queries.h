// SPDX-License-Identifier: Apache-2.0
//
// The questions of Reader, answered by SQLite. `Base` is Reader itself or Transaction, which reads
// its own writes.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "gateway/store/blind_index.h"
#include "gateway/store/sqlite/database.h"
#include "gateway/store/store.h"

namespace semafoor::store::sqlite {

// Reads a record out of its column. A damaged one is an error, never an empty record.
template <typename Record>
Record parsed(std::string_view body) {
  Record record;
  if (!record.ParseFromArray(body.data(), static_cast<int>(body.size())))
    throw SqliteError(SQLITE_CORRUPT, "a stored record cannot be read");
  return record;
}

// Runs `body` and turns SQLite's exceptions into errors: nothing is thrown out of this room.
Error to_error(const SqliteError& error, const char* tried);
template <typename Body>
auto attempt(const char* tried, Body&& body) -> decltype(body()) {
  try {
    return body();
  } catch (const SqliteError& error) {
    return to_error(error, tried);
  }
}

template <typename Base>
class Queries : public Base {
 public:
  Queries(Database& database, const BlindIndex& index) : database_(database), index_(index) {}

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

 protected:
  Database& database_;
  const BlindIndex& index_;
};

}  // namespace semafoor::store::sqlite
