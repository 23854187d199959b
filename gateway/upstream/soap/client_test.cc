// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/soap/client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/upstream/soap/testing/identity.h"
#include "gateway/upstream/xml/reader.h"

namespace semafoor::upstream::soap {
namespace {

using ::testing::HasSubstr;
using testing::kNow;
using ::testing::Not;

constexpr char kOpen[] = "<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/'><e:Body>";
constexpr char kClose[] = "</e:Body></e:Envelope>";

// Answers as it is told.
class PretendHttp final : public HttpClient {
 public:
  HttpExchange send(const HttpRequest& asked, const ContentSink&, std::stop_token) override {
    request = asked;
    return next;
  }
  void answer(int status, const std::string& body) {
    next = {};
    next.delivery = Delivery::answered;
    next.status = status;
    next.body = body;
  }
  void fail(Delivery delivery, const char* code) {
    next = {};
    next.delivery = delivery;
    next.failure = Error{.kind = ErrorKind::unavailable, .code = code, .retryable = true};
  }
  std::string header(std::string_view name) const {
    for (const auto& [one, value] : request.headers) {
      if (one == name) return value;
    }
    return {};
  }

  HttpRequest request;
  HttpExchange next;
};

class SoapClient : public ::testing::Test {
 protected:
  Exchange call(ClientOptions options = {}) {
    options.url = "https://ksz.example/SOA4520/Service";
    options.now_ms = [] { return kNow; };
    return make_client(http_, std::move(options))
        .value()
        ->call({.purpose = "Asking the KSZ", .action = "urn:do", .payload = "<x/>"}, {});
  }
  void expect(Effect effect, const char* code) {
    const Exchange exchange = call();
    EXPECT_EQ(exchange.effect, effect) << code;
    ASSERT_TRUE(exchange.failure.has_value()) << code;
    EXPECT_EQ(exchange.failure->code, code) << exchange.failure->message;
    EXPECT_FALSE(exchange.answer.has_value());
  }

