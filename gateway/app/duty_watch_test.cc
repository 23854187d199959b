// SPDX-License-Identifier: Apache-2.0
#include "gateway/app/duty_watch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "gateway/duties/duty_log.h"
#include "gateway/duties/manual_clock.h"
#include "gateway/duties/test_store.h"

namespace semafoor::app {
namespace {

using duties::kTestOrg;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr char kSync[] = "ebox.sync";
constexpr std::int64_t kLimit = 1'000'000;

nlohmann::json said(const std::pair<std::string, bool>& readiness, bool serves) {
  EXPECT_EQ(readiness.second, serves);
  return nlohmann::json::parse(readiness.first);
}

v1::DiskStatus ample() {
  v1::DiskStatus disk;
  disk.set_room(v1::DISK_ROOM_AMPLE);
  return disk;
}

class Notes final : public rpc::Journal {
 public:
  void note(Level, std::string_view event, std::string_view, Fields fields) override {
    std::string line(event);
    for (const auto& [name, value] : fields)
      if (name == "duty") line += " " + std::string(value);
    lines.push_back(line);
  }
  std::vector<std::string> take() { return std::exchange(lines, {}); }

 private:
  std::vector<std::string> lines;
};

class DutyWatchTest : public testing::Test {
 protected:
  void enable(std::vector<v1::Module> modules) {
    auto done = store_->write_and_wait([&](store::Transaction& tx) {
      v1::Organisation organisation;
      organisation.mutable_organisation()->set_value(kTestOrg);
      for (const auto module : modules) organisation.add_enabled_modules(module);
      return tx.put_organisation(organisation);
    });
    ASSERT_TRUE(done.ok());
  }
  void succeed(const std::string& duty) {
    ASSERT_TRUE(store_
                    ->write_and_wait([&](store::Transaction& tx) {
                      return duties::record_success(tx, kTestOrg, duty, clock_.now_ms());
                    })
                    .ok());
  }
  void fail(const std::string& duty) {
    ASSERT_TRUE(store_
                    ->write_and_wait([&](store::Transaction& tx) {
                      return duties::record_failure(tx, kTestOrg, duty, clock_.now_ms(),
                                                    "refused (upstream.status, HTTP 403)");
                    })
                    .ok());
  }
  std::vector<std::string> told() {
    watch_.look();
    return notes_.take();
  }

  duties::ManualClock clock_;
  duties::TestStore store_{clock_};
  Notes notes_;
  DutyWatch watch_{*store_, clock_, notes_, {{kSync, {v1::MODULE_EBOX}, kLimit}}};
};

TEST_F(DutyWatchTest, TellsTheBeginAndTheEndOfFailingAndNotEachTry) {
  enable({v1::MODULE_EBOX});
  succeed(kSync);
  EXPECT_THAT(told(), IsEmpty());
  fail(kSync);
  EXPECT_THAT(told(), ElementsAre("duty.unwell ebox.sync"));
  fail(kSync);
  EXPECT_THAT(told(), IsEmpty());
  succeed(kSync);
  EXPECT_THAT(told(), ElementsAre("duty.well ebox.sync"));
  EXPECT_THAT(told(), IsEmpty());
}

TEST_F(DutyWatchTest, ADutyThatStandsStillIsOverdueThoughItDoesNotFail) {
  enable({v1::MODULE_EBOX});
  succeed(kSync);
  clock_.advance(kLimit);
  EXPECT_THAT(told(), IsEmpty());
  clock_.advance(1);
  EXPECT_THAT(told(), ElementsAre("duty.unwell ebox.sync"));
  const auto unwell = watch_.unwell().value();
  ASSERT_EQ(unwell.size(), 1u);
  EXPECT_TRUE(unwell[0].overdue);
  EXPECT_EQ(unwell[0].last_success_age_ms, kLimit + 1);
}

TEST_F(DutyWatchTest, ADutyOnDemandRestsAsLongAsItLikes) {
  enable({v1::MODULE_FEEDBACK});
  succeed("feedback.outbox");
  clock_.advance(kLimit * 100);
  EXPECT_THAT(told(), IsEmpty());
  fail("feedback.outbox");
  EXPECT_THAT(told(), ElementsAre("duty.unwell feedback.outbox"));
}

TEST_F(DutyWatchTest, AModuleThatWasDisabledIsNotMissed) {
  enable({v1::MODULE_EBOX});
  succeed(kSync);
  enable({v1::MODULE_FEEDBACK});
  clock_.advance(kLimit * 2);
  EXPECT_THAT(told(), IsEmpty());
}

TEST_F(DutyWatchTest, ReadinessNamesTheDutyItsAgeAndItsProblem) {
  enable({v1::MODULE_EBOX});
  EXPECT_EQ(said(readiness(true, watch_.unwell(), ample()), true),
            nlohmann::json::parse(R"({"status": "ready", "duties": [], "expiring": [], "alarms": [],
                "disk": {"room": "ample", "availableBytes": 0, "capacityBytes": 0, "problem": ""}})"));
  succeed(kSync);
  clock_.advance(5'000);
  fail(kSync);
  const auto document = said(readiness(true, watch_.unwell(), ample()), true);
  EXPECT_EQ(document.at("status"), "degraded");
  EXPECT_EQ(document.at("duties"),
            (nlohmann::json{{{"organisation", kTestOrg},
                             {"duty", kSync},
                             {"lastSuccessAgeSeconds", 5},
                             {"consecutiveFailures", 1},
                             {"overdue", false},
                             {"problem", "refused (upstream.status, HTTP 403)"}}}));
  EXPECT_EQ(said(readiness(false, watch_.unwell(), ample()), false).at("status"), "not ready");
}

TEST_F(DutyWatchTest, ADiskThatFillsUpDegradesReadiness) {
  enable({v1::MODULE_EBOX});
  auto disk = ample();
  disk.set_room(v1::DISK_ROOM_LOW);
  const auto document = said(readiness(true, watch_.unwell(), disk), true);
  EXPECT_EQ(document.at("status"), "degraded");
  EXPECT_EQ(document.at("disk").at("room"), "low");
}

TEST_F(DutyWatchTest, TheGravestAlarmIsTheLightOfReadiness) {
  enable({v1::MODULE_EBOX});
  std::vector<v1::Alarm> alarms;
  for (const auto& [level, light, status] :
       {std::tuple(v1::ALARM_LEVEL_NOTICE, "notice", "ready"),
        std::tuple(v1::ALARM_LEVEL_YELLOW, "yellow", "degraded"),
        std::tuple(v1::ALARM_LEVEL_RED, "red", "critical")}) {
    auto& one = alarms.emplace_back();
    one.set_level(level);
    one.set_code("credential.expires");
    one.set_subject("key");
    const auto document = said(readiness(true, watch_.unwell(), ample(), {}, alarms), true);
    EXPECT_EQ(document.at("status"), status);
    EXPECT_EQ(document.at("alarms").back().at("level"), light);
    EXPECT_EQ(document.at("alarms").back().at("subject"), "key");
  }
}

TEST_F(DutyWatchTest, AStoreThatCannotBeReadIsNotReady) {
  const Error broken{.kind = ErrorKind::unavailable, .code = "store.disk", .message = "no disk"};
  const auto document = said(readiness(true, broken, ample()), false);
  EXPECT_EQ(document.at("status"), "not ready");
  EXPECT_EQ(document.at("problem"), "no disk");
}

}  // namespace
}  // namespace semafoor::app
