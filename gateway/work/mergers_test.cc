// SPDX-License-Identifier: Apache-2.0
#include "gateway/work/mergers.h"

#include <gmock/gmock.h>

#include <set>

#include "gateway/domain/signal_life_cycle.h"
#include "gateway/duties/duty_log.h"
#include "gateway/signals/arrival.h"
#include "gateway/signals/persons.h"
#include "gateway/signals/succession.h"
#include "gateway/signals/test_signals.h"
#include "gateway/work/test_work.h"
#include "gateway/work/work_follower.h"

namespace semafoor::work {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr char kOld[] = "0212344876";
constexpr char kOlder[] = "0403019261";

class MergersTest : public WorkFixture {
 protected:
  MergersTest() {
    store_.add_organisation(kOld);
    store_.add_organisation(kOlder);
  }
  // With the same person and dossier for the same `dossier`.
  void add_at(const std::string& org, const std::string& id, const std::string& dossier,
              v1::SignalState state = v1::SIGNAL_STATE_RECEIVED, const std::string& answer = {}) {
    auto made = signal(id, state);
    made.set_signal_reference("");
    made.set_dossier_number(dossier);
    made.set_dossier_number_normalised(dossier);
    made.set_feedback_client_id(answer);
    v1::SignalStep step;
    step.set_event(v1::SIGNAL_EVENT_ARRIVED);
    step.set_channel(v1::SIGNAL_CHANNEL_MUTATION);
    step.mutable_time()->set_unix_ms(kNoon - kDay);
    made.mutable_organisation()->set_value(org);
    store_.write([&](store::Transaction& tx) -> Result<void> {
      auto put = tx.put_signal(org, domain::signal_key(made), made, "signal.received");
      if (!put) return put;
      return history::add(tx, org, made, step);
    });
  }
  void judge(const std::string& id, domain::SignalAction action, const std::string& org = kOld) {
    auto signal = get(id, org);
    signal.set_state(*domain::next_state(signal.state(), action, signal.has_assignee()));
    put(signal, org, "signal.changed");
  }
  Result<std::vector<v1::Merger>> merge(const std::vector<store::Org>& from = {kOld}, int on = 0,
                                        const store::Org& into = kTestOrg) {
    MergerOrder order{.into = into, .from = from, .date = {}};
    if (on != 0) order.date = day(on);
    domain::Act act = act_of("admin");
    act.reason = "decree";
    return mergers_.order(order, act);
  }
  void run(const std::string& org = kOld) {
    const auto done = mergers_.run_once(org, {});
    ASSERT_TRUE(done.ok() || duties::is_rest(done.error())) << done.error().message;
  }
  void follow(const std::string& org = kOld) {
    const auto done = follower_.run_once(org);
    ASSERT_TRUE(done.ok()) << done.error().message;
  }
  std::vector<v1::Signal> all(const std::string& org = kTestOrg) {
    return store_
        .ask<store::Page<v1::Signal>>(
            [&](store::Reader& reader) { return reader.signals(org, {.limit = 500}); })
        .items;
  }
  v1::Signal only(const std::string& org = kTestOrg) {
    const auto signals = all(org);
    EXPECT_EQ(signals.size(), 1U);
    return signals.empty() ? v1::Signal() : signals.front();
  }
  v1::Merger standing(const std::string& of = kTestOrg) {
    const auto mergers = *mergers_.list(of);
    EXPECT_EQ(mergers.size(), 1U);
    return mergers.empty() ? v1::Merger() : mergers.front();
  }
  std::string arrive(const std::string& org, const std::string& dossier) {
    signals::Arrival arrival;
    arrival.facts = signal("ignored", v1::SIGNAL_STATE_UNSPECIFIED);
    arrival.facts.set_signal_reference("");
    arrival.facts.set_dossier_number(dossier);
    return arrive(org, arrival);
  }
  std::string arrive(const std::string& org, const signals::Arrival& arrival) {
    std::string id;
    store_.write([&](store::Transaction& tx) -> Result<void> {
      auto arrived = signals::arrive(tx, org, arrival, clock_.now_ms());
      if (!arrived) return arrived.error();
      id = arrived->signal_id;
      return {};
    });
    return id;
  }
  void replace_number(const std::string& former, const std::string& current,
                      const std::string& org = kTestOrg) {
    store_.write([&](store::Transaction& tx) -> Result<void> {
      auto replaced = signals::replace_number(
          tx, org, {.former = former, .current = current, .recorded_by = nullptr},
          domain::act_of_gateway(), clock_.now_ms());
      return replaced ? Result<void>() : replaced.error();
    });
  }

