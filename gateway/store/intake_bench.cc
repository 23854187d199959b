// SPDX-License-Identifier: Apache-2.0
//
// Durable intake: 64 writers, each with one signal at a time, every one acknowledged durable before
// the next. The floor is plain SQLite: the very rows that the store wrote, read back beforehand and
// inserted by one thread, 100 signals a transaction, into the same tables with the same indexes on
// the same disk. The two alternate, so that both see the same machine. One JSON object;
// `one_table_floor` is for comparison: the same bodies in a table with nothing but a key.
#include <sqlite3.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "gateway/store/intake_load.h"
#include "gateway/store/store.h"

namespace {

using Clock = std::chrono::steady_clock;
namespace fs = std::filesystem;
namespace store = semafoor::store;

constexpr int kPerTransaction = 100;
constexpr int kRounds = 9;

using semafoor::store::fail_bench;
using semafoor::store::kLoadRows;
using semafoor::store::through_store;

double rate_since(Clock::time_point start) {
  return kLoadRows / std::chrono::duration<double>(Clock::now() - start).count();
}

std::unique_ptr<store::Store> open_store(const fs::path& folder) {
  auto opened = store::open_sqlite_store({.folder = folder});
  if (!opened) fail_bench(opened.error().message);
  return std::move(opened).value();
}

// A connection of the floor.
class Plain {
 public:
  explicit Plain(const fs::path& file) {
    check(sqlite3_open(file.c_str(), &connection_));
    run("PRAGMA journal_mode=WAL");
    run("PRAGMA synchronous=FULL");
    run("PRAGMA wal_autocheckpoint=4000");
  }
  ~Plain() { sqlite3_close_v2(connection_); }
  Plain(const Plain&) = delete;
  Plain& operator=(const Plain&) = delete;

  void run(const char* sql) { check(sqlite3_exec(connection_, sql, nullptr, nullptr, nullptr)); }
  sqlite3_stmt* prepare(const std::string& sql) {
    sqlite3_stmt* statement = nullptr;
    check(sqlite3_prepare_v2(connection_, sql.c_str(), -1, &statement, nullptr));
    return statement;
  }
  void check(int code) const {
    if (code != SQLITE_OK && code != SQLITE_ROW && code != SQLITE_DONE)
      fail_bench(std::string("floor: ") + sqlite3_errmsg(connection_));
  }

 private:
  sqlite3* connection_ = nullptr;
};

// Rows of a table, as they stand in it.
class Rows {
 public:
  Rows(Plain& source, const std::string& query, std::string table) : table_(std::move(table)) {
    sqlite3_stmt* statement = source.prepare(query);
    columns_ = sqlite3_column_count(statement);
    while (sqlite3_step(statement) == SQLITE_ROW)
      for (int column = 0; column < columns_; ++column)
        values_.push_back(sqlite3_value_dup(sqlite3_column_value(statement, column)));
    sqlite3_finalize(statement);
    if (values_.size() != static_cast<std::size_t>(columns_) * kLoadRows)
      fail_bench("floor: rows are missing");
  }
  ~Rows() {
    for (sqlite3_value* value : values_) sqlite3_value_free(value);
  }
  Rows(const Rows&) = delete;
  Rows& operator=(const Rows&) = delete;

  sqlite3_stmt* prepare(Plain& target) const {
    std::string marks = "?";
    for (int column = 1; column < columns_; ++column) marks += ", ?";
    return target.prepare("INSERT INTO " + table_ + " VALUES (" + marks + ")");
  }
  void insert(Plain& target, sqlite3_stmt* statement, int row) const {
    for (int column = 0; column < columns_; ++column)
      target.check(sqlite3_bind_value(
          statement, column + 1,
          values_[static_cast<std::size_t>(row) * static_cast<std::size_t>(columns_) +
                  static_cast<std::size_t>(column)]));
    target.check(sqlite3_step(statement));
    sqlite3_reset(statement);
  }

 private:
  const std::string table_;
  int columns_ = 0;
  std::vector<sqlite3_value*> values_;
};

double plain_sqlite(Plain& target, const std::vector<const Rows*>& tables) {
  std::vector<sqlite3_stmt*> statements;
  statements.reserve(tables.size());
  for (const Rows* rows : tables) statements.push_back(rows->prepare(target));
  const auto start = Clock::now();
  for (int row = 0; row < kLoadRows; ++row) {
    if (row % kPerTransaction == 0) target.run("BEGIN IMMEDIATE");
    for (std::size_t i = 0; i < tables.size(); ++i) tables[i]->insert(target, statements[i], row);
    if (row % kPerTransaction == kPerTransaction - 1) target.run("COMMIT");
  }
  const double rate = rate_since(start);
  for (sqlite3_stmt* statement : statements) sqlite3_finalize(statement);
  return rate;
}

struct Round {
  double value;
  double floor;
  double one_table;
  double ratio() const { return value / floor; }
};

std::vector<Round> measure(const fs::path& folder) {
  std::vector<Round> rounds;
  const auto target = open_store(folder / "store");
  // Makes the tables and indexes of the floor.
  open_store(folder / "floor").reset();
  Plain written(folder / "store" / "semafoor.db");
  Plain floor(folder / "floor" / "semafoor.db");
  Plain one_table(folder / "one_table.db");
  one_table.run("CREATE TABLE rows (id TEXT PRIMARY KEY, body BLOB) WITHOUT ROWID");
  for (int round = 0; round < kRounds; ++round) {
    const double value = through_store(*target, round * kLoadRows);
    const std::string part =
        " LIMIT " + std::to_string(kLoadRows) + " OFFSET " + std::to_string(round * kLoadRows);
    const Rows signals(written, "SELECT * FROM signals ORDER BY rowid" + part, "signals");
    const Rows events(written, "SELECT * FROM events ORDER BY org, module, sequence" + part,
                      "events");
    const Rows bodies(written, "SELECT id, body FROM signals ORDER BY rowid" + part, "rows");
    const double below = plain_sqlite(floor, {&signals, &events});
    rounds.push_back({value, below, plain_sqlite(one_table, {&bodies})});
  }
  return rounds;
}

}  // namespace

int main() {
  std::string pattern = (fs::temp_directory_path() / "intakeXXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) fail_bench("no temporary folder");
  const fs::path folder = pattern;
  auto rounds = measure(folder);
  fs::remove_all(folder);
  std::sort(rounds.begin(), rounds.end(),
            [](const Round& a, const Round& b) { return a.ratio() < b.ratio(); });
  const Round& median = rounds[rounds.size() / 2];
  std::printf(
      "{\"name\":\"durable_intake_64_writers\",\"value\":%.0f,\"unit\":\"rows/s\",\"floor\":%.0f,"
      "\"ratio\":%.3f,\"target\":\">= 0.5\",\"met\":%s,\"one_table_floor\":%.0f}\n",
      median.value, median.floor, median.ratio(), median.ratio() >= 0.5 ? "true" : "false",
      median.one_table);
  return 0;
}
