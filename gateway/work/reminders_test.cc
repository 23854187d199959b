// SPDX-License-Identifier: Apache-2.0
#include "gateway/work/reminders.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "gateway/duties/duty_log.h"
#include "gateway/work/test_work.h"

namespace semafoor::work {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class RemindersTest : public WorkFixture {
 protected:
  RemindersTest() {
    v1::WorkRules rules;
    for (const int days : {7, 14}) rules.mutable_reminders()->add_after_days(days);
    rules.mutable_reminders()->add_before_recall_days(30);
    set(rules);
  }
  void run() {
    const auto done = reminders_.run_once(kTestOrg, {});
    ASSERT_TRUE(done.ok() || duties::is_rest(done.error())) << done.error().message;
  }
  void run_days(int days) {
    for (int i = 0; i < days; ++i) {
      clock_.jump(kDay);
      run();
    }
  }
  long events() {
    const auto types = store_.event_types(v1::MODULE_KNIPPERLICHT);
    return std::count(types.begin(), types.end(), "signal.reminder");
  }
  std::vector<v1::Reminder> listed(const std::string& assignee = {}) {
    store::EntryQuery query;
    query.subject = assignee;
    query.newest_first = false;
    return work_.reminders(kTestOrg, query)->items;
  }

  Reminders reminders_{*store_, clock_, {}};
};

TEST_F(RemindersTest, EachSignalIsRemindedOfOnceForEachStep) {
  auto made = signal("s1", v1::SIGNAL_STATE_ASSIGNED);
  *made.mutable_assignee() = actor("u1");
  put(made);
  run();
  EXPECT_EQ(events(), 0);
  run_days(6);
  EXPECT_EQ(events(), 0);
  run_days(1);
  EXPECT_EQ(events(), 1);
  run();
  run_days(6);
  EXPECT_EQ(events(), 1);
  run_days(1);
  EXPECT_EQ(events(), 2);
  run_days(20);
  EXPECT_EQ(events(), 2);
  ASSERT_EQ(listed().size(), 2U);
  EXPECT_EQ(listed()[0].kind(), v1::REMINDER_KIND_AGE);
  EXPECT_EQ(listed()[0].days(), 7);
  EXPECT_EQ(listed()[0].assignee().id(), "u1");
  EXPECT_EQ(listed()[0].state(), v1::SIGNAL_STATE_ASSIGNED);
  EXPECT_FALSE(listed()[0].text().de().empty());
  EXPECT_EQ(listed()[1].days(), 14);
  ASSERT_EQ(steps("s1").size(), 2U);
  EXPECT_EQ(steps("s1")[1].event(), v1::SIGNAL_EVENT_REMINDED);
  EXPECT_EQ(steps("s1")[1].detail(), "age-14");
  EXPECT_THAT(store_.acts(), Contains("signal.remind").Times(2));
  EXPECT_EQ(get("s1").version(), 1) << "the signal itself is as it was";
}

TEST_F(RemindersTest, TheNextHalfYearlyListIsAnnounced) {
  auto made = signal("s1", v1::SIGNAL_STATE_RECEIVED);
  made.mutable_received_at()->set_unix_ms(domain::belgian_midnight_ms(20270129));
  put(made);
  clock_.jump(domain::belgian_midnight_ms(20270130) - kNoon);
  run();
  ASSERT_EQ(listed().size(), 1U);
  EXPECT_EQ(listed()[0].kind(), v1::REMINDER_KIND_RECALL);
  EXPECT_EQ(domain::date_number(listed()[0].recall_on()), 20270301);
  EXPECT_EQ(listed()[0].days(), 30);
  run_days(5);
  EXPECT_EQ(events(), 1);
}

TEST_F(RemindersTest, WhatIsAnsweredOrOverIsNotRemindedOf) {
  for (const auto& [id, state] :
       {std::pair("s1", v1::SIGNAL_STATE_ANSWERED), std::pair("s2", v1::SIGNAL_STATE_CLOSED),
        std::pair("s3", v1::SIGNAL_STATE_SUPERSEDED)})
    add(id, state);
  add("s4", v1::SIGNAL_STATE_ANSWER_REFUSED);
  run_days(8);
  EXPECT_EQ(events(), 1);
  EXPECT_EQ(listed().at(0).signal_id(), "s4");
}

TEST_F(RemindersTest, AGatewayThatWasOffTellsTheLatestStepOnly) {
  add("s1");
  clock_.jump(40 * kDay);
  run();
  EXPECT_EQ(events(), 1);
  EXPECT_EQ(listed().at(0).days(), 14);
}

TEST_F(RemindersTest, NewStepsAreLookedAtOnTheSameDay) {
  add("s1");
  run_days(3);
  EXPECT_EQ(events(), 0);
  v1::WorkRules rules;
  rules.mutable_reminders()->add_after_days(3);
  set(rules);
  run();
  EXPECT_EQ(events(), 1);
  set({});
  run_days(30);
  EXPECT_EQ(events(), 1) << "nobody wants to be reminded";
}

TEST_F(RemindersTest, EachIsListedForWhoHadItThen) {
  auto made = signal("s1", v1::SIGNAL_STATE_ASSIGNED);
  *made.mutable_assignee() = actor("u1");
  put(made);
  auto waiting = signal("s2", v1::SIGNAL_STATE_RECEIVED);
  waiting.set_team("t");
  put(waiting);
  run_days(7);
  EXPECT_EQ(listed().size(), 2U);
  ASSERT_EQ(listed("u1").size(), 1U);
  EXPECT_EQ(listed("u1")[0].signal_id(), "s1");
  EXPECT_THAT(listed("u2"), IsEmpty());
}

TEST_F(RemindersTest, WhatWasStoredBeforeAKillIsNotToldAgain) {
  for (int i = 0; i < 60; ++i) add("s" + std::to_string(100 + i));
  clock_.jump(7 * kDay);
  // The first of two transactions was committed, and the mark of the day was not.
  std::stop_source stop;
  store_->on_commit([&](const store::CommitNotice&) { stop.request_stop(); });
  EXPECT_FALSE(reminders_.run_once(kTestOrg, stop.get_token()).ok());
  EXPECT_EQ(events(), 50);
  run();
  EXPECT_EQ(events(), 60);
}

}  // namespace
}  // namespace semafoor::work
