// SPDX-License-Identifier: Apache-2.0
#include "gateway/signals/listed.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "gateway/domain/signal_identity.h"
#include "gateway/duties/test_store.h"
#include "gateway/history/history.h"
#include "gateway/signals/arrival.h"
#include "gateway/signals/delivery.h"
#include "gateway/signals/test_signals.h"

namespace semafoor::signals {
namespace {

using duties::kTestOrg;
using testing::day;
using ::testing::ElementsAre;
using testing::facts_of;
using testing::half_yearly;
using testing::monthly;
using testing::ssin;

class ListedTest : public ::testing::Test {
 protected:
  ListedTest() { store_.add_organisation(); }

  Listed deliver(const v1::Signal& facts, const ListFacts& list,
                 const std::string& replaced_ssin = {}) {
    Listed listed;
    clock_.advance(1'000);
    store_.write([&](store::Transaction& tx) -> Result<void> {
      auto delivered = deliver_listed(
          tx, kTestOrg, {.facts = facts, .replaced_ssin = replaced_ssin}, list, clock_.now_ms());
      if (!delivered) return delivered.error();
      listed = *delivered;
      return {};
    });
    return listed;
  }
  std::string refused(const ListedSignal& row, const ListFacts& list = monthly()) {
    std::string code;
    store_.write([&](store::Transaction& tx) -> Result<void> {
      const auto delivered = deliver_listed(tx, kTestOrg, row, list, clock_.now_ms());
      if (!delivered) code = delivered.error().code;
      return {};
    });
    return code;
  }
  std::string refused(const v1::Signal& facts) {
    return refused(ListedSignal{.facts = facts, .replaced_ssin = {}});
  }
  void mutate(const std::string& id, const v1::Signal& facts, int recall_month = 0) {
    ParsedItem parsed{.item = {}, .content = upstream::MailboxContent{}};
    parsed.item.source = "urn:test";
    parsed.item.id = id;
    parsed.content->signal = facts;
    parsed.content->recall_month = recall_month;
    clock_.advance(1'000);
    store_.write([&](store::Transaction& tx) {
      return signals::deliver(tx, kTestOrg, parsed, nullptr, clock_.now_ms());
    });
  }
  std::vector<v1::Signal> signals() {
    return store_
        .ask<store::Page<v1::Signal>>(
            [](store::Reader& reader) { return reader.signals(kTestOrg, {}); })
        .items;
  }
  std::vector<v1::SignalEvent> steps() {
    const auto history = store_.ask<v1::SignalHistory>([&](store::Reader& reader) {
      return history::of(reader, kTestOrg, signals().at(0).signal_id());
    });
    std::vector<v1::SignalEvent> events;
    for (const auto& step : history.steps()) events.push_back(step.event());
    return events;
  }
  void set_state(v1::SignalState state) {
    auto signal = signals().at(0);
    signal.set_state(state);
    signal.set_feedback_client_id("c1");
    store_.write([&](store::Transaction& tx) {
      return tx.put_signal(kTestOrg, domain::signal_key(signal), signal, "");
    });
  }
  std::vector<std::string> events() { return store_.event_types(v1::MODULE_KNIPPERLICHT); }

  duties::ManualClock clock_;
  duties::TestStore store_{clock_};
};

TEST_F(ListedTest, AReplacementThatCannotBeFollowedIsToldAndTheSignalIsThere) {
  EXPECT_EQ(deliver(facts_of(ssin(2)), monthly("m1"), ssin(1)).problem, "");
  const auto turned = deliver(facts_of(ssin(1), "2026/18"), monthly("m2"), ssin(2));
  EXPECT_THAT(turned.problem, ::testing::StartsWith("signals.person_cycle: "));
  EXPECT_TRUE(turned.is_new);
  EXPECT_EQ(signals().size(), 2U);
}

TEST_F(ListedTest, ARowIsANewSignalOnce) {
  const auto first = deliver(facts_of(ssin(1)), monthly());
  EXPECT_TRUE(first.is_new);
  const auto all = signals();
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].signal_id(), first.signal_id);
  EXPECT_EQ(all[0].state(), v1::SIGNAL_STATE_RECEIVED);
  EXPECT_EQ(all[0].match_state(), v1::MATCH_STATE_OPEN);
  EXPECT_EQ(all[0].organisation().value(), kTestOrg);
  EXPECT_EQ(all[0].dossier_number_normalised(), "202617");
  EXPECT_EQ(all[0].arrivals(0).times(), 1);
  EXPECT_TRUE(all[0].recalls().empty());
  EXPECT_THAT(events(), ElementsAre("signal.received"));
  EXPECT_THAT(steps(), ElementsAre(v1::SIGNAL_EVENT_ARRIVED));
}

TEST_F(ListedTest, TheSameRowOfTheSameMessageChangesNothing) {
  const auto first = deliver(facts_of(ssin(1)), half_yearly());
  const auto before = signals().at(0).SerializeAsString();
  const auto again = deliver(facts_of(ssin(1)), half_yearly());
  EXPECT_EQ(again.signal_id, first.signal_id);
  EXPECT_FALSE(again.is_new);
  EXPECT_EQ(signals().at(0).SerializeAsString(), before);
  EXPECT_THAT(steps(), ElementsAre(v1::SIGNAL_EVENT_ARRIVED, v1::SIGNAL_EVENT_RECALLED));
}

TEST_F(ListedTest, AListWithoutAMessageIsKnownByItsMonth) {
  deliver(facts_of(ssin(1)), monthly("", 9));
  deliver(facts_of(ssin(1)), monthly("", 9));
  EXPECT_EQ(signals().at(0).deliveries(), 1);
  deliver(facts_of(ssin(1)), monthly("", 10));
  EXPECT_EQ(signals().at(0).deliveries(), 2);
  EXPECT_THAT(signals().at(0).arrivals(0).lists(), ElementsAre("2026-09", "2026-10"));
}

TEST_F(ListedTest, TheMutationOfAListedSignalIsThatSignalAndItsWordCounts) {
  auto listed = facts_of(ssin(1), "2026/17");
  listed.mutable_amount()->set_eurocents(100);
  deliver(listed, monthly());
  auto mutation = facts_of(ssin(1), "0002026.17");
  mutation.set_signal_reference("KN1");
  mutation.mutable_amount()->set_eurocents(250);
  mutate("e1", mutation);
  deliver(listed, monthly("m2", 11));
  const auto all = signals();
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].amount().eurocents(), 250);
  EXPECT_EQ(all[0].signal_reference(), "KN1");
  EXPECT_EQ(all[0].dossier_number(), "0002026.17");
  EXPECT_EQ(all[0].deliveries(), 3);
  EXPECT_THAT(all[0].channels(),
              ElementsAre(v1::SIGNAL_CHANNEL_MONTHLY_LIST, v1::SIGNAL_CHANNEL_MUTATION));
  EXPECT_EQ(all[0].arrivals(0).times(), 2);
  EXPECT_EQ(all[0].arrivals(1).times(), 1);
}

