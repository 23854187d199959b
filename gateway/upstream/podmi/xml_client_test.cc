// SPDX-License-Identifier: Apache-2.0
//
// The mailbox over SOA and SSDN: one behaviour, two wires. What another program makes of the
// requests is shown in tests/soap, the whole against a server in tests/upstream.
#include "gateway/upstream/podmi/xml_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "gateway/upstream/soap/fault.h"
#include "gateway/upstream/ssdn/names.h"
#include "gateway/upstream/xml/reader.h"

namespace semafoor::upstream::podmi {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

constexpr char kOrganisation[] = "0212214917";
constexpr char kClientId[] = "0190a5a4-0000-7000-8000-000000000001";
constexpr char kReference[] = "ABCDEFGHIJKLMNO";

enum class Wire { soa, ssdn };

// What the service says of a request, around which its wire is put.
struct Said {
  // Name of the element without its ending, such as "fetchMessages".
  std::string operation;
  std::string members;
  // Empty: yes.
  std::string refusal_code;
  bool no_data = false;
};

std::string between(const std::string& text, const std::string& from, const std::string& to) {
  const auto begin = text.find(from);
  if (begin == std::string::npos) return {};
  const auto end = text.find(to, begin + from.size());
  return text.substr(begin + from.size(), end - begin - from.size());
}

std::string escaped(const std::string& text) {
  std::string result;
  for (const char c : text) {
    if (c == '<')
      result += "&lt;";
    else if (c == '&')
      result += "&amp;";
    else
      result += c;
  }
  return result;
}

std::string soa_answer(const Said& said, const std::string& payload) {
  std::string status = said.no_data ? "NO_DATA_FOUND" : "DATA_FOUND";
  if (said.operation.starts_with("send") || said.operation.starts_with("ack")) status = "OK";
  std::string code = "MSG00000";
  if (!said.refusal_code.empty()) {
    status = status == "OK" ? "NOK" : "NO_RESULT";
    code = said.refusal_code;
  }
  return "<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/'><e:Body>"
         "<r:" +
         said.operation +
         "Response xmlns:r='urn:x-semafoor:podmi:soa:1'>"
         "<informationCustomer><ticket>" +
         between(payload, "<ticket>", "</ticket>") +
         "</ticket></informationCustomer><informationCBSS><ticketCBSS>T-1</ticketCBSS>"
         "</informationCBSS><status><value>" +
         status + "</value><code>" + code + "</code></status>" + said.members +
         "</r:" + said.operation + "Response></e:Body></e:Envelope>";
}

std::string ssdn_answer(const Said& said, const std::string& payload) {
  const bool refused = !said.refusal_code.empty();
  const std::string summary =
      std::string("<c:ResultSummary xmlns:c='http://www.ksz-bcss.fgov.be/XSD/SSDN/Common' ok='") +
      (refused ? "NO" : "YES") + "'><c:ReturnCode>" + (refused ? "10000" : "0") +
      "</c:ReturnCode>" +
      (refused ? "<c:Detail><c:Severity>ERROR</c:Severity><c:ReasonCode>" + said.refusal_code +
                     "</c:ReasonCode></c:Detail>"
               : std::string()) +
      "</c:ResultSummary>";
  const std::string inner =
      "<s:SSDNReply xmlns:s='http://www.ksz-bcss.fgov.be/XSD/SSDN/Service'><s:ReplyContext>" +
      summary + "<s:Message><s:Reference>" + between(payload, "Reference&gt;", "&lt;/") +
      "</s:Reference><s:Ticket>T-1</s:Ticket>" + "</s:Message></s:ReplyContext><s:ServiceReply>" +
      summary + "<s:ServiceId>X-PodmiExchange</s:ServiceId><s:Version>20260101</s:Version>" +
      (refused ? std::string()
               : "<x:" + said.operation + "Response xmlns:x='urn:x-semafoor:podmi:1'>" +
                     said.members + "</x:" + said.operation + "Response>") +
      "</s:ServiceReply></s:SSDNReply>";
  return std::string(
             "<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/'><e:Body>"
             "<w:xmlString xmlns:w='") +
         ssdn::kConnector + "'>" + escaped(inner) + "</w:xmlString></e:Body></e:Envelope>";
}

// A SOAP service in memory.
struct Service {
  Said said;
  // Set: what becomes of the exchange instead.
  std::function<soap::Exchange()> instead;
  // The answer breaks off behind so many bytes.
  std::size_t breaks_off_at = std::string::npos;
  std::vector<soap::Call> calls;
};

class FakeClient final : public soap::Client {
 public:
  FakeClient(Service& service, Wire wire) : service_(service), wire_(wire) {}

