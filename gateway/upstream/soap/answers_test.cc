// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/upstream/soap/common.h"
#include "gateway/upstream/soap/encoding.h"
#include "gateway/upstream/soap/fault.h"
#include "gateway/upstream/soap/testing/identity.h"
#include "gateway/upstream/xml/reader.h"

namespace semafoor::upstream::soap {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

RequestHeader header() {
  return {.ticket = "0f0e8dd8-0000-4000-8000-000000000001",
          .sent_ms = testing::kNow,
          .cbe_number = "0212214917",
          .legal_context = "PCSA:SOCIAL_INQUIRY"};
}

TEST(CommonHeader, WritesUnqualifiedChildren) {
  xml::Writer writer;
  writer.open("s:request").declare("s", "urn:s");
  ASSERT_TRUE(write_request_header(writer, header()).ok());
  writer.close();
  const auto document = xml::read(std::move(writer).finish().value());
  const auto customer = document->root().child("", "informationCustomer");
  ASSERT_TRUE(customer.has_value());
  EXPECT_EQ(customer->child_text("", "ticket"), header().ticket);
  EXPECT_EQ(customer->child_text("", "timestampSent"), "2026-11-28T12:00:00.000Z");
  EXPECT_EQ(customer->child("", "customerIdentification")->child_text("", "cbeNumber"),
            "0212214917");
  EXPECT_EQ(document->root().child_text("", "legalContext"), "PCSA:SOCIAL_INQUIRY");
}

TEST(CommonHeader, RefusesWhatTheSchemaWould) {
  const auto code = [](const RequestHeader& one) {
    xml::Writer writer;
    writer.open("r");
    const Result<void> result = write_request_header(writer, one);
    return result ? std::string("written") : result.error().code;
  };
  RequestHeader wrong = header();
  wrong.ticket = std::string(37, 'a');
  EXPECT_EQ(code(wrong), "soap.bad_header");
  wrong = header();
  wrong.cbe_number = "212214917";
  EXPECT_EQ(code(wrong), "soap.bad_header");
  wrong = header();
  wrong.legal_context = std::string(65, 'a');
  EXPECT_EQ(code(wrong), "soap.bad_header");
  wrong.legal_context.clear();
  EXPECT_EQ(code(wrong), "soap.bad_header");
  // Characters, not bytes.
  wrong.legal_context.clear();
  for (int i = 0; i < 64; ++i) wrong.legal_context += "\xc3\xa9";
  EXPECT_EQ(code(wrong), "written");
}

std::string verdict(const std::string& content) {
  const auto document = xml::read(
      "<s:response xmlns:s='urn:s'><informationCustomer><ticket>t-1</ticket></informationCustomer>"
      "<informationCBSS><ticketCBSS>k-1</ticketCBSS></informationCBSS>" +
      content + "</s:response>");
  const Result<void> result = judged(read_common_answer(document->root()), "t-1");
  return result ? std::string("accepted") : result.error().code + ": " + result.error().message;
}

std::string status(const std::string& value, const std::string& code) {
  return "<status><value>" + value + "</value><code>" + code +
         "</code><description>about 85073003328</description></status>";
}

TEST(CommonAnswer, TellsAcceptedFromRefused) {
  EXPECT_EQ(verdict(status("OK", "MSG00000")), "accepted");
  EXPECT_EQ(verdict(status("DATA_FOUND", "MSG00000")), "accepted");
  EXPECT_EQ(verdict(status("NO_DATA_FOUND", "MSG00100")), "accepted");
  EXPECT_THAT(verdict(status("NOK", "MSG00012")), HasSubstr("ksz.not_integrated"));
  EXPECT_THAT(verdict(status("NO_RESULT", "MSG00002")), HasSubstr("upstream.unavailable"));
  EXPECT_THAT(verdict(status("NO_RESULT", "MSG00006")), HasSubstr("ksz.ssin_replaced"));
  EXPECT_THAT(verdict(status("NOK", "X-OTHER")), HasSubstr("upstream.refused"));
  EXPECT_THAT(verdict(status("PERHAPS", "")), HasSubstr("soap.no_status"));
  EXPECT_THAT(verdict(""), HasSubstr("soap.no_status"));
}

TEST(CommonAnswer, AnErrorNamesTheTicketAndHidesNationalNumbers) {
  const std::string text = verdict(status("NOK", "MSG00012"));
  EXPECT_THAT(text, HasSubstr("k-1"));
  EXPECT_THAT(text, HasSubstr("MSG00012"));
  EXPECT_THAT(text, Not(HasSubstr("85073003328")));
}

TEST(CommonAnswer, AnomaliesCountByTheirSeverity) {
  const auto anomaly = [](const char* severity, const char* code) {
    return std::string("<businessAnomaly><code>") + code + "</code><severity>" + severity +
           "</severity><description>d</description><information><fieldName>f</fieldName>"
           "<fieldValue>v</fieldValue></information></businessAnomaly>";
  };
  const std::string ok = status("OK", "MSG00000");
  EXPECT_EQ(verdict(ok + "<businessAnomalies>" + anomaly("WARNING", "W1") + "</businessAnomalies>"),
            "accepted");
  EXPECT_THAT(verdict(ok + "<businessAnomalies>" + anomaly("WARNING", "W1") +
                      anomaly("FATAL", "MSG00008") + "</businessAnomalies>"),
              HasSubstr("upstream.refused"));
}

TEST(CommonAnswer, RefusesTheAnswerToAnotherTicket) {
  const auto document = xml::read(
      "<r><informationCustomer><ticket>t-2</ticket></informationCustomer>"
      "<status><value>OK</value><code>MSG00000</code></status></r>");
  EXPECT_EQ(judged(read_common_answer(document->root()), "t-1").error().code, "soap.other_answer");
}

Fault read_fault(const std::string& content) {
  const auto document = xml::read(
      "<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/'><e:Body><e:Fault>" +
      content + "</e:Fault></e:Body></e:Envelope>");
  return fault_of(read_envelope(*document).value()).value();
}

TEST(SoapFault, NotAuthenticatedAsThePlatformSaysIt) {
  const Fault fault = read_fault(
      "<faultcode>e:Client</faultcode><faultstring>SOA-01001</faultstring><detail>"
      "<SystemError Id='44ae07df' xmlns='https://socialsecurity.be/errors/v1'>"
      "<Origin>Consumer</Origin><Code>SOA-01001</Code><Message xml:lang='en'>Service call not "
      "authenticated.</Message><Environment>Production</Environment></SystemError></detail>");
  const Error error = error_of(fault);
  EXPECT_EQ(error.code, "upstream.unauthenticated");
  EXPECT_FALSE(error.retryable);
  EXPECT_THAT(error.message, HasSubstr("SOA-01001"));
  EXPECT_THAT(error.message, HasSubstr("44ae07df"));
  EXPECT_FALSE(leaves_outcome_open(fault));
}

TEST(SoapFault, CodesOfThePlatform) {
  struct Row {
    const char* fault_code;
    const char* code;
    const char* ours;
    bool retryable;
    bool open;
  };
  for (const Row& row : {Row{"e:Client", "SOA-01002", "upstream.forbidden", false, false},
                         {"e:Server", "SOA-02001", "upstream.unavailable", false, true},
                         {"e:Server", "SOA-02002", "upstream.unavailable", true, true},
                         {"e:Client", "SOA-03006", "upstream.refused", false, false},
                         {"e:Server", "SOA-00001", "upstream.unavailable", true, true},
                         {"e:Server", "something", "upstream.unavailable", true, true},
                         {"e:Client.Authentication", "x", "upstream.refused", false, false},
                         {"e:VersionMismatch", "x", "upstream.refused", false, false},
                         {"", "", "upstream.unavailable", true, true}}) {
    const Fault fault = read_fault(std::string("<faultcode>") + row.fault_code +
                                   "</faultcode><faultstring>" + row.code + "</faultstring>");
    EXPECT_EQ(error_of(fault).code, row.ours) << row.code;
    EXPECT_EQ(error_of(fault).retryable, row.retryable) << row.code;
    EXPECT_EQ(leaves_outcome_open(fault), row.open) << row.code;
  }
}

TEST(SoapFault, DetailOfTheAuthority) {
  const Error error = error_of(read_fault(
      "<faultcode>e:Server</faultcode><faultstring>x</faultstring><detail>"
      "<i:someFault xmlns:i='urn:i'><informationCBSS><ticketCBSS>k-9</ticketCBSS></informationCBSS>"
      "<detail><severity>INFORMATION</severity><reasonCode>MSG00012</reasonCode></detail>"
      "<detail><severity>FATAL</severity><reasonCode>OTHER</reasonCode></detail>"
      "<detail><severity>FATAL</severity><reasonCode>MSG00002</reasonCode><diagnostic>supplier"
      "</diagnostic><authorCode>KSZ</authorCode></detail></i:someFault></detail>"));
  EXPECT_EQ(error.code, "upstream.unavailable");
  EXPECT_TRUE(error.retryable);
  EXPECT_THAT(error.message, HasSubstr("MSG00002"));
  EXPECT_THAT(error.message, HasSubstr("k-9"));
}

TEST(SoapEnvelope, RefusesOtherShapes) {
  const auto code = [](const std::string& content) {
    const auto document =
        xml::read("<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/'>" + content +
                  "</e:Envelope>");
    const auto envelope = read_envelope(*document);
    return envelope ? std::string("read") : envelope.error().code;
  };
  EXPECT_EQ(code("<e:Body/>"), "read");
  EXPECT_EQ(code("<e:Header/><e:Body><a/></e:Body>"), "read");
  EXPECT_EQ(code(""), "soap.not_soap");
  EXPECT_EQ(code("<e:Body/><e:Header/>"), "soap.not_soap");
  EXPECT_EQ(code("<e:Body/><e:Body/>"), "soap.not_soap");
  EXPECT_EQ(code("<e:Header/><e:Header/><e:Body/>"), "soap.not_soap");
  EXPECT_EQ(code("<e:Body><a/><b/></e:Body>"), "soap.not_soap");
  const auto soap12 = xml::read("<e:Envelope xmlns:e='http://www.w3.org/2003/05/soap-envelope'/>");
  EXPECT_EQ(read_envelope(*soap12).error().code, "soap.not_soap");
}

TEST(SoapEncoding, Base64BinaryIsStrictButForWhiteSpace) {
  for (const std::string& bytes : {std::string(), std::string("a"), std::string("ab"),
                                   std::string("abc"), std::string("\0\xff", 2)}) {
    EXPECT_EQ(base64_binary(base64(bytes)), bytes);
  }
  EXPECT_EQ(base64_binary(" YW\r\nJj "), "abc");
  for (const char* wrong : {"YQ", "YQ=", "=", "====", "YQ=a", "Y-==", "YWJj="}) {
    EXPECT_FALSE(base64_binary(wrong).has_value()) << wrong;
  }
}

TEST(SoapEncoding, Moments) {
  EXPECT_EQ(date_time(0), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(date_time(testing::kNow + 1), "2026-11-28T12:00:00.001Z");
  EXPECT_EQ(compact_date_time(testing::kNow), "20261128T120000");
}

}  // namespace
}  // namespace semafoor::upstream::soap