TEST_F(ListedTest, AHalfYearlyListRecallsWhatIsOpen) {
  deliver(facts_of(ssin(1)), monthly());
  deliver(facts_of(ssin(1)), half_yearly("h1", 10));
  const auto all = signals();
  ASSERT_EQ(all.size(), 1U);
  ASSERT_EQ(all[0].recalls_size(), 1);
  EXPECT_EQ(all[0].recalls(0).cycle().month(), 10);
  EXPECT_EQ(all[0].recalls(0).message_id(), "h1");
  EXPECT_THAT(events(), ElementsAre("signal.received", "signal.recalled"));
}

TEST_F(ListedTest, AnAnswerGivenWinsOverALaterRecall) {
  deliver(facts_of(ssin(1)), monthly());
  int month = 1;
  for (const auto state :
       {v1::SIGNAL_STATE_ANSWERED, v1::SIGNAL_STATE_CLOSED, v1::SIGNAL_STATE_SUPERSEDED}) {
    set_state(state);
    deliver(facts_of(ssin(1)), half_yearly("h" + std::to_string(month), month));
    ++month;
    EXPECT_EQ(signals().at(0).state(), state);
    EXPECT_EQ(signals().at(0).feedback_client_id(), "c1");
  }
  EXPECT_EQ(signals().at(0).recalls_size(), 3) << "that it was recalled is known all the same";
  EXPECT_THAT(events(),
              ElementsAre("signal.received", "signal.changed", "signal.changed", "signal.changed"));
}

