// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include "tests/sandbox/ksz/testing.h"

namespace semafoor::sandbox::ksz {
namespace {

class KszSsdn : public KszTest {
 protected:
  // Of the whole reply: "YES 0", or "NO 10000 MSG00008".
  static std::string summary(const std::string& reply) {
    std::string why;
    auto document = Document::read(reply, why);
    EXPECT_TRUE(document) << why;
    auto context = document->root().only(kSsdn, "ReplyContext");
    auto element = context.only(kSsdnCommon, "ResultSummary");
    auto text = element.attribute("", "ok").value_or("") + " " +
                element.only(kSsdnCommon, "ReturnCode").text();
    if (auto detail = element.only(kSsdnCommon, "Detail")) {
      text += " " + detail.only(kSsdnCommon, "ReasonCode").text();
    }
    return text;
  }
  std::string said(const std::string& operation, const std::string& members) {
    return summary(inner(ssdn(operation, members)));
  }
  std::string raw(const std::string& document) {
    return summary(inner(as_account(ssdn_call(document))));
  }
};

TEST_F(KszSsdn, TheFourOperationsGoThroughTheTunnel) {
  auto fetched = inner(ssdn("fetchMessages", "<limit>500</limit>"));
  EXPECT_EQ(summary(fetched), "YES 0");
  EXPECT_EQ(all(fetched, "message").size(), 9U);
  EXPECT_EQ(first(fetched, "Reference"), "ours-1");
  EXPECT_EQ(first(fetched, "Ticket").size(), 36U);
  EXPECT_EQ(first(fetched, "ServiceId"), "X-PodmiExchange");
  EXPECT_EQ(first(fetched, "Version"), "20260101");
  auto cursor = all(fetched, "cursor").back();
  EXPECT_EQ(said("acknowledgeMessages", "<cursor>" + cursor + "</cursor>"), "YES 0");
  EXPECT_EQ(said("sendFeedback", feedback("u-1")), "YES 0");
  auto found = inner(ssdn("findFeedback", "<uniqueId>u-1</uniqueId>"));
  EXPECT_EQ(first(found, "evaluation"), "ACCEPTED");
  auto unknown = inner(ssdn("findFeedback", "<uniqueId>u-2</uniqueId>"));
  EXPECT_EQ(summary(unknown), "YES 0");
  EXPECT_TRUE(all(unknown, "feedbackResult").empty());
  auto rest = inner(ssdn("fetchMessages", "<limit>500</limit>"));
  EXPECT_EQ(all(rest, "message").size(), 1U);
  EXPECT_EQ(first(rest, "uniqueId"), "u-1");
}

TEST_F(KszSsdn, ACertificateIsAdmittedToo) {
  auto call = ssdn_call("");
  auto payload = "<con:xmlString xmlns:con=\"" + std::string(kConnector) + "\"><![CDATA[" +
                 ssdn_request("fetchMessages", "<limit>1</limit>") + "]]></con:xmlString>";
  call.body = signed_message(some_identity(), payload, signing_at(now_));
  EXPECT_EQ(summary(inner(send(call))), "YES 0");
  EXPECT_EQ(send(ssdn_call("")).status, 500) << "nobody asks";
}

TEST_F(KszSsdn, BusinessRefusalsAreInTheSummary) {
  EXPECT_EQ(said("acknowledgeMessages", "<cursor>5</cursor>"), "NO 10000 X-CURSOR");
  mailbox_.set_integrated(organisation_.cbe, ssin_, false);
  auto reply = inner(ssdn("sendFeedback", feedback("u-1")));
  EXPECT_EQ(summary(reply), "NO 10000 MSG00012");
  EXPECT_EQ(all(reply, "ReasonCode").size(), 2U) << "of the service, and of the whole";
  EXPECT_TRUE(all(reply, "sendFeedbackResponse").empty());
  mailbox_.set_integrated(organisation_.cbe, ssin_, true);
  EXPECT_EQ(said("sendFeedback", feedback("u-1")), "YES 0");
  EXPECT_EQ(said("sendFeedback", feedback("u-1", "X-EXEMPT")), "NO 10000 X-CONFLICT");
}

TEST_F(KszSsdn, OnlyTheOrganisationOfTheAccountIsServed) {
  auto request = ssdn_request("fetchMessages", "<limit>1</limit>");
  EXPECT_EQ(raw(changed(request, organisation_.cbe, other_.cbe)), "NO 10000 MSG00013");
  EXPECT_EQ(raw(changed(request, "<s:OrgUnit>" + organisation_.cbe + "</s:OrgUnit>", "")),
            "NO 10000 MSG00013");
  EXPECT_EQ(raw(changed(request, "MatrixID>17<", "MatrixID>16<")), "NO 10000 MSG00013");
  EXPECT_EQ(raw(changed(request, "MatrixSubID>1<", "MatrixSubID>0<")), "NO 10000 MSG00013");
}

TEST_F(KszSsdn, WhatIsNoRequestIsRefusedInTheTunnel) {
  auto request = ssdn_request("fetchMessages", "<limit>1</limit>");
  auto refused = [&](const std::string& from, const std::string& to) {
    EXPECT_EQ(raw(changed(request, from, to)), "NO 10000 MSG00008") << to;
  };
  EXPECT_EQ(raw(""), "NO 10000 MSG00008");
  EXPECT_EQ(raw("no XML"), "NO 10000 MSG00008");
  EXPECT_EQ(raw("<a/>"), "NO 10000 MSG00008");
  EXPECT_EQ(raw("<!DOCTYPE a [<!ENTITY b \"c\">]>" + request), "NO 10000 MSG00008");
  refused("X-PodmiExchange", "MutationsSender");
  refused("20260101", "20250101");
  refused("fetchMessagesRequest", "deleteMessagesRequest xmlns:y=\"y\"");
  refused("<limit>1<", "<limit>0<");
  refused("<limit>1</limit>", "<s:limit>1</s:limit>");
  refused(">90010100101<", ">900101001<");
  refused("ocmw@", "ocmw");
  refused("<s:TimeRequest>2", "<s:TimeRequest>x");
  refused("<s:Version>20260101</s:Version>", "");
  EXPECT_EQ(ledger_.summary()["totals"]["signalDeliveries"], 0);
}

TEST_F(KszSsdn, TheConnectorHasOneOperation) {
  auto call = ssdn_call(ssdn_request("fetchMessages", "<limit>1</limit>"));
  call.headers.erase("soapaction");
  EXPECT_EQ(first(as_account(call).body, "Code"), "SOA-03005");
  call = ssdn_call("");
  call.body = plain_message("<con:xmlString xmlns:con=\"" + std::string(kConnector) +
                            "\"><a/></con:xmlString>");
  EXPECT_EQ(first(as_account(call).body, "Code"), "SOA-03005");
  call.body = "{}";
  EXPECT_EQ(first(as_account(call).body, "Code"), "SOA-03001");
  call.body = "<!DOCTYPE a>" + plain_message("<a/>");
  EXPECT_EQ(first(as_account(call).body, "Code"), "SOA-03001");
  call.body = std::string(kMostBytes + 1, ' ');
  EXPECT_EQ(as_account(call).status, 413);
}

TEST_F(KszSsdn, SeveralServicesAreAnsweredEachAndTheWorstCounts) {
  auto request = ssdn_request("findFeedback", "<uniqueId>u</uniqueId>");
  auto from = request.find("<s:ServiceRequest>"), to = request.find("</s:SSDNRequest>");
  auto service = request.substr(from, to - from);
  auto reply = inner(as_account(ssdn_call(
      request.substr(0, to) + changed(service, "20260101", "20010101") + request.substr(to))));
  EXPECT_EQ(summary(reply), "NO 10000 MSG00008");
  EXPECT_EQ(all(reply, "ServiceReply").size(), 2U);
  EXPECT_EQ(all(reply, "findFeedbackResponse").size(), 1U);
}

TEST_F(KszSsdn, FaultsSpeakSsdn) {
  auto call = ssdn_call(ssdn_request("fetchMessages", "<limit>1</limit>"));
  http::Fault gone{.kind = http::FaultKind::supplier_away};
  auto reply = inner(fault(call, gone));
  EXPECT_EQ(summary(reply), "NO 10000 MSG00002");
  EXPECT_EQ(first(reply, "Reference"), "ours-1");
  call.body = "nothing";
  EXPECT_EQ(summary(inner(fault(call, gone))), "NO 10000 MSG00002");
}

}  // namespace
}  // namespace semafoor::sandbox::ksz
