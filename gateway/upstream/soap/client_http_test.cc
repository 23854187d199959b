// SPDX-License-Identifier: Apache-2.0
//
// The client over real connections: what breaks after the message left is an unknown outcome.
#include <gtest/gtest.h>

#include "gateway/upstream/soap/client.h"
#include "gateway/upstream/testing/scripted_server.h"

namespace semafoor::upstream::soap {
namespace {

using upstream::testing::ReceivedRequest;
using upstream::testing::ScriptedServer;
using upstream::testing::ServerConnection;

constexpr char kAnswer[] =
    "<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/'><e:Body><x/></e:Body>"
    "</e:Envelope>";

Exchange call(const std::string& url,
              std::chrono::milliseconds timeout = std::chrono::seconds(20)) {
  const auto http = make_http_client({.user_agent = "semafoor-test"});
  return make_client(*http, {.url = url, .timeout = timeout})
      .value()
      ->call({.purpose = "Asking the KSZ", .action = "urn:do", .payload = "<x/>"}, {});
}

TEST(SoapOverHttp, ReadsAnAnswer) {
  ScriptedServer server([](const ReceivedRequest& request, ServerConnection& connection) {
    EXPECT_EQ(request.method, "POST");
    EXPECT_EQ(request.header("soapaction"), "\"urn:do\"");
    connection.respond(200, kAnswer, "Content-Type: text/xml\r\n");
  });
  const Exchange exchange = call(server.url());
  EXPECT_EQ(exchange.effect, Effect::answered);
}

TEST(SoapOverHttp, ABreakAfterTheMessageLeftIsUnknown) {
  ScriptedServer resets(
      [](const ReceivedRequest&, ServerConnection& connection) { connection.reset(); });
  Exchange exchange = call(resets.url());
  EXPECT_EQ(exchange.effect, Effect::unknown);
  EXPECT_EQ(exchange.failure->code, "upstream.no_answer");

  ScriptedServer breaks([](const ReceivedRequest&, ServerConnection& connection) {
    connection.write("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n<e:Env");
    connection.close();
  });
  exchange = call(breaks.url());
  EXPECT_EQ(exchange.effect, Effect::unknown);
  EXPECT_EQ(exchange.failure->code, "upstream.truncated");

  ScriptedServer silent([](const ReceivedRequest&, ServerConnection& connection) {
    connection.wait_for_client_to_leave();
  });
  exchange = call(silent.url(), std::chrono::milliseconds(200));
  EXPECT_EQ(exchange.effect, Effect::unknown);
  EXPECT_EQ(exchange.failure->code, "upstream.timeout");
}

TEST(SoapOverHttp, AnAnswerThatIsNoSoapLeavesTheOutcomeOpen) {
  for (const int status : {202, 204, 303, 502, 503}) {
    ScriptedServer server([=](const ReceivedRequest&, ServerConnection& connection) {
      connection.respond(status, "<html>", "");
    });
    EXPECT_EQ(call(server.url()).effect, Effect::unknown) << status;
  }
  ScriptedServer refuses([](const ReceivedRequest&, ServerConnection& connection) {
    connection.respond(404, "<html>", "");
  });
  EXPECT_EQ(call(refuses.url()).effect, Effect::none);
}

TEST(SoapOverHttp, WhatCameIsKeptBeforeItIsReadAlsoWhenItBreaksOff) {
  ScriptedServer breaks([](const ReceivedRequest&, ServerConnection& connection) {
    connection.write("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n<e:Env");
    connection.close();
  });
  const auto http = make_http_client({.user_agent = "semafoor-test"});
  const auto client = make_client(*http, {.url = breaks.url()}).value();
  std::string kept;
  const Exchange exchange = client->call({.purpose = "Asking the KSZ",
                                          .action = "urn:do",
                                          .payload = "<x/>",
                                          .keep = [&](const std::string& body) -> Result<void> {
                                            kept = body;
                                            return {};
                                          }},
                                         {});
  EXPECT_EQ(kept, "<e:Env");
  EXPECT_EQ(exchange.body, "<e:Env");
  EXPECT_EQ(exchange.failure->code, "upstream.truncated");
}

TEST(SoapOverHttp, NobodyThereIsNoEffect) {
  const Exchange exchange = call(upstream::testing::closed_port_url());
  EXPECT_EQ(exchange.effect, Effect::none);
  EXPECT_EQ(exchange.failure->code, "upstream.unreachable");
}

}  // namespace
}  // namespace semafoor::upstream::soap