  PretendHttp http_;
};

TEST_F(SoapClient, SendsAnEnvelopeAndReadsTheAnswer) {
  http_.answer(200, std::string(kOpen) + "<a:ok xmlns:a='urn:a'>yes</a:ok>" + kClose);
  const Exchange exchange = call();
  ASSERT_EQ(exchange.effect, Effect::answered) << exchange.failure->message;
  EXPECT_TRUE(exchange.answer->envelope.payload->is("urn:a", "ok"));
  EXPECT_EQ(http_.request.method, "POST");
  EXPECT_EQ(http_.header("Content-Type"), "text/xml; charset=utf-8");
  EXPECT_EQ(http_.header("SOAPAction"), "\"urn:do\"");
  EXPECT_EQ(http_.header("Authorization"), "");
  EXPECT_THAT(http_.request.body, HasSubstr("<soapenv:Body><x/></soapenv:Body>"));
}

TEST_F(SoapClient, WhatIsKnownAboutTheEffect) {
  http_.fail(Delivery::never_sent, "upstream.unreachable");
  expect(Effect::none, "upstream.unreachable");
  http_.fail(Delivery::no_answer, "upstream.no_answer");
  expect(Effect::unknown, "upstream.no_answer");
  http_.answer(503, "<html></html>");
  expect(Effect::unknown, "upstream.unavailable");
  http_.answer(502, "<html></html>");
  expect(Effect::unknown, "upstream.unavailable");
  http_.answer(500, std::string(kOpen) + "<x/>" + kClose);
  expect(Effect::unknown, "upstream.unavailable");
  http_.answer(404, "no such page");
  expect(Effect::none, "upstream.not_found");
  http_.answer(302, "");
  expect(Effect::unknown, "upstream.redirect");
  // It came, and what it did is not to be read.
  http_.answer(200, "<html><body></html>");
  expect(Effect::unknown, "upstream.malformed");
  http_.answer(200, "");
  expect(Effect::unknown, "upstream.malformed");
  http_.answer(200, "<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>");
  expect(Effect::unknown, "upstream.malformed");
}

TEST_F(SoapClient, AFaultCountsWhateverTheStatus) {
  const std::string refused = std::string(kOpen) +
                              "<e:Fault><faultcode>e:Client</faultcode><faultstring>SOA-01001"
                              "</faultstring></e:Fault>" +
                              kClose;
  for (const int status : {500, 200, 401, 403}) {
    http_.answer(status, refused);
    expect(Effect::none, "upstream.unauthenticated");
  }
  http_.answer(500, std::string(kOpen) +
                        "<e:Fault><faultcode>e:Server</faultcode><faultstring>SOA-02002"
                        "</faultstring></e:Fault>" +
                        kClose);
  expect(Effect::unknown, "upstream.unavailable");
  const Exchange exchange = call();
  EXPECT_TRUE(exchange.failure->message.starts_with(
      "Asking the KSZ at https://ksz.example/SOA4520/Service: "))
      << exchange.failure->message;
  EXPECT_EQ(exchange.failure->upstream_status, 500);
}

TEST_F(SoapClient, ATechnicalAccountIsSentAndAnExpiredOneIsSaidSo) {
  ClientOptions options;
  options.account = TechnicalAccount{"user", std::make_shared<vault::SecretBytes>("p\xc3\xa9:ss")};
  http_.answer(401, "");
  const Exchange exchange = call(options);
  EXPECT_EQ(http_.header("Authorization"), "Basic dXNlcjpww6k6c3M=");
  EXPECT_EQ(exchange.effect, Effect::none);
  EXPECT_EQ(exchange.failure->code, "upstream.unauthenticated");
  EXPECT_THAT(exchange.failure->message, HasSubstr("technical account"));
  EXPECT_THAT(exchange.failure->message, Not(HasSubstr("dXNlcjpw")));
}

TEST_F(SoapClient, SignsWhatItSends) {
  const X509Identity identity = testing::make_test_identity("client");
  ClientOptions options;
  options.identity = identity;
  http_.answer(200, std::string(kOpen) + "<x/>" + kClose);
  ASSERT_EQ(call(options).effect, Effect::answered);
  const auto document = xml::read(http_.request.body);
  EXPECT_TRUE(
      verify(read_envelope(*document).value(), {.trusted = {identity.certificate}}, kNow).ok());
}

TEST_F(SoapClient, AnUnsignedAnswerIsNotUsedWhereSignedOnesAreAgreed) {
  const X509Identity upstream = testing::make_test_identity("upstream");
  ClientOptions options;
  options.answers = VerifyPolicy{.trusted = {upstream.certificate}};
  http_.answer(200, std::string(kOpen) + "<x/>" + kClose);
  Exchange exchange = call(options);
  EXPECT_EQ(exchange.effect, Effect::unknown);
  EXPECT_EQ(exchange.failure->code, "soap.not_signed");
  http_.answer(200, signed_envelope(upstream, "<x/>", kNow).value());
  EXPECT_EQ(call(options).effect, Effect::answered);
}

TEST_F(SoapClient, RefusesSettingsThatCannotServe) {
  const auto code = [&](ClientOptions options) {
    const auto client = make_client(http_, std::move(options));
    return client ? std::string("made") : client.error().code;
  };
  const auto password = std::make_shared<vault::SecretBytes>("secret");
  EXPECT_EQ(code({.url = "http://ksz.example/"}), "upstream.bad_url");
  EXPECT_EQ(code({.url = "https://ksz.example/", .account = TechnicalAccount{"a:b", password}}),
            "soap.bad_account");
  EXPECT_EQ(code({.url = "https://ksz.example/", .account = TechnicalAccount{"a", nullptr}}),
            "soap.bad_account");
  EXPECT_EQ(code({.url = "https://ksz.example/",
                  .account = TechnicalAccount{"a", std::make_shared<vault::SecretBytes>("a\nb")}}),
            "soap.bad_account");
  auto client = make_client(http_, {.url = "https://ksz.example/"}).value();
  EXPECT_EQ(client->call({.purpose = "p", .action = "a\"b", .payload = "<x/>"}, {}).failure->code,
            "upstream.bad_url");
}

}  // namespace
}  // namespace semafoor::upstream::soap
