// SPDX-License-Identifier: Apache-2.0
#include "gateway/lists/lists.h"

#include <algorithm>
#include <charconv>
#include <functional>
#include <map>
#include <utility>

#include "gateway/documents/statement_difference.h"
#include "gateway/lists/current_statement.h"
#include "gateway/lists/entries.h"
#include "gateway/lists/statement_lines.h"

namespace semafoor::lists {
namespace {

// Records that one call looks through for those that fit.
constexpr std::int64_t kMostLookedThrough = 5'000;
// Lines that are read at once for a comparison.
constexpr int kLinesAtOnce = 5'000;

Error unknown(const char* code, const char* what, const std::string& id, const char* listing) {
  return Error{.kind = ErrorKind::not_found,
               .code = code,
               .message = std::string("Looked for ") + what + " " + id +
                          ": this organisation has none. Use the ids of " + listing +
                          "; what was read again or removed is gone."};
}

Error unknown_statement(const std::string& id) {
  return unknown("lists.statement_unknown", "the statement", id, "ListStatements");
}

template <typename Record>
using Fits = std::function<bool(const Record&)>;

// A page of those that fit.
template <typename Record>
Result<store::Page<Record>> page_of(store::Store& store, const store::Org& org, const char* kind,
                                    store::EntryQuery query, const Fits<Record>& fits = {}) {
  store::Page<Record> page;
  const int wanted = query.limit;
  std::int64_t looked = 0;
  const auto read = store.read([&](store::Reader& reader) -> Result<void> {
    do {
      query.limit = wanted - static_cast<int>(page.items.size());
      auto entries = reader.entries(org, kind, query);
      if (!entries) return entries.error();
      // Of the listing, not of what is left of it.
      page.total = entries->total;
      page.changed = entries->changed;
      for (const store::Entry& entry : entries->items) {
        auto record = record_of<Record>(entry);
        if (!record) return record.error();
        if (!fits || fits(*record)) page.items.push_back(std::move(*record));
      }
      looked += static_cast<std::int64_t>(entries->items.size());
      page.position = entries->position;
      query.position = std::move(entries->position);
    } while (!query.position.empty() && static_cast<int>(page.items.size()) < wanted &&
             looked < kMostLookedThrough);
    return {};
  });
  if (!read) return read.error();
  return page;
}

// One that must be there.
template <typename Record>
Result<Record> one_of(store::Store& store, const store::Org& org, const char* kind,
                      const std::string& id, const std::function<Error()>& missing) {
  std::optional<Record> found;
  const auto read = store.read([&](store::Reader& reader) -> Result<void> {
    auto record = find<Record>(reader, org, kind, id);
    if (!record) return record.error();
    if (!*record) return missing();
    found = std::move(**record);
    return {};
  });
  if (!read) return read.error();
  return *std::move(found);
}

store::EntryQuery rows_of(store::EntryQuery query, const std::string& subject) {
  query.subject = subject;
  query.newest_first = false;
  return query;
}

int month_before(const v1::Date& month) {
  const int months = month.year() * 12 + month.month() - 2;
  return months / 12 * 100 + months % 12 + 1;
}

Result<void> add_lines(store::Reader& reader, const store::Org& org, std::int64_t statement,
                       const std::function<void(const documents::StatementLine&)>& add) {
  store::StatementLineQuery query;
  query.limit = kLinesAtOnce;
  query.statement = statement;
  do {
    auto page = reader.statement_lines(org, query);
    if (!page) return page.error();
    for (const store::StatementLine& stored : page->items) {
      auto line = line_of(stored);
      if (!line) return line.error();
      add(compared_line(*line));
    }
    query.position = std::move(page->position);
  } while (!query.position.empty());
  return {};
}

// The first change of a page; nothing for a place that is none.
std::optional<std::int64_t> first_of(const std::string& position) {
  std::int64_t number = 0;
  const char* const end = position.data() + position.size();
  const auto [rest, wrong] = std::from_chars(position.data(), end, number);
  if (!position.empty() && (wrong != std::errc() || rest != end || number < 0)) return std::nullopt;
  return number;
}

void fill_page(const documents::StatementDifference& difference, std::int64_t first, int limit,
               store::Page<v1::StatementChange>& page) {
  difference.changes([&](const documents::StatementChange& change) {
    if (page.total >= first && page.total - first < limit) page.items.push_back(change_of(change));
    ++page.total;
  });
  if (first < page.total - limit) page.position = std::to_string(first + limit);
}

Error nothing_before(const v1::Statement& now) {
  return Error{.kind = ErrorKind::failed_precondition,
               .code = "lists.nothing_before",
               .message = "Compared the statement " + now.statement_id() +
                          " with that of the month before: there is none of its kind. Name another "
                          "one, or upload the one that is missing."};
}

Error too_many_lines(std::int64_t lines) {
  return Error{.kind = ErrorKind::failed_precondition,
               .code = "lists.too_many_lines",
               .message = "Compared two statements of " + std::to_string(lines) +
                          " lines together: " + std::to_string(Lists::kMostCompared) +
                          " are compared at most. Take their lines with ListStatementLines."};
}

// The statement to compare with.
Result<v1::StoredStatement> before_of(store::Reader& reader, const store::Org& org,
                                      const v1::Statement& now, const std::string& before_id) {
  std::string id = before_id;
  if (id.empty()) {
    auto before = current_statement(reader, org, month_before(now.month()), now.kind());
    if (!before) return before.error();
    if (!*before) return nothing_before(now);
    id = (*before)->statement_id();
  }
  auto stored = find_statement(reader, org, id);
  if (!stored) return stored.error();
  if (!*stored) return unknown_statement(id);
  return std::move(**stored);
}

bool has_problems(const v1::ListReading& reading) {
  return reading.state() == v1::READING_STATE_PARTLY || reading.state() == v1::READING_STATE_FAILED;
}

}  // namespace

Result<store::Page<v1::ListReading>> Lists::readings(const store::Org& org, store::EntryQuery query,
                                                     bool problems_only) {
  return page_of<v1::ListReading>(
      store_, org, kReadingEntry, std::move(query),
      problems_only ? Fits<v1::ListReading>(&has_problems) : Fits<v1::ListReading>());
}

Result<ReadingWithRows> Lists::reading(const store::Org& org, const std::string& id,
                                       store::EntryQuery query) {
  auto reading = one_of<v1::ListReading>(store_, org, kReadingEntry, id, [&] {
    return unknown("lists.reading_unknown", "the reading", id, "ListReadings");
  });
  if (!reading) return reading.error();
  auto rows = page_of<v1::BadListRow>(store_, org, kBadRowEntry, rows_of(std::move(query), id));
  if (!rows) return rows.error();
  return ReadingWithRows{std::move(*reading), std::move(*rows)};
}

Result<store::Page<v1::Statement>> Lists::statements(const store::Org& org,
                                                     const StatementsAsked& asked) {
  return page_of<v1::Statement>(
      store_, org, kStatementEntry, asked.entries, [&](const v1::Statement& one) {
        return (asked.kind == v1::MESSAGE_FAMILY_UNSPECIFIED || one.kind() == asked.kind) &&
               (!asked.current_only || one.current());
      });
}

Result<v1::StoredStatement> Lists::statement(const store::Org& org, const std::string& id) {
  std::optional<v1::StoredStatement> found;
  const auto read = store_.read([&](store::Reader& reader) -> Result<void> {
    auto stored = find_statement(reader, org, id);
    if (!stored) return stored.error();
    if (!*stored) return unknown_statement(id);
    found = std::move(**stored);
    return {};
  });
  if (!read) return read.error();
  return *std::move(found);
}

Result<store::Page<v1::StatementLine>> Lists::lines(const store::Org& org, LinesAsked asked) {
  // Of the statements on the page.
  std::map<std::int64_t, std::string> ids;
  if (!asked.statement_id.empty()) {
    auto stored = statement(org, asked.statement_id);
    if (!stored) return stored.error();
    asked.lines.statement = stored->number();
    ids[stored->number()] = asked.statement_id;
  }
  store::Page<v1::StatementLine> page;
  const auto read = store_.read([&](store::Reader& reader) -> Result<void> {
    auto lines = reader.statement_lines(org, asked.lines);
    if (!lines) return lines.error();
    page.position = std::move(lines->position);
    page.total = lines->total;
    for (const store::StatementLine& stored : lines->items) {
      auto line = line_of(stored);
      if (!line) return line.error();
      const auto [known, is_new] = ids.try_emplace(stored.statement);
      if (is_new) {
        auto id = statement_id_of(reader, org, stored.statement);
        if (!id) return id.error();
        known->second = *std::move(id);
      }
      line->set_statement_id(known->second);
      page.items.push_back(std::move(*line));
    }
    return {};
  });
  if (!read) return read.error();
  return page;
}

Result<Comparison> Lists::compare(const store::Org& org, const std::string& id,
                                  const std::string& before_id, int limit,
                                  const std::string& position) {
  const auto first = first_of(position);
  if (!first)
    return Error{.kind = ErrorKind::invalid_argument,
                 .code = "list.page_token",
                 .message =
                     "Compared with a page token that is none of ours. Begin again without "
                     "it.",
                 .field = "pageToken"};
  auto now = statement(org, id);
  if (!now) return now.error();
  Comparison comparison;
  const auto read = store_.read([&](store::Reader& reader) -> Result<void> {
    auto before = before_of(reader, org, now->statement(), before_id);
    if (!before) return before.error();
    const auto lines = before->statement().lines() + now->statement().lines();
    if (lines > kMostCompared) return too_many_lines(lines);
    documents::StatementDifference difference;
    auto added =
        add_lines(reader, org, before->number(),
                  [&](const documents::StatementLine& line) { difference.add_before(line); });
    if (!added) return added;
    added = add_lines(reader, org, now->number(),
                      [&](const documents::StatementLine& line) { difference.add_now(line); });
    if (!added) return added;
    comparison.before = std::move(*before->mutable_statement());
    comparison.same = difference.same();
    fill_page(difference, *first, limit, comparison.changes);
    return {};
  });
  if (!read) return read.error();
  comparison.now = std::move(*now->mutable_statement());
  return comparison;
}

Result<store::Page<v1::Notice>> Lists::notices(const store::Org& org, const NoticesAsked& asked) {
  Fits<v1::Notice> fits;
  if (asked.kind != v1::MESSAGE_FAMILY_UNSPECIFIED)
    fits = [&](const v1::Notice& notice) { return notice.kind() == asked.kind; };
  return page_of<v1::Notice>(store_, org, kNoticeEntry, asked.entries, fits);
}

Result<store::Page<v1::SignalList>> Lists::signal_lists(const store::Org& org,
                                                        const store::EntryQuery& query) {
  return page_of<v1::SignalList>(store_, org, kSignalListEntry, query);
}

Result<ListWithRows> Lists::signal_list_rows(const store::Org& org, const std::string& list_id,
                                             store::EntryQuery query) {
  auto list = one_of<v1::SignalList>(store_, org, kSignalListEntry, list_id, [&] {
    return unknown("lists.list_unknown", "the list of knipperlichten", list_id, "ListSignalLists");
  });
  if (!list) return list.error();
  auto rows =
      page_of<v1::SignalListRow>(store_, org, kSignalRowEntry, rows_of(std::move(query), list_id));
  if (!rows) return rows.error();
  return ListWithRows{std::move(*list), std::move(*rows)};
}

}  // namespace semafoor::lists