  soap::Exchange call(const soap::Call& call, std::stop_token) override {
    service_.calls.push_back(call);
    if (service_.instead) return service_.instead();
    const std::string text = wire_ == Wire::soa ? soa_answer(service_.said, call.payload)
                                                : ssdn_answer(service_.said, call.payload);
    soap::Exchange exchange;
    exchange.body = text.substr(0, service_.breaks_off_at);
    if (exchange.body.size() < text.size()) {
      exchange.effect = soap::Effect::unknown;
      exchange.failure = Error{.kind = ErrorKind::unavailable,
                               .code = "upstream.truncated",
                               .message = "it broke off",
                               .retryable = true};
      return exchange;
    }
    auto document = xml::read(text);
    EXPECT_TRUE(document.ok()) << document.error().message << text;
    auto envelope = soap::read_envelope(*document);
    EXPECT_TRUE(envelope.ok());
    exchange.effect = soap::Effect::answered;
    exchange.answer = soap::Answer{std::move(*document), *envelope};
    return exchange;
  }

 private:
  Service& service_;
  const Wire wire_;
};

std::string signal_message(int number, const std::string& more = "") {
  const std::string n = std::to_string(number);
  return "<message><ticket>t-" + n + "</ticket><cursor>c-" + n + "</cursor><signal><sequence>" + n +
         "</sequence><signalReference>KN" + n +
         "</signalReference><law>RMI</law><nisCode>99001</nisCode><cbeNumber>0212214917</cbeNumber>"
         "<ssin>85073003328</ssin>" +
         more +
         "<dossierNumber>A1</dossierNumber><signalType>X-WORK-DIMONA</signalType>"
         "<referencePeriod><beginDate>2026-09-01</beginDate></referencePeriod>"
         "<amountEurocents>123456</amountEurocents><information><fieldName>employer</fieldName>"
         "<fieldValue> A &amp; B </fieldValue></information>"
         "<detectionDate>2026-10-01</detectionDate><repetition>0</repetition>"
         "<cycle>MONTHLY</cycle></signal></message>";
}

std::string result_member(const std::string& evaluation, const std::string& id = kReference) {
  return "<feedbackResult><uniqueId>" + id +
         "</uniqueId><reference>REF0000001</reference>"
         "<evaluation>" +
         evaluation +
         "</evaluation><error><code>X-0001</code><description language='nl'>Nee</description>"
         "<description language='fr'>Non</description></error></feedbackResult>";
}

v1::FeedbackItem item() {
  v1::FeedbackItem result;
  result.set_client_id(kClientId);
  result.set_client_reference(kReference);
  result.set_code("X-COUNTED");
  result.set_remark("a < b & c");
  return result;
}

class PodmiOverXml : public ::testing::TestWithParam<Wire> {
 protected:
  std::shared_ptr<PodmiClient> client(FetchManner manner = FetchManner::acknowledged) {
    const Wire wire = GetParam();
    SoapClients clients = [this, wire]() -> Result<std::unique_ptr<soap::Client>> {
      if (no_credentials) return *no_credentials;
      return std::unique_ptr<soap::Client>(std::make_unique<FakeClient>(service, wire));
    };
    CarrierSettings settings{.organisation = kOrganisation,
                             .legal_context = "PCSA:SOCIAL_INQUIRY",
                             .user = {.user_id = "85073003328",
                                      .email = "dienst@ocmw.example",
                                      .organisation = kOrganisation},
                             .now_ms = [] { return std::int64_t{1'795'000'000'000}; }};
    return make_xml_client(wire == Wire::soa
                               ? make_soa_carrier(std::move(clients), std::move(settings))
                               : make_ssdn_carrier(std::move(clients), std::move(settings)),
                           kOrganisation, manner);
  }