  Mergers mergers_{*store_, clock_, {}};
  WorkFollower follower_{*store_, clock_, mergers_};
};

TEST_F(MergersTest, WhatIsOpenComesOverWithItsStoryAndTheOldRecordNamesTheNew) {
  add_at(kOld, "o1", "D1", v1::SIGNAL_STATE_INVESTIGATED);
  auto old = get("o1", kOld);
  *old.mutable_assignee() = actor("u1");
  old.add_recalls()->mutable_received_at()->set_unix_ms(5);
  old.add_dossiers()->set_reference("vendor-1");
  old.set_match_state(v1::MATCH_STATE_MATCHED);
  put(old, kOld, "");
  ASSERT_TRUE(merge().ok());
  run();
  const auto record = only();
  EXPECT_EQ(record.state(), v1::SIGNAL_STATE_INVESTIGATED);
  EXPECT_EQ(record.organisation().value(), kTestOrg);
  EXPECT_EQ(record.former_organisation().value(), kOld);
  EXPECT_EQ(record.former_signal_id(), "o1");
  EXPECT_EQ(record.assignee().id(), "u1");
  EXPECT_EQ(record.recalls_size(), 1);
  EXPECT_EQ(record.dossiers(0).reference(), "vendor-1");
  EXPECT_EQ(record.match_state(), v1::MATCH_STATE_MATCHED);
  const auto story = steps(record.signal_id());
  ASSERT_EQ(story.size(), 2U);
  EXPECT_EQ(story[0].event(), v1::SIGNAL_EVENT_ARRIVED);
  EXPECT_EQ(story[1].event(), v1::SIGNAL_EVENT_MOVED);
  EXPECT_EQ(story[1].detail(), std::string("from ") + kOld);
  const auto left = get("o1", kOld);
  EXPECT_EQ(left.state(), v1::SIGNAL_STATE_SUPERSEDED);
  EXPECT_EQ(left.supersession().signal_id(), record.signal_id());
  EXPECT_EQ(steps("o1", kOld).back().event(), v1::SIGNAL_EVENT_SUPERSEDED);
  EXPECT_THAT(store_.event_types(v1::MODULE_KNIPPERLICHT), ElementsAre("signal.received"));
  EXPECT_THAT(store_.event_types(v1::MODULE_KNIPPERLICHT, kOld), Contains("signal.changed"));
  EXPECT_THAT(store_.acts(), ElementsAre("organisation.merge", "signal.move"));
  EXPECT_THAT(store_.acts(kOld), ElementsAre("organisation.merge", "signal.move"));
  EXPECT_EQ(store_.audit()[0].reason(), "decree");
  EXPECT_EQ(standing().state(), v1::MERGER_STATE_DONE);
  EXPECT_EQ(standing().moved(), 1);
  EXPECT_EQ(standing(kOld).moved(), 1);
}

TEST_F(MergersTest, DoingItAgainDoesNothing) {
  add_at(kOld, "o1", "D1");
  ASSERT_TRUE(merge().ok());
  run();
  const auto version = only().version();
  const auto records = store_.audit().size();
  const auto again = merge();
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->at(0).state(), v1::MERGER_STATE_DONE);
  run();
  follow();
  EXPECT_EQ(only().version(), version);
  EXPECT_EQ(store_.audit().size(), records);
}

TEST_F(MergersTest, AKillInTheMiddleLosesNothingAndDoublesNothing) {
  for (int i = 0; i < 20; ++i) add_at(kOld, "o" + std::to_string(i), "D" + std::to_string(i));
  ASSERT_TRUE(merge().ok());
  // It ends after each commit, and begins anew each time.
  int starts = 0;
  while (standing().state() != v1::MERGER_STATE_DONE && starts < 100) {
    std::stop_source stop;
    int commits = 0;
    store_->on_commit([&](const store::CommitNotice&) {
      if (++commits == 3) stop.request_stop();
    });
    (void)mergers_.run_once(kOld, stop.get_token());
    ++starts;
    std::set<std::string> once;
    for (const auto& record : all()) EXPECT_TRUE(once.insert(record.dossier_number()).second);
    for (const auto& left : all(kOld))
      EXPECT_EQ(left.state() == v1::SIGNAL_STATE_SUPERSEDED, once.contains(left.dossier_number()));
  }
  EXPECT_GT(starts, 3);
  EXPECT_EQ(all().size(), 20U);
  EXPECT_EQ(standing().moved(), 20);
}

