// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <nlohmann/json.hpp>

#include "gateway/upstream/json/encoding.h"
#include "gateway/upstream/podmi/event.h"

namespace semafoor::upstream::podmi {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kOrganisation[] = "0212214917";
// A number of the reference whose check number verifies.
constexpr char kPerson[] = "17073003384";

json signal_data() {
  return {{"schema", "X-signal/1"},
          {"signalReference", "KN0000000001"},
          {"law", "RMI"},
          {"nisCode", "24033"},
          {"organisation", kOrganisation},
          {"dossierNumber", "00a-123"},
          {"ssin", kPerson},
          {"formReference", "202609000001"},
          {"signalType", "X-WORK-DIMONA"},
          {"sourceFlow", "DIMONA"},
          {"referencePeriod", {{"from", "2026-09-01"}, {"to", "2026-09-30"}}},
          {"amountEurocents", 123456},
          {"fields", json::array({{{"name", "employer"}, {"value", "X"}}})},
          {"detectedOn", "2026-10-05"},
          {"repetition", 0},
          {"cycle", "MONTHLY"},
          {"sequence", 17}};
}

json event_of(json data, const std::string& type) {
  return {{"specversion", "1.0"},
          {"id", "e-1"},
          {"source", "urn:x-podmi:mailbox"},
          {"type", type},
          {"service", "x-podmi-knipperlicht.v1"},
          {"xcursor", "c-1"},
          {"data", std::move(data)}};
}

json signal_event(json data = signal_data()) {
  return event_of(std::move(data), "x-podmi-knipperlicht.v1.signals.notify.created");
}

json result_event(json data) {
  json event = event_of(std::move(data), "x-podmi-knipperlicht.v1.feedback.create.result");
  event["relatedto"] = "0190a5a4-0000-7000-8000-000000000001";
  event["relatedtosource"] = std::string("urn:cbe:") + kOrganisation;
  return event;
}

json result_data() {
  return {{"schema", "X-feedback-result/1"},
          {"evaluation", "REFUSED"},
          {"authorityReference", "A000000001"},
          {"errors", json::array({{{"code", "X-0001"},
                                   {"description", {{"nl", "n"}, {"fr", "f"}, {"de", "d"}}}}})}};
}

Result<MailboxContent> read(const json& event) {
  const Result<MailboxItem> item = read_item(event.dump());
  if (!item) return item.error();
  return read_content(*item, kOrganisation);
}

TEST(MailboxItems, IdentityPositionAndTheEventAsItCame) {
  const std::string raw = "{ " + signal_event().dump().substr(1);
  const Result<MailboxItem> item = read_item(raw);
  ASSERT_TRUE(item.ok()) << item.error().message;
  EXPECT_EQ(item->source, "urn:x-podmi:mailbox");
  EXPECT_EQ(item->id, "e-1");
  EXPECT_EQ(item->cursor, "c-1");
  EXPECT_EQ(item->raw, raw);
}

TEST(MailboxItems, WithoutIdentityTheyAreNone) {
  for (const char* name : {"specversion", "id", "source", "type", "xcursor"}) {
    json event = signal_event();
    event.erase(name);
    EXPECT_FALSE(read_item(event.dump()).ok()) << name;
    event[name] = 5;
    EXPECT_FALSE(read_item(event.dump()).ok()) << name;
  }
  json event = signal_event();
  event["specversion"] = "2.0";
  EXPECT_FALSE(read_item(event.dump()).ok());
  event["specversion"] = "1.1";
  EXPECT_TRUE(read_item(event.dump()).ok()) << "consumers accept every 1.x";
  EXPECT_EQ(cursor_of(R"({"xcursor":"c-9"})"), "c-9");
  EXPECT_EQ(cursor_of("nonsense"), "");
}

TEST(SignalEvents, EveryMember) {
  json data = signal_data();
  data["law"] = "LAW1965";
  data["suffix"] = "07";
  const Result<MailboxContent> content = read(signal_event(data));
  ASSERT_TRUE(content.ok()) << content.error().message;
  ASSERT_TRUE(content->signal);
  EXPECT_FALSE(content->result);
  EXPECT_EQ(read_item(signal_event(data).dump())->sequence, 17);
  const v1::Signal& signal = *content->signal;
  EXPECT_EQ(signal.signal_reference(), "KN0000000001");
  EXPECT_EQ(signal.law(), v1::LAW_1965);
  EXPECT_EQ(signal.organisation().value(), kOrganisation);
  EXPECT_EQ(signal.person().value(), kPerson);
  EXPECT_EQ(signal.dossier_number(), "00a-123");
  EXPECT_EQ(signal.dossier_number_normalised(), "A123");
  EXPECT_EQ(signal.suffix(), "07");
  EXPECT_EQ(signal.form_reference(), "202609000001");
  EXPECT_EQ(signal.signal_type(), "X-WORK-DIMONA");
  EXPECT_EQ(signal.source_flow(), "DIMONA");
  EXPECT_EQ(signal.reference_period().from().day(), 1);
  EXPECT_EQ(signal.reference_period().to().day(), 30);
  EXPECT_EQ(signal.amount().eurocents(), 123456);
  ASSERT_EQ(signal.fields_size(), 1);
  EXPECT_EQ(signal.fields(0).name(), "employer");
  EXPECT_EQ(signal.detected_on().month(), 10);
  ASSERT_EQ(signal.channels_size(), 1);
  EXPECT_EQ(signal.channels(0), v1::SIGNAL_CHANNEL_MUTATION);
}

TEST(SignalEvents, OptionalMembersMayBeAbsent) {
  json data = signal_data();
  for (const char* name : {"amountEurocents", "fields", "formReference", "sourceFlow"}) {
    data.erase(name);
  }
  data["referencePeriod"].erase("to");
  const Result<MailboxContent> content = read(signal_event(data));
  ASSERT_TRUE(content.ok()) << content.error().message;
  EXPECT_FALSE(content->signal->has_amount());
  EXPECT_FALSE(content->signal->reference_period().has_to());
}

TEST(SignalEvents, DataMayComeInBase64) {
  json event = signal_event();
  event.erase("data");
  event["data_base64"] = base64url(signal_data().dump());
  EXPECT_TRUE(read(event).ok());
}

TEST(SignalEvents, ALostLeadingZeroIsPutBack) {
  json data = signal_data();
  data["organisation"] = "212214917";
  const Result<MailboxContent> content = read(signal_event(data));
  ASSERT_TRUE(content.ok()) << content.error().message;
  EXPECT_EQ(content->signal->organisation().value(), kOrganisation);
}

TEST(SignalEvents, EachBrokenMemberIsNamedAndItsValueIsNot) {
  const std::string long_text(257, 'x');
  const struct {
    const char* field;
    std::function<void(json&)> spoil;
  } cases[] = {
      {"data.signalReference", [](json& d) { d["signalReference"] = ""; }},
      {"data.signalReference", [](json& d) { d["signalReference"] = std::string(21, 'x'); }},
      {"data.signalReference", [](json& d) { d.erase("signalReference"); }},
      {"data.law", [](json& d) { d["law"] = "LAW2002"; }},
      {"data.nisCode", [](json& d) { d["nisCode"] = "2403"; }},
      {"data.organisation", [](json& d) { d["organisation"] = "0212214918"; }},
      {"data.organisation", [](json& d) { d["organisation"] = "0212344876"; }},
      {"data.organisation", [](json& d) { d["organisation"] = "0212214918"; }},
      {"data.ssin", [](json& d) { d["ssin"] = "17073003385"; }},
      {"data.ssin", [](json& d) { d["ssin"] = "1707300338"; }},
      {"data.ssin", [](json& d) { d["ssin"] = 17073003384; }},
      {"data.dossierNumber", [](json& d) { d["dossierNumber"] = "123456789012"; }},
      {"data.suffix", [](json& d) { d["suffix"] = "7"; }},
      {"data.suffix", [](json& d) { d["suffix"] = "07"; }},  // law RMI
      {"data.formReference", [](json& d) { d["formReference"] = "1234567890123"; }},
      {"data.signalType", [](json& d) { d.erase("signalType"); }},
      {"data.referencePeriod.from", [](json& d) { d["referencePeriod"]["from"] = "2026-02-30"; }},
      {"data.referencePeriod.to", [](json& d) { d["referencePeriod"]["to"] = "2026-08-31"; }},
      {"data.referencePeriod.from", [](json& d) { d.erase("referencePeriod"); }},
      {"data.amountEurocents", [](json& d) { d["amountEurocents"] = 12.5; }},
      {"data.amountEurocents", [](json& d) { d["amountEurocents"] = "12"; }},
      {"data.amountEurocents", [](json& d) { d["amountEurocents"] = 18446744073709551615u; }},
      {"data.fields", [](json& d) { d["fields"] = 3; }},
      {"data.fields[1].name",
       [](json& d) {
         d["fields"].push_back({{"value", "x"}});
       }},
      {"data.fields[1].value",
       [&](json& d) {
         d["fields"].push_back({{"name", "n"}, {"value", long_text}});
       }},
      {"data.detectedOn", [](json& d) { d["detectedOn"] = "05/10/2026"; }},
      {"data.repetition", [](json& d) { d["repetition"] = -1; }},
      {"data.cycle", [](json& d) { d["cycle"] = "APRIL"; }},
      {"data.sequence", [](json& d) { d["sequence"] = 0; }},
  };
  for (const auto& one : cases) {
    json data = signal_data();
    one.spoil(data);
    const Result<MailboxContent> content = read(signal_event(data));
    ASSERT_FALSE(content.ok()) << one.field;
    EXPECT_EQ(content.error().code, "podmi.malformed");
    EXPECT_EQ(content.error().field, one.field);
    EXPECT_THAT(content.error().message, HasSubstr(one.field));
    EXPECT_THAT(content.error().message, Not(HasSubstr("170730"))) << one.field;
  }
}

TEST(SignalEvents, BoundsCountCharactersNotBytes) {
  json data = signal_data();
  std::string letters;
  for (int i = 0; i < 64; ++i) letters += "é";
  data["fields"] = json::array({{{"name", letters}, {"value", ""}}});
  EXPECT_TRUE(read(signal_event(data)).ok());
}

TEST(SignalEvents, UnknownTypeOrSchemaIsSaid) {
  json event = signal_event();
  event["type"] = "x-podmi-knipperlicht.v1.signals.notify.recalled";
  EXPECT_EQ(read(event).error().code, "podmi.unknown_type");
  json data = signal_data();
  data["schema"] = "X-signal/2";
  EXPECT_EQ(read(signal_event(data)).error().code, "podmi.unknown_type");
  event = signal_event();
  event["data"] = "text";
  EXPECT_EQ(read(event).error().code, "podmi.malformed");
}

TEST(ResultEvents, EveryMember) {
  const Result<MailboxContent> content = read(result_event(result_data()));
  ASSERT_TRUE(content.ok()) << content.error().message;
  ASSERT_TRUE(content->result);
  EXPECT_FALSE(content->signal);
  EXPECT_EQ(content->result->client_id, "0190a5a4-0000-7000-8000-000000000001");
  EXPECT_EQ(content->result->state, v1::FEEDBACK_STATE_REFUSED);
  EXPECT_EQ(content->result->authority_reference, "A000000001");
  ASSERT_EQ(content->result->errors.size(), 1u);
  EXPECT_EQ(content->result->errors[0].code(), "X-0001");
  EXPECT_EQ(content->result->errors[0].description().de(), "d");
}

TEST(ResultEvents, BrokenOnesAreRefused) {
  json event = result_event(result_data());
  event["relatedtosource"] = "urn:cbe:0212344876";
  EXPECT_EQ(read(event).error().field, "relatedtosource");
  event = result_event(result_data());
  event.erase("relatedto");
  EXPECT_EQ(read(event).error().field, "relatedto");
  json data = result_data();
  data["evaluation"] = "RECEIVED";
  EXPECT_EQ(read(result_event(data)).error().field, "data.evaluation");
  data = result_data();
  data["authorityReference"] = "12345678901";
  EXPECT_EQ(read(result_event(data)).error().field, "data.authorityReference");
  data = result_data();
  data["errors"][0]["code"] = "X-00001";
  EXPECT_EQ(read(result_event(data)).error().field, "data.errors[0].code");
}

TEST(FeedbackStatus, OfALookup) {
  const auto status = read_status(R"({"id":"c-1","status":"RECEIVED"})", "c-1");
  ASSERT_TRUE(status.ok()) << status.error().message;
  EXPECT_EQ(status->state, v1::FEEDBACK_STATE_SENT);
  EXPECT_EQ(read_status(R"({"id":"c-1","status":"PARTIALLYACCEPTED"})", "c-1")->state,
            v1::FEEDBACK_STATE_PARTIALLY_ACCEPTED);
  EXPECT_FALSE(read_status(R"({"id":"c-2","status":"RECEIVED"})", "c-1").ok());
  EXPECT_FALSE(read_status(R"({"id":"c-1","status":"LOST"})", "c-1").ok());
  EXPECT_FALSE(read_status("[]", "c-1").ok());
}

v1::FeedbackItem feedback_item() {
  v1::FeedbackItem item;
  item.set_client_id("0190a5a4-0000-7000-8000-000000000001");
  item.set_client_reference("ABCDEFGHIJKLMNO");
  item.set_code("X-REVISED");
  item.set_remark("opmerking");
  item.set_decision_reference("B-2026-1");
  item.mutable_decision_date()->set_year(2026);
  item.mutable_decision_date()->set_month(11);
  item.mutable_decision_date()->set_day(2);
  item.mutable_submitted_by()->set_id("jan.peeters@ocmw.example");
  item.mutable_submitted_by()->set_name("Jan Peeters");
  item.mutable_submitted_at()->set_unix_ms(1500);
  return item;
}

TEST(FeedbackEvent, EveryMember) {
  const json event = json::parse(feedback_event(feedback_item(), "KN0000000001", kOrganisation));
  EXPECT_EQ(event["specversion"], "1.0");
  EXPECT_EQ(event["id"], "0190a5a4-0000-7000-8000-000000000001");
  EXPECT_EQ(event["source"], "urn:cbe:0212214917");
  EXPECT_EQ(event["type"], "x-podmi-knipperlicht.v1.feedback.create");
  EXPECT_EQ(event["service"], "x-podmi-knipperlicht.v1");
  EXPECT_EQ(event["time"], "1970-01-01T00:00:01.500Z");
  json data = event["data"];
  EXPECT_EQ(data["agent"].get<std::string>().size(), 36u);
  data.erase("agent");
  EXPECT_EQ(data, (json{{"schema", "X-feedback/1"},
                        {"clientReference", "ABCDEFGHIJKLMNO"},
                        {"signalReference", "KN0000000001"},
                        {"feedbackCode", "X-REVISED"},
                        {"remark", "opmerking"},
                        {"decisionReference", "B-2026-1"},
                        {"decisionDate", "2026-11-02"}}));
}

TEST(FeedbackEvent, ARepeatHasTheSameBytesAndNobodyIsNamed) {
  const std::string first = feedback_event(feedback_item(), "KN0000000001", kOrganisation);
  v1::FeedbackItem later = feedback_item();
  later.set_attempts(3);
  later.set_last_problem("no answer");
  later.set_state(v1::FEEDBACK_STATE_OUTCOME_UNKNOWN);
  EXPECT_EQ(feedback_event(later, "KN0000000001", kOrganisation), first);
  EXPECT_THAT(first, Not(HasSubstr("peeters")));
  EXPECT_THAT(first, Not(HasSubstr("Peeters")));
}

TEST(FeedbackEvent, AbsentMembersAreLeftOut) {
  v1::FeedbackItem item;
  item.set_client_id("c");
  item.set_client_reference("r");
  item.set_code("X-COUNTED");
  const json event = json::parse(feedback_event(item, "KN1", kOrganisation));
  EXPECT_FALSE(event.contains("time"));
  EXPECT_EQ(event["data"].size(), 4u);
}

}  // namespace
}  // namespace semafoor::upstream::podmi
