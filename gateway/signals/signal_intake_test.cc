// SPDX-License-Identifier: Apache-2.0
#include "gateway/signals/signal_intake.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

#include "gateway/domain/signal_identity.h"
#include "gateway/duties/fake_podmi.h"
#include "gateway/duties/test_store.h"

namespace semafoor::signals {
namespace {

using duties::FakePodmi;
using duties::kTestOrg;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

v1::Signal signal_of(int number) {
  v1::Signal signal;
  signal.set_signal_reference("KN" + std::to_string(1'000'000'000 + number));
  signal.mutable_organisation()->set_value(kTestOrg);
  signal.set_law(v1::LAW_RMI);
  signal.mutable_person()->set_value("00000000097");
  signal.set_dossier_number("A" + std::to_string(number));
  signal.set_dossier_number_normalised("A" + std::to_string(number));
  signal.set_signal_type("X-WORK-DIMONA");
  auto& from = *signal.mutable_reference_period()->mutable_from();
  from.set_year(2026);
  from.set_month(9);
  from.set_day(1);
  signal.add_channels(v1::SIGNAL_CHANNEL_MUTATION);
  return signal;
}

class SignalIntakeTest : public ::testing::Test {
 protected:
  SignalIntakeTest() { store_.add_organisation(); }

  SignalIntake& intake() {
    if (!intake_) {
      intake_ = std::make_unique<SignalIntake>(
          *store_,
          [this](const store::Org&) {
            return Result<std::shared_ptr<upstream::PodmiClient>>(podmi_);
          },
          sink_, clock_, options_);
    }
    return *intake_;
  }
  Result<void> run() { return intake().run_once(kTestOrg, {}); }

  // As after the end of the process, between two instructions.
  void restart() {
    intake_.reset();
    store_.reopen();
  }

  std::vector<v1::Signal> signals() {
    return store_
        .ask<store::Page<v1::Signal>>(
            [](store::Reader& reader) { return reader.signals(kTestOrg, {}); })
        .items;
  }

  duties::ManualClock clock_;
  duties::TestStore store_{clock_};
  std::shared_ptr<FakePodmi> podmi_ = std::make_shared<FakePodmi>();
  ResultSink sink_;
  IntakeOptions options_;
  std::unique_ptr<SignalIntake> intake_;
};

TEST_F(SignalIntakeTest, WhatCameIsStoredBeforeItIsAcknowledged) {
  podmi_->put_signal("e1", signal_of(1));
  std::size_t stored_at_acknowledgement = 0;
  podmi_->before_acknowledge = [&] { stored_at_acknowledgement = signals().size(); };
  ASSERT_TRUE(run().ok());
  EXPECT_EQ(stored_at_acknowledgement, 1U);
  EXPECT_THAT(podmi_->acknowledged(), ElementsAre("1"));
}

TEST_F(SignalIntakeTest, AFullMailboxIsFetchedToItsEndInBatches) {
  options_.batch = 10;
  for (int i = 0; i < 25; ++i) podmi_->put_signal("e" + std::to_string(i), signal_of(i));
  ASSERT_TRUE(run().ok());
  EXPECT_EQ(signals().size(), 25U);
  EXPECT_THAT(podmi_->acknowledged(), ElementsAre("10", "20", "25"));
}

TEST_F(SignalIntakeTest, WhatHasNoIdentityIsKeptBeforeItIsAcknowledged) {
  podmi_->put_signal("e1", signal_of(1));
  podmi_->unidentified = {{"has no id", R"({"source":"x"})"}};
  EXPECT_EQ(run().error().code, "signals.rejected");
  EXPECT_EQ(signals().size(), 1U);
  EXPECT_THAT(podmi_->acknowledged(), ElementsAre("1"));
  store_.write([](store::Transaction& tx) -> Result<void> {
    EXPECT_FALSE(*tx.add_inbox(kTestOrg, {kUnidentified, "1/0", "", "", ""})) << "it is there";
    return {};
  });
  EXPECT_TRUE(run().ok());
}

TEST_F(SignalIntakeTest, ASignalIsNewOnce) {
  podmi_->put_signal("e1", signal_of(1));
  ASSERT_TRUE(run().ok());
  const auto all = signals();
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].state(), v1::SIGNAL_STATE_RECEIVED);
  EXPECT_EQ(all[0].match_state(), v1::MATCH_STATE_OPEN);
  EXPECT_EQ(all[0].deliveries(), 1);
  EXPECT_FALSE(all[0].signal_id().empty());
  EXPECT_EQ(all[0].received_at().unix_ms(), clock_.now_ms());
  EXPECT_THAT(store_.event_types(v1::MODULE_KNIPPERLICHT), ElementsAre("signal.received"));
}

TEST_F(SignalIntakeTest, TheSameEventAgainIsOneSignal) {
  podmi_->put_signal("e1", signal_of(1));
  podmi_->put_signal("e1", signal_of(1));
  ASSERT_TRUE(run().ok());
  ASSERT_EQ(signals().size(), 1U);
  EXPECT_EQ(signals()[0].deliveries(), 2);
  EXPECT_EQ(store_.counters().duplicates_suppressed, 1);
  EXPECT_THAT(store_.event_types(v1::MODULE_KNIPPERLICHT), ElementsAre("signal.received"));
}

TEST_F(SignalIntakeTest, ANewEventWithTheSameReferenceIsOneSignal) {
  podmi_->put_signal("e1", signal_of(1));
  auto renumbered = signal_of(1);
  renumbered.mutable_person()->set_value("00000000196");
  podmi_->put_signal("e2", renumbered);
  ASSERT_TRUE(run().ok());
  ASSERT_EQ(signals().size(), 1U);
  EXPECT_EQ(signals()[0].deliveries(), 2);
  EXPECT_EQ(store_.counters().duplicates_suppressed, 1);
}

TEST_F(SignalIntakeTest, TheSameSignalByAnotherChannelIsOneSignalWithBothChannels) {
  podmi_->put_signal("e1", signal_of(1));
  auto listed = signal_of(1);
  listed.clear_signal_reference();
  listed.clear_channels();
  listed.add_channels(v1::SIGNAL_CHANNEL_HALF_YEARLY_LIST);
  podmi_->put_signal("e2", listed);
  ASSERT_TRUE(run().ok());
  ASSERT_EQ(signals().size(), 1U);
  EXPECT_THAT(signals()[0].channels(),
              ElementsAre(v1::SIGNAL_CHANNEL_MUTATION, v1::SIGNAL_CHANNEL_HALF_YEARLY_LIST));
  EXPECT_THAT(store_.event_types(v1::MODULE_KNIPPERLICHT),
              ElementsAre("signal.received", "signal.changed"));
}

TEST_F(SignalIntakeTest, AnAnswerGivenWinsOverALaterRecall) {
  podmi_->put_signal("e1", signal_of(1));
  ASSERT_TRUE(run().ok());
  for (const auto state : {v1::SIGNAL_STATE_ANSWERED, v1::SIGNAL_STATE_CLOSED}) {
    auto answered = signals()[0];
    answered.set_state(state);
    answered.set_feedback_client_id("c1");
    store_.write([&](store::Transaction& tx) {
      return tx.put_signal(kTestOrg, domain::signal_key(answered), answered, "");
    });
    podmi_->put_signal("recall-" + std::to_string(state), signal_of(1));
    ASSERT_TRUE(run().ok());
    ASSERT_EQ(signals().size(), 1U);
    EXPECT_EQ(signals()[0].state(), state);
    EXPECT_EQ(signals()[0].feedback_client_id(), "c1");
  }
}

TEST_F(SignalIntakeTest, AMalformedItemIsSetAsideAndTheRestFlows) {
  podmi_->put(
      "bad",
      Error{.kind = ErrorKind::invalid_argument, .code = "podmi.malformed", .message = "no law"});
  podmi_->put_signal("e1", signal_of(1));
  auto foreign = signal_of(2);
  foreign.mutable_organisation()->set_value("0212344876");
  podmi_->put_signal("foreign", foreign);
  ASSERT_TRUE(run().ok());
  ASSERT_EQ(signals().size(), 1U);
  EXPECT_EQ(signals()[0].signal_reference(), signal_of(1).signal_reference());
  EXPECT_THAT(podmi_->acknowledged(), ElementsAre("3"));
}

TEST_F(SignalIntakeTest, AfterADeathBetweenCommitAndAcknowledgementTheNextRunFinishesIt) {
  podmi_->put_signal("e1", signal_of(1));
  podmi_->on_acknowledge = [](const std::string&) -> Result<void> {
    return Error{.kind = ErrorKind::unavailable, .code = "upstream.unreachable", .message = "gone"};
  };
  EXPECT_FALSE(run().ok());
  ASSERT_EQ(signals().size(), 1U);
  restart();
  podmi_->on_acknowledge = nullptr;
  ASSERT_TRUE(run().ok());
  EXPECT_THAT(podmi_->acknowledged(), ElementsAre("1"));
  ASSERT_EQ(signals().size(), 1U);
  EXPECT_EQ(signals()[0].deliveries(), 1);
  EXPECT_THAT(store_.event_types(v1::MODULE_KNIPPERLICHT), ElementsAre("signal.received"));
}

TEST_F(SignalIntakeTest, APositionTheUpstreamForgotStartsFromWhatIsNotAcknowledged) {
  podmi_->put_signal("e1", signal_of(1));
  ASSERT_TRUE(run().ok());
  podmi_->on_fetch = [](const std::string& cursor) -> Result<void> {
    if (cursor.empty()) return {};
    return Error{
        .kind = ErrorKind::invalid_argument, .code = "upstream.refused", .upstream_status = 400};
  };
  podmi_->put_signal("e2", signal_of(2));
  ASSERT_TRUE(run().ok());
  EXPECT_EQ(signals().size(), 2U);
}

TEST_F(SignalIntakeTest, AHoleInTheSequenceIsReportedUntilItIsFilled) {
  podmi_->put_signal("e1", signal_of(1), 1);
  podmi_->put_signal("e3", signal_of(3), 3);
  ASSERT_TRUE(run().ok());
  EXPECT_THAT(store_.duty(kSequenceDuty).problem(), HasSubstr("hole in sequence: 2 (1 number)"));
  restart();
  podmi_->put_signal("e2", signal_of(2), 2);
  ASSERT_TRUE(run().ok());
  EXPECT_THAT(store_.duty(kSequenceDuty).problem(), IsEmpty());
  EXPECT_TRUE(store_.duty(kSequenceDuty).has_last_success());
}

TEST_F(SignalIntakeTest, JudgementsAreHandedOverInsideTheTransactionOnce) {
  std::vector<std::string> judged;
  sink_ = [&](store::Transaction&, const store::Org& org,
              const FakePodmi::Judgement& judgement) -> Result<void> {
    EXPECT_EQ(org, kTestOrg);
    judged.push_back(judgement.client_id);
    return {};
  };
  podmi_->put_result("r1", {"c1", v1::FEEDBACK_STATE_ACCEPTED, "AUTH", {}});
  podmi_->put_result("r1", {"c1", v1::FEEDBACK_STATE_ACCEPTED, "AUTH", {}});
  ASSERT_TRUE(run().ok());
  EXPECT_THAT(judged, ElementsAre("c1"));
}

TEST_F(SignalIntakeTest, AJudgementThatMakesNoSenseIsSetAsideAndTheRestFlows) {
  sink_ = [](store::Transaction&, const store::Org&, const FakePodmi::Judgement&) -> Result<void> {
    return Error{
        .kind = ErrorKind::not_found, .code = "feedback.unknown_client_id", .message = "none"};
  };
  podmi_->put_result("r1", {"c1", v1::FEEDBACK_STATE_ACCEPTED, "AUTH", {}});
  podmi_->put_signal("e1", signal_of(1));
  ASSERT_TRUE(run().ok());
  EXPECT_EQ(signals().size(), 1U);
}

TEST_F(SignalIntakeTest, AJudgementThatCannotBeStoredStoresNothingOfTheBatch) {
  sink_ = [](store::Transaction&, const store::Org&, const FakePodmi::Judgement&) -> Result<void> {
    return Error{.kind = ErrorKind::unavailable, .code = "store.full", .message = "disk full"};
  };
  podmi_->put_signal("e1", signal_of(1));
  podmi_->put_result("r1", {"c1", v1::FEEDBACK_STATE_ACCEPTED, "AUTH", {}});
  EXPECT_FALSE(run().ok());
  EXPECT_TRUE(signals().empty());
  EXPECT_TRUE(podmi_->acknowledged().empty());
}

TEST_F(SignalIntakeTest, TheDutyRunsOnRequestAndLeavesItsStatus) {
  options_.interval_ms = 0;
  podmi_->put_signal("e1", signal_of(1));
  intake().start();
  intake().trigger(kTestOrg);
  EXPECT_TRUE(store_.wait_until([&] { return store_.duty(kIntakeDuty).has_last_success(); }));
  EXPECT_EQ(signals().size(), 1U);
  intake().stop();
}

TEST_F(SignalIntakeTest, APositionThatIsRefusedOverAnyWireIsLost) {
  podmi_->put_signal("e1", signal_of(1));
  ASSERT_TRUE(run().ok());
  podmi_->put_signal("e2", signal_of(2));
  podmi_->on_fetch = [](const std::string& cursor) -> Result<void> {
    if (cursor.empty()) return {};
    return Error{
        .kind = ErrorKind::invalid_argument, .code = "upstream.refused", .upstream_status = 422};
  };
  ASSERT_TRUE(run().ok());
  EXPECT_EQ(signals().size(), 2U);
}

class RemovedOnFetch : public SignalIntakeTest {
 protected:
  RemovedOnFetch() { podmi_->its_manner = upstream::FetchManner::removed; }

