// SPDX-License-Identifier: Apache-2.0
//
// By the kernel's own account of this process.
#include <gtest/gtest.h>

#include <fstream>

#include "gateway/upstream/http/http_client.h"
#include "gateway/upstream/testing/scripted_server.h"

namespace semafoor::upstream {
namespace {

using namespace std::chrono_literals;
using testing::ReceivedRequest;
using testing::ScriptedServer;
using testing::ServerConnection;

// Peak resident memory of this process in KiB, and its start of measurement.
long peak_kib() {
  std::ifstream status("/proc/self/status");
  std::string word;
  long value = 0;
  while (status >> word) {
    if (word == "VmHWM:") status >> value;
  }
  return value;
}

TEST(HttpMemory, TwoHundredMebibytesInConstantMemory) {
  constexpr std::size_t kSize = 200ull * 1024 * 1024;
  ScriptedServer server([&](const ReceivedRequest&, ServerConnection& connection) {
    connection.write("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(kSize) + "\r\n\r\n");
    const std::string piece(1024 * 1024, 'x');
    for (std::size_t sent = 0; sent < kSize; sent += piece.size()) {
      if (!connection.write(piece)) return;
    }
  });
  const HttpRequest request{.url = server.url(), .purpose = "Reading a thing", .timeout = 0ms};
  std::ofstream("/proc/self/clear_refs") << "5";  // starts the peak anew
  const long before = peak_kib();
  std::size_t received = 0;
  const HttpExchange exchange = make_http_client({.stall_timeout = 20s})
                                    ->send(request,
                                           [&](std::span<const std::byte> bytes) -> Result<void> {
                                             received += bytes.size();
                                             return {};
                                           },
                                           {});
  const long grown = peak_kib() - before;
  RecordProperty("peak_growth_kib", std::to_string(grown));
  ASSERT_FALSE(exchange.failure) << exchange.failure->message;
  EXPECT_EQ(received, kSize);
  EXPECT_TRUE(exchange.body.empty());
  ASSERT_GT(before, 0);
  EXPECT_LT(grown, 8 * 1024) << "KiB more at the peak";
}

}  // namespace
}  // namespace semafoor::upstream
