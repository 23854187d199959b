// SPDX-License-Identifier: Apache-2.0
//
// For tests: a chain in a real store, what somebody does to it behind the store's back, and what
// verification says.
#pragma once

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "gateway/audit/export.h"
#include "gateway/audit/export_file.h"
#include "gateway/audit/file_check.h"
#include "gateway/audit/verification.h"
#include "gateway/duties/test_store.h"

namespace semafoor::audit {

using duties::kTestOrg;

// A record as it stands in the database.
struct Row {
  std::int64_t number = 0;
  std::int64_t time_ms = 0;
  std::string hash;
  std::string body;
};

class TestChain {
 public:
  explicit TestChain(int records) {
    store_.add_organisation();
    for (int i = 0; i < records; ++i) append(i);
    EXPECT_EQ(sqlite3_open((store_.folder() / "semafoor.db").string().c_str(), &raw_), SQLITE_OK);
    sqlite3_busy_timeout(raw_, 10'000);
    run("PRAGMA synchronous = OFF");
  }
  ~TestChain() { sqlite3_close(raw_); }
  TestChain(const TestChain&) = delete;
  TestChain& operator=(const TestChain&) = delete;

  void append(int i) {
    store::AuditEntry entry;
    entry.what = i % 3 == 0 ? "signal.list" : "signal.read";
    entry.act.caller.kind = domain::Caller::Kind::process;
    entry.act.caller.account = "uid " + std::to_string(1000 + i % 7);
    entry.act.actor_id = "u" + std::to_string(i);
    entry.subject_kind = "signal";
    entry.persons = {"85073003328"};
    if (i % 3 == 0) entry.persons.emplace_back("17073003384");
    clock_.jump(1000);
    store_.write([&](store::Transaction& tx) { return tx.append_audit(kTestOrg, entry); });
  }

  // Behind the store's back. False when the database itself refuses.
  bool run(const std::string& sql, const std::vector<std::string>& blobs = {}) {
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v2(raw_, sql.c_str(), -1, &statement, nullptr) != SQLITE_OK) return false;
    for (std::size_t i = 0; i < blobs.size(); ++i)
      sqlite3_bind_blob(statement, static_cast<int>(i) + 1, blobs[i].data(),
                        static_cast<int>(blobs[i].size()), SQLITE_TRANSIENT);
    int code = sqlite3_step(statement);
    while (code == SQLITE_ROW) code = sqlite3_step(statement);
    sqlite3_finalize(statement);
    return code == SQLITE_DONE;
  }
  bool put(const Row& row) {
    return run("INSERT INTO audit (org, number, time_ms, hash, body) VALUES ('" +
                   std::string(kTestOrg) + "', " + std::to_string(row.number) + ", " +
                   std::to_string(row.time_ms) + ", ?, ?)",
               {row.hash, row.body});
  }
  bool drop(std::int64_t from, std::int64_t to) {
    return run("DELETE FROM audit WHERE number BETWEEN " + std::to_string(from) + " AND " +
               std::to_string(to));
  }
  bool set_head(std::int64_t number, const std::string& hash) {
    return run("UPDATE sequences SET audit_hash = ?, audit = " + std::to_string(number) +
                   " WHERE org = '" + kTestOrg + "'",
               {hash});
  }
  // The chain as it is given, and its counter.
  void restore(const std::vector<Row>& rows) {
    run("BEGIN");
    run("DELETE FROM audit");
    for (const Row& row : rows) put(row);
    set_head(rows.back().number, rows.back().hash);
    run("COMMIT");
  }

  std::vector<Row> rows() {
    return store_.ask<std::vector<Row>>([](store::Reader& reader) -> Result<std::vector<Row>> {
      std::vector<Row> all;
      auto read = reader.audit_rows(kTestOrg, 0, 100'000, [&](const store::AuditRow& row) {
        all.push_back({row.number, row.time_ms, std::string(row.hash), std::string(row.body)});
      });
      if (!read) return read.error();
      return all;
    });
  }
  v1::VerifyAuditResponse verify(const AnchorsRead& anchors = {}) {
    Verification work(*store_, anchors, std::nullopt);
    v1::VerifyAuditResponse sum;
    for (bool more = true; more;) {
      v1::VerifyAuditResponse response;
      auto stepped = work.step(response);
      // What cannot even be read is no whole chain.
      if (!stepped) {
        sum.set_faults(sum.faults() + 1);
        sum.add_findings()->set_message(stepped.error().message);
        return sum;
      }
      sum.mutable_findings()->MergeFrom(response.findings());
      sum.set_faults(response.faults());
      sum.set_records(response.records());
      sum.set_anchors(response.anchors());
      more = *stepped;
    }
    return sum;
  }
  std::string file() {
    Export work(*store_, kTestOrg);
    std::string text = first_line(kTestOrg);
    for (bool more = true; more;) {
      v1::ExportAuditResponse response;
      auto stepped = work.step(response);
      EXPECT_TRUE(stepped.ok());
      for (const auto& record : response.records()) text += record_line(record);
      if (response.has_head()) text += last_line(response.head());
      more = stepped.ok() && *stepped;
    }
    return text;
  }

  store::Store& store() { return *store_; }
  duties::TestStore& test_store() { return store_; }
  duties::ManualClock& clock() { return clock_; }

 private:
  duties::ManualClock clock_;
  duties::TestStore store_{clock_};
  sqlite3* raw_ = nullptr;
};

// Whether anything is said against an exported file.
inline bool file_is_whole(const std::string& text, const AnchorsRead& anchors = {}) {
  std::istringstream stream(text);
  const auto found = check_file(stream, anchors);
  return found.ok() && found->faults() == 0 && found->done();
}

// What an anchor holds of a record.
inline AnchorsRead anchors_at(const std::vector<Row>& rows, std::vector<std::size_t> places) {
  AnchorsRead anchors;
  for (const std::size_t at : places)
    anchors.chains[kTestOrg].push_back({rows[at].number, rows[at].hash, "2026-11-28"});
  return anchors;
}

// The chain of somebody who knows how hashes are made: from `at` on, with `body` there.
inline std::vector<Row> rewritten(std::vector<Row> rows, std::size_t at, const std::string& body) {
  store::AuditHasher hasher;
  rows[at].body = body;
  for (std::size_t i = at; i < rows.size(); ++i) {
    const std::string before =
        i == 0 ? std::string(store::view(store::audit_chain_start(kTestOrg))) : rows[i - 1].hash;
    rows[i].hash = std::string(store::view(hasher.next(before, rows[i].body)));
  }
  return rows;
}

}  // namespace semafoor::audit
