// SPDX-License-Identifier: Apache-2.0
//
// Calls and streams through the ABI, each next to raw gRPC of equal size in the same run: the two
// alternate in short rounds, so that both see the same machine. One JSON object a row.
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/impl/client_unary_call.h>
#include <grpcpp/support/sync_stream.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <numeric>
#include <vector>

#include "semafoor/v1/mailbox.pb.h"
#include "tests/support/raw_plugin.h"

namespace {

using Clock = std::chrono::steady_clock;
using semafoor::testing::fail;
using semafoor::testing::load_raw;
using semafoor::testing::RawPlugin;
using semafoor::testing::span_of;
using semafoor::testing::text_of;

double microseconds(Clock::duration duration) {
  return std::chrono::duration<double, std::micro>(duration).count();
}

double median(std::vector<double> values) {
  auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

class RawGrpc {
 public:
  explicit RawGrpc(const std::string& socket)
      : channel_(grpc::CreateChannel("unix:" + socket, grpc::InsecureChannelCredentials())) {}

  void unary(const std::string& request) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(10));
    grpc::Slice slice(request);
    const grpc::ByteBuffer message(&slice, 1);
    grpc::ByteBuffer reply;
    const grpc::Status status =
        grpc::internal::BlockingUnaryCall<grpc::ByteBuffer, grpc::ByteBuffer>(
            channel_.get(), unary_method_, &context, message, &reply);
    if (!status.ok()) fail("floor: " + status.error_message());
  }

  // Reads the whole stream, copying each chunk as a user would; returns its bytes.
  std::size_t stream(std::vector<char>& buffer) {
    grpc::ClientContext context;
    // A buffer without any slice is no message at all for gRPC.
    const grpc::Slice nothing;
    const grpc::ByteBuffer empty(&nothing, 1);
    std::unique_ptr<grpc::ClientReader<grpc::ByteBuffer>> reader(
        grpc::internal::ClientReaderFactory<grpc::ByteBuffer>::Create(
            channel_.get(), stream_method_, &context, empty));
    std::size_t total = 0;
    grpc::ByteBuffer chunk;
    std::vector<grpc::Slice> slices;
    while (reader->Read(&chunk)) {
      slices.clear();
      if (!chunk.Dump(&slices).ok()) fail("floor: unreadable chunk");
      for (const grpc::Slice& slice : slices) {
        std::copy(slice.begin(), slice.end(), buffer.begin());
        total += slice.size();
      }
    }
    if (!reader->Finish().ok()) fail("floor: stream failed");
    return total;
  }

 private:
  std::shared_ptr<grpc::Channel> channel_;
  grpc::internal::RpcMethod unary_method_{"/floor/Unary", grpc::internal::RpcMethod::NORMAL_RPC,
                                          channel_};
  grpc::internal::RpcMethod stream_method_{"/floor/Stream",
                                           grpc::internal::RpcMethod::SERVER_STREAMING, channel_};
};

void unary_row(const char* name, const RawPlugin& plugin, RawGrpc& floor,
               const std::string& request, std::size_t expected_bytes, bool has_target) {
  constexpr int kRounds = 40;
  constexpr int kCalls = 100;
  std::vector<double> through_abi;
  std::vector<double> raw;
  std::string problem;
  std::string body;
  const auto abi_call = [&] {
    if (semafoor::testing::ask(plugin, "Mailbox/GetMessage", request, &problem, &body) !=
        SEMAFOOR_OK)
      fail(std::string(name) + ": " + problem);
  };
  const auto raw_call = [&] { floor.unary(request); };
  const auto measure = [](std::vector<double>& into, const std::function<void()>& call) {
    for (int i = 0; i < kCalls; ++i) {
      const auto start = Clock::now();
      call();
      into.push_back(microseconds(Clock::now() - start));
    }
  };
  for (int i = 0; i < 200; ++i) {
    abi_call();
    raw_call();
  }
  for (int round = 0; round < kRounds; ++round) {
    measure(through_abi, abi_call);
    measure(raw, raw_call);
  }
  const double value = median(through_abi);
  const double below = median(raw);
  const double ratio = value / below;
  std::printf(
      "{\"name\":\"%s\",\"value\":%.1f,\"unit\":\"us "
      "p50\",\"floor\":%.1f,\"ratio\":%.3f,\"bytes\":%zu",
      name, value, below, ratio, expected_bytes);
  if (has_target)
    std::printf(",\"target\":\"<= 1.5\",\"met\":%s}\n", ratio <= 1.5 ? "true" : "false");
  else
    std::printf(",\"target\":null,\"met\":null}\n");
}