  Service service;
  std::optional<Error> no_credentials;
};

INSTANTIATE_TEST_SUITE_P(BothWires, PodmiOverXml, ::testing::Values(Wire::soa, Wire::ssdn),
                         [](const auto& wire) { return wire.param == Wire::soa ? "Soa" : "Ssdn"; });

TEST_P(PodmiOverXml, SignalsAndJudgementsAreRead) {
  service.said = {"fetchMessages", signal_message(1, "<replacesSsin>17073003384</replacesSsin>") +
                                       "<message><ticket>t-2</ticket><cursor>c-2</cursor>" +
                                       result_member("REFUSED") + "</message>"};
  const auto mailbox = client();
  const auto fetched = mailbox->fetch("c-0", 900, {}, {});
  ASSERT_TRUE(fetched.ok()) << fetched.error().message;
  EXPECT_THAT(service.calls.at(0).payload, HasSubstr("c-0"));
  EXPECT_THAT(service.calls.at(0).payload, HasSubstr("500")) << "the most there is";
  const auto batch = mailbox->read(*fetched);
  ASSERT_TRUE(batch.ok()) << batch.error().message;
  ASSERT_THAT(batch->items, SizeIs(2));
  EXPECT_EQ(batch->cursor, "c-2");
  EXPECT_EQ(batch->items[0].id, "t-1");
  EXPECT_EQ(batch->items[0].sequence, 1);
  const auto first = mailbox->parse(batch->items[0]);
  ASSERT_TRUE(first.ok()) << first.error().message;
  const v1::Signal& signal = first->signal.value();
  EXPECT_EQ(signal.signal_reference(), "KN1");
  EXPECT_EQ(signal.amount().eurocents(), 123456);
  EXPECT_EQ(signal.fields(0).value(), " A & B ");
  EXPECT_EQ(signal.channels(0), v1::SIGNAL_CHANNEL_MUTATION);
  EXPECT_EQ(first->replaced_ssin, "17073003384");
  const auto second = mailbox->parse(batch->items[1]);
  ASSERT_TRUE(second.ok()) << second.error().message;
  EXPECT_EQ(second->result->client_reference, kReference);
  EXPECT_EQ(second->result->client_id, "");
  EXPECT_EQ(second->result->state, v1::FEEDBACK_STATE_REFUSED);
  EXPECT_EQ(second->result->authority_reference, "REF0000001");
  EXPECT_EQ(second->result->errors.at(0).description().fr(), "Non");
}

TEST_P(PodmiOverXml, AnEmptyMailboxHasNoPosition) {
  service.said = {"fetchMessages", "", "", true};
  const auto mailbox = client();
  const auto fetched = mailbox->fetch("", 10, {}, {});
  ASSERT_TRUE(fetched.ok()) << fetched.error().message;
  EXPECT_THAT(service.calls.at(0).payload, Not(HasSubstr("cursor")));
  EXPECT_EQ(mailbox->read(*fetched)->cursor, "");
}

TEST_P(PodmiOverXml, WhatCannotBeUsedIsSaidAndNothingElseIsTouched) {
  std::string foreign = signal_message(2);
  foreign.replace(foreign.find("0212214917"), 10, "0212344876");
  std::string wordy = signal_message(3);
  wordy.replace(wordy.find("123456"), 6, "a lot");
  service.said = {"fetchMessages",
                  signal_message(1) + foreign + wordy +
                      "<message><cursor>c-4</cursor><signal/></message>"
                      "<message><ticket>t-5</ticket><cursor>c-5</cursor><novelty/></message>"};
  const auto mailbox = client();
  const auto batch = mailbox->read(mailbox->fetch("", 10, {}, {}).value());
  ASSERT_TRUE(batch.ok());
  ASSERT_THAT(batch->items, SizeIs(4));
  EXPECT_TRUE(mailbox->parse(batch->items[0]).ok());
  EXPECT_EQ(mailbox->parse(batch->items[1]).error().field, "data.organisation");
  EXPECT_EQ(mailbox->parse(batch->items[2]).error().field, "data.amountEurocents");
  EXPECT_EQ(mailbox->parse(batch->items[3]).error().code, "podmi.unknown_type");
  EXPECT_EQ(batch->items[1].sequence, 2) << "it arrived, and is no hole";
  ASSERT_THAT(batch->rejected, SizeIs(1));
  EXPECT_THAT(batch->rejected[0].reason, HasSubstr("ticket"));
  EXPECT_EQ(batch->cursor, "c-5");
}

TEST_P(PodmiOverXml, RemovedOnFetchIsKeptWhereverItBreaksOff) {
  service.said = {"fetchMessages", signal_message(1) + signal_message(2) + signal_message(3)};
  const auto mailbox = client(FetchManner::removed);
  const auto whole = mailbox->fetch("c-0", 10, {}, {});
  ASSERT_TRUE(whole.ok());
  EXPECT_FALSE(whole->problem.has_value());
  EXPECT_THAT(service.calls.at(0).payload, Not(HasSubstr("cursor")));
  EXPECT_THAT(mailbox->read(*whole)->items, SizeIs(3));
  EXPECT_TRUE(mailbox->acknowledge("c-3", {}).ok());
  EXPECT_THAT(service.calls, SizeIs(1)) << "there is nothing to acknowledge";
  const std::string second = "t-3";
  service.breaks_off_at = whole->body.find(second);
  const auto cut = mailbox->fetch("", 10, {}, {});
  ASSERT_TRUE(cut.ok());
  EXPECT_EQ(cut->problem->code, "upstream.truncated");
  const auto batch = mailbox->read(*cut);
  ASSERT_TRUE(batch.ok()) << batch.error().message;
  EXPECT_THAT(batch->items, SizeIs(2)) << "what is whole";
}

TEST_P(PodmiOverXml, MessagesBesideARefusalAreNotThrownAway) {
  service.said = {"fetchMessages", signal_message(1), "X-ODD"};
  const auto mailbox = client(FetchManner::removed);
  if (GetParam() == Wire::ssdn) {
    // A refusal of SSDN has no content at all.
    EXPECT_FALSE(mailbox->fetch("", 10, {}, {}).ok());
    return;
  }
  const auto fetched = mailbox->fetch("", 10, {}, {});
  ASSERT_TRUE(fetched.ok()) << fetched.error().message;
  EXPECT_TRUE(fetched->problem.has_value());
  EXPECT_THAT(mailbox->read(*fetched)->items, SizeIs(1));
}

TEST_P(PodmiOverXml, APositionThatIsNotKnownAnyMoreIsToldAsSuch) {
  service.said = {"fetchMessages", "", "X-CURSOR"};
  EXPECT_EQ(client()->fetch("c-9", 10, {}, {}).error().upstream_status, 422);
}

TEST_P(PodmiOverXml, AnOutcomeThatIsSaidToBeThereAndIsNotIsNoUnknownAnswer) {
  service.said = {"findFeedback", ""};
  const auto found = client()->lookup(item(), {});
  if (GetParam() == Wire::ssdn) {
    ASSERT_TRUE(found.ok());
    EXPECT_FALSE(found->has_value());
  } else {
    EXPECT_EQ(found.error().code, "upstream.malformed");
  }
}

TEST_P(PodmiOverXml, WhatStaysUpstreamIsFetchedAgain) {
  service.said = {"fetchMessages", signal_message(1)};
  service.breaks_off_at = 300;
  EXPECT_EQ(client(FetchManner::cursor)->fetch("", 10, {}, {}).error().code, "upstream.truncated");
}

TEST_P(PodmiOverXml, AcknowledgingNamesThePosition) {
  service.said = {"acknowledgeMessages", ""};
  ASSERT_TRUE(client()->acknowledge("c-9", {}).ok());
  EXPECT_THAT(service.calls.at(0).payload, HasSubstr("c-9"));
  service.said.refusal_code = "X-NO-CURSOR";
  EXPECT_EQ(client()->acknowledge("c-9", {}).error().upstream_status, 422);
}

TEST_P(PodmiOverXml, AnAnswerIsReceivedAndPerhapsJudgedAtOnce) {
  service.said = {"sendFeedback", ""};
  auto receipt = client()->send(item(), "KN1", {});
  ASSERT_TRUE(receipt.ok()) << receipt.error().message;
  EXPECT_EQ(receipt->outcome, SendOutcome::received);
  EXPECT_FALSE(receipt->result.has_value());
  EXPECT_THAT(service.calls.at(0).payload, HasSubstr(kReference));
  EXPECT_THAT(service.calls.at(0).payload, Not(HasSubstr(kClientId)));
  service.said.members = result_member("ACCEPTED");
  receipt = client()->send(item(), "KN1", {});
  ASSERT_TRUE(receipt.ok());
  EXPECT_EQ(receipt->result->client_id, kClientId);
  EXPECT_EQ(receipt->result->state, v1::FEEDBACK_STATE_ACCEPTED);
  service.said.members = result_member("ACCEPTED", "ANOTHERANSWER00");
  receipt = client()->send(item(), "KN1", {});
  EXPECT_EQ(receipt->outcome, SendOutcome::received) << "it arrived all the same";
  EXPECT_FALSE(receipt->result.has_value());
}

TEST_P(PodmiOverXml, ARefusalOfTheContentIsDefinite) {
  service.said = {"sendFeedback", "", "MSG00012"};
  const auto refused = client()->send(item(), "KN1", {});
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, "ksz.not_integrated");
  EXPECT_EQ(refused.error().upstream_status, 422);
  EXPECT_FALSE(refused.error().retryable);
  service.said.refusal_code = "X-CONFLICT";
  EXPECT_EQ(client()->send(item(), "KN1", {}).error().code, "feedback.conflict");
}

