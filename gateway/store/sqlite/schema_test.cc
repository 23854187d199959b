// SPDX-License-Identifier: Apache-2.0
//
// Databases across versions of the program: forward, back, forward again, and killed in between.
#include "gateway/store/sql/schema.h"

#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

#include "gateway/store/sqlite/database.h"
#include "gateway/store/store.h"

namespace semafoor::store {
namespace {

namespace fs = std::filesystem;
constexpr char kOrg[] = "0100100139";

std::string content_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

class Migration : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "migrateXXXXXX";
    folder_ = mkdtemp(pattern.data());
    make_v(1, folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  static void make_v(int version, const fs::path& folder) {
    sqlite3* made = nullptr;
    ASSERT_EQ(sqlite3_open((folder / "semafoor.db").c_str(), &made), SQLITE_OK);
    const std::string sql = content_of(SEMAFOOR_MIGRATIONS "/v" + std::to_string(version) + ".sql");
    ASSERT_FALSE(sql.empty());
    ASSERT_EQ(sqlite3_exec(made, "PRAGMA journal_mode=WAL", nullptr, nullptr, nullptr), SQLITE_OK);
    ASSERT_EQ(sqlite3_exec(made, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK)
        << sqlite3_errmsg(made);
    sqlite3_close(made);
    fs::copy_file(SEMAFOOR_MIGRATIONS "/v1.index.key", folder / "index.key");
    fs::permissions(folder / "index.key", fs::perms::owner_read | fs::perms::owner_write);
  }
  static Result<std::unique_ptr<Store>> open(const fs::path& folder,
                                             std::vector<std::string>* told = nullptr) {
    return open_sqlite_store(
        {.folder = folder, .program_version = "9.9", .tell = [told](const std::string& what) {
           if (told != nullptr) told->push_back(what);
         }});
  }
  // What the fixture holds, by way of today's questions.
  static void expect_the_data(Store& store) {
    const auto read = store.read([](Reader& reader) -> Result<void> {
      auto messages = reader.messages(kOrg, {});
      if (!messages) return messages.error();
      EXPECT_EQ(messages->items.size(), 3U);
      auto signals = reader.signals(kOrg, {});
      if (!signals) return signals.error();
      EXPECT_EQ(signals->items.size(), 2U);
      for (const auto& signal : signals->items) {
        auto found = reader.signals(kOrg, {.dossier = signal.dossier_number_normalised()});
        if (!found) return found.error();
        EXPECT_FALSE(found->items.empty()) << "it is found by its dossier, as a new one is";
      }
      auto answers = reader.feedback_items(kOrg, {});
      if (!answers) return answers.error();
      EXPECT_EQ(answers->items.size(), 1U);
      auto events = reader.events(kOrg, v1::MODULE_EBOX, 0, 500);
      if (!events) return events.error();
      EXPECT_FALSE(events->empty());
      return {};
    });
    EXPECT_TRUE(read.ok()) << read.error().message;
  }
  // One number of a database nobody else has open.
  static std::int64_t number(const fs::path& file, const std::string& sql) {
    sqlite::Database database(file, sqlite::Database::Mode::read);
    auto query = database.query(sql);
    return query.row() ? query.number_at(0) : -1;
  }
  static std::string integrity(const fs::path& file) {
    sqlite::Database database(file, sqlite::Database::Mode::read);
    auto query = database.query("PRAGMA integrity_check");
    return query.row() ? query.string_at(0) : "";
  }
  fs::path file() const { return folder_ / "semafoor.db"; }

  fs::path folder_;
};

TEST_F(Migration, WhatTheVersionBeforeStoresAfterwardsIsFoundToo) {
  ASSERT_TRUE(open(folder_).ok());
  {
    // As it does: it does not know the column.
    sqlite::Database database(file(), sqlite::Database::Mode::write);
    database.run("UPDATE signals SET dossier_hash = ''");
  }
  auto store = open(folder_);
  ASSERT_TRUE(store.ok());
  expect_the_data(**store);
}

TEST_F(Migration, AListingGoesThroughWhatIsAskedForAlone) {
  ASSERT_TRUE(open(folder_).ok());
  struct Listing {
    std::string table;
    std::string asked;
    std::string order;
    std::string index;
  };
  const std::string received = "received_ms DESC, id DESC";
  const std::vector<Listing> listings = {
      {"signals", "person_hash = x'00'", received, "signals_person"},
      {"signals", "dossier_hash = x'00'", received, "signals_dossier"},
      {"signals", "assignee = 'w'", received, "signals_assignee"},
      {"signals", "team = 't'", received, "signals_team"},
      {"entries", "kind = 'k' AND person_hash = x'00'", "sort DESC, id DESC", "entries_person"},
      {"entries", "kind = 'k' AND subject_hash = x'00'", "sort, id", "entries_subject"},
      {"feedback", "signal_id = 's'", "submitted_ms DESC, client_id DESC", "feedback_signal"}};
  sqlite::Database database(file(), sqlite::Database::Mode::read);
  for (const auto& [table, asked, order, index] : listings) {
    auto plan =
        database.query("EXPLAIN QUERY PLAN SELECT body FROM " + table + " WHERE org = 'o' AND " +
                       asked + " ORDER BY " + order + " LIMIT 101");
    ASSERT_TRUE(plan.row());
    EXPECT_NE(plan.string_at(3).find(" INDEX " + index + " "), std::string::npos)
        << plan.string_at(3);
    EXPECT_FALSE(plan.row()) << "and sorts nothing";
  }
}

TEST_F(Migration, FromEverySchemaThereWas) {
  for (int version = 1; version < sql::kSchemaVersion; ++version) {
    const fs::path folder = folder_ / ("v" + std::to_string(version));
    fs::create_directory(folder);
    make_v(version, folder);
    auto store = open(folder);
    ASSERT_TRUE(store.ok()) << version << ": " << store.error().message;
    expect_the_data(**store);
    const auto read = (*store)->read([](Reader& reader) -> Result<void> {
      auto by_reference = reader.feedback_by_reference(kOrg, "nobody's");
      if (!by_reference) return by_reference.error();
      EXPECT_FALSE(by_reference->has_value());
      return {};
    });
    EXPECT_TRUE(read.ok()) << read.error().message;
    store->reset();
    EXPECT_EQ(number(folder / "semafoor.db", "SELECT count(*) FROM history"),
              sql::kSchemaVersion - 1);
    EXPECT_EQ(number(folder / "semafoor.db",
                     "SELECT count(*) FROM tasks WHERE kind = 'attachment.fetch.nsso'"),
              version >= 2 ? 1 : 0)
        << "whoever fetches from that provider finds it";
    EXPECT_EQ(integrity(folder / "semafoor.db"), "ok");
  }
}

TEST_F(Migration, ADatabaseOfAnEarlierSchemaIsBroughtForwardWithItsData) {
  std::vector<std::string> told;
  {
    auto store = open(folder_, &told);
    ASSERT_TRUE(store.ok()) << store.error().message;
    expect_the_data(**store);
  }
  EXPECT_EQ(number(file(), "SELECT value FROM meta WHERE name = 'schema_version'"),
            sql::kSchemaVersion);
  EXPECT_EQ(number(file(),
                   "SELECT count(*) FROM history WHERE what = 'schema 2' AND by_version = "
                   "'9.9' AND time_ms > 0"),
            1);
  EXPECT_EQ(integrity(file()), "ok");
  ASSERT_EQ(told.size(), 1U);
  EXPECT_NE(told[0].find("from schema 1 to 7"), std::string::npos) << told[0];
}

TEST_F(Migration, WhatWasBeforeIsKeptAsItWas) {
  ASSERT_TRUE(open(folder_).ok());
  const fs::path before = folder_ / "semafoor.db.before-v7";
  ASSERT_TRUE(fs::exists(before));
  EXPECT_EQ(fs::status(before).permissions(), fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_EQ(integrity(before), "ok");
  EXPECT_EQ(number(before, "SELECT value FROM meta WHERE name = 'schema_version'"), 1);
  // It is one file, and it opens as a data folder of its own.
  const fs::path other = folder_ / "other";
  fs::create_directory(other);
  fs::copy_file(before, other / "semafoor.db");
  fs::copy_file(folder_ / "index.key", other / "index.key");
  auto store = open(other);
  ASSERT_TRUE(store.ok()) << store.error().message;
  expect_the_data(**store);
}

TEST_F(Migration, ANewDatabaseAndOneOfTodayLeaveNoCopy) {
  const fs::path other = folder_ / "other";
  std::vector<std::string> told;
  ASSERT_TRUE(open(other, &told).ok());
  ASSERT_TRUE(open(other, &told).ok());
  EXPECT_TRUE(told.empty());
  EXPECT_FALSE(fs::exists(other / "semafoor.db.before-v7"));
}

TEST_F(Migration, ThePreviousProgramMayOpenWhatThisOneAddedToAndBackAgain) {
  ASSERT_TRUE(open(folder_).ok());
  {
    // As a program of schema 1 does it: it looks, finds nothing to do, and writes.
    sqlite::Database database(file(), sqlite::Database::Mode::write);
    const auto opened = sql::bring_up_to_date(database, "1", 1);
    ASSERT_TRUE(opened.ok()) << opened.error().message;
    database.run("UPDATE duties SET name = name || ' seen by schema 1'");
  }
  EXPECT_EQ(number(file(), "SELECT value FROM meta WHERE name = 'schema_version'"),
            sql::kSchemaVersion);
  auto store = open(folder_);
  ASSERT_TRUE(store.ok()) << store.error().message;
  expect_the_data(**store);
  store->reset();
  // Nothing was migrated twice, and what the older one wrote is there.
  EXPECT_EQ(number(file(), "SELECT count(*) FROM history"), sql::kSchemaVersion - 1);
  EXPECT_GT(number(file(), "SELECT count(*) FROM duties WHERE name LIKE '%seen by schema 1'"), 0);
}

TEST_F(Migration, ADatabaseThatNeedsANewerProgramIsRefusedByteForByteUnchanged) {
  {
    sqlite::Database database(file(), sqlite::Database::Mode::write);
    database.run("UPDATE meta SET value = 8 WHERE name = 'lowest_reader'");
    database.run("UPDATE meta SET value = 9 WHERE name = 'schema_version'");
  }
  const std::string before = content_of(file());
  const auto refused = open(folder_);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, "store.schema_too_new");
  for (const char* part : {"schema 9", "knows schema 8", "this one knows 7", "Nothing was changed",
                           "Install the newer gateway"})
    EXPECT_NE(refused.error().message.find(part), std::string::npos) << refused.error().message;
  EXPECT_EQ(content_of(file()), before);
}

TEST_F(Migration, ALogLeftByAKillIsNotEvenMergedWhenTheDatabaseIsRefused) {
  sqlite3* left = nullptr;
  ASSERT_EQ(sqlite3_open(file().c_str(), &left), SQLITE_OK);
  int keep = 1;
  ASSERT_EQ(sqlite3_db_config(left, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, keep, &keep), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(left, "UPDATE meta SET value = 8 WHERE name = 'lowest_reader'", nullptr,
                         nullptr, nullptr),
            SQLITE_OK);
  sqlite3_close(left);
  const fs::path log = file().string() + "-wal";
  ASSERT_GT(fs::file_size(log), 0U);
  const std::string before = content_of(file());
  const std::string log_before = content_of(log);
  const auto refused = open(folder_);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, "store.schema_too_new");
  EXPECT_EQ(content_of(file()), before);
  EXPECT_EQ(content_of(log), log_before);
}

// Every connection of this process dies at its n-th piece of work of this kind.
int steps_left = 0;
int die_when_done(void*) {
  if (--steps_left <= 0) ::kill(::getpid(), SIGKILL);
  return 0;
}
int die_in_steps(sqlite3* connection, char**, const sqlite3_api_routines*) {
  sqlite3_progress_handler(connection, 1, &die_when_done, nullptr);
  return SQLITE_OK;
}
int die_at_commits(sqlite3* connection, char**, const sqlite3_api_routines*) {
  sqlite3_commit_hook(connection, &die_when_done, nullptr);
  return SQLITE_OK;
}

class Killed : public Migration {
 protected:
  // Opens the store in a child that dies at step `step`; false when it came through alive.
  static bool die(const fs::path& folder, int step,
                  int (*hook)(sqlite3*, char**, const sqlite3_api_routines*)) {
    const pid_t child = ::fork();
    if (child == 0) {
      steps_left = step;
      sqlite3_auto_extension(reinterpret_cast<void (*)()>(hook));
      ::_exit(open(folder).ok() ? 0 : 1);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_TRUE(WIFSIGNALED(status) || WEXITSTATUS(status) == 0);
    return WIFSIGNALED(status);
  }
  void try_at(int step, int (*hook)(sqlite3*, char**, const sqlite3_api_routines*), bool& died,
              bool& old_seen) {
    const fs::path other = folder_ / std::to_string(step);
    fs::create_directory(other);
    make_v(1, other);
    died = die(other, step, hook);
    const fs::path database = other / "semafoor.db";
    const std::int64_t version =
        number(database, "SELECT value FROM meta WHERE name = 'schema_version'");
    const std::int64_t tables =
        number(database, "SELECT count(*) FROM sqlite_master WHERE name = 'history'");
    // The old state whole, or the new one whole.
    EXPECT_EQ(tables, version >= 2 ? 1 : 0) << "killed at " << step;
    EXPECT_EQ(number(database,
                     "SELECT count(*) FROM pragma_table_info('feedback') WHERE name = "
                     "'client_reference'"),
              version >= 3 ? 1 : 0)
        << "killed at " << step;
    EXPECT_EQ(number(database, "SELECT count(*) FROM sqlite_master WHERE name = 'audit'"),
              version >= 4 ? 1 : 0)
        << "killed at " << step;
    EXPECT_EQ(number(database, "SELECT count(*) FROM sqlite_master WHERE name = 'data_keys'"),
              version >= 5 ? 1 : 0)
        << "killed at " << step;
    EXPECT_EQ(
        number(database, "SELECT count(*) FROM sqlite_master WHERE name = 'removed_messages'"),
        version >= 6 ? 1 : 0)
        << "killed at " << step;
    old_seen = old_seen || (died && version == 1);
    EXPECT_EQ(integrity(database), "ok") << "killed at " << step;
    auto store = open(other);
    ASSERT_TRUE(store.ok()) << "killed at " << step << ": " << store.error().message;
    expect_the_data(**store);
    store->reset();
    EXPECT_EQ(number(database, "SELECT count(*) FROM history"), sql::kSchemaVersion - 1)
        << "killed at " << step;
    fs::remove_all(other);
  }
};

TEST_F(Killed, InTheMiddleOfAMigrationLeavesTheOldStateOrTheNewOne) {
  bool died = true;
  bool old_seen = false;
  int kills = 0;
  for (int step = 1; died; step += 1 + step / 8) {
    try_at(step, &die_in_steps, died, old_seen);
    kills += died ? 1 : 0;
    ASSERT_FALSE(HasFatalFailure());
  }
  EXPECT_GT(kills, 20);
  EXPECT_TRUE(old_seen);
}

TEST_F(Killed, AtTheCommitOfAMigrationLeavesTheOldState) {
  bool died = true;
  bool old_seen = false;
  for (int step = 1; died; ++step) {
    try_at(step, &die_at_commits, died, old_seen);
    ASSERT_FALSE(HasFatalFailure());
  }
  EXPECT_TRUE(old_seen);
}

}  // namespace
}  // namespace semafoor::store
