// SPDX-License-Identifier: Apache-2.0
#include "gateway/audit/recorder.h"

#include <gmock/gmock.h>
#include <sqlite3.h>

#include <atomic>
#include <future>
#include <mutex>

#include "gateway/duties/test_store.h"

namespace semafoor::audit {
namespace {

using duties::kTestOrg;
using ::testing::ElementsAre;
using ::testing::SizeIs;

class RecorderTest : public ::testing::Test {
 protected:
  RecorderTest() { store_.add_organisation(); }

  static Reading reading(const std::string& what, std::vector<std::string> persons = {}) {
    return {.org = kTestOrg, .entry = {.what = what, .persons = std::move(persons)}};
  }
  // The writer thread stands still until the promise is kept.
  void hold_writer() {
    store_->write(
        [open = gate_.get_future().share()](store::Transaction&) -> Result<void> {
          open.wait();
          return {};
        },
        [](const Result<void>&) {});
  }

  std::promise<void> gate_;
  duties::ManualClock clock_;
  duties::TestStore store_{clock_};
};

TEST_F(RecorderTest, WhatWasShownIsInTheChainAfterFlushing) {
  Recorder recorder(*store_);
  ASSERT_TRUE(recorder.record(reading("signal.list", {"85073003328", "17073003384"})).ok());
  ASSERT_TRUE(recorder.record(reading("signal.read", {"85073003328"})).ok());
  recorder.flush();
  const auto records = store_.audit();
  ASSERT_THAT(records, SizeIs(2));
  EXPECT_EQ(records[0].act(), "signal.list");
  EXPECT_THAT(records[0].persons(), SizeIs(2));
  EXPECT_THAT(records[1].persons(), ElementsAre(records[0].persons(0)));
}

TEST_F(RecorderTest, ThePersonsOfSignalsAreLookedUpWhenItIsWritten) {
  v1::Signal signal;
  signal.set_signal_id("s1");
  signal.mutable_organisation()->set_value(kTestOrg);
  signal.mutable_person()->set_value("85073003328");
  store_.write([&](store::Transaction& tx) { return tx.put_signal(kTestOrg, "key", signal, ""); });
  Recorder recorder(*store_);
  auto shown = reading("feedback.list");
  shown.signals = {"s1", "gone"};
  ASSERT_TRUE(recorder.record(shown).ok());
  recorder.flush();
  const auto hash = store_.ask<std::string>([](store::Reader& reader) -> Result<std::string> {
    return reader.audit_person_hash(kTestOrg, "85073003328");
  });
  EXPECT_THAT(store_.audit().at(0).persons(), ElementsAre(hash));
}

TEST_F(RecorderTest, WhatComesWhileOneIsWrittenIsOneTransactionInItsOrder) {
  Recorder recorder(*store_, {.batch = 3});
  hold_writer();
  for (const char* what : {"a", "b", "c", "d", "e"})
    ASSERT_TRUE(recorder.record(reading(what)).ok());
  gate_.set_value();
  recorder.flush();
  EXPECT_THAT(store_.acts(), ElementsAre("a", "b", "c", "d", "e"));
}

TEST_F(RecorderTest, OneThatCannotBeWrittenDoesNotTakeOthersWithIt) {
  // A record stands already where this chain would go on.
  sqlite3* raw = nullptr;
  ASSERT_EQ(sqlite3_open((store_.folder() / "semafoor.db").string().c_str(), &raw), SQLITE_OK);
  sqlite3_busy_timeout(raw, 10'000);
  ASSERT_EQ(sqlite3_exec(raw,
                         "INSERT INTO audit (org, number, time_ms, hash, body) VALUES "
                         "('0212344876', 1, 1, x'00', x'00')",
                         nullptr, nullptr, nullptr),
            SQLITE_OK);
  sqlite3_close(raw);
  std::atomic<int> told = 0;
  Recorder recorder(*store_, {.failed = [&](const Error&) { ++told; }});
  hold_writer();
  ASSERT_TRUE(recorder.record(reading("a")).ok());
  ASSERT_TRUE(recorder.record(reading("b")).ok());
  auto broken = reading("broken");
  broken.org = "0212344876";
  ASSERT_TRUE(recorder.record(broken).ok());
  ASSERT_TRUE(recorder.record(reading("c")).ok());
  gate_.set_value();
  recorder.flush();
  EXPECT_THAT(store_.acts(), ::testing::UnorderedElementsAre("a", "b", "c"));
  EXPECT_GE(told, 1);
}

TEST_F(RecorderTest, NothingIsShownWhenTooMuchWaitsForTheDisk) {
  Recorder recorder(*store_, {.most = 3});
  hold_writer();
  EXPECT_TRUE(recorder.record(reading("a", {"85073003328"})).ok());
  EXPECT_TRUE(recorder.record(reading("b")).ok());
  const auto refused = recorder.record(reading("c"));
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, "audit.backlog");
  EXPECT_TRUE(refused.error().retryable);
  gate_.set_value();
  recorder.flush();
  EXPECT_TRUE(recorder.record(reading("d")).ok());
  recorder.flush();
  EXPECT_THAT(store_.acts(), ElementsAre("a", "b", "d"));
}

TEST_F(RecorderTest, WhatCannotBeWrittenWaitsAndIsWrittenWithItsTimeWhenItCanBe) {
  // Whoever else writes keeps the store from it.
  sqlite3* raw = nullptr;
  ASSERT_EQ(sqlite3_open((store_.folder() / "semafoor.db").string().c_str(), &raw), SQLITE_OK);
  sqlite3_busy_timeout(raw, 10'000);
  const auto run = [&](const char* sql) {
    ASSERT_EQ(sqlite3_exec(raw, sql, nullptr, nullptr, nullptr), SQLITE_OK);
  };
  run("CREATE TRIGGER no_room BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'no'); END");
  std::promise<void> failed;
  std::once_flag once;
  Recorder recorder(
      *store_,
      {.retry = std::chrono::milliseconds(0),
       .now_ms = [this] { return clock_.now_ms(); },
       .failed = [&](const Error&) { std::call_once(once, [&] { failed.set_value(); }); }});
  ASSERT_TRUE(recorder.record(reading("a")).ok());
  failed.get_future().wait();
  EXPECT_TRUE(recorder.record(reading("b")).ok()) << "reading goes on";
  run("DROP TRIGGER no_room");
  sqlite3_close(raw);
  clock_.jump(3'600'000);
  recorder.flush();
  const auto records = store_.audit();
  ASSERT_THAT(records, SizeIs(2));
  for (const auto& record : records)
    EXPECT_THAT(record.detail(), ::testing::HasSubstr("shown at 2026-"));
}

TEST_F(RecorderTest, WhatIsGivenUpAtTheEndIsSaid) {
  std::string told;
  Recorder recorder(*store_, {.failed = [&](const Error& error) { told = error.message; }});
  store_->close();
  EXPECT_TRUE(recorder.record(reading("a")).ok());
  EXPECT_TRUE(recorder.record(reading("b")).ok());
  recorder.flush();
  EXPECT_THAT(told, ::testing::HasSubstr("2 readings that were shown are without record"));
}

}  // namespace
}  // namespace semafoor::audit
