// SPDX-License-Identifier: Apache-2.0
//
// What rooms keep without a table of their own.
#include "gateway/store/sql/listing.h"
#include "gateway/store/sql/transaction.h"

namespace semafoor::store::sql {
namespace {

constexpr std::string_view kTable = "entries";

// Subjects of different kinds are different subjects.
std::string purpose_of(const std::string& kind) {
  return "entry|" + kind;
}

}  // namespace

template <typename Base>
Result<std::optional<Entry>> Queries<Base>::entry(const Org& org, const std::string& kind,
                                                  const std::string& id) {
  return attempt("read an entry", [&]() -> Result<std::optional<Entry>> {
    // What the gateway itself keeps is read in the transactions of all organisations: its lock
    // would let none of them pass another. Who changes such an entry takes the lock first.
    if (org != kGatewayChain) enter(org);
    auto query = database_.query(
        "SELECT sort, changed, body FROM entries WHERE org = ? AND kind = ? AND id = ?");
    query.text(org).text(kind).text(id);
    if (!query.row()) return std::optional<Entry>();
    return std::optional(Entry{.kind = kind,
                               .id = id,
                               .sort = query.number_at(0),
                               .person = {},
                               .subject = {},
                               .body = opened(org, kTable, query.bytes_at(2)),
                               .changed = query.number_at(1)});
  });
}

template <typename Base>
Result<Page<Entry>> Queries<Base>::entries(const Org& org, const std::string& kind,
                                           const EntryQuery& query) {
  return attempt("list entries", [&] {
    enter(org);
    Listing listing("entries", "sort", "id", query.newest_first, org);
    listing.where("t.kind = ?", {kind});
    if (!query.person.empty())
      listing.where("t.person_hash = ?", {Bytes{index_.hash("person", org, query.person)}});
    if (!query.subject.empty())
      listing.where("t.subject_hash = ?",
                    {Bytes{index_.hash(purpose_of(kind), org, query.subject)}});
    if (query.from) listing.where("t.sort >= ?", {*query.from});
    if (query.to) listing.where("t.sort <= ?", {*query.to});
    return listing.pages<Entry>(database_, query.limit, query.position, query.changed_since,
                                [&](const Listing::Row& row) {
                                  return Entry{.kind = kind,
                                               .id = std::string(row.id),
                                               .sort = row.number,
                                               .person = {},
                                               .subject = {},
                                               .body = opened(org, kTable, row.body),
                                               .changed = row.changed};
                                });
  });
}

template Result<std::optional<Entry>> Queries<Reader>::entry(const Org&, const std::string&,
                                                             const std::string&);
template Result<std::optional<Entry>> Queries<Transaction>::entry(const Org&, const std::string&,
                                                                  const std::string&);
template Result<Page<Entry>> Queries<Reader>::entries(const Org&, const std::string&,
                                                      const EntryQuery&);
template Result<Page<Entry>> Queries<Transaction>::entries(const Org&, const std::string&,
                                                           const EntryQuery&);

Result<void> SqlTransaction::put_entry(const Org& org, const Entry& entry) {
  return change("store an entry", [&]() -> Result<void> {
    enter(org);
    const std::string person = index_.hash_or_none("person", org, entry.person);
    const std::string subject = index_.hash_or_none(purpose_of(entry.kind), org, entry.subject);
    const std::string body = sealed(org, kTable, entry.body);
    database_
        .query(
            "INSERT INTO entries (org, kind, id, sort, person_hash, subject_hash, changed, body) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (org, kind, id) DO UPDATE SET sort = "
            "excluded.sort, person_hash = excluded.person_hash, subject_hash = "
            "excluded.subject_hash, changed = excluded.changed, body = excluded.body")
        .text(org)
        .text(entry.kind)
        .text(entry.id)
        .number(entry.sort)
        .blob(person)
        .blob(subject)
        .number(sequences_.next_change(org))
        .blob(body)
        .run();
    return {};
  });
}

Result<void> SqlTransaction::drop_entry(const Org& org, const std::string& kind,
                                        const std::string& id) {
  return change("drop an entry", [&]() -> Result<void> {
    enter(org);
    database_.query("DELETE FROM entries WHERE org = ? AND kind = ? AND id = ?")
        .text(org)
        .text(kind)
        .text(id)
        .run();
    return {};
  });
}

}  // namespace semafoor::store::sql
