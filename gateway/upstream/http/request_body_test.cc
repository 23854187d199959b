// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>

#include "gateway/upstream/http/http_client.h"
#include "gateway/upstream/testing/scripted_server.h"

namespace semafoor::upstream {
namespace {

using testing::ReceivedRequest;
using testing::ScriptedServer;
using testing::ServerConnection;

// Gives `size` bytes in pieces of at most seven, then throws if told to.
class Dripping final : public ContentReader {
 public:
  Dripping(std::size_t size, bool throws) : left_(size), throws_(throws) {}
  Result<std::size_t> read(std::span<std::byte> into) override {
    if (left_ == 0 && throws_) throw std::runtime_error("disk gone");
    const std::size_t count = std::min({into.size(), left_, std::size_t{7}});
    std::fill_n(into.begin(), count, std::byte{'x'});
    left_ -= count;
    return count;
  }

 private:
  std::size_t left_;
  const bool throws_;
};

HttpRequest request_of(const ScriptedServer& server, std::uint64_t announced, std::size_t given,
                       bool throws = false) {
  HttpRequest request{.method = "POST", .url = server.url() + "/x", .purpose = "Sending"};
  request.stream = StreamedBody{
      .size = announced, .open = [=]() -> Result<std::unique_ptr<ContentReader>> {
        return std::unique_ptr<ContentReader>(std::make_unique<Dripping>(given, throws));
      }};
  return request;
}

void answer_ok(const ReceivedRequest&, ServerConnection& connection) {
  connection.respond(200, "ok");
}

TEST(StreamedBody, ArrivesWholeUnderItsLength) {
  ScriptedServer server(answer_ok);
  const auto client = make_http_client({});
  const HttpExchange exchange = client->send(request_of(server, 100, 100), {}, {});
  EXPECT_EQ(exchange.status, 200);
  EXPECT_EQ(server.requests().at(0).body, std::string(100, 'x'));
  EXPECT_EQ(server.requests().at(0).header("content-length"), "100");
}

TEST(StreamedBody, ASourceThatEndsEarlyOrThrowsEndsTheExchange) {
  ScriptedServer server(answer_ok);
  const auto client = make_http_client({});
  for (const bool throws : {false, true}) {
    const HttpExchange exchange = client->send(request_of(server, 100, 50, throws), {}, {});
    ASSERT_TRUE(exchange.failure.has_value());
    EXPECT_EQ(exchange.failure->code, "upstream.source_failed");
    EXPECT_NE(exchange.failure->message.find("Sending at http://"), std::string::npos);
  }
  EXPECT_TRUE(server.requests().empty()) << "no whole request came";
}

TEST(StreamedBody, NothingIsSentWhenItCannotBeOpened) {
  ScriptedServer server(answer_ok);
  HttpRequest request = request_of(server, 1, 1);
  request.stream->open = []() -> Result<std::unique_ptr<ContentReader>> {
    return Error{.kind = ErrorKind::not_found, .code = "store.gone", .message = "gone"};
  };
  const HttpExchange exchange = make_http_client({})->send(request, {}, {});
  EXPECT_EQ(exchange.delivery, Delivery::never_sent);
  EXPECT_EQ(exchange.failure->code, "store.gone");
  EXPECT_EQ(server.connections(), 0);
}

TEST(RequestBody, PatchCarriesOneToo) {
  ScriptedServer server(answer_ok);
  const HttpExchange exchange = make_http_client({})->send(
      HttpRequest{.method = "PATCH", .url = server.url() + "/x", .body = "{}", .purpose = "p"}, {},
      {});
  EXPECT_EQ(exchange.status, 200);
  EXPECT_EQ(server.requests().at(0).method, "PATCH");
  EXPECT_EQ(server.requests().at(0).body, "{}");
}

}  // namespace
}  // namespace semafoor::upstream
