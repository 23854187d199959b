// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/http/http_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <fstream>
#include <future>
#include <thread>

#include "gateway/upstream/testing/scripted_server.h"
#include "gateway/upstream/testing/variable.h"

namespace semafoor::upstream {
namespace {

using namespace std::chrono_literals;
using testing::closed_port_url;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::ReceivedRequest;
using testing::ScriptedServer;
using testing::ServerConnection;

std::unique_ptr<HttpClient> client(std::chrono::milliseconds stall = 20s) {
  return make_http_client({.user_agent = "semafoor-test", .stall_timeout = stall});
}

HttpRequest get(const std::string& url) {
  return HttpRequest{.url = url, .purpose = "Reading a thing", .timeout = 20s};
}

HttpRequest post(const std::string& url) {
  HttpRequest request = get(url);
  request.method = "POST";
  request.body = "content";
  return request;
}

TEST(HttpClient, AnswerComesWithHeadersAndBothTraceIds) {
  ScriptedServer server([](const ReceivedRequest&, ServerConnection& connection) {
    connection.json(200, "{}", "BelGov-Trace-Id: theirs-1\r\nX-Two: a\r\n");
  });
  const HttpExchange exchange = client()->send(get(server.url() + "/a?b=c"), {}, {});
  ASSERT_FALSE(exchange.failure) << exchange.failure->message;
  EXPECT_EQ(exchange.delivery, Delivery::answered);
  EXPECT_EQ(exchange.status, 200);
  EXPECT_EQ(exchange.body, "{}");
  EXPECT_EQ(exchange.header("x-two"), "a");
  EXPECT_EQ(exchange.their_trace_id, "theirs-1");
  const ReceivedRequest request = server.requests().at(0);
  EXPECT_EQ(request.target, "/a?b=c");
  EXPECT_EQ(request.header("belgov-trace-id"), exchange.our_trace_id);
  EXPECT_EQ(exchange.our_trace_id.size(), 36u);
  EXPECT_EQ(request.header("user-agent"), "semafoor-test");
}

TEST(HttpClient, TraceIdAndConnectionAreNewForEachRequest) {
  ScriptedServer server(
      [](const ReceivedRequest&, ServerConnection& connection) { connection.json(200, "{}"); });
  const auto http = client();
  const HttpExchange first = http->send(get(server.url()), {}, {});
  const HttpExchange second = http->send(get(server.url()), {}, {});
  EXPECT_NE(first.our_trace_id, second.our_trace_id);
  EXPECT_EQ(server.connections(), 2);
}

// What a peer sent beyond its answer would be read as the answer to whatever is asked next.
void answer_twice(const ReceivedRequest& request, ServerConnection& connection) {
  if (!request.target.ends_with("/twice")) return connection.json(200, '"' + request.target + '"');
  connection.json(200, R"("/twice")");
  connection.json(200, R"("surplus")");
}

TEST(HttpClient, ASurplusAnswerIsNotTakenForTheNextOne) {
  ScriptedServer server(answer_twice);
  const auto http = client();
  for (int round = 0; round < 20; ++round) {
    EXPECT_EQ(http->send(get(server.url() + "/twice"), {}, {}).body, R"("/twice")");
    for (const std::string target : {"/a", "/b"}) {
      ASSERT_EQ(http->send(get(server.url() + target), {}, {}).body, '"' + target + '"');
    }
  }
}

TEST(HttpClient, APostThatLeftIsNotSilentlySentAgain) {
  std::atomic<int> posts{0};
  ScriptedServer server([&](const ReceivedRequest& request, ServerConnection& connection) {
    // The effect took place, and the receipt is lost.
    if (request.method == "POST" && ++posts > 1) return connection.reset();
    connection.json(200, "{}");
  });
  const auto http = client();
  ASSERT_FALSE(http->send(post(server.url()), {}, {}).failure);
  const HttpExchange exchange = http->send(post(server.url()), {}, {});
  ASSERT_TRUE(exchange.failure);
  EXPECT_EQ(exchange.delivery, Delivery::no_answer);
  EXPECT_EQ(posts, 2);
}

TEST(HttpClient, BodyOfAPostArrivesWhole) {
  ScriptedServer server([](const ReceivedRequest& request, ServerConnection& connection) {
    connection.json(201, request.body);
  });
  HttpRequest request = post(server.url());
  request.body = std::string(300'000, 'x') + std::string("\0y", 2);
  const HttpExchange exchange = client()->send(request, {}, {});
  EXPECT_EQ(exchange.status, 201);
  EXPECT_EQ(exchange.body, request.body);
}

TEST(HttpClient, RedirectIsAnAnswerAndNotFollowed) {
  ScriptedServer server([](const ReceivedRequest&, ServerConnection& connection) {
    connection.respond(302, "", "Location: /elsewhere\r\n");
  });
  EXPECT_EQ(client()->send(get(server.url()), {}, {}).status, 302);
  EXPECT_EQ(server.requests().size(), 1u);
}

TEST(HttpClient, NobodyListensMeansNeverSent) {
  const HttpExchange exchange = client()->send(post(closed_port_url()), {}, {});
  EXPECT_EQ(exchange.delivery, Delivery::never_sent);
  ASSERT_TRUE(exchange.failure);
  EXPECT_EQ(exchange.failure->code, "upstream.unreachable");
  EXPECT_TRUE(exchange.failure->retryable);
  EXPECT_THAT(exchange.failure->message, HasSubstr("nothing was sent"));
}

TEST(HttpClient, ResetAfterTheRequestLeavesTheOutcomeUnknown) {
  ScriptedServer server(
      [](const ReceivedRequest&, ServerConnection& connection) { connection.reset(); });
  const HttpExchange exchange = client()->send(post(server.url()), {}, {});
  EXPECT_EQ(exchange.delivery, Delivery::no_answer);
  ASSERT_TRUE(exchange.failure);
  EXPECT_EQ(exchange.failure->code, "upstream.no_answer");
  EXPECT_THAT(exchange.failure->message, HasSubstr(exchange.our_trace_id));
}

TEST(HttpClient, SilentEndAfterTheRequestLeavesTheOutcomeUnknown) {
  ScriptedServer server(
      [](const ReceivedRequest&, ServerConnection& connection) { connection.close(); });
  const HttpExchange exchange = client()->send(post(server.url()), {}, {});
  EXPECT_EQ(exchange.delivery, Delivery::no_answer);
  EXPECT_EQ(exchange.failure->code, "upstream.no_answer");
}

TEST(HttpClient, FewerBytesThanAnnouncedIsTruncated) {
  ScriptedServer server([](const ReceivedRequest&, ServerConnection& connection) {
    connection.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this");
    connection.close();
  });
  const HttpExchange exchange = client()->send(get(server.url()), {}, {});
  ASSERT_TRUE(exchange.failure);
  EXPECT_EQ(exchange.failure->code, "upstream.truncated");
  EXPECT_EQ(exchange.failure->upstream_status, 200);
}

TEST(HttpClient, AHeadThatBreaksOffIsTruncated) {
  for (const char* head :
       {"HTTP/1.1 201 Created\r\nSer", "HTTP/1.1 200 OK\r\n",
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n", "HTTP/1.1 204 No Content\r\n",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n"}) {
    ScriptedServer server([head](const ReceivedRequest&, ServerConnection& connection) {
      connection.write(head);
      connection.close();
    });
    const HttpExchange exchange = client()->send(get(server.url()), {}, {});
    EXPECT_EQ(exchange.delivery, Delivery::no_answer) << head;
    ASSERT_TRUE(exchange.failure) << head;
    EXPECT_EQ(exchange.failure->code, "upstream.truncated") << head;
  }
}

TEST(HttpClient, ChunkedBodyWithoutItsEndIsTruncated) {
  ScriptedServer server([](const ReceivedRequest&, ServerConnection& connection) {
    connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
    connection.close();
  });
  EXPECT_EQ(client()->send(get(server.url()), {}, {}).failure->code, "upstream.truncated");
}

TEST(HttpClient, HangEndsAtTheTimeoutAndMayHaveHadAnEffect) {
  ScriptedServer server([](const ReceivedRequest&, ServerConnection& connection) {
    connection.wait_for_client_to_leave();
  });
  HttpRequest request = post(server.url());
  request.timeout = 200ms;
  const HttpExchange exchange = client()->send(request, {}, {});
  EXPECT_EQ(exchange.delivery, Delivery::no_answer);
  EXPECT_EQ(exchange.failure->code, "upstream.timeout");
}

TEST(HttpClient, HangWithoutTimeoutEndsAsAStall) {
  ScriptedServer server([](const ReceivedRequest&, ServerConnection& connection) {
    connection.write("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\nsome");
    connection.wait_for_client_to_leave();
  });
  HttpRequest request = get(server.url());
  request.timeout = 0ms;
  std::string received;
  const HttpExchange exchange = client(240ms)->send(
      request,
      [&](std::span<const std::byte> bytes) -> Result<void> {
        received.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
        return {};
      },
      {});
  EXPECT_EQ(exchange.failure->code, "upstream.stalled");
  EXPECT_EQ(received, "some");
}

TEST(HttpClient, ASlowDiskOfOursIsNoStallOfTheUpstream) {
  ScriptedServer server([](const ReceivedRequest&, ServerConnection& connection) {
    connection.respond(200, std::string(4'000'000, 'x'));
  });
  HttpRequest request = get(server.url());
  request.timeout = 0ms;
  std::size_t received = 0;
  std::promise<void> never;
  std::future<void> disk = never.get_future();
  const HttpExchange exchange =
      client(1s)->send(request,
                       [&](std::span<const std::byte> bytes) -> Result<void> {
                         if (received == 0) disk.wait_for(1300ms);  // longer than the whole window
                         received += bytes.size();
                         return {};
                       },
                       {});
  EXPECT_FALSE(exchange.failure) << exchange.failure->message;
  EXPECT_EQ(received, 4'000'000u);
}

TEST(HttpClient, StopEndsAWaitingExchangeAtOnce) {
  ScriptedServer server([](const ReceivedRequest&, ServerConnection& connection) {
    connection.wait_for_client_to_leave();
  });
  const auto http = client();
  std::stop_source stop;
  auto exchange = std::async(std::launch::async,
                             [&] { return http->send(post(server.url()), {}, stop.get_token()); });
  server.wait_for_requests(1);
  const auto start = std::chrono::steady_clock::now();
  stop.request_stop();
  const HttpExchange result = exchange.get();
  // libcurl alone would notice only at its next tick, up to a second later.
  EXPECT_LT(std::chrono::steady_clock::now() - start, 700ms);
  EXPECT_EQ(result.failure->code, "upstream.cancelled");
  EXPECT_EQ(result.failure->kind, ErrorKind::cancelled);
  EXPECT_EQ(result.delivery, Delivery::no_answer);
}

TEST(HttpClient, StopBeforeTheStartSendsNothing) {
  ScriptedServer server(
      [](const ReceivedRequest&, ServerConnection& connection) { connection.json(200, "{}"); });
  std::stop_source stop;
  stop.request_stop();
  const HttpExchange exchange = client()->send(get(server.url()), {}, stop.get_token());
  EXPECT_EQ(exchange.failure->code, "upstream.cancelled");
  EXPECT_EQ(exchange.delivery, Delivery::never_sent);
  EXPECT_EQ(server.connections(), 0);
}

TEST(HttpClient, SixteenMebibytesAreHeldAndNotMore) {
  std::size_t size = kLargestJson;
  ScriptedServer server([&](const ReceivedRequest&, ServerConnection& connection) {
    connection.respond(200, std::string(size, ' '));
  });
  const auto http = client();
  EXPECT_EQ(http->send(get(server.url()), {}, {}).body.size(), kLargestJson);
  size = kLargestJson + 1;
  const HttpExchange exchange = http->send(get(server.url()), {}, {});
  EXPECT_EQ(exchange.failure->code, "upstream.too_large");
  EXPECT_FALSE(exchange.failure->retryable);
}

TEST(HttpClient, EndlessErrorBodyIsCutAndItsStatusStands) {
  ScriptedServer server([](const ReceivedRequest&, ServerConnection& connection) {
    connection.write("HTTP/1.1 500 Oops\r\nTransfer-Encoding: chunked\r\n\r\n");
    const std::string chunk = "1000\r\n" + std::string(4096, 'x') + "\r\n";
    while (connection.write(chunk)) {
    }
  });
  const HttpExchange exchange = client()->send(get(server.url()), {}, {});
  EXPECT_FALSE(exchange.failure);
  EXPECT_EQ(exchange.delivery, Delivery::answered);
  EXPECT_EQ(exchange.status, 500);
  EXPECT_EQ(exchange.body.size(), 64u * 1024);
}

TEST(HttpClient, EndlessHeadersAreRefused) {
  ScriptedServer server([](const ReceivedRequest&, ServerConnection& connection) {
    connection.write("HTTP/1.1 200 OK\r\n");
    const std::string line = "X-Filler: " + std::string(1000, 'x') + "\r\n";
    while (connection.write(line)) {
    }
  });
  EXPECT_EQ(client()->send(get(server.url()), {}, {}).failure->code, "upstream.too_large");
}

TEST(HttpClient, WhatIsNotHttpIsMalformed) {
  ScriptedServer server([](const ReceivedRequest&, ServerConnection& connection) {
    connection.write("220 mail.example ESMTP\r\n");
    connection.close();
  });
  EXPECT_EQ(client()->send(get(server.url()), {}, {}).failure->code, "upstream.malformed");
}

TEST(HttpClient, ErrorOfTheSinkEndsTheTransferInItsOwnWords) {
  ScriptedServer server([](const ReceivedRequest&, ServerConnection& connection) {
    connection.respond(200, std::string(1'000'000, 'x'));
  });
  const HttpExchange exchange = client()->send(get(server.url()),
                                               [](std::span<const std::byte>) -> Result<void> {
                                                 return Error{.kind = ErrorKind::resource_exhausted,
                                                              .code = "store.disk_full",
                                                              .message = "no space"};
                                               },
                                               {});
  EXPECT_EQ(exchange.failure->code, "store.disk_full");
  EXPECT_EQ(exchange.failure->message, "no space");
}

TEST(HttpClient, ExceptionOfTheSinkBecomesAnError) {
  ScriptedServer server(
      [](const ReceivedRequest&, ServerConnection& connection) { connection.respond(200, "x"); });
  const HttpExchange exchange = client()->send(
      get(server.url()),
      [](std::span<const std::byte>) -> Result<void> { throw std::runtime_error("broken"); }, {});
  EXPECT_EQ(exchange.failure->code, "upstream.sink_failed");
}

TEST(HttpClient, ErrorBodyNeverReachesTheSink) {
  ScriptedServer server([](const ReceivedRequest&, ServerConnection& connection) {
    connection.json(404, R"({"code":"X","message":"gone"})");
  });
  bool called = false;
  const HttpExchange exchange = client()->send(get(server.url()),
                                               [&](std::span<const std::byte>) -> Result<void> {
                                                 called = true;
                                                 return {};
                                               },
                                               {});
  EXPECT_FALSE(called);
  EXPECT_EQ(exchange.status, 404);
  EXPECT_THAT(exchange.body, HasSubstr("gone"));
}

TEST(HttpClient, ProxyOfTheEnvironmentIsAskedAndItsRefusalMeansNeverSent) {
  ScriptedServer proxy([](const ReceivedRequest&, ServerConnection& connection) {
    connection.respond(403, "not allowed");
  });
  const testing::Variable address("https_proxy", proxy.url());
  const testing::Variable none_excepted("no_proxy", "");
  const HttpExchange exchange = client()->send(post("https://ebox.example/a"), {}, {});
  ASSERT_EQ(proxy.requests().size(), 1u);
  EXPECT_EQ(proxy.requests()[0].method, "CONNECT");
  EXPECT_EQ(proxy.requests()[0].target, "ebox.example:443");
  EXPECT_EQ(exchange.delivery, Delivery::never_sent);
  ASSERT_TRUE(exchange.failure);
  EXPECT_EQ(exchange.failure->code, "upstream.proxy");
}

TEST(HttpClient, ManyThreadsAtOnce) {
  ScriptedServer server([](const ReceivedRequest& request, ServerConnection& connection) {
    connection.json(200, request.target);
  });
  const auto http = client();
  std::atomic<int> right = 0;
  {
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 8; ++thread) {
      threads.emplace_back([&, thread] {
        for (int i = 0; i < 25; ++i) {
          const std::string path = "/" + std::to_string(thread) + "/" + std::to_string(i);
          if (http->send(get(server.url() + path), {}, {}).body == path) ++right;
        }
      });
    }
  }
  EXPECT_EQ(right, 200);
}

}  // namespace
}  // namespace semafoor::upstream