TEST_F(ListedTest, AMutationThatNamesTheCycleIsTheSameRecallAsTheList) {
  // The clock stands in November 2026.
  mutate("e1", facts_of(ssin(1)));
  mutate("e2", facts_of(ssin(1)), 10);
  deliver(facts_of(ssin(1)), half_yearly("h1", 10));
  mutate("e3", facts_of(ssin(1)), 3);
  const auto all = signals();
  ASSERT_EQ(all[0].recalls_size(), 2);
  EXPECT_EQ(all[0].recalls(0).cycle().month(), 3);
  EXPECT_EQ(all[0].recalls(1).cycle().month(), 10);
  EXPECT_EQ(all[0].recalls(1).message_id(), "h1");
  EXPECT_THAT(events(), ElementsAre("signal.received", "signal.recalled", "signal.changed",
                                    "signal.recalled"));
}

TEST(CycleOf, IsTheLastOneOrThatOfNextMonth) {
  constexpr std::int64_t kDay = 86'400'000;
  constexpr std::int64_t kNewYear2027 = 1'798'761'600'000;
  EXPECT_EQ(cycle_of(10, kNewYear2027).year(), 2026);
  EXPECT_EQ(cycle_of(3, kNewYear2027).year(), 2026);
  EXPECT_EQ(cycle_of(3, kNewYear2027 + 45 * kDay).year(), 2027) << "made in February";
  EXPECT_EQ(cycle_of(10, kNewYear2027 + 45 * kDay).year(), 2026);
}

TEST_F(ListedTest, ARowThatCannotBeASignalSaysWhy) {
  const auto good = facts_of(ssin(1));
  EXPECT_EQ(refused(good), "");
  auto wrong = good;
  wrong.mutable_person()->set_value("85073003329");
  EXPECT_EQ(refused(wrong), "signals.person_invalid");
  EXPECT_EQ(refused(ListedSignal{.facts = good, .replaced_ssin = "123"}), "signals.person_invalid");
  wrong = good;
  wrong.clear_law();
  EXPECT_EQ(refused(wrong), "signals.law_missing");
  for (const char* dossier : {"", "000", "123456789012"}) {
    wrong = good;
    wrong.set_dossier_number(dossier);
    EXPECT_EQ(refused(wrong), "signals.dossier_invalid") << dossier;
  }
  wrong = good;
  wrong.set_suffix("1");
  EXPECT_EQ(refused(wrong), "signals.suffix_invalid");
  wrong = good;
  wrong.clear_signal_type();
  EXPECT_EQ(refused(wrong), "signals.type_invalid");
  wrong.set_signal_type("A|B");
  EXPECT_EQ(refused(wrong), "signals.type_invalid");
  wrong = good;
  wrong.clear_reference_period();
  EXPECT_EQ(refused(wrong), "signals.period_invalid");
  wrong = good;
  *wrong.mutable_reference_period()->mutable_to() = day(2026, 6, 30);
  EXPECT_EQ(refused(wrong), "signals.period_invalid");
  wrong = good;
  wrong.mutable_organisation()->set_value("0212344876");
  EXPECT_EQ(refused(wrong), "signals.other_organisation");
  wrong = good;
  wrong.set_signal_reference(std::string(21, 'R'));
  EXPECT_EQ(refused(wrong), "signals.reference_invalid");
  wrong = good;
  wrong.add_fields()->set_name(std::string(65, 'n'));
  EXPECT_EQ(refused(wrong), "signals.fields_invalid");
  EXPECT_EQ(refused(ListedSignal{.facts = good, .replaced_ssin = {}}, ListFacts{}),
            "signals.channel_invalid");
  EXPECT_EQ(signals().size(), 1U) << "only the good one";
}

TEST_F(ListedTest, TheSuffixTellsTwoSignalsOfTheLawOf1965Apart) {
  auto one = facts_of(ssin(1));
  one.set_law(v1::LAW_1965);
  one.set_suffix("01");
  auto other = one;
  other.set_suffix("02");
  EXPECT_NE(deliver(one, monthly()).signal_id, deliver(other, monthly()).signal_id);
  auto rmi = facts_of(ssin(2));
  const auto without = deliver(rmi, monthly());
  rmi.set_suffix("01");
  EXPECT_EQ(deliver(rmi, monthly("m2")).signal_id, without.signal_id);
}

}  // namespace
}  // namespace semafoor::signals
