// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>

#include "gateway/upstream/soap/testing/identity.h"
#include "gateway/upstream/ssdn/connector.h"
#include "gateway/upstream/ssdn/names.h"
#include "gateway/upstream/xml/reader.h"

namespace semafoor::upstream::ssdn {
namespace {

using soap::testing::kNow;
using ::testing::HasSubstr;
using ::testing::Not;

Request request() {
  return {.user = {.user_id = "85073003328",
                   .email = "dienst@ocmw.example",
                   .organisation = "0212214917"},
          .reference = "ref-1",
          .sent_ms = kNow,
          .services = {{.service_id = "OCMWCPASManageAccess",
                        .version = "20050930",
                        .content = "<m:X xmlns:m=\"urn:m\">a &amp; b</m:X>"}}};
}

TEST(SsdnRequest, SaysWhoAsksAndWhat) {
  const auto document = xml::read(write_request(request()).value());
  const xml::Element root = document->root();
  ASSERT_TRUE(root.is(kService, "SSDNRequest"));
  const auto context = root.child(kService, "RequestContext");
  const auto user = context->child(kService, "AuthorizedUser");
  EXPECT_EQ(user->child_text(kService, "UserID"), "85073003328");
  EXPECT_EQ(user->child_text(kService, "OrgUnit"), "0212214917");
  EXPECT_EQ(user->child_text(kService, "MatrixID"), "17");
  EXPECT_EQ(user->child_text(kService, "MatrixSubID"), "1");
  const auto message = context->child(kService, "Message");
  EXPECT_EQ(message->child_text(kService, "Reference"), "ref-1");
  EXPECT_EQ(message->child_text(kService, "TimeRequest"), "20261128T120000");
  const auto service = root.child(kService, "ServiceRequest");
  EXPECT_EQ(service->child_text(kService, "Version"), "20050930");
  EXPECT_EQ(service->child_text("urn:m", "X"), "a & b");
}

TEST(SsdnRequest, RefusesWhatTheSchemaWould) {
  const auto code = [](auto change) {
    Request wrong = request();
    change(wrong);
    const auto text = write_request(wrong);
    return text ? std::string("written") : text.error().code;
  };
  EXPECT_EQ(code([](Request& r) { r.user.user_id = "8507300332"; }), "ssdn.bad_request");
  EXPECT_EQ(code([](Request& r) { r.user.user_id = "8507300332x"; }), "ssdn.bad_request");
  EXPECT_EQ(code([](Request& r) { r.user.email = "@x"; }), "ssdn.bad_request");
  EXPECT_EQ(code([](Request& r) { r.user.email = std::string(100, 'a') + "@x"; }),
            "ssdn.bad_request");
  EXPECT_EQ(code([](Request& r) { r.user.organisation = "212214917"; }), "ssdn.bad_request");
  EXPECT_EQ(code([](Request& r) { r.reference.clear(); }), "ssdn.bad_request");
  EXPECT_EQ(code([](Request& r) { r.services.clear(); }), "ssdn.bad_request");
  EXPECT_EQ(code([](Request& r) { r.services[0].version = "1"; }), "ssdn.bad_request");
  EXPECT_EQ(code([](Request& r) { r.services[0].content.clear(); }), "ssdn.bad_request");
  EXPECT_EQ(code([](Request& r) { r.reference = "\x01"; }), "xml.unwritable");
}

TEST(SsdnTunnel, ADocumentComesThroughAsText) {
  const std::string inner = write_request(request()).value();
  const auto outer = xml::read(tunnelled(inner).value());
  EXPECT_TRUE(outer->root().is(kConnector, "xmlString"));
  EXPECT_EQ(outer->root().text(), inner);
  EXPECT_TRUE(untunnelled(outer->root())->root().is(kService, "SSDNRequest"));
}

TEST(SsdnTunnel, RefusesWhatIsNoText) {
  const auto code = [](const std::string& content) {
    const auto outer = xml::read("<c:xmlString xmlns:c='" + std::string(kConnector) + "'>" +
                                 content + "</c:xmlString>");
    const auto inner = untunnelled(outer->root());
    return inner ? std::string("read") : inner.error().code;
  };
  EXPECT_EQ(code("<![CDATA[<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a/>]]>"), "read");
  EXPECT_EQ(code("\n  &lt;?xml version='1.0'?>&lt;a/>\n"), "read");
  EXPECT_EQ(code("<a/>"), "ssdn.malformed");
  EXPECT_EQ(code(""), "xml.malformed");
  EXPECT_EQ(code("<![CDATA[<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>]]>"),
            "xml.doctype");
}

std::string summary(const std::string& ok, const std::string& code,
                    const std::string& details = {}) {
  return "<c:ResultSummary ok='" + ok + "'><c:ReturnCode>" + code + "</c:ReturnCode>" + details +
         "</c:ResultSummary>";
}

std::string detail(const std::string& severity, const std::string& code) {
  return "<c:Detail><c:Severity>" + severity + "</c:Severity><c:ReasonCode>" + code +
         "</c:ReasonCode><c:Diagnostic>about 85073003328</c:Diagnostic>"
         "<c:AuthorCodeList>CBSS</c:AuthorCodeList><c:Information><c:FieldName>SSIN</c:FieldName>"
         "<c:FieldValue>85073003328</c:FieldValue></c:Information></c:Detail>";
}

std::string reply(const std::string& whole, const std::string& service = {},
                  const std::string& reference = "ref-1") {
  return "<s:SSDNReply xmlns:s='" + std::string(kService) + "' xmlns:c='" + kCommon +
         "'><s:ReplyContext>" + whole + "<s:Message><s:Reference>" + reference +
         "</s:Reference><s:Ticket>ticket-7</s:Ticket><s:TimeReceive>20261128T120000</s:TimeReceive>"
         "<s:TimeResponse>20261128T120001</s:TimeResponse></s:Message></s:ReplyContext>" +
         (service.empty() ? std::string()
                          : "<s:ServiceReply>" + service +
                                "<s:ServiceId>OCMWCPASManageAccess</s:ServiceId>"
                                "<s:Version>20050930</s:Version><m:X xmlns:m='urn:m'>y</m:X>"
                                "</s:ServiceReply>") +
         "</s:SSDNReply>";
}

std::string verdict(const std::string& text) {
  Result<xml::Document> document = xml::read(text);
  if (!document) return document.error().code;
  const Result<Reply> read = read_reply(std::move(*document));
  if (!read) return read.error().code;
  const Result<void> result = judged(*read, "ref-1");
  return result ? std::string("accepted") : result.error().code + ": " + result.error().message;
}

TEST(SsdnReply, ReadsAllOfIt) {
  Result<xml::Document> document =
      xml::read(reply(summary("WARNING", "1", detail("WARNING", "MSG00001")), summary("YES", "0")));
  const Result<Reply> read = read_reply(std::move(*document));
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(read->reference, "ref-1");
  EXPECT_EQ(read->ticket, "ticket-7");
  EXPECT_EQ(read->summary.return_code, 1);
  ASSERT_EQ(read->summary.reasons.size(), 1u);
  EXPECT_EQ(read->summary.reasons[0].severity, soap::Severity::warning);
  EXPECT_EQ(read->summary.reasons[0].author, "CBSS");
  EXPECT_EQ(read->summary.reasons[0].fields[0].second, "85073003328");
  ASSERT_EQ(read->services.size(), 1u);
  EXPECT_EQ(read->services[0].service_id, "OCMWCPASManageAccess");
  EXPECT_EQ(read->services[0].content->trimmed_text(), "y");
}

TEST(SsdnReply, ReturnCodesAsErrors) {
  EXPECT_EQ(verdict(reply(summary("YES", "0"))), "accepted");
  EXPECT_EQ(verdict(reply(summary("WARNING", "1", detail("WARNING", "MSG00012")))), "accepted");
  const auto no = [](const char* code) {
    return verdict(reply(summary("NO", "10000", detail("ERROR", code))));
  };
  EXPECT_THAT(no("MSG00012"), HasSubstr("ksz.not_integrated"));
  EXPECT_THAT(no("MSG00002"), HasSubstr("upstream.unavailable"));
  EXPECT_THAT(no("MSG00003"), HasSubstr("upstream.unavailable"));
  EXPECT_THAT(no("MSG00005"), HasSubstr("ksz.ssin_unknown"));
  EXPECT_THAT(no("MSG00006"), HasSubstr("ksz.ssin_replaced"));
  EXPECT_THAT(no("MSG00008"), HasSubstr("upstream.refused"));
  EXPECT_THAT(no("MSG00011"), HasSubstr("upstream.refused"));
  EXPECT_THAT(no("MSG00013"), HasSubstr("upstream.forbidden"));
  EXPECT_THAT(no("RTIPC001"), HasSubstr("upstream.forbidden"));
  EXPECT_THAT(no("000123"), HasSubstr("upstream.refused"));
  EXPECT_THAT(no("MSG00012"), HasSubstr("ticket-7"));
  EXPECT_THAT(no("MSG00012"), Not(HasSubstr("85073003328")));
  // Where they disagree, the worse one counts; a service says more than the whole.
  EXPECT_THAT(verdict(reply(summary("YES", "10000"))), HasSubstr("upstream.refused"));
  EXPECT_THAT(verdict(reply(summary("NO", "0"))), HasSubstr("upstream.refused"));
  EXPECT_THAT(verdict(reply(summary("NO", "10000", detail("ERROR", "000001")),
                            summary("NO", "10000", detail("ERROR", "MSG00012")))),
              HasSubstr("ksz.not_integrated"));
}

TEST(SsdnReply, RefusesWhatIsNoReplyToThis) {
  EXPECT_THAT(verdict(reply(summary("YES", "0"), {}, "ref-2")), HasSubstr("ssdn.other_reply"));
  EXPECT_EQ(verdict(reply("")), "ssdn.malformed");
  EXPECT_EQ(verdict(reply(summary("PERHAPS", "0"))), "ssdn.malformed");
  EXPECT_EQ(verdict(reply(summary("YES", "x"))), "ssdn.malformed");
  EXPECT_EQ(verdict(reply(summary("YES", "99999999999999"))), "ssdn.malformed");
  EXPECT_EQ(verdict("<SSDNReply/>"), "ssdn.malformed");
  EXPECT_EQ(verdict("<s:SSDNReply xmlns:s='" + std::string(kService) + "'/>"), "ssdn.malformed");
  EXPECT_EQ(verdict(reply(summary("YES", "0"), summary("YES", "0") + "<a/><b/>")),
            "ssdn.malformed");
}

// Answers with the next Body.
class PretendSoap final : public soap::Client {
 public:
  soap::Exchange call(const soap::Call& call, std::stop_token) override {
    last = call;
    soap::Exchange exchange;
    if (failure) {
      exchange.effect = soap::Effect::unknown;
      exchange.failure = failure;
      return exchange;
    }
    Result<xml::Document> document = xml::read(soap::write_envelope({}, payload).value());
    const soap::Envelope envelope = soap::read_envelope(*document).value();
    exchange.effect = soap::Effect::answered;
    exchange.answer = soap::Answer{std::move(*document), envelope};
    return exchange;
  }

