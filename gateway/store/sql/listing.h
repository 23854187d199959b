// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "gateway/domain/result.h"
#include "gateway/store/records.h"
#include "gateway/store/sql/connection.h"
#include "gateway/store/sql/queries.h"

namespace semafoor::store::sql {

// A value to compare with a column that holds bytes: SQLite never finds text equal to them.
struct Bytes {
  std::string value;
};
using Value = std::variant<std::int64_t, std::string, Bytes>;

// In their order; they must outlive the query.
void bind_all(Query& query, const std::vector<Value>& values);
// For a page token that a listing does not know.
Error unknown_position();

// A filtered listing, page by page: by time (keyset on time and id) or, for `changed_since`, in
// order of change.
class Listing {
 public:
  // `by_time_and_id` are the columns of the order; `newest_first` gives its direction.
  Listing(std::string table, std::string time_column, std::string id_column, bool newest_first,
          const Org& org);

  void where(const std::string& condition, std::vector<Value> values);
  template <typename Values>
  void where_one_of(const std::string& column, const Values& values);

  // What a body is, of the column that holds it.
  using Opener = std::function<std::string(std::string_view)>;
  // Reads one page of `Record`s from their bodies.
  template <typename Record>
  Result<Page<Record>> read(Connection& database, int limit, const std::string& position,
                            std::optional<std::int64_t> changed_since, const Opener& open) {
    return pages<Record>(database, limit, position, changed_since,
                         [&](const Row& row) { return parsed<Record>(open(row.body)); });
  }

  // As it stands in the table; valid while `make` runs.
  struct Row {
    std::string_view body;
    // Of the order: the time's column, and the id.
    std::int64_t number = 0;
    std::string_view id;
    std::int64_t changed = 0;
  };
  // Reads one page, each record as `make` makes it of its row.
  template <typename Record, typename Make>
  Result<Page<Record>> pages(Connection& database, int limit, const std::string& position,
                             std::optional<std::int64_t> changed_since, const Make& make);

 private:
  struct Position {
    std::int64_t number = 0;
    std::string id;
  };
  static std::optional<Position> parse(const std::string& text, bool by_change);
  void bind(Query& query) const { bind_all(query, values_); }

  const std::string table_;
  const std::string time_;
  const std::string id_;
  const bool newest_first_;
  std::string conditions_;
  std::vector<Value> values_;
};

template <typename Values>
void Listing::where_one_of(const std::string& column, const Values& values) {
  if (values.empty()) return;
  std::string marks;
  std::vector<Value> bound;
  for (const auto& value : values) {
    marks += marks.empty() ? "?" : ", ?";
    if constexpr (std::is_convertible_v<decltype(value), std::string_view>) {
      bound.emplace_back(std::string(value));
    } else {
      bound.emplace_back(static_cast<std::int64_t>(value));
    }
  }
  where(column + " IN (" + marks + ")", std::move(bound));
}

template <typename Record, typename Make>
Result<Page<Record>> Listing::pages(Connection& database, int limit, const std::string& position,
                                    std::optional<std::int64_t> changed_since, const Make& make) {
  const bool by_change = changed_since.has_value();
  Page<Record> page;
  {
    auto counter = database.query("SELECT changes FROM sequences WHERE org = ?");
    counter.text(std::get<std::string>(values_.front()));
    if (counter.row()) page.changed = counter.number_at(0);
  }
  if (by_change) where("t.changed > ?", {*changed_since});
  {
    auto count = database.query("SELECT count(*) FROM " + table_ + " t WHERE " + conditions_);
    bind(count);
    if (count.row()) page.total = count.number_at(0);
  }
  if (!position.empty()) {
    const auto from = parse(position, by_change);
    if (!from) return unknown_position();
    if (by_change) {
      where("t.changed > ?", {from->number});
    } else {
      where("(t." + time_ + ", t." + id_ + (newest_first_ ? ") < (?, ?)" : ") > (?, ?)"),
            {from->number, from->id});
    }
  }
  const std::string direction = newest_first_ ? " DESC" : " ASC";
  const std::string order =
      by_change ? "t.changed ASC" : "t." + time_ + direction + ", t." + id_ + direction;
  auto rows =
      database.query("SELECT t.body, t." + time_ + ", t." + id_ + ", t.changed FROM " + table_ +
                     " t WHERE " + conditions_ + " ORDER BY " + order + " LIMIT ?");
  bind(rows);
  rows.number(limit + 1);
  std::string last;
  while (rows.row()) {
    if (static_cast<int>(page.items.size()) == limit) {
      page.position = last;
      break;
    }
    page.items.push_back(
        make(Row{rows.bytes_at(0), rows.number_at(1), rows.bytes_at(2), rows.number_at(3)}));
    last = by_change ? "c" + std::to_string(rows.number_at(3))
                     : "t" + std::to_string(rows.number_at(1)) + ":" + rows.string_at(2);
  }
  return page;
}

}  // namespace semafoor::store::sql