  std::vector<store::InboxItem> kept(const std::string& outcome) {
    return store_.ask<std::vector<store::InboxItem>>(
        [&](store::Reader& reader) { return reader.inbox(kTestOrg, "fetched", outcome, 100); });
  }
};

TEST_F(RemovedOnFetch, EverythingIsFetchedAndNothingIsKeptTwice) {
  options_.batch = 10;
  for (int i = 0; i < 25; ++i) podmi_->put_signal("e" + std::to_string(i), signal_of(i));
  ASSERT_TRUE(run().ok());
  EXPECT_EQ(signals().size(), 25U);
  EXPECT_THAT(kept("unread"), IsEmpty());
  EXPECT_THAT(kept("quarantined"), IsEmpty());
}

TEST_F(RemovedOnFetch, WhatCameIsOnDiskBeforeAnybodyLooksIntoIt) {
  podmi_->put_signal("e1", signal_of(1));
  std::string on_disk;
  podmi_->on_read = [&](const upstream::Fetched&) -> Result<void> {
    for (const auto& item : kept("unread")) on_disk += item.raw;
    return {};
  };
  ASSERT_TRUE(run().ok());
  EXPECT_EQ(on_disk, "0 ");
}

TEST_F(RemovedOnFetch, AnEndBetweenTheFetchAndTheReadingLosesNothing) {
  podmi_->put_signal("e1", signal_of(1));
  // The process ends in the middle of its reading.
  podmi_->on_read = [](const upstream::Fetched&) -> Result<void> {
    throw std::runtime_error("the end");
  };
  EXPECT_THROW(static_cast<void>(run()), std::runtime_error);
  EXPECT_THAT(signals(), IsEmpty());
  restart();
  podmi_->on_read = {};
  ASSERT_TRUE(run().ok());
  EXPECT_EQ(signals().size(), 1U);
  EXPECT_THAT(kept("unread"), IsEmpty());
}

TEST_F(RemovedOnFetch, WhatBreaksOffIsAVisibleHole) {
  for (int i = 1; i <= 5; ++i) podmi_->put_signal("e" + std::to_string(i), signal_of(i), i);
  podmi_->breaks_off_after = 3;
  EXPECT_EQ(run().error().code, "signals.broken_off");
  EXPECT_EQ(signals().size(), 3U) << "what is whole";
  ASSERT_EQ(kept("quarantined").size(), 1U);
  EXPECT_EQ(kept("quarantined")[0].raw, "0 1 2 ");
  podmi_->put_signal("e6", signal_of(6), 6);
  ASSERT_TRUE(run().ok());
  const auto duties = store_.ask<std::vector<v1::DutyStatus>>(
      [](store::Reader& reader) { return reader.duties(kTestOrg); });
  std::string problem;
  for (const auto& duty : duties) {
    if (duty.name() == kSequenceDuty) problem = duty.problem();
  }
  EXPECT_THAT(problem, HasSubstr("4-5 (2 numbers)"));
}

TEST_F(RemovedOnFetch, AnEndBeforeTheBreakWasNotedLosesNothingThatIsWhole) {
  for (int i = 1; i <= 3; ++i) podmi_->put_signal("e" + std::to_string(i), signal_of(i), i);
  podmi_->breaks_off_after = 2;
  // Nobody but the body itself tells that it broke off.
  podmi_->on_read = [](const upstream::Fetched&) -> Result<void> {
    throw std::runtime_error("the end");
  };
  EXPECT_THROW(static_cast<void>(run()), std::runtime_error);
  restart();
  podmi_->on_read = [](const upstream::Fetched& fetched) -> Result<void> {
    if (fetched.problem) return {};
    return Error{.kind = ErrorKind::data_loss, .code = "xml.malformed", .message = "no end"};
  };
  EXPECT_EQ(run().error().code, "signals.broken_off");
  EXPECT_EQ(signals().size(), 2U);
  ASSERT_EQ(kept("quarantined").size(), 1U);
  EXPECT_EQ(kept("quarantined")[0].problem, "no end");
}

TEST_F(RemovedOnFetch, WhatCannotBeReadIsQuarantinedAndTold) {
  podmi_->put_signal("e1", signal_of(1));
  podmi_->on_read = [](const upstream::Fetched&) -> Result<void> {
    return Error{.kind = ErrorKind::data_loss, .code = "xml.malformed", .message = "no XML"};
  };
  EXPECT_EQ(run().error().code, "signals.broken_off");
  ASSERT_EQ(kept("quarantined").size(), 1U);
  EXPECT_EQ(kept("quarantined")[0].problem, "no XML");
}

TEST_F(SignalIntakeTest, AReplacedNumberIsFollowed) {
  podmi_->put_signal("e1", signal_of(1));
  auto renumbered = signal_of(1);
  renumbered.set_signal_reference("");
  renumbered.mutable_person()->set_value("00000000196");
  FakePodmi::Content content;
  content.signal = renumbered;
  content.replaced_ssin = "00000000097";
  podmi_->put("e2", content);
  ASSERT_TRUE(run().ok());
  ASSERT_EQ(signals().size(), 1U);
  EXPECT_EQ(signals()[0].person().value(), "00000000196");
  EXPECT_THAT(store_.event_types(v1::MODULE_KNIPPERLICHT),
              ElementsAre("signal.received", "signal.changed"));
}

}  // namespace
}  // namespace semafoor::signals
