// SPDX-License-Identifier: Apache-2.0
#include "gateway/lists/entries.h"

#include <array>
#include <cstdio>
#include <tuple>
#include <utility>

#include "gateway/domain/date.h"

namespace semafoor::lists {

std::string row_id(const std::string& of, std::int64_t row) {
  std::array<char, 24> digits{};
  std::snprintf(digits.data(), digits.size(), "/%08lld", static_cast<long long>(row));
  return of + digits.data();
}

Error damaged_entry(const std::string& kind) {
  return Error{.kind = ErrorKind::data_loss,
               .code = "store.record_damaged",
               .message = "Read a record of the kind " + kind +
                          ": what is stored cannot be read. Restore a backup, or have the document "
                          "read again (semafoorctl lists read)."};
}

Result<void> put_reading(store::Transaction& tx, const v1::ListReading& reading) {
  return tx.put_entry(reading.organisation().value(), {.kind = kReadingEntry,
                                                       .id = reading.reading_id(),
                                                       .sort = reading.received_at().unix_ms(),
                                                       .person = {},
                                                       .subject = reading.message_id(),
                                                       .body = reading.SerializeAsString()});
}

Result<void> put_statement(store::Transaction& tx, const v1::Statement& statement) {
  return tx.put_entry(statement.organisation().value(),
                      {.kind = kStatementEntry,
                       .id = statement.statement_id(),
                       .sort = domain::date_number(statement.month()) / 100,
                       .person = {},
                       .subject = statement.message_id(),
                       .body = statement.SerializeAsString()});
}

Result<void> put_statement(store::Transaction& tx, const v1::StoredStatement& stored) {
  const v1::Statement& statement = stored.statement();
  const store::Org& org = statement.organisation().value();
  v1::StoredStatement rest = stored;
  rest.clear_statement();
  v1::StoredStatement named;
  named.mutable_statement()->set_statement_id(statement.statement_id());
  for (const auto& [kind, id, record] :
       {std::tuple(kStatementRestEntry, statement.statement_id(), &rest),
        std::tuple(kStatementNumberEntry, std::to_string(stored.number()), &named)}) {
    auto put = tx.put_entry(org, {.kind = kind,
                                  .id = id,
                                  .sort = stored.number(),
                                  .person = {},
                                  .subject = {},
                                  .body = record->SerializeAsString()});
    if (!put) return put;
  }
  return put_statement(tx, statement);
}

Result<std::optional<v1::StoredStatement>> find_statement(store::Reader& reader,
                                                          const store::Org& org,
                                                          const std::string& id) {
  auto statement = find<v1::Statement>(reader, org, kStatementEntry, id);
  if (!statement) return statement.error();
  if (!*statement) return std::optional<v1::StoredStatement>();
  auto stored = find<v1::StoredStatement>(reader, org, kStatementRestEntry, id);
  if (!stored) return stored.error();
  if (!*stored) return damaged_entry(kStatementRestEntry);
  *(*stored)->mutable_statement() = std::move(**statement);
  return stored;
}

Result<void> drop_statement(store::Transaction& tx, const store::Org& org,
                            const v1::StoredStatement& stored) {
  if (auto dropped = tx.drop_statement(org, stored.number()); !dropped) return dropped;
  const std::string& id = stored.statement().statement_id();
  const std::string number = std::to_string(stored.number());
  if (auto dropped = tx.drop_entry(org, kStatementNumberEntry, number); !dropped) return dropped;
  if (auto dropped = tx.drop_entry(org, kStatementRestEntry, id); !dropped) return dropped;
  return tx.drop_entry(org, kStatementEntry, id);
}

Result<std::string> statement_id_of(store::Reader& reader, const store::Org& org,
                                    std::int64_t number) {
  auto named =
      find<v1::StoredStatement>(reader, org, kStatementNumberEntry, std::to_string(number));
  if (!named) return named.error();
  return *named ? (*named)->statement().statement_id() : std::string();
}

}  // namespace semafoor::lists
