// SPDX-License-Identifier: Apache-2.0
//
// The floor of the benchmarks: a bare gRPC callback server on a unix socket that answers any unary
// method with a fixed number of bytes, and any method that ends in "Stream" with chunks of 64 KiB.
#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/grpcpp.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace {

constexpr std::size_t kChunk = 64 * 1024;

// Reads the request, then writes `count` equal buffers.
class Answer : public grpc::ServerGenericBidiReactor {
 public:
  Answer(const grpc::ByteBuffer& buffer, std::int64_t count) : buffer_(buffer), left_(count) {
    StartRead(&request_);
  }
  void OnReadDone(bool ok) override {
    if (ok) {
      Next();
    } else {
      Finish(grpc::Status::OK);
    }
  }
  void OnWriteDone(bool ok) override {
    if (ok) {
      Next();
    } else {
      Finish(grpc::Status::CANCELLED);
    }
  }
  void OnDone() override { delete this; }

 private:
  void Next() {
    if (left_-- > 0) {
      StartWrite(&buffer_);
    } else {
      Finish(grpc::Status::OK);
    }
  }
  grpc::ByteBuffer request_;
  grpc::ByteBuffer buffer_;
  std::int64_t left_;
};

class Floor : public grpc::CallbackGenericService {
 public:
  Floor(std::size_t unary_bytes, std::int64_t chunks) : chunks_(chunks) {
    unary_ = Filled(unary_bytes);
    chunk_ = Filled(kChunk);
  }
  grpc::ServerGenericBidiReactor* CreateReactor(
      grpc::GenericCallbackServerContext* context) override {
    const std::string& method = context->method();
    const bool stream = method.size() > 6 && method.compare(method.size() - 6, 6, "Stream") == 0;
    return stream ? new Answer(chunk_, chunks_) : new Answer(unary_, 1);
  }

 private:
  static grpc::ByteBuffer Filled(std::size_t size) {
    grpc::Slice slice(std::string(size, 'x'));
    return grpc::ByteBuffer(&slice, 1);
  }
  grpc::ByteBuffer unary_;
  grpc::ByteBuffer chunk_;
  std::int64_t chunks_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fprintf(stderr, "usage: bench_floor_server SOCKET UNARY_BYTES STREAM_CHUNKS\n");
    return 2;
  }
  sigset_t stop_signals;
  sigemptyset(&stop_signals);
  sigaddset(&stop_signals, SIGTERM);
  sigaddset(&stop_signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &stop_signals, nullptr);
  Floor floor(std::strtoull(argv[2], nullptr, 10), std::strtoll(argv[3], nullptr, 10));
  grpc::ServerBuilder builder;
  builder.AddListeningPort("unix:" + std::string(argv[1]), grpc::InsecureServerCredentials());
  builder.RegisterCallbackGenericService(&floor);
  const auto server = builder.BuildAndStart();
  if (server == nullptr) {
    std::fprintf(stderr, "bench_floor_server: cannot listen on %s\n", argv[1]);
    return 1;
  }
  std::puts("ready");
  std::fflush(stdout);
  int received = 0;
  sigwait(&stop_signals, &received);
  // Without a shutdown, which would wait for clients that left in mid-call.
  std::_Exit(0);
}