  soap::Call last;
  std::string payload;
  std::optional<Error> failure;
};

TEST(SsdnConnector, WhatIsKnownAboutTheEffect) {
  PretendSoap soap_client;
  const auto outcome = [&](const std::string& inner) {
    soap_client.payload = tunnelled(inner).value();
    return send(soap_client, request(), "Asking the KSZ", {});
  };
  Exchange exchange = outcome(reply(summary("YES", "0")));
  ASSERT_EQ(exchange.effect, soap::Effect::answered) << exchange.failure->message;
  EXPECT_EQ(exchange.reply->ticket, "ticket-7");
  EXPECT_EQ(soap_client.last.action, kSendXml);
  EXPECT_THAT(soap_client.last.payload, HasSubstr("&lt;ssdn:SSDNRequest"));

  exchange = outcome(reply(summary("NO", "10000", detail("ERROR", "MSG00012"))));
  EXPECT_EQ(exchange.effect, soap::Effect::none);
  EXPECT_EQ(exchange.failure->code, "ksz.not_integrated");
  exchange = outcome(reply(summary("NO", "10000", detail("ERROR", "MSG00002"))));
  EXPECT_EQ(exchange.effect, soap::Effect::unknown);
  EXPECT_EQ(exchange.failure->code, "upstream.unavailable");
  exchange = outcome("no xml");
  EXPECT_EQ(exchange.effect, soap::Effect::unknown);
  EXPECT_EQ(exchange.failure->code, "xml.malformed");
  EXPECT_TRUE(exchange.failure->message.starts_with("Asking the KSZ: "));
  exchange = outcome("<other/>");
  EXPECT_EQ(exchange.effect, soap::Effect::unknown);
  EXPECT_EQ(exchange.failure->code, "ssdn.malformed");
  soap_client.payload.clear();
  EXPECT_EQ(send(soap_client, request(), "p", {}).failure->code, "ssdn.malformed");
  soap_client.failure = Error{.code = "upstream.no_answer"};
  EXPECT_EQ(send(soap_client, request(), "p", {}).failure->code, "upstream.no_answer");
  Request wrong = request();
  wrong.services.clear();
  EXPECT_EQ(send(soap_client, wrong, "p", {}).effect, soap::Effect::none);
}

}  // namespace
}  // namespace semafoor::upstream::ssdn
