// SPDX-License-Identifier: Apache-2.0
#include "gateway/history/history.h"

#include <gtest/gtest.h>

#include "gateway/duties/test_store.h"

namespace semafoor::history {
namespace {

using duties::kTestOrg;

class HistoryTest : public ::testing::Test {
 protected:
  HistoryTest() {
    signal_.set_signal_id("s");
    signal_.set_state(v1::SIGNAL_STATE_RECEIVED);
  }
  void add(v1::SignalEvent event, std::int64_t time_ms,
           v1::SignalChannel channel = v1::SIGNAL_CHANNEL_UNSPECIFIED) {
    v1::SignalStep step;
    step.set_event(event);
    step.mutable_time()->set_unix_ms(time_ms);
    step.set_channel(channel);
    store_.write([&](store::Transaction& tx) { return history::add(tx, kTestOrg, signal_, step); });
  }
  v1::SignalHistory steps(const std::string& id = "s") {
    return store_.ask<v1::SignalHistory>(
        [&](store::Reader& reader) { return of(reader, kTestOrg, id); });
  }
  std::vector<std::int64_t> times() {
    std::vector<std::int64_t> all;
    const auto history = steps();
    for (const auto& step : history.steps()) all.push_back(step.time().unix_ms());
    return all;
  }

  duties::ManualClock clock_;
  duties::TestStore store_{clock_};
  v1::Signal signal_;
};

using Times = std::vector<std::int64_t>;

TEST_F(HistoryTest, StepsStandInTheirOrderWithTheStateAfterThem) {
  add(v1::SIGNAL_EVENT_ARRIVED, 1, v1::SIGNAL_CHANNEL_MUTATION);
  signal_.set_state(v1::SIGNAL_STATE_ASSIGNED);
  add(v1::SIGNAL_EVENT_ASSIGNED, 2);
  const auto history = steps();
  ASSERT_EQ(history.steps_size(), 2);
  EXPECT_EQ(history.steps(0).state(), v1::SIGNAL_STATE_RECEIVED);
  EXPECT_EQ(history.steps(1).state(), v1::SIGNAL_STATE_ASSIGNED);
  EXPECT_EQ(steps("unknown").steps_size(), 0);
}

TEST_F(HistoryTest, OfRepetitionsInARowTheFirstAndTheLastAreKept) {
  for (const std::int64_t time : {1, 2, 3, 4})
    add(v1::SIGNAL_EVENT_ARRIVED, time, v1::SIGNAL_CHANNEL_MUTATION);
  EXPECT_EQ(times(), (Times{1, 4}));
  add(v1::SIGNAL_EVENT_ARRIVED, 5, v1::SIGNAL_CHANNEL_MONTHLY_LIST);
  add(v1::SIGNAL_EVENT_ARRIVED, 6, v1::SIGNAL_CHANNEL_MUTATION);
  EXPECT_EQ(times(), (Times{1, 4, 5, 6}));
}

TEST_F(HistoryTest, ALongHistoryKeepsItsFirstAndItsLatestSteps) {
  add(v1::SIGNAL_EVENT_ARRIVED, 0, v1::SIGNAL_CHANNEL_MUTATION);
  for (int i = 1; i <= kMostSteps + 10; ++i) add(v1::SIGNAL_EVENT_ASSIGNED, i);
  const auto all = times();
  ASSERT_EQ(all.size(), static_cast<std::size_t>(kMostSteps));
  EXPECT_EQ(all.front(), 0);
  EXPECT_EQ(all.back(), kMostSteps + 10);
}

TEST_F(HistoryTest, TheStoryOfAUnitedRecordBecomesPartOfTheOther) {
  add(v1::SIGNAL_EVENT_ARRIVED, 1, v1::SIGNAL_CHANNEL_MUTATION);
  add(v1::SIGNAL_EVENT_ASSIGNED, 4);
  v1::Signal former;
  former.set_signal_id("former");
  for (const std::int64_t time : {2, 3, 5}) {
    v1::SignalStep step;
    step.set_event(v1::SIGNAL_EVENT_MATCHED);
    step.mutable_time()->set_unix_ms(time);
    store_.write([&](store::Transaction& tx) { return history::add(tx, kTestOrg, former, step); });
  }
  store_.write(
      [&](store::Transaction& tx) { return history::unite(tx, kTestOrg, signal_, former); });
  EXPECT_EQ(times(), (Times{1, 2, 3, 4, 5}));
  EXPECT_EQ(steps("former").steps_size(), 3);
}

TEST_F(HistoryTest, TheRecordThatStandsIsFoundOverSeveral) {
  for (const auto& [id, by] : std::vector<std::pair<std::string, std::string>>{
           {"a", "b"}, {"b", "c"}, {"c", ""}, {"gone", "elsewhere"}}) {
    v1::Signal signal;
    signal.set_signal_id(id);
    if (!by.empty()) signal.mutable_supersession()->set_signal_id(by);
    store_.write([&](store::Transaction& tx) { return tx.put_signal(kTestOrg, id, signal, ""); });
  }
  const auto stands = [&](const std::string& id) {
    return store_
        .ask<v1::Signal>([&](store::Reader& reader) -> Result<v1::Signal> {
          auto signal = reader.signal(kTestOrg, id);
          if (!signal) return signal.error();
          return standing(reader, kTestOrg, **signal);
        })
        .signal_id();
  };
  EXPECT_EQ(stands("a"), "c");
  EXPECT_EQ(stands("c"), "c");
  EXPECT_EQ(stands("gone"), "gone") << "it stands in another organisation";
}

TEST_F(HistoryTest, WhoActedIsNamedWhereSomebodyDid) {
  v1::SignalStep step;
  set_actor(step, domain::act_of_gateway());
  EXPECT_FALSE(step.has_actor());
  domain::Act act;
  act.actor_id = "an";
  act.actor_name = "An Peeters";
  set_actor(step, act);
  EXPECT_EQ(step.actor().name(), "An Peeters");
}

}  // namespace
}  // namespace semafoor::history
