// SPDX-License-Identifier: Apache-2.0
//
// What a signal's whole life needs of calls: its history, a later form, a replaced number, and the
// searches.
#include <gmock/gmock.h>

#include "gateway/domain/signal_identity.h"
#include "gateway/rpc/test_gateway.h"

namespace semafoor::rpc {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

constexpr char kFormer[] = "85073003328";
constexpr char kCurrent[] = "17073003384";

class SignalCallsTest : public TestGateway {
 protected:
  void add(const std::string& id, const std::function<void(v1::Signal&)>& change = nullptr) {
    v1::Signal signal;
    signal.set_signal_id(id);
    signal.mutable_organisation()->set_value(kTestOrg);
    signal.mutable_person()->set_value(kFormer);
    signal.set_dossier_number("D" + id);
    signal.set_signal_type("X-PENSION");
    signal.set_state(v1::SIGNAL_STATE_RECEIVED);
    if (change) change(signal);
    store_.write([&](store::Transaction& tx) {
      return tx.put_signal(kTestOrg, domain::signal_key(signal), signal, "");
    });
  }
  std::vector<std::string> found(const v1::ListSignalsRequest& request) {
    v1::ListSignalsResponse response;
    EXPECT_TRUE(
        call(signals_stub_, &v1::Signals::Stub::ListSignals, request, response).status.ok());
    std::vector<std::string> ids;
    for (const auto& signal : response.signals()) ids.push_back(signal.signal_id());
    return ids;
  }
  v1::SignalHistory history(const std::string& id) {
    auto request = about<v1::GetSignalHistoryRequest>();
    request.set_signal_id(id);
    v1::GetSignalHistoryResponse response;
    EXPECT_TRUE(
        call(signals_stub_, &v1::Signals::Stub::GetSignalHistory, request, response).status.ok());
    return response.history();
  }
  Outcome supersede(const std::vector<std::string>& ids, const std::string& form,
                    v1::SupersedeSignalsResponse& response) {
    auto request = about<v1::SupersedeSignalsRequest>();
    for (const auto& id : ids) request.add_signal_ids(id);
    request.set_form_reference(form);
    request.mutable_since()->set_year(2026);
    request.mutable_since()->set_month(9);
    request.mutable_since()->set_day(1);
    return call(signals_stub_, &v1::Signals::Stub::SupersedeSignals, request, response);
  }
  Outcome replace(const std::string& former, const std::string& current,
                  v1::ReplacePersonNumberResponse& response) {
    auto request = about<v1::ReplacePersonNumberRequest>();
    request.mutable_former()->set_value(former);
    request.mutable_current()->set_value(current);
    return call(signals_stub_, &v1::Signals::Stub::ReplacePersonNumber, request, response);
  }
  std::vector<v1::AuditRecord> records(const std::string& act) {
    recorder_.flush();
    store_.write([](store::Transaction&) -> Result<void> { return {}; });
    std::vector<v1::AuditRecord> found;
    for (auto& record : store_.audit())
      if (record.act() == act) found.push_back(std::move(record));
    return found;
  }
};

TEST_F(SignalCallsTest, TheHistoryNamesWhoDidWhat) {
  add("s1");
  auto assign = about<v1::AssignSignalRequest>();
  assign.set_signal_id("s1");
  assign.mutable_assignee()->set_id("u2");
  assign.mutable_assignee()->set_name("Bea");
  v1::AssignSignalResponse assigned;
  ASSERT_TRUE(call(signals_stub_, &v1::Signals::Stub::AssignSignal, assign, assigned).status.ok());
  EXPECT_EQ(assigned.signal().assigned_at().unix_ms(), clock_.now_ms());
  // Again: nothing happened.
  ASSERT_TRUE(call(signals_stub_, &v1::Signals::Stub::AssignSignal, assign, assigned).status.ok());
  const auto steps = history("s1").steps();
  ASSERT_EQ(steps.size(), 1);
  EXPECT_EQ(steps[0].event(), v1::SIGNAL_EVENT_ASSIGNED);
  EXPECT_EQ(steps[0].actor().id(), "u1");
  EXPECT_EQ(steps[0].detail(), "Bea");
  EXPECT_EQ(steps[0].state(), v1::SIGNAL_STATE_ASSIGNED);
  EXPECT_EQ(steps[0].time().unix_ms(), clock_.now_ms());
  const auto read = records("signal.history");
  ASSERT_THAT(read, SizeIs(1));
  EXPECT_EQ(read[0].subject_id(), "s1");
  EXPECT_EQ(read[0].persons_size(), 1);
}

TEST_F(SignalCallsTest, TheHistoryOfNoSignalIsAnError) {
  auto request = about<v1::GetSignalHistoryRequest>();
  request.set_signal_id("none");
  v1::GetSignalHistoryResponse response;
  EXPECT_EQ(
      call(signals_stub_, &v1::Signals::Stub::GetSignalHistory, request, response).detail.code(),
      "signals.signal_unknown");
}

TEST_F(SignalCallsTest, ALaterFormEndsTheWaitingForAnAnswer) {
  add("s1");
  add("s2");
  v1::SupersedeSignalsResponse response;
  ASSERT_TRUE(supersede({"s2", "s1"}, "C-2026-17", response).status.ok());
  ASSERT_EQ(response.signals_size(), 2);
  EXPECT_EQ(response.signals(0).signal_id(), "s2");
  const auto version = response.signals(0).version();
  EXPECT_EQ(response.signals(0).state(), v1::SIGNAL_STATE_SUPERSEDED);
  EXPECT_EQ(response.signals(0).supersession().form_reference(), "C-2026-17");
  EXPECT_EQ(response.signals(0).supersession().since().month(), 9);
  EXPECT_EQ(response.signals(0).supersession().recorded_by().id(), "u1");
  EXPECT_EQ(history("s1").steps(0).detail(), "C-2026-17");
  EXPECT_THAT(records("signal.supersede"), SizeIs(1));
  ASSERT_TRUE(supersede({"s2"}, "C-2026-17", response).status.ok());
  EXPECT_EQ(response.signals(0).version(), version) << "the same again is nothing new";
  EXPECT_EQ(supersede({"s2"}, "C-2026-18", response).detail.code(), "signals.wrong_state");

  auto submit = about<v1::SubmitFeedbackRequest>();
  submit.add_items()->set_client_id("0190b6f0-7c1e-7d3a-8a52-000000000001");
  submit.mutable_items(0)->set_signal_id("s1");
  submit.mutable_items(0)->set_code("X-COUNTED");
  v1::SubmitFeedbackResponse submitted;
  ASSERT_TRUE(
      call(feedback_stub_, &v1::Feedback::Stub::SubmitFeedback, submit, submitted).status.ok());
  EXPECT_EQ(submitted.results(0).problem().code(), "feedback.signal_superseded");
}

TEST_F(SignalCallsTest, OneThatCannotBeSupersededChangesNothingOfTheOthers) {
  add("s1");
  add("s2", [](v1::Signal& signal) { signal.set_state(v1::SIGNAL_STATE_ANSWERED); });
  v1::SupersedeSignalsResponse response;
  const auto refused = supersede({"s1", "s2"}, "C-1", response);
  EXPECT_EQ(refused.detail.code(), "signals.wrong_state");
  EXPECT_EQ(refused.detail.field(), "signalIds[1]");
  EXPECT_EQ(supersede({"s1", "none"}, "C-1", response).detail.field(), "signalIds[1]");
  EXPECT_THAT(history("s1").steps(), IsEmpty());
  EXPECT_EQ(supersede({}, "C-1", response).detail.field(), "signalIds");
  EXPECT_EQ(supersede({"s1"}, "", response).detail.field(), "formReference");
  EXPECT_EQ(supersede({"s1"}, std::string(33, 'C'), response).detail.field(), "formReference");
  EXPECT_EQ(supersede({"s1"}, kFormer, response).detail.field(), "formReference");
}

TEST_F(SignalCallsTest, AReplacedNumberTakesTheSignalsAlongAndIsFoundByBoth) {
  add("s1");
  v1::ReplacePersonNumberResponse response;
  ASSERT_TRUE(replace(kFormer, kCurrent, response).status.ok());
  EXPECT_EQ(response.person().value(), kCurrent);
  EXPECT_THAT(response.signal_ids(), ElementsAre("s1"));
  for (const char* number : {kFormer, kCurrent}) {
    auto request = about<v1::ListSignalsRequest>();
    request.mutable_person()->set_value(number);
    EXPECT_THAT(found(request), ElementsAre("s1"));
  }
  const auto replaced = records("person.replace");
  ASSERT_THAT(replaced, SizeIs(1));
  EXPECT_EQ(replaced[0].persons_size(), 2);
  EXPECT_EQ(replaced[0].actor().id(), "u1");
  EXPECT_THAT(store_.event_types(v1::MODULE_KNIPPERLICHT), Contains("signal.changed"));
  EXPECT_EQ(replace(kCurrent, kFormer, response).detail.code(), "signals.person_cycle");
  const auto wrong = replace("85073003329", kCurrent, response);
  EXPECT_EQ(wrong.detail.field(), "former");
  EXPECT_THAT(wrong.status.error_message(), Not(HasSubstr("85073003329")));
}

TEST_F(SignalCallsTest, SignalsAreFoundByDossierTeamRecallAndWhetherTheyWait) {
  add("s1");
  add("s2", [](v1::Signal& signal) { signal.set_team("north"); });
  add("s3", [](v1::Signal& signal) { signal.add_recalls()->mutable_cycle()->set_year(2026); });
  add("s4", [](v1::Signal& signal) { signal.set_state(v1::SIGNAL_STATE_CLOSED); });
  auto request = about<v1::ListSignalsRequest>();
  request.set_dossier_number("00-d.s1");
  EXPECT_THAT(found(request), ElementsAre("s1")) << "as POD MI compares";
  request = about<v1::ListSignalsRequest>();
  request.set_team("north");
  EXPECT_THAT(found(request), ElementsAre("s2"));
  request = about<v1::ListSignalsRequest>();
  request.set_recalled_only(true);
  EXPECT_THAT(found(request), ElementsAre("s3"));
  request = about<v1::ListSignalsRequest>();
  request.set_open_only(true);
  EXPECT_THAT(found(request), UnorderedElementsAre("s1", "s2", "s3"));
  request.set_dossier_number("000");
  v1::ListSignalsResponse response;
  EXPECT_EQ(call(signals_stub_, &v1::Signals::Stub::ListSignals, request, response).detail.field(),
            "dossierNumber");
}

}  // namespace
}  // namespace semafoor::rpc