TEST_F(MergersTest, OneThatIsInBothIsOneAndWhatWasFurtherOnStays) {
  add_at(kOld, "o1", "D1", v1::SIGNAL_STATE_INVESTIGATED);
  add_at(kTestOrg, "n1", "D1");
  ASSERT_TRUE(merge().ok());
  run();
  const auto record = only();
  EXPECT_EQ(record.signal_id(), "n1");
  EXPECT_EQ(record.state(), v1::SIGNAL_STATE_INVESTIGATED);
  EXPECT_EQ(record.deliveries(), 2);
  EXPECT_EQ(get("o1", kOld).supersession().signal_id(), "n1");
  EXPECT_EQ(standing().united(), 1);
  EXPECT_EQ(standing().moved(), 0);
}

TEST_F(MergersTest, AnAnsweredOneWinsOnWhicheverSideItIs) {
  add_at(kOld, "o1", "D1");
  add_at(kTestOrg, "n1", "D1", v1::SIGNAL_STATE_CLOSED, "c1");
  add_at(kOld, "o2", "D2", v1::SIGNAL_STATE_CLOSED, "c2");
  add_at(kTestOrg, "n2", "D2");
  ASSERT_TRUE(merge().ok());
  run();
  EXPECT_EQ(get("n1").state(), v1::SIGNAL_STATE_CLOSED);
  EXPECT_EQ(get("o1", kOld).state(), v1::SIGNAL_STATE_SUPERSEDED);
  EXPECT_EQ(get("n2").state(), v1::SIGNAL_STATE_CLOSED) << "what was accepted there counts";
  EXPECT_EQ(get("n2").former_signal_id(), "o2");
  EXPECT_EQ(steps("n2").back().event(), v1::SIGNAL_EVENT_ACCEPTED);
  EXPECT_EQ(get("o2", kOld).state(), v1::SIGNAL_STATE_CLOSED) << "and stays where it was";
  EXPECT_EQ(all().size(), 2U);
}

TEST_F(MergersTest, AnAnsweredOneIsKnownUnderTheNumberThatItsPersonHadThen) {
  add_at(kOld, "o1", "D1", v1::SIGNAL_STATE_CLOSED, "c1");
  add_at(kTestOrg, "n1", "D1");
  // Only the new organisation heard of it.
  replace_number("00000000097", "00000000196");
  ASSERT_EQ(get("n1").person().value(), "00000000196");
  ASSERT_TRUE(merge().ok());
  run();
  EXPECT_EQ(get("n1").state(), v1::SIGNAL_STATE_CLOSED);
  EXPECT_EQ(get("n1").former_signal_id(), "o1");
  EXPECT_EQ(get("o1", kOld).person().value(), "00000000097") << "it stays as it was answered";
}

TEST_F(MergersTest, AnAnswerOnItsWayEndsAtTheOldOrganisation) {
  add_at(kOld, "o1", "D1", v1::SIGNAL_STATE_ANSWERED, "c1");
  add_at(kOld, "o2", "D2", v1::SIGNAL_STATE_ANSWERED, "c2");
  ASSERT_TRUE(merge().ok());
  run();
  EXPECT_TRUE(all().empty());
  EXPECT_EQ(standing().state(), v1::MERGER_STATE_AWAITING_ANSWERS);
  EXPECT_EQ(standing().awaiting_answers(), 2);
  judge("o1", domain::SignalAction::accepted);
  follow();
  EXPECT_EQ(get("o1", kOld).state(), v1::SIGNAL_STATE_CLOSED);
  EXPECT_TRUE(all().empty()) << "closed where it was answered";
  judge("o2", domain::SignalAction::refused);
  follow();
  const auto record = only();
  EXPECT_EQ(record.state(), v1::SIGNAL_STATE_ANSWER_REFUSED);
  EXPECT_EQ(record.feedback_client_id(), "") << "its answers are records of the old organisation";
  EXPECT_EQ(get("o2", kOld).supersession().signal_id(), record.signal_id());
  EXPECT_EQ(standing().state(), v1::MERGER_STATE_DONE);
}

