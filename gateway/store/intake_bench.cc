// SPDX-License-Identifier: Apache-2.0
//
// Durable intake: 64 writers, one signal each at a time, against SQLite with 100 rows a transaction
// of the same bytes on the same disk in the same run. The two alternate, so that both see the same
// machine. One JSON object.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <latch>
#include <string>
#include <thread>
#include <vector>

#include "gateway/domain/uuid.h"
#include "gateway/store/sqlite/schema.h"
#include "gateway/store/sqlite/transaction.h"
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

// The same rows by plain SQLite: one thread, 100 rows a transaction, no queue, no savepoints,
// nobody to answer.
double plain_sqlite(store::sqlite::Database& database, const store::BlindIndex& index, int first) {
  const auto start = Clock::now();
  for (int i = 0; i < kRows; ++i) {
    if (i % 100 == 0) database.run("BEGIN IMMEDIATE");
    store::CommitNotice notice;
    store::sqlite::SqliteTransaction transaction(database, index, 1, notice);
    auto signal = make_signal(first + i);
    if (auto put =
            transaction.put_signal(kOrg, signal.signal_reference(), signal, "signal.received");
        !put) {
      std::fprintf(stderr, "floor: %s\n", put.error().message.c_str());
      std::exit(1);
    }
    if (i % 100 == 99) database.run("COMMIT");
  }
  return kRows / seconds_since(start);
}

}  // namespace

int main() {
  std::string pattern = (std::filesystem::temp_directory_path() / "intakeXXXXXX").string();
  const std::filesystem::path folder = mkdtemp(pattern.data());
  struct Round {
    double value;
    double floor;
    double ratio() const { return value / floor; }
  };
  std::vector<Round> rounds;
  {
    auto opened = store::open_sqlite_store({.folder = folder / "store"});
    if (!opened) {
      std::fprintf(stderr, "%s\n", opened.error().message.c_str());
      return 1;
    }
    auto index = store::BlindIndex::open(folder / "floor.key", true);
    store::sqlite::Database floor_database(folder / "floor.db",
                                           store::sqlite::Database::Mode::write);
    if (!index || !store::sqlite::bring_up_to_date(floor_database)) return 1;
    for (int round = 0; round < kRounds; ++round) {
      const double here = through_store(**opened, round * kRows);
      const double below = plain_sqlite(floor_database, *index, round * kRows);
      rounds.push_back({here, below});
    }
  }
  std::filesystem::remove_all(folder);
  std::sort(rounds.begin(), rounds.end(),
            [](const Round& a, const Round& b) { return a.ratio() < b.ratio(); });
  const auto& [value, floor] = rounds[rounds.size() / 2];
  const double ratio = value / floor;
  std::printf(
      "{\"name\":\"durable_intake_64_writers\",\"value\":%.0f,\"unit\":\"rows/"
      "s\",\"floor\":%.0f,\"ratio\":%.3f,"
      "\"target\":\">= 0.5\",\"met\":%s}\n",
      value, floor, ratio, ratio >= 0.5 ? "true" : "false");
  return 0;
}
