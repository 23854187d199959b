// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include "tests/sandbox/ksz/testing.h"

namespace semafoor::sandbox::ksz {
namespace {

class KszSoa : public KszTest {
 protected:
  static std::string status(const http::Reply& reply) {
    EXPECT_EQ(reply.status, 200) << reply.body;
    return first(reply.body, "value") + " " + first(reply.body, "code");
  }
  // The code of a SystemError.
  static std::string system_error(const http::Reply& reply, int status = 500) {
    EXPECT_EQ(reply.status, status) << reply.body;
    EXPECT_EQ(first(reply.body, "Code"), first(reply.body, "faultstring"));
    return first(reply.body, "Code");
  }
  http::Reply raw(const std::string& body) { return as_account(soa_call("fetchMessages", body)); }
};

TEST_F(KszSoa, SignalsAreFetchedAndAcknowledged) {
  auto reply = soa("fetchMessages", "<limit>4</limit>");
  EXPECT_EQ(status(reply), "DATA_FOUND MSG00000");
  EXPECT_EQ(all(reply.body, "message").size(), 4U);
  EXPECT_EQ(first(reply.body, "signalReference"), reference_);
  EXPECT_EQ(ledger_.summary()["totals"]["signalDeliveries"], 4);
  auto cursor = all(reply.body, "cursor").back();
  auto members = "<cursor>" + cursor + "</cursor>";
  EXPECT_EQ(status(soa("acknowledgeMessages", members)), "OK MSG00000");
  EXPECT_EQ(status(soa("acknowledgeMessages", members)), "OK MSG00000") << "a repeat is harmless";
  auto rest = soa("fetchMessages", "<limit>500</limit>");
  EXPECT_EQ(all(rest.body, "message").size(), 5U);
  soa("acknowledgeMessages", "<cursor>" + all(rest.body, "cursor").back() + "</cursor>");
  EXPECT_EQ(status(soa("fetchMessages", "<limit>500</limit>")), "NO_DATA_FOUND MSG00000");
}

TEST_F(KszSoa, TheSameEventHasTheSameTicket) {
  auto reply = soa("fetchMessages", "<limit>500</limit>");
  auto of_customer = all(reply.body, "ticket");
  std::multiset<std::string> tickets(of_customer.begin() + 1, of_customer.end());
  EXPECT_EQ(tickets.size(), 9U);
  EXPECT_EQ(tickets.count(of_customer[1]), 2U);
}

TEST_F(KszSoa, TheBlocksOfTheRequestComeBack) {
  auto reply = soa("fetchMessages", "<limit>1</limit>");
  EXPECT_EQ(first(reply.body, "ticket"), "0f8fad5b-d9cb-469f-a165-70867728950e");
  EXPECT_EQ(first(reply.body, "cbeNumber"), organisation_.cbe);
  EXPECT_EQ(first(reply.body, "legalContext"), "X-PCSA:SIGNALS");
  EXPECT_EQ(first(reply.body, "ticketCBSS").size(), 36U);
  EXPECT_THAT(reply.body, testing::HasSubstr("<x:fetchMessagesResponse xmlns:x=\"" +
                                             std::string(kPodmiSoa) + "\"><informationCustomer>"));
}

TEST_F(KszSoa, AnAnswerIsTakenOnceAndCanBeLookedFor) {
  EXPECT_EQ(status(soa("findFeedback", "<uniqueId>u-1</uniqueId>")), "NO_DATA_FOUND MSG00000");
  auto answer = feedback("u-1", "X-COUNTED",
                         "<remark>al geteld &amp; bewezen</remark>"
                         "<decisionDate>2026-11-02</decisionDate><agent>agent-1</agent>");
  auto sent = soa("sendFeedback", answer);
  EXPECT_EQ(status(sent), "OK MSG00000");
  EXPECT_TRUE(all(sent.body, "feedbackResult").empty()) << "it comes through the mailbox";
  EXPECT_EQ(status(soa("sendFeedback", answer)), "OK MSG00000");
  EXPECT_EQ(status(soa("sendFeedback", feedback("u-1", "X-EXEMPT"))), "NOK X-CONFLICT");
  auto found = soa("findFeedback", "<uniqueId>u-1</uniqueId>");
  EXPECT_EQ(status(found), "DATA_FOUND MSG00000");
  EXPECT_EQ(first(found.body, "evaluation"), "ACCEPTED");
  auto totals = ledger_.summary()["totals"];
  EXPECT_EQ(totals["feedbackEffects"], 1);
  EXPECT_EQ(totals["feedbackDoubles"], 2);
  auto results = all(soa("fetchMessages", "<limit>500</limit>").body, "feedbackResult");
  ASSERT_EQ(results.size(), 1U);
  EXPECT_THAT(results[0], testing::StartsWith("u-1"));
}

TEST_F(KszSoa, ARefusalIsCodedInThreeLanguages) {
  soa("sendFeedback", feedback("u-1", "X-REVISED"));
  auto found = soa("findFeedback", "<uniqueId>u-1</uniqueId>").body;
  EXPECT_EQ(first(found, "evaluation"), "REFUSED");
  EXPECT_EQ(all(found, "code").back(), "X-0002");
  EXPECT_EQ(all(found, "description").size(), 3U);
}

TEST_F(KszSoa, BusinessRefusalsAreAStatus) {
  EXPECT_EQ(status(soa("acknowledgeMessages", "<cursor>5</cursor>")), "NOK X-CURSOR");
  mailbox_.set_manner(podmi::Manner::cursor);
  EXPECT_EQ(status(soa("fetchMessages", "<cursor>5</cursor><limit>1</limit>")),
            "NO_RESULT X-CURSOR");
  mailbox_.set_integrated(organisation_.cbe, ssin_, false);
  EXPECT_EQ(status(soa("sendFeedback", feedback("u-1"))), "NOK MSG00012");
  mailbox_.set_integrated(organisation_.cbe, ssin_, true);
  EXPECT_EQ(status(soa("sendFeedback", feedback("u-1"))), "OK MSG00000");
}

TEST_F(KszSoa, WhatTheSchemaDoesNotAllowIsRefused) {
  auto request = soa_request("fetchMessages", "<limit>5</limit>");
  auto refused = [&](const std::string& from, const std::string& to) {
    EXPECT_EQ(system_error(raw(plain_message(changed(request, from, to)))), "SOA-03006") << to;
  };
  refused("<limit>5</limit>", "");
  refused("<limit>5<", "<limit>0<");
  refused("<limit>5<", "<limit>501<");
  refused("<limit>5<", "<limit>5x<");
  refused("<limit>5</limit>", "<limit>5</limit><cursor>x</cursor>");
  refused("<limit>5</limit>", "<limit>5</limit>and more");
  // The classic trap: children are in no namespace.
  refused("<limit>5</limit>", "<x:limit>5</x:limit>");
  refused("<legalContext>X-PCSA:SIGNALS</legalContext>", "");
  refused("<legalContext>X", "<legalContext>" + std::string(64, 'X'));
  refused("<ticket>0", "<ticket>00");
  refused("<timestampSent>", "<timestampSent>x");
  EXPECT_EQ(system_error(soa("sendFeedback", feedback("sixteen letters!"))), "SOA-03006");
  EXPECT_EQ(system_error(soa("sendFeedback", feedback("u", "X-COUNTED",
                                                      "<decisionDate>2026-02-30</decisionDate>"))),
            "SOA-03006");
  EXPECT_EQ(system_error(soa("findFeedback", "<uniqueId> </uniqueId>")), "SOA-03006");
  EXPECT_EQ(ledger_.summary()["totals"]["feedbackEffects"], 0);
  EXPECT_EQ(ledger_.summary()["totals"]["signalDeliveries"], 0);
}

TEST_F(KszSoa, AnotherOrganisationsMailboxIsClosed) {
  auto request =
      changed(soa_request("fetchMessages", "<limit>5</limit>"), organisation_.cbe, other_.cbe);
  EXPECT_EQ(system_error(raw(plain_message(request))), "SOA-01002");
}

TEST_F(KszSoa, WhatIsNoMessageIsRefused) {
  auto message = plain_message(soa_request("fetchMessages", "<limit>5</limit>"));
  for (const auto& text : {std::string(), std::string("{}"), message.substr(0, 100)}) {
    EXPECT_EQ(system_error(raw(text)), "SOA-03001") << text;
  }
  auto doctype = raw("<!DOCTYPE e [<!ENTITY a \"b\">]>" + message);
  EXPECT_EQ(system_error(doctype), "SOA-03001");
  EXPECT_THAT(doctype.body, testing::HasSubstr("document type declaration"));
  EXPECT_EQ(system_error(raw(message + std::string(kMostBytes, ' ')), 413), "SOA-03001");
  EXPECT_EQ(system_error(raw("<a/>")), "SOA-03002");
  auto soap12 = raw(changed(message, kSoap, "http://www.w3.org/2003/05/soap-envelope"));
  EXPECT_EQ(system_error(soap12), "SOA-03002");
  EXPECT_EQ(first(soap12.body, "faultcode"), "soapenv:VersionMismatch");
  EXPECT_EQ(system_error(raw(plain_message(""))), "SOA-03003");
  EXPECT_EQ(system_error(raw(plain_message("<a/><b/>"))), "SOA-03003");
  auto stranger = raw(changed(message, "<soapenv:Body>",
                              "<soapenv:Header><a soapenv:mustUnderstand=\"1\"/></soapenv:Header>"
                              "<soapenv:Body>"));
  EXPECT_EQ(system_error(stranger), "SOA-03004");
  EXPECT_EQ(first(stranger.body, "faultcode"), "soapenv:MustUnderstand");
}

TEST_F(KszSoa, AnotherOperationOrActionIsRefused) {
  EXPECT_EQ(system_error(soa("deleteEverything", "")), "SOA-03005");
  auto message = plain_message(soa_request("fetchMessages", "<limit>5</limit>"));
  EXPECT_EQ(system_error(as_account(soa_call("findFeedback", message))), "SOA-03005");
  // The SSDN namespace is another one.
  EXPECT_EQ(system_error(raw(changed(message, kPodmiSoa, kPodmi))), "SOA-03005");
}

TEST_F(KszSoa, HttpIsLookedAtToo) {
  auto call = soa_call("fetchMessages", plain_message(soa_request("fetchMessages", "")));
  call.method = "GET";
  EXPECT_EQ(as_account(call).status, 405);
  call.method = "POST";
  call.headers.erase("content-type");
  call.headers.emplace("content-type", "application/soap+xml");
  EXPECT_EQ(as_account(call).status, 415);
  call.path = "/ksz/soa/v2/exchange";
  EXPECT_EQ(as_account(call).status, 404);
}

TEST_F(KszSoa, FaultsSpeakSoap) {
  auto call = soa_call("fetchMessages", "");
  auto away = fault(call, {.kind = http::FaultKind::supplier_away});
  EXPECT_EQ(away.status, 500);
  EXPECT_EQ(first(away.body, "faultcode"), "soapenv:Server");
  EXPECT_EQ(first(away.body, "reasonCode"), "MSG00002");
  auto status = fault(call, {.status = 503, .code = "SOA-02002"});
  EXPECT_EQ(status.status, 503);
  EXPECT_EQ(first(status.body, "faultcode"), "soapenv:Server");
  EXPECT_EQ(first(status.body, "faultstring"), "SOA-02002");
  EXPECT_EQ(first(fault(call, {.status = 400}).body, "faultcode"), "soapenv:Client");
  http::Fault expired{.kind = http::FaultKind::account_expired, .status = 401};
  EXPECT_EQ(system_error(fault(call, expired)), "SOA-01001");
  call.headers.emplace("authorization", basic("ocmw-1", "geheim: wachtwoord"));
  EXPECT_EQ(fault(call, expired).status, 401);
}

TEST_F(KszSoa, AFaultIsAimedByAccountAndByCertificate) {
  auto call = soa_call("fetchMessages", plain_message("<a/>"));
  EXPECT_FALSE(service_.claimed_organisation(call));
  call.body = signed_message(some_identity(), "<a/>", signing_at(now_));
  EXPECT_EQ(service_.claimed_organisation(call), organisation_.cbe);
  call.headers.emplace("authorization", basic("ocmw-2", "not even right"));
  EXPECT_EQ(service_.claimed_organisation(call), other_.cbe);
}

}  // namespace
}  // namespace semafoor::sandbox::ksz
