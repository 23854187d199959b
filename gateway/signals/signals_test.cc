// SPDX-License-Identifier: Apache-2.0
#include "gateway/signals/signals.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "gateway/domain/signal_identity.h"
#include "gateway/duties/test_store.h"

namespace semafoor::signals {
namespace {

using duties::kTestOrg;

class SignalsTest : public ::testing::Test {
 protected:
  SignalsTest() {
    store_.add_organisation();
    for (const auto* id : {"s1", "s2"}) {
      v1::Signal signal;
      signal.set_signal_id(id);
      signal.set_signal_reference(id);
      signal.mutable_organisation()->set_value(kTestOrg);
      signal.mutable_person()->set_value("00000000097");
      signal.set_dossier_number(id);
      signal.set_signal_type("X-PENSION");
      signal.set_state(v1::SIGNAL_STATE_RECEIVED);
      signal.set_match_state(v1::MATCH_STATE_OPEN);
      store_.write([&](store::Transaction& tx) {
        return tx.put_signal(kTestOrg, domain::signal_key(signal), signal, "");
      });
    }
    person_.set_id("u1");
    person_.set_name("An");
  }

  v1::SignalMatch match(const std::string& id, const std::string& dossier) {
    v1::SignalMatch match;
    match.set_signal_id(id);
    if (!dossier.empty()) match.add_dossiers()->set_reference(dossier);
    return match;
  }
  void set_state(const std::string& id, v1::SignalState state) {
    auto signal = *signals_.get(kTestOrg, id);
    signal.set_state(state);
    store_.write([&](store::Transaction& tx) {
      return tx.put_signal(kTestOrg, domain::signal_key(signal), signal, "");
    });
  }
  std::size_t events() { return store_.events(v1::MODULE_KNIPPERLICHT).size(); }

  duties::ManualClock clock_;
  duties::TestStore store_{clock_};
  SignalTypes types_ = *SignalTypes::load();
  Signals signals_{*store_, types_, [this] { return clock_.now_ms(); }};
  v1::Actor person_;
  const domain::Act act_{.caller = {.kind = domain::Caller::Kind::process, .account = "uid 1000"},
                         .actor_id = "u1"};
};

TEST_F(SignalsTest, MatchingRecordsTheDossiersOrThatThereIsNone) {
  const auto matched = signals_.match(kTestOrg, {match("s2", ""), match("s1", "D-1")}, act_);
  ASSERT_TRUE(matched.ok());
  ASSERT_EQ(matched->size(), 2U);
  EXPECT_EQ((*matched)[0].match_state(), v1::MATCH_STATE_NO_DOSSIER);
  EXPECT_EQ((*matched)[1].match_state(), v1::MATCH_STATE_MATCHED);
  EXPECT_EQ((*matched)[1].dossiers(0).reference(), "D-1");
}

TEST_F(SignalsTest, SayingTheSameAgainMakesNoVersionAndNoEvent) {
  const auto first = signals_.match(kTestOrg, {match("s1", "D-1")}, act_);
  const auto before = events();
  const auto second = signals_.match(kTestOrg, {match("s1", "D-1")}, act_);
  EXPECT_EQ((*first)[0].version(), (*second)[0].version());
  EXPECT_EQ(events(), before);
}

TEST_F(SignalsTest, OneUnknownSignalChangesNothing) {
  const auto matched = signals_.match(kTestOrg, {match("s1", "D-1"), match("nobody", "D-2")}, act_);
  ASSERT_FALSE(matched.ok());
  EXPECT_EQ(matched.error().code, "signals.signal_unknown");
  EXPECT_EQ(matched.error().field, "matches[1].signalId");
  EXPECT_EQ(signals_.get(kTestOrg, "s1")->match_state(), v1::MATCH_STATE_OPEN);
}

TEST_F(SignalsTest, ASignalOfAnotherOrganisationIsUnknown) {
  EXPECT_EQ(signals_.get("0212344876", "s1").error().kind, ErrorKind::not_found);
}

TEST_F(SignalsTest, AssigningGivesItToSomebodyAndBackToNobody) {
  const auto given = signals_.assign(kTestOrg, "s1", &person_, act_);
  ASSERT_TRUE(given.ok());
  EXPECT_EQ(given->state(), v1::SIGNAL_STATE_ASSIGNED);
  EXPECT_EQ(given->assignee().id(), "u1");
  const auto back = signals_.assign(kTestOrg, "s1", nullptr, act_);
  EXPECT_EQ(back->state(), v1::SIGNAL_STATE_RECEIVED);
  EXPECT_FALSE(back->has_assignee());
}

TEST_F(SignalsTest, WhoInvestigatedFirstStaysOnRecord) {
  const auto first = signals_.mark_investigated(kTestOrg, "s1", person_, act_);
  ASSERT_TRUE(first.ok());
  EXPECT_EQ(first->state(), v1::SIGNAL_STATE_INVESTIGATED);
  v1::Actor other;
  other.set_id("u2");
  const auto again = signals_.mark_investigated(kTestOrg, "s1", other, act_);
  EXPECT_EQ(again->investigated_by().id(), "u1");
  EXPECT_EQ(again->version(), first->version());
}

TEST_F(SignalsTest, AnAnsweredSignalIsLeftAlone) {
  set_state("s1", v1::SIGNAL_STATE_ANSWERED);
  EXPECT_EQ(signals_.assign(kTestOrg, "s1", &person_, act_).error().code, "signals.wrong_state");
  EXPECT_EQ(signals_.mark_investigated(kTestOrg, "s1", person_, act_).error().code,
            "signals.wrong_state");
  EXPECT_TRUE(signals_.match(kTestOrg, {match("s1", "D-1")}, act_).ok())
      << "whose dossier it is may still be told";
}

TEST_F(SignalsTest, WhoDidWhatIsRecordedWithItAndNothingOfWhatDidNotHappen) {
  ASSERT_TRUE(signals_.match(kTestOrg, {match("s1", "D-1"), match("s2", "")}, act_).ok());
  ASSERT_FALSE(signals_.match(kTestOrg, {match("s1", ""), match("nobody", "")}, act_).ok());
  ASSERT_TRUE(signals_.assign(kTestOrg, "s1", &person_, act_).ok());
  ASSERT_TRUE(signals_.mark_investigated(kTestOrg, "s2", person_, act_).ok());
  const auto records = store_.audit();
  ASSERT_EQ(records.size(), 3U);
  EXPECT_EQ(records[0].act(), "signal.match");
  EXPECT_EQ(records[0].detail(), "2 matched");
  EXPECT_EQ(records[0].persons_size(), 1) << "both are about the same person";
  EXPECT_EQ(records[1].act(), "signal.assign");
  EXPECT_EQ(records[1].subject_id(), "s1");
  EXPECT_EQ(records[1].actor().id(), "u1");
  EXPECT_EQ(records[1].caller().account(), "uid 1000");
  EXPECT_EQ(records[2].act(), "signal.investigate");
}

TEST_F(SignalsTest, TheBuiltInTypesAreOfTheProject) {
  std::set<std::string> codes;
  const auto types = signals_.types();
  ASSERT_TRUE(types.ok()) << types.error().message;
  for (const auto& type : *types) {
    codes.insert(type.code());
    EXPECT_TRUE(type.code().starts_with("X-"));
    EXPECT_EQ(type.origin(), v1::ORIGIN_PROJECT);
  }
  EXPECT_EQ(codes.size(), 10U);
}

}  // namespace
}  // namespace semafoor::signals
