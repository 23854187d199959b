// SPDX-License-Identifier: Apache-2.0
//
// Under what the room keeps things in the store (store::Entry), and how it gets them back.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "gateway/domain/result.h"
#include "gateway/store/store.h"
#include "semafoor/v1/lists.pb.h"

namespace semafoor::lists {

// ListReading; id: the attachment's; sort: receipt in ms; subject: the message's id.
inline constexpr char kReadingEntry[] = "list.reading";
// BadListRow; id: row_id(reading, n-th bad row); sort: n; subject: the reading's id.
inline constexpr char kBadRowEntry[] = "list.bad_row";
// Statement; id: the attachment's; sort: yyyymm; subject: the message's id.
inline constexpr char kStatementEntry[] = "statement";
// StoredStatement without the statement; id: the same.
inline constexpr char kStatementRestEntry[] = "statement.rest";
// StoredStatement with nothing but the statement's id; id: the number of its lines in the store.
inline constexpr char kStatementNumberEntry[] = "statement.number";
// SignalList; id: its own; sort: receipt in ms; subject: the message's id.
inline constexpr char kSignalListEntry[] = "signal.list";
// SignalListRow; id: row_id(list, row); sort: row; person; subject: the list's id.
inline constexpr char kSignalRowEntry[] = "signal.list.row";
// Notice; id: row_id(reading, row); sort: its date as yyyymmdd; person; subject: the dossier.
inline constexpr char kNoticeEntry[] = "notice";

// "<of>/00000017".
std::string row_id(const std::string& of, std::int64_t row);

Error damaged_entry(const std::string& kind);

template <typename Record>
Result<Record> record_of(const store::Entry& entry) {
  Record record;
  if (!record.ParseFromString(entry.body)) return damaged_entry(entry.kind);
  return record;
}

template <typename Record>
Result<std::optional<Record>> find(store::Reader& reader, const store::Org& org,
                                   const std::string& kind, const std::string& id) {
  auto entry = reader.entry(org, kind, id);
  if (!entry) return entry.error();
  if (!*entry) return std::optional<Record>();
  auto record = record_of<Record>(**entry);
  if (!record) return record.error();
  return std::optional<Record>(std::move(*record));
}

Result<void> put_reading(store::Transaction& tx, const v1::ListReading& reading);
Result<void> put_statement(store::Transaction& tx, const v1::Statement& statement);
// With what else there is of it.
Result<void> put_statement(store::Transaction& tx, const v1::StoredStatement& stored);
Result<std::optional<v1::StoredStatement>> find_statement(store::Reader& reader,
                                                          const store::Org& org,
                                                          const std::string& id);
Result<void> drop_statement(store::Transaction& tx, const store::Org& org,
                            const v1::StoredStatement& stored);
// Of the statement whose lines have this number; empty when there is none.
Result<std::string> statement_id_of(store::Reader& reader, const store::Org& org,
                                    std::int64_t number);

}  // namespace semafoor::lists