TEST_F(MergersTest, WhileItIsOnItsWayTheNewRecordIsNotAnsweredASecondTime) {
  for (const auto& [dossier, number] :
       {std::pair("D1", "1"), std::pair("D2", "2"), std::pair("D3", "3")}) {
    add_at(kOld, std::string("o") + number, dossier, v1::SIGNAL_STATE_ANSWERED,
           std::string("c") + number);
    add_at(kTestOrg, std::string("n") + number, dossier);
  }
  ASSERT_TRUE(merge().ok());
  run();
  for (const auto* id : {"n1", "n2", "n3"})
    EXPECT_EQ(get(id).state(), v1::SIGNAL_STATE_ANSWERED) << id;
  judge("o1", domain::SignalAction::accepted);
  judge("o2", domain::SignalAction::refused);
  judge("o3", domain::SignalAction::accepted_open);
  follow();
  EXPECT_EQ(get("n1").state(), v1::SIGNAL_STATE_CLOSED);
  EXPECT_EQ(get("n2").state(), v1::SIGNAL_STATE_ANSWER_REFUSED);
  EXPECT_EQ(get("n3").state(), v1::SIGNAL_STATE_RECEIVED);
  EXPECT_EQ(get("o2", kOld).supersession().signal_id(), "n2");
  EXPECT_EQ(all().size(), 3U);
}

TEST_F(MergersTest, AJudgementThatComesAfterTheMoveCounts) {
  add_at(kOld, "o1", "D1", v1::SIGNAL_STATE_ANSWER_REFUSED, "c1");
  ASSERT_TRUE(merge().ok());
  run();
  const auto id = only().signal_id();
  EXPECT_EQ(only().state(), v1::SIGNAL_STATE_ANSWER_REFUSED);
  follow();
  // We had given it up, and it had arrived.
  judge("o1", domain::SignalAction::accepted);
  follow();
  EXPECT_EQ(get(id).state(), v1::SIGNAL_STATE_CLOSED);
}

TEST_F(MergersTest, WhatComesLaterForTheOldNumberBelongsToTheNewOrganisation) {
  ASSERT_TRUE(merge().ok());
  run();
  const auto id = arrive(kOld, "D9");
  EXPECT_TRUE(all(kOld).empty());
  EXPECT_EQ(only().signal_id(), id);
  EXPECT_EQ(only().organisation().value(), kTestOrg);
  EXPECT_EQ(arrive(kTestOrg, "D9"), id);
  EXPECT_EQ(only().deliveries(), 2);
}

TEST_F(MergersTest, WhatWasAnsweredBeforeDoesNotBeginAnew) {
  add_at(kOld, "o1", "D1", v1::SIGNAL_STATE_CLOSED, "c1");
  add_at(kOld, "o2", "D2", v1::SIGNAL_STATE_ANSWERED, "c2");
  add_at(kOld, "o3", "D3");
  ASSERT_TRUE(merge().ok());
  // Also before it was moved: it is not doubled.
  EXPECT_EQ(arrive(kTestOrg, "D3"), "o3");
  run();
  EXPECT_EQ(arrive(kTestOrg, "D1"), "o1");
  EXPECT_EQ(arrive(kOld, "D2"), "o2");
  EXPECT_EQ(get("o1", kOld).state(), v1::SIGNAL_STATE_CLOSED);
  EXPECT_EQ(get("o1", kOld).deliveries(), 2);
  EXPECT_EQ(only().dossier_number(), "D3");
  EXPECT_EQ(arrive(kOld, "D3"), only().signal_id());
}

TEST_F(MergersTest, WhatWasAnsweredUnderAReplacedNumberDoesNotBeginAnew) {
  add_at(kOld, "o1", "D1", v1::SIGNAL_STATE_CLOSED, "c1");
  add_at(kTestOrg, "n2", "D2");
  ASSERT_TRUE(merge().ok());
  run();
  signals::Arrival arrival;
  arrival.facts = get("o1", kOld);
  arrival.replaced_ssin = arrival.facts.person().value();
  arrival.facts.mutable_person()->set_value(signals::testing::ssin(77));
  EXPECT_EQ(arrive(kTestOrg, arrival), "o1");
  EXPECT_EQ(get("o1", kOld).person().value(), arrival.facts.person().value());
  // The new organisation learned it too.
  EXPECT_EQ(only().person().value(), arrival.facts.person().value());
  arrival.replaced_ssin.clear();
  arrival.facts.set_dossier_number("D2");
  EXPECT_EQ(arrive(kTestOrg, arrival), "n2");
}

