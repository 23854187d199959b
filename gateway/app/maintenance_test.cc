// SPDX-License-Identifier: Apache-2.0
#include "gateway/app/maintenance.h"

#include <gmock/gmock.h>
#include <sqlite3.h>

#include <chrono>
#include <functional>
#include <future>
#include <mutex>
#include <string>

#include "gateway/duties/test_store.h"

namespace semafoor::app {
namespace {

using duties::kTestOrg;
using ::testing::ElementsAre;
using ::testing::SizeIs;

class Silent final : public rpc::Journal {
 public:
  void note(Level, std::string_view, std::string_view, Fields) override {}
};

class MaintenanceTest : public testing::Test {
 protected:
  MaintenanceTest() { store_.add_organisation(); }
  ~MaintenanceTest() override { maintenance_.stop(); }

  // Lets minutes pass until it is so.
  bool in_time(const std::function<bool()>& condition) {
    return store_.wait_until([&] {
      clock_.advance(60'000);
      return condition();
    });
  }
  void run(const std::string& sql) {
    sqlite3* raw = nullptr;
    ASSERT_EQ(sqlite3_open((store_.folder() / "semafoor.db").string().c_str(), &raw), SQLITE_OK);
    sqlite3_busy_timeout(raw, 10'000);
    EXPECT_EQ(sqlite3_exec(raw, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK);
    sqlite3_close(raw);
  }

  duties::ManualClock clock_;
  duties::TestStore store_{clock_};
  Silent journal_;
  std::promise<void> failed_;
  std::once_flag once_;
  audit::Recorder recorder_{
      *store_,
      {.retry = std::chrono::milliseconds(1),
       .now_ms = [this] { return clock_.now_ms(); },
       .failed = [this](const Error&) { std::call_once(once_, [this] { failed_.set_value(); }); }}};
  audit::Refusals refusals_{*store_, {.now_ms = [this] { return clock_.now_ms(); }}};
  Maintenance maintenance_{*store_, clock_, journal_, recorder_, refusals_};
};

TEST_F(MaintenanceTest, RepeatsOfARefusalAreRecordedWhenTheirMinuteIsOverThoughNobodyCalls) {
  for (int i = 0; i < 3; ++i) refusals_.note({.method = "Admin/GetStatus", .code = "permission.x"});
  maintenance_.start();
  EXPECT_TRUE(in_time([this] { return store_.audit(store::kGatewayChain).size() == 2; }));
  EXPECT_EQ(store_.audit(store::kGatewayChain).at(1).count(), 2);
}

TEST_F(MaintenanceTest, AReadingThatCouldNotBeRecordedIsTriedAgainThoughNobodyReads) {
  run("CREATE TRIGGER no_room BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'no'); END");
  ASSERT_TRUE(recorder_.record({.org = kTestOrg, .entry = {.what = "signal.read"}}).ok());
  failed_.get_future().wait();
  run("DROP TRIGGER no_room");
  maintenance_.start();
  EXPECT_TRUE(in_time([this] { return !store_.acts().empty(); }));
  EXPECT_THAT(store_.acts(), ElementsAre("signal.read"));
}

TEST_F(MaintenanceTest, EventsThatAreTooOldAreDroppedWithinTheHour) {
  v1::Event event;
  event.set_module(v1::MODULE_EBOX);
  event.set_type("test");
  store_.write([&](store::Transaction& tx) -> Result<void> {
    auto put = tx.append_event(kTestOrg, event);
    return put.ok() ? Result<void>() : Result<void>(put.error());
  });
  ASSERT_THAT(store_.events(v1::MODULE_EBOX), SizeIs(1));
  clock_.advance(91LL * 24 * 3'600'000);
  maintenance_.start();
  EXPECT_TRUE(in_time([this] {
    // Whoever has none of them yet is told so.
    return !store_
                ->read([](store::Reader& reader) -> Result<void> {
                  auto all = reader.events(kTestOrg, v1::MODULE_EBOX, 0, 1);
                  return all ? Result<void>() : Result<void>(all.error());
                })
                .ok();
  }));
}

}  // namespace
}  // namespace semafoor::app