TEST_P(PodmiOverXml, ASourceThatIsAwayLeavesTheOutcomeOpen) {
  service.said = {"sendFeedback", "", "MSG00002"};
  EXPECT_EQ(client()->send(item(), "KN1", {})->outcome, SendOutcome::unknown);
  service.said.operation = "fetchMessages";
  EXPECT_EQ(client(FetchManner::removed)->fetch("", 10, {}, {}).error().code,
            "upstream.unavailable");
}

TEST_P(PodmiOverXml, WhoIsNotAcceptedWaits) {
  service.instead = [] {
    soap::Exchange exchange;
    exchange.fault = true;
    exchange.failure = soap::error_of({.code = "Client", .reasons = {{.code = "SOA-01001"}}});
    exchange.failure->upstream_status = 500;
    return exchange;
  };
  const auto refused = client()->send(item(), "KN1", {});
  EXPECT_EQ(refused.error().kind, ErrorKind::unauthenticated);
  EXPECT_EQ(refused.error().code, "upstream.unauthenticated");
  no_credentials = Error{.kind = ErrorKind::failed_precondition, .code = "vault.key_missing"};
  const auto without = client()->send(item(), "KN1", {});
  EXPECT_EQ(without.error().code, "vault.key_missing");
  EXPECT_EQ(without.error().upstream_status, 0);
  EXPECT_TRUE(without.error().retryable) << "somebody will mend it";
}