TEST_F(MergersTest, ANumberThatIsReplacedLaterFindsWhatWasAnsweredBefore) {
  add_at(kOld, "o1", "D1", v1::SIGNAL_STATE_CLOSED, "c1");
  ASSERT_TRUE(merge().ok());
  run();
  ASSERT_EQ(standing().state(), v1::MERGER_STATE_DONE);
  signals::Arrival arrival;
  arrival.facts = get("o1", kOld);
  const auto former = arrival.facts.person().value();
  arrival.facts.mutable_person()->set_value(signals::testing::ssin(77));
  // Nobody has said yet that both numbers are of one person.
  const auto id = arrive(kTestOrg, arrival);
  ASSERT_EQ(get(id).state(), v1::SIGNAL_STATE_RECEIVED);
  replace_number(former, signals::testing::ssin(77));
  follow();
  EXPECT_EQ(get(id).state(), v1::SIGNAL_STATE_CLOSED);
  EXPECT_EQ(get(id).former_signal_id(), "o1");
}

TEST_F(MergersTest, WhatIsKnownOfAPersonIsNotOverruledByAMerger) {
  add_at(kOld, "o1", "D1", v1::SIGNAL_STATE_CLOSED, "c1");
  const auto former = get("o1", kOld).person().value();
  // The two organisations contradict each other.
  replace_number(former, signals::testing::ssin(77), kOld);
  ASSERT_TRUE(merge().ok());
  run();
  signals::Arrival arrival;
  arrival.facts = get("o1", kOld);
  arrival.facts.mutable_person()->set_value(signals::testing::ssin(78));
  arrival.replaced_ssin = former;
  const auto id = arrive(kTestOrg, arrival);
  EXPECT_EQ(only().signal_id(), id) << "somebody looks at it";
  EXPECT_EQ(get("o1", kOld).person().value(), signals::testing::ssin(77));
  EXPECT_EQ(only().person().value(), signals::testing::ssin(78));
}

TEST_F(MergersTest, WhatWasAnsweredIsFoundByWhatTheNewOrganisationLearnedOfThePerson) {
  add_at(kOld, "o1", "D1", v1::SIGNAL_STATE_CLOSED, "c1");
  ASSERT_TRUE(merge().ok());
  run();
  const auto former = get("o1", kOld).person().value();
  const auto current = signals::testing::ssin(77);
  replace_number(former, current);
  signals::Arrival arrival;
  arrival.facts = get("o1", kOld);
  arrival.facts.mutable_person()->set_value(current);
  EXPECT_EQ(arrive(kTestOrg, arrival), "o1");
  EXPECT_EQ(get("o1", kOld).person().value(), current);
  // Also under the number of before.
  arrival.facts.mutable_person()->set_value(former);
  EXPECT_EQ(arrive(kTestOrg, arrival), "o1");
  EXPECT_EQ(get("o1", kOld).person().value(), current);
  EXPECT_TRUE(all().empty());
}

TEST_F(MergersTest, AnAnsweredOneThatWasUnitedIsFoundByTheReferenceOfTheOther) {
  add_at(kOld, "o1", "D1", v1::SIGNAL_STATE_CLOSED, "c1");
  auto united = get("o1", kOld);
  united.set_signal_id("o2");
  united.set_signal_reference("KN77");
  united.set_state(v1::SIGNAL_STATE_SUPERSEDED);
  united.mutable_supersession()->set_signal_id("o1");
  united.mutable_person()->set_value(signals::testing::ssin(77));
  put(united, kOld, "signal.received");
  ASSERT_TRUE(merge().ok());
  run();
  signals::Arrival arrival;
  arrival.facts = united;
  arrival.facts.clear_supersession();
  EXPECT_EQ(arrive(kTestOrg, arrival), "o1");
  EXPECT_TRUE(all().empty());
  EXPECT_EQ(get("o1", kOld).person().value(), "00000000097") << "nobody said that it was replaced";
}

