// SPDX-License-Identifier: Apache-2.0
//
// The small records of this room, as entries of the store.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gateway/domain/result.h"
#include "gateway/store/store.h"

namespace semafoor::work {

// Id: the same as the kind.
inline constexpr char kRulesEntry[] = "work.rules";
// Id: the actor's.
inline constexpr char kAbsenceEntry[] = "work.absence";
// Id: the rule's name.
inline constexpr char kTurnEntry[] = "work.turn";
// Id: the signal's.
inline constexpr char kItemEntry[] = "work.item";
// Id: "<signal>/<step>"; subject: who was reminded.
inline constexpr char kReminderEntry[] = "work.reminder";
// Of the organisation that stays; id: the one that became part of it.
inline constexpr char kMergerEntry[] = "merger";

Error damaged(const std::string& kind);

template <typename Record>
Result<Record> read_kept(const store::Entry& entry) {
  Record record;
  if (!record.ParseFromString(entry.body)) return damaged(entry.kind);
  return record;
}

// Nothing when there is none.
template <typename Record>
Result<std::optional<Record>> kept(store::Reader& reader, const store::Org& org,
                                   const std::string& kind, const std::string& id) {
  auto entry = reader.entry(org, kind, id);
  if (!entry) return entry.error();
  if (!*entry) return std::optional<Record>();
  auto record = read_kept<Record>(**entry);
  if (!record) return record.error();
  return std::optional<Record>(std::move(*record));
}

// Every one of a kind, by its place in the store (Entry.sort), then its id.
template <typename Record>
Result<std::vector<Record>> all_kept(store::Reader& reader, const store::Org& org,
                                     const std::string& kind) {
  std::vector<Record> all;
  store::EntryQuery query{.limit = 500, .person = {}, .subject = {}, .newest_first = false};
  do {
    auto page = reader.entries(org, kind, query);
    if (!page) return page.error();
    for (const store::Entry& entry : page->items) {
      auto record = read_kept<Record>(entry);
      if (!record) return record.error();
      all.push_back(std::move(*record));
    }
    query.position = page->position;
  } while (!query.position.empty());
  return all;
}

template <typename Record>
Result<void> keep(store::Transaction& tx, const store::Org& org, const std::string& kind,
                  const std::string& id, const Record& record) {
  return tx.put_entry(
      org,
      {.kind = kind, .id = id, .person = {}, .subject = {}, .body = record.SerializeAsString()});
}

}  // namespace semafoor::work