TEST_P(PodmiOverXml, ALostAnswerIsUnknown) {
  service.said = {"sendFeedback", ""};
  service.breaks_off_at = 10;
  EXPECT_EQ(client()->send(item(), "KN1", {})->outcome, SendOutcome::unknown);
}

TEST_P(PodmiOverXml, LookingUpTellsWhatBecameOfIt) {
  service.said = {"findFeedback", result_member("PARTIALLYACCEPTED")};
  auto found = client()->lookup(item(), {});
  ASSERT_TRUE(found.ok()) << found.error().message;
  EXPECT_EQ((*found)->state, v1::FEEDBACK_STATE_PARTIALLY_ACCEPTED);
  service.said.members = result_member("RECEIVED");
  EXPECT_EQ((*client()->lookup(item(), {}))->state, v1::FEEDBACK_STATE_SENT);
  service.said = {"findFeedback", "", "", true};
  found = client()->lookup(item(), {});
  ASSERT_TRUE(found.ok()) << found.error().message;
  EXPECT_FALSE(found->has_value());
  service.said = {"findFeedback", result_member("MAYBE")};
  EXPECT_EQ(client()->lookup(item(), {}).error().code, "upstream.malformed");
  service.said = {"findFeedback", result_member("ACCEPTED", "ANOTHERANSWER00")};
  EXPECT_EQ(client()->lookup(item(), {}).error().code, "upstream.malformed");
}

}  // namespace
}  // namespace semafoor::upstream::podmi