TEST_F(MergersTest, BeforeItsDayNothingIsMoved) {
  add_at(kOld, "o1", "D1");
  ASSERT_TRUE(merge({kOld}, 20270101).ok());
  run();
  follow();
  EXPECT_TRUE(all().empty());
  EXPECT_EQ(standing().state(), v1::MERGER_STATE_PLANNED);
  EXPECT_EQ(standing().to_move(), 1);
  EXPECT_NE(arrive(kOld, "D2"), "");
  EXPECT_EQ(all(kOld).size(), 2U);
  clock_.jump(domain::belgian_midnight_ms(20270101) - kNoon);
  run();
  EXPECT_EQ(all().size(), 2U);
  EXPECT_EQ(standing().state(), v1::MERGER_STATE_DONE);
}

TEST_F(MergersTest, TwoBecomeOneAndThatOneMayBecomePartOfAnother) {
  add_at(kOld, "o1", "D1");
  add_at(kOlder, "p1", "D1", v1::SIGNAL_STATE_INVESTIGATED);
  add_at(kOlder, "p2", "D2", v1::SIGNAL_STATE_CLOSED);
  ASSERT_TRUE(merge({kOld, kOlder}).ok());
  run(kOld);
  run(kOlder);
  EXPECT_EQ(only().state(), v1::SIGNAL_STATE_INVESTIGATED);
  EXPECT_EQ(mergers_.list(kTestOrg)->size(), 2U);
  constexpr char kNew[] = "0200450302";
  store_.add_organisation(kNew);
  ASSERT_TRUE(merge({kTestOrg}, 0, kNew).ok());
  run(kTestOrg);
  EXPECT_EQ(only(kNew).state(), v1::SIGNAL_STATE_INVESTIGATED);
  EXPECT_EQ(arrive(kOld, "D1"), only(kNew).signal_id());
  EXPECT_EQ(arrive(kNew, "D2"), "p2") << "closed two mergers ago";
}

TEST_F(MergersTest, WhatCannotBeIsRefused) {
  EXPECT_EQ(merge({kTestOrg}).error().code, "work.merger_self");
  EXPECT_EQ(merge({"0200450302"}).error().code, "work.merger_unknown");
  ASSERT_TRUE(merge({kOld}).ok());
  EXPECT_EQ(merge({kOld}, 0, kOlder).error().code, "work.merger_elsewhere");
  EXPECT_EQ(merge({kTestOrg}, 0, kOld).error().code, "work.merger_elsewhere") << "a circle";
  EXPECT_EQ(mergers_.list(kOlder)->size(), 0U);
}

TEST_F(MergersTest, APreviewCountsAndChangesNothing) {
  add_at(kOld, "o1", "D1");
  add_at(kOld, "o2", "D2");
  add_at(kTestOrg, "n2", "D2");
  add_at(kOld, "o3", "D3", v1::SIGNAL_STATE_ANSWERED, "c3");
  add_at(kOld, "o4", "D4", v1::SIGNAL_STATE_CLOSED);
  const auto preview = mergers_.preview({.into = kTestOrg, .from = {kOld}, .date = {}});
  ASSERT_TRUE(preview.ok());
  EXPECT_EQ(preview->at(0).moved(), 1);
  EXPECT_EQ(preview->at(0).united(), 1);
  EXPECT_EQ(preview->at(0).awaiting_answers(), 1);
  EXPECT_EQ(domain::date_number(preview->at(0).date()), 20261117);
  EXPECT_TRUE(mergers_.list(kTestOrg)->empty());
  EXPECT_TRUE(store_.acts().empty());
  EXPECT_EQ(mergers_.preview({.into = kTestOrg, .from = {kTestOrg}, .date = {}}).error().code,
            "work.merger_self");
}

TEST_F(MergersTest, TheDutyBeginsByItselfAndTheNewOrganisationsRulesGiveWhatNobodyHad) {
  set(round_of({"u1"}));
  add_at(kOld, "o1", "D1");
  follower_.start();
  mergers_.start();
  ASSERT_TRUE(merge().ok());
  EXPECT_TRUE(store_.wait_until([&] {
    const auto signals = all();
    return signals.size() == 1 && signals[0].assignee().id() == "u1";
  }));
  mergers_.stop();
  follower_.stop();
}

}  // namespace
}  // namespace semafoor::work
