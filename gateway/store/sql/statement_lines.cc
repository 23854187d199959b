// SPDX-License-Identifier: Apache-2.0
//
// Lines of monthly statements.
#include <charconv>
#include <utility>

#include "gateway/store/sql/listing.h"
#include "gateway/store/sql/transaction.h"

namespace semafoor::store::sql {
namespace {

constexpr std::string_view kTable = "statement_lines";

struct Position {
  std::int64_t statement = 0;
  std::int64_t line = 0;
};

// "l<statement>:<line>".
std::optional<Position> position_of(const std::string& text) {
  Position position;
  const char* const end = text.data() + text.size();
  if (text.size() < 2 || text[0] != 'l') return std::nullopt;
  const auto first = std::from_chars(text.data() + 1, end, position.statement);
  if (first.ec != std::errc() || first.ptr == end || *first.ptr != ':') return std::nullopt;
  const auto second = std::from_chars(first.ptr + 1, end, position.line);
  if (second.ec != std::errc() || second.ptr != end) return std::nullopt;
  return position;
}

}  // namespace

template <typename Base>
Result<Page<StatementLine>> Queries<Base>::statement_lines(const Org& org,
                                                           const StatementLineQuery& query) {
  return attempt("list lines of statements", [&]() -> Result<Page<StatementLine>> {
    enter(org);
    std::string conditions = "org = ?";
    std::vector<Value> values{org};
    const auto where = [&](const std::string& condition, std::vector<Value> bound) {
      conditions += " AND " + condition;
      values.insert(values.end(), bound.begin(), bound.end());
    };
    if (query.statement) where("statement = ?", {*query.statement});
    // Asked for by itself: SQLite would rather go through all lines of the organisation than use
    // the index and sort.
    const auto among = [&](const char* column, std::string hash) {
      where(std::string("(statement, line) IN (SELECT statement, line FROM statement_lines WHERE "
                        "org = ? AND ") +
                column + " = ?)",
            {org, Bytes{std::move(hash)}});
    };
    if (!query.person.empty()) among("person_hash", index_.hash("person", org, query.person));
    if (!query.dossier.empty()) among("dossier_hash", index_.hash("dossier", org, query.dossier));
    if (!query.article.empty()) where("article = ?", {query.article});
    if (query.month_from) where("month >= ?", {std::int64_t{*query.month_from}});
    if (query.month_to) where("month <= ?", {std::int64_t{*query.month_to}});
    Page<StatementLine> page;
    {
      auto count = database_.query("SELECT count(*) FROM statement_lines WHERE " + conditions);
      bind_all(count, values);
      if (count.row()) page.total = count.number_at(0);
    }
    if (!query.position.empty()) {
      const auto from = position_of(query.position);
      if (!from) return unknown_position();
      // Of one statement the key leads there; of several it is a comparison with each.
      if (query.statement)
        where("line > ?", {from->line});
      else
        where("(statement < ? OR (statement = ? AND line > ?))",
              {from->statement, from->statement, from->line});
    }
    auto rows =
        database_.query("SELECT statement, line, month, article, body FROM statement_lines WHERE " +
                        conditions + " ORDER BY statement DESC, line LIMIT ?");
    bind_all(rows, values);
    rows.number(query.limit + 1);
    while (rows.row()) {
      if (static_cast<int>(page.items.size()) == query.limit) {
        const StatementLine& last = page.items.back();
        page.position = 'l' + std::to_string(last.statement) + ':' + std::to_string(last.line);
        break;
      }
      page.items.push_back({.statement = rows.number_at(0),
                            .line = rows.number_at(1),
                            .month = static_cast<int>(rows.number_at(2)),
                            .person = {},
                            .dossier = {},
                            .article = rows.string_at(3),
                            .body = opened(org, kTable, rows.bytes_at(4))});
    }
    return page;
  });
}

template Result<Page<StatementLine>> Queries<Reader>::statement_lines(const Org&,
                                                                      const StatementLineQuery&);
template Result<Page<StatementLine>> Queries<Transaction>::statement_lines(
    const Org&, const StatementLineQuery&);

Result<std::int64_t> SqlTransaction::new_statement_number(const Org& org) {
  return attempt("number a statement", [&]() -> Result<std::int64_t> {
    enter(org);
    auto query = database_.query("SELECT max(statement) FROM statement_lines WHERE org = ?");
    query.text(org);
    return query.row() && !query.null_at(0) ? query.number_at(0) + 1 : std::int64_t{1};
  });
}

Result<void> SqlTransaction::add_statement_lines(const Org& org,
                                                 const std::vector<StatementLine>& lines) {
  return change("store lines of a statement", [&]() -> Result<void> {
    enter(org);
    for (const StatementLine& line : lines) {
      const std::string person = index_.hash_or_none("person", org, line.person);
      const std::string dossier = index_.hash_or_none("dossier", org, line.dossier);
      const std::string body = sealed(org, kTable, line.body);
      database_
          .query(
              "INSERT INTO statement_lines (org, statement, line, month, person_hash, "
              "dossier_hash, article, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
          .text(org)
          .number(line.statement)
          .number(line.line)
          .number(line.month)
          .blob(person)
          .blob(dossier)
          .text(line.article)
          .blob(body)
          .run();
    }
    return {};
  });
}

Result<void> SqlTransaction::drop_statement(const Org& org, std::int64_t statement) {
  return change("drop the lines of a statement", [&]() -> Result<void> {
    enter(org);
    database_.query("DELETE FROM statement_lines WHERE org = ? AND statement = ?")
        .text(org)
        .number(statement)
        .run();
    return {};
  });
}

}  // namespace semafoor::store::sql
