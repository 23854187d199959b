// SPDX-License-Identifier: Apache-2.0
#include "gateway/signals/persons.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "gateway/domain/signal_identity.h"
#include "gateway/duties/test_store.h"
#include "gateway/history/history.h"
#include "gateway/signals/listed.h"
#include "gateway/signals/signals.h"
#include "gateway/signals/test_signals.h"

namespace semafoor::signals {
namespace {

using duties::kTestOrg;
using ::testing::Contains;
using ::testing::ElementsAre;
using testing::facts_of;
using testing::half_yearly;
using ::testing::IsEmpty;
using testing::monthly;
using testing::ssin;
using ::testing::UnorderedElementsAre;

class PersonsTest : public ::testing::Test {
 protected:
  PersonsTest() {
    store_.add_organisation();
    host_.set_id("u1");
  }

  std::string deliver(const std::string& person, const ListFacts& list,
                      const std::string& replaced = "") {
    std::string id;
    clock_.advance(1'000);
    store_.write([&](store::Transaction& tx) -> Result<void> {
      auto listed =
          deliver_listed(tx, kTestOrg, {.facts = facts_of(person), .replaced_ssin = replaced}, list,
                         clock_.now_ms());
      if (!listed) return listed.error();
      id = listed->signal_id;
      return {};
    });
    return id;
  }
  Result<ChangedPerson> replace(const std::string& former, const std::string& current) {
    clock_.advance(1'000);
    return signals_.replace_person_number(
        kTestOrg, {.former = former, .current = current, .recorded_by = &host_}, act_);
  }
  std::string refusal(const std::string& former, const std::string& current) {
    const auto changed = replace(former, current);
    return changed ? "" : changed.error().code;
  }
  v1::Signal get(const std::string& id) { return *signals_.get(kTestOrg, id); }
  std::size_t count() { return signals_.list(kTestOrg, {})->items.size(); }
  void set_state(const std::string& id, v1::SignalState state, const std::string& answer) {
    auto signal = get(id);
    signal.set_state(state);
    signal.set_feedback_client_id(answer);
    store_.write([&](store::Transaction& tx) {
      return tx.put_signal(kTestOrg, domain::signal_key(signal), signal, "");
    });
  }
  std::vector<v1::SignalEvent> steps(const std::string& id) {
    std::vector<v1::SignalEvent> events;
    const auto story = signals_.story(kTestOrg, id);
    EXPECT_TRUE(story.ok());
    if (!story) return events;
    for (const auto& step : story->history.steps()) events.push_back(step.event());
    return events;
  }

  const std::string a_ = ssin(1);
  const std::string b_ = ssin(2);
  const std::string c_ = ssin(3);
  duties::ManualClock clock_;
  duties::TestStore store_{clock_};
  SignalTypes types_ = *SignalTypes::load();
  Signals signals_{*store_, types_, [this] { return clock_.now_ms(); }};
  v1::Actor host_;
  const domain::Act act_{.caller = {.kind = domain::Caller::Kind::process, .account = "uid 1000"},
                         .actor_id = "u1"};
};

TEST_F(PersonsTest, SignalsGoOnUnderTheNewNumber) {
  const auto id = deliver(a_, monthly());
  const auto changed = replace(a_, b_);
  ASSERT_TRUE(changed.ok());
  EXPECT_EQ(changed->person, b_);
  EXPECT_THAT(changed->signal_ids, ElementsAre(id));
  EXPECT_EQ(get(id).person().value(), b_);
  ASSERT_EQ(get(id).former_persons_size(), 1);
  EXPECT_EQ(get(id).former_persons(0).value(), a_);
  EXPECT_THAT(steps(id), ElementsAre(v1::SIGNAL_EVENT_ARRIVED, v1::SIGNAL_EVENT_PERSON_CHANGED));
  EXPECT_EQ(signals_.story(kTestOrg, id)->history.steps().rbegin()->actor().id(), "u1");
  EXPECT_THAT(store_.event_types(v1::MODULE_KNIPPERLICHT),
              ElementsAre("signal.received", "signal.changed"));
  EXPECT_THAT(store_.acts(), Contains("person.replace"));
}

TEST_F(PersonsTest, WhatComesLaterUnderTheOldNumberFindsTheSignal) {
  const auto id = deliver(a_, monthly());
  ASSERT_TRUE(replace(a_, b_).ok());
  EXPECT_EQ(deliver(a_, half_yearly()), id);
  EXPECT_EQ(deliver(b_, monthly("m2")), id);
  EXPECT_EQ(count(), 1U);
}

TEST_F(PersonsTest, AChainIsFollowedToItsEndInEitherOrderOfItsNotices) {
  const auto first = deliver(a_, monthly());
  ASSERT_TRUE(replace(b_, c_).ok());
  ASSERT_TRUE(replace(a_, b_).ok());
  EXPECT_EQ(get(first).person().value(), c_);
  EXPECT_EQ(get(first).former_persons_size(), 2) << "the one between too";
  EXPECT_EQ(deliver(b_, monthly("m2")), first);
  const auto numbers = store_.ask<std::vector<std::string>>(
      [&](store::Reader& reader) { return numbers_of(reader, kTestOrg, b_); });
  EXPECT_THAT(numbers, UnorderedElementsAre(a_, b_, c_));
}

TEST_F(PersonsTest, APersonIsFoundByAnyNumber) {
  const auto id = deliver(a_, monthly());
  ASSERT_TRUE(replace(a_, b_).ok());
  for (const auto& number : {a_, b_}) {
    const auto found = signals_.list(kTestOrg, {.ssin = number});
    ASSERT_EQ(found->items.size(), 1U);
    EXPECT_EQ(found->items[0].signal_id(), id);
  }
}

TEST_F(PersonsTest, WhatCannotBeIsRefusedAndChangesNothing) {
  deliver(a_, monthly());
  EXPECT_EQ(refusal(a_, a_), "signals.person_same");
  EXPECT_EQ(refusal(a_, "12345678901"), "signals.person_invalid");
  ASSERT_TRUE(replace(a_, b_).ok());
  EXPECT_EQ(refusal(b_, a_), "signals.person_cycle");
  EXPECT_EQ(refusal(a_, c_), "signals.person_conflict");
  ASSERT_TRUE(replace(b_, c_).ok());
  EXPECT_EQ(refusal(c_, a_), "signals.person_cycle") << "over two";
  EXPECT_EQ(refusal(a_, c_), "") << "that is known";
  EXPECT_EQ(signals_.list(kTestOrg, {.ssin = c_})->items.size(), 1U);
}

TEST_F(PersonsTest, SayingTheSameAgainChangesNothing) {
  const auto id = deliver(a_, monthly());
  ASSERT_TRUE(replace(a_, b_).ok());
  const auto before = get(id).SerializeAsString();
  const auto again = replace(a_, b_);
  ASSERT_TRUE(again.ok());
  EXPECT_THAT(again->signal_ids, IsEmpty());
  EXPECT_EQ(get(id).SerializeAsString(), before);
}

TEST_F(PersonsTest, ARowOfAListMayTellIt) {
  const auto id = deliver(a_, monthly());
  EXPECT_EQ(deliver(b_, monthly("m2"), a_), id);
  EXPECT_EQ(get(id).person().value(), b_);
  EXPECT_EQ(get(id).deliveries(), 2);
}

TEST_F(PersonsTest, ARowThatContradictsWhatIsKnownIsASignalAllTheSame) {
  ASSERT_TRUE(replace(a_, b_).ok());
  const auto id = deliver(a_, monthly(), b_);
  EXPECT_EQ(get(id).person().value(), b_) << "what was told first stands";
}

TEST_F(PersonsTest, TwoRecordsOfOneSignalBecomeOne) {
  const auto under_a = deliver(a_, monthly());
  const auto under_b = deliver(b_, half_yearly());
  ASSERT_NE(under_a, under_b);
  ASSERT_TRUE(signals_.assign(kTestOrg, under_b, &host_, act_).ok());
  const auto changed = replace(a_, b_);
  ASSERT_TRUE(changed.ok());
  EXPECT_THAT(changed->signal_ids, UnorderedElementsAre(under_a, under_b));
  // The one that is further on stands.
  const auto stands = get(under_b);
  EXPECT_EQ(stands.state(), v1::SIGNAL_STATE_ASSIGNED);
  EXPECT_EQ(stands.person().value(), b_);
  EXPECT_EQ(stands.deliveries(), 2);
  EXPECT_EQ(stands.recalls_size(), 1);
  EXPECT_THAT(stands.channels(),
              ElementsAre(v1::SIGNAL_CHANNEL_MONTHLY_LIST, v1::SIGNAL_CHANNEL_HALF_YEARLY_LIST));
  EXPECT_EQ(stands.received_at().unix_ms(), get(under_a).received_at().unix_ms());
  const auto former = get(under_a);
  EXPECT_EQ(former.state(), v1::SIGNAL_STATE_SUPERSEDED);
  EXPECT_EQ(former.supersession().signal_id(), under_b);
  EXPECT_EQ(former.person().value(), a_) << "as it was";
  EXPECT_EQ(deliver(a_, monthly("m2")), under_b);
  EXPECT_EQ(deliver(b_, monthly("m3")), under_b);
  EXPECT_THAT(steps(under_a), ElementsAre(v1::SIGNAL_EVENT_ARRIVED, v1::SIGNAL_EVENT_SUPERSEDED));
  EXPECT_THAT(steps(under_b), ElementsAre(v1::SIGNAL_EVENT_ARRIVED, v1::SIGNAL_EVENT_ARRIVED,
                                          v1::SIGNAL_EVENT_RECALLED, v1::SIGNAL_EVENT_ASSIGNED,
                                          v1::SIGNAL_EVENT_PERSON_CHANGED, v1::SIGNAL_EVENT_ARRIVED,
                                          v1::SIGNAL_EVENT_ARRIVED));
}

TEST_F(PersonsTest, AnAnsweredRecordStandsUnderTheNewNumberWhoeverHadIt) {
  const auto under_a = deliver(a_, monthly());
  const auto under_b = deliver(b_, half_yearly());
  set_state(under_a, v1::SIGNAL_STATE_CLOSED, "c1");
  ASSERT_TRUE(replace(a_, b_).ok());
  EXPECT_EQ(get(under_a).state(), v1::SIGNAL_STATE_CLOSED);
  EXPECT_EQ(get(under_a).person().value(), b_);
  EXPECT_EQ(get(under_a).recalls_size(), 1);
  EXPECT_EQ(get(under_b).state(), v1::SIGNAL_STATE_SUPERSEDED);
  EXPECT_EQ(deliver(b_, monthly("m2")), under_a);
  EXPECT_EQ(get(under_a).state(), v1::SIGNAL_STATE_CLOSED);
}

TEST_F(PersonsTest, ASignalThatMovedToAnotherOrganisationStaysTheSameHere) {
  const auto id = deliver(a_, monthly());
  auto moved = get(id);
  moved.set_state(v1::SIGNAL_STATE_SUPERSEDED);
  moved.mutable_supersession()->set_signal_id("elsewhere");
  *moved.mutable_supersession()->mutable_since() = testing::day(2026, 11, 1);
  store_.write([&](store::Transaction& tx) {
    return tx.put_signal(kTestOrg, domain::signal_key(moved), moved, "");
  });
  EXPECT_EQ(deliver(a_, half_yearly()), id);
  ASSERT_TRUE(replace(a_, b_).ok());
  EXPECT_EQ(deliver(b_, monthly("m2")), id);
  EXPECT_EQ(get(id).state(), v1::SIGNAL_STATE_SUPERSEDED);
  EXPECT_EQ(get(id).supersession().signal_id(), "elsewhere");
}

TEST_F(PersonsTest, ThreeRecordsOfOneSignalBecomeOne) {
  const auto under_a = deliver(a_, monthly());
  const auto under_b = deliver(b_, monthly("m2"));
  const auto under_c = deliver(c_, monthly("m3"));
  ASSERT_TRUE(replace(a_, b_).ok());
  ASSERT_TRUE(replace(b_, c_).ok());
  int standing = 0;
  for (const auto& id : {under_a, under_b, under_c}) {
    if (get(id).state() == v1::SIGNAL_STATE_SUPERSEDED) continue;
    ++standing;
    EXPECT_EQ(get(id).deliveries(), 3);
    EXPECT_EQ(deliver(a_, monthly("m4")), id);
  }
  EXPECT_EQ(standing, 1);
}

}  // namespace
}  // namespace semafoor::signals