std::size_t abi_stream(const RawPlugin& plugin, const std::string& request,
                       std::vector<char>& buffer) {
  const auto* table = plugin.extension<semafoor_stream_v1>(SEMAFOOR_EXT_STREAM);
  if (table == nullptr) fail("ebox has no " SEMAFOOR_EXT_STREAM);
  semafoor_call_options options{};
  options.struct_size = sizeof options;
  options.deadline_ms = 120'000;
  const std::string method = "Mailbox/ReadAttachment";
  const semafoor_span method_span = span_of(method);
  const semafoor_span request_span = span_of(request);
  semafoor_stream* stream = nullptr;
  const semafoor_error* error = nullptr;
  if (table->open(plugin.instance, &method_span, &request_span, &options, &stream, nullptr,
                  &error) != SEMAFOOR_OK)
    fail("stream: " + text_of(error));
  std::size_t total = 0;
  std::size_t size = 0;
  do {
    if (table->read(stream, reinterpret_cast<uint8_t*>(buffer.data()), buffer.size(), &size,
                    &error) != SEMAFOOR_OK)
      fail("stream: " + text_of(error));
    total += size;
  } while (size > 0);
  table->close(stream);
  return total;
}

void stream_row(const RawPlugin& plugin, RawGrpc& floor, const std::string& request) {
  constexpr int kRounds = 9;
  std::vector<char> buffer(64 * 1024);
  std::vector<double> through_abi;
  std::vector<double> raw;
  abi_stream(plugin, request, buffer);
  floor.stream(buffer);
  for (int round = 0; round < kRounds; ++round) {
    auto start = Clock::now();
    auto bytes = static_cast<double>(abi_stream(plugin, request, buffer));
    through_abi.push_back(bytes / microseconds(Clock::now() - start));
    start = Clock::now();
    bytes = static_cast<double>(floor.stream(buffer));
    raw.push_back(bytes / microseconds(Clock::now() - start));
  }
  const double value = median(through_abi);
  const double above = median(raw);
  std::printf(
      "{\"name\":\"attachment_stream\",\"value\":%.1f,\"unit\":\"MB/"
      "s\",\"floor\":%.1f,\"ratio\":%.3f,"
      "\"target\":\">= 0.8\",\"met\":%s}\n",
      value, above, value / above, value / above >= 0.8 ? "true" : "false");
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 9) {
    std::fprintf(stderr,
                 "usage: bench_abi unary|stream PLUGINS SOCKET CBE FLOOR_SOCKET MESSAGE ATTACHMENT "
                 "REPLY_BYTES\n");
    return 2;
  }
  const std::string what = argv[1];
  const std::string folder = argv[2];
  const std::string socket = argv[3];
  const std::string organisation = argv[4];
  RawGrpc floor(argv[5]);
  semafoor_host host{};
  host.struct_size = sizeof host;
  using semafoor::testing::config_json;
  const RawPlugin binary =
      load_raw(folder, "ebox", host, config_json(organisation, socket, "protobuf"));
  const auto reply_bytes = static_cast<std::size_t>(std::atoll(argv[8]));
  if (what == "unary") {
    semafoor::v1::GetMessageRequest request;
    request.mutable_organisation()->set_value(organisation);
    request.set_message_id(argv[6]);
    unary_row("abi_call", binary, floor, request.SerializeAsString(), reply_bytes, true);
    const RawPlugin json = load_raw(folder, "ebox", host, config_json(organisation, socket));
    unary_row("abi_call_json", json, floor, R"({"messageId":")" + std::string(argv[6]) + "\"}",
              reply_bytes, false);
  } else {
    semafoor::v1::ReadAttachmentRequest request;
    request.set_message_id(argv[6]);
    request.set_attachment_id(argv[7]);
    stream_row(binary, floor, request.SerializeAsString());
  }
  std::fflush(stdout);
  std::_Exit(0);
}
