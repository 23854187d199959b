// SPDX-License-Identifier: Apache-2.0
//
// How fast a chain is verified, on one core: read from a SQLite store and checked, against SHA-256
// alone over the same bytes in memory. The two alternate, so that both see the same machine.
// Processor time. One JSON object; `check_only` is the checking without the reading.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "gateway/audit/verification.h"
#include "gateway/os/test_folder.h"
#include "gateway/store/audit_chain.h"
#include "gateway/store/store.h"

namespace {

namespace fs = std::filesystem;
namespace audit = semafoor::audit;
namespace store = semafoor::store;

constexpr char kOrg[] = "0212344876";
constexpr int kRecords = 200'000;
constexpr int kPerTransaction = 500;
constexpr int kRounds = 7;
constexpr double kTarget = 500'000;

[[noreturn]] void fail(const std::string& what) {
  std::fprintf(stderr, "%s\n", what.c_str());
  std::exit(1);
}

struct Row {
  std::int64_t number;
  std::int64_t time_ms;
  std::string hash;
  std::string body;
};

void fill(store::Store& target) {
  store::AuditEntry entry;
  entry.what = "signal.read";
  entry.act.caller.kind = semafoor::domain::Caller::Kind::process;
  entry.act.caller.account = "uid 1000";
  entry.act.actor_id = "jan.peeters";
  entry.act.actor_name = "Jan Peeters";
  entry.act.purpose = "leefloon";
  entry.act.correlation_id = "5e1f0c9a7b3d2e48";
  entry.subject_kind = "signal";
  entry.subject_id = "0190b6f0-7c1e-7d3a-8a52-6c9a4f1e2b3d";
  entry.persons = {"85073003328"};
  for (int i = 0; i < kRecords; i += kPerTransaction) {
    const auto done = target.write_and_wait([&](store::Transaction& tx) -> semafoor::Result<void> {
      for (int row = 0; row < kPerTransaction; ++row)
        if (auto put = tx.append_audit(kOrg, entry); !put) return put;
      return {};
    });
    if (!done) fail(done.error().message);
  }
}

std::vector<Row> rows_of(store::Store& source) {
  std::vector<Row> rows;
  rows.reserve(kRecords);
  const auto read = source.read([&](store::Reader& reader) -> semafoor::Result<void> {
    auto count = reader.audit_rows(kOrg, 0, kRecords, [&](const store::AuditRow& row) {
      rows.push_back({row.number, row.time_ms, std::string(row.hash), std::string(row.body)});
    });
    if (!count) return count.error();
    return {};
  });
  if (!read) fail(read.error().message);
  return rows;
}

double rate_since(std::clock_t start) {
  return kRecords / (static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC);
}

double verified(store::Store& source) {
  const auto start = std::clock();
  audit::Verification work(source, {}, kOrg);
  semafoor::v1::VerifyAuditResponse response;
  for (bool more = true; more;) {
    response.Clear();
    auto stepped = work.step(response);
    if (!stepped) fail(stepped.error().message);
    more = *stepped;
  }
  if (response.faults() != 0 || response.records() != kRecords) fail("the chain is not whole");
  return rate_since(start);
}

double checked(const std::vector<Row>& rows) {
  const auto start = std::clock();
  audit::ChainCheck check(kOrg);
  for (const Row& row : rows) check.take({row.number, row.time_ms, row.hash, row.body});
  if (check.faults() != 0) fail("the chain is not whole");
  return rate_since(start);
}

double hashed(const std::vector<Row>& rows) {
  const auto start = std::clock();
  store::AuditHasher hasher;
  store::AuditHash hash = store::audit_chain_start(kOrg);
  for (const Row& row : rows) hash = hasher.next(store::view(hash), row.body);
  if (store::view(hash) != rows.back().hash) fail("the hashes differ");
  return rate_since(start);
}

struct Round {
  double value;
  double floor;
  double check_only;
};

}  // namespace

int main() {
  const fs::path folder = semafoor::os::make_test_folder("audit-bench");
  auto opened = store::open_sqlite_store({.folder = folder});
  if (!opened) fail(opened.error().message);
  fill(**opened);
  const auto rows = rows_of(**opened);
  std::size_t bytes = 0;
  for (const Row& row : rows) bytes += row.hash.size() + row.body.size();
  std::vector<Round> rounds;
  rounds.reserve(kRounds);
  for (int round = 0; round < kRounds; ++round)
    rounds.push_back({verified(**opened), hashed(rows), checked(rows)});
  (*opened)->close();
  opened->reset();
  fs::remove_all(folder);
  std::sort(rounds.begin(), rounds.end(),
            [](const Round& a, const Round& b) { return a.value / a.floor < b.value / b.floor; });
  const Round& median = rounds[rounds.size() / 2];
  std::printf(
      "{\"name\":\"audit_verify\",\"value\":%.0f,\"unit\":\"records/s\",\"floor\":%.0f,"
      "\"ratio\":%.3f,\"target\":\">= %.0f\",\"met\":%s,\"check_only\":%.0f,"
      "\"bytes_per_record\":%zu}\n",
      median.value, median.floor, median.value / median.floor, kTarget,
      median.value >= kTarget ? "true" : "false", median.check_only, bytes / rows.size());
  return 0;
}
