// SPDX-License-Identifier: Apache-2.0
//
// Both halves of a call on one machine: the runtime that a host loads, against the gateway's own
// attestation, sessions and TLS door. Behind the door stands a service that only echoes.
#include <gmock/gmock.h>
#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "gateway/rpc/local_policy.h"
#include "gateway/rpc/test_journal.h"
#include "gateway/rpc/tls_door.h"
#include "gateway/rpc/tls_identity.h"
#include "plugins/runtime/test_client.h"
#include "tests/local/machine.h"

namespace semafoor::tests {
namespace {

using runtime::testing::Client;
using runtime::testing::Outcome;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using ::testing::StartsWith;

constexpr std::string_view kBearer = "Bearer ";

// Echo answers the request; Count streams "<how many> <size>"; both to a known token only.
class Echo final : public grpc::ServerGenericBidiReactor {
 public:
  Echo(rpc::Sessions& sessions, grpc::GenericCallbackServerContext* context)
      : method_(context->method()) {
    const auto& metadata = context->client_metadata();
    const auto found = metadata.find("authorization");
    if (found != metadata.end()) {
      const std::string_view value(found->second.data(), found->second.size());
      if (value.starts_with(kBearer) && sessions.find(value.substr(kBearer.size())).ok()) {
        StartRead(&bytes_);
        return;
      }
    }
    Finish(grpc::Status(grpc::StatusCode::UNAUTHENTICATED, "unknown token"));
  }
  void OnReadDone(bool ok) override {
    if (!ok) return;
    if (method_ == "/test.Gateway/Count") {
      std::vector<grpc::Slice> slices;
      (void)bytes_.Dump(&slices);
      const std::string wish(reinterpret_cast<const char*>(slices.at(0).begin()),
                             slices.at(0).size());
      left_ = std::stoi(wish);
      const grpc::Slice chunk(std::string(std::stoul(wish.substr(wish.find(' '))), 'c'));
      bytes_ = grpc::ByteBuffer(&chunk, 1);
    }
    write();
  }
  void OnWriteDone(bool ok) override {
    if (ok && left_ > 0) write();
  }
  void OnDone() override { delete this; }

 private:
  void write() {
    if (--left_ <= 0)
      StartWriteAndFinish(&bytes_, {}, grpc::Status::OK);
    else
      StartWrite(&bytes_);
  }

  const std::string method_;
  grpc::ByteBuffer bytes_;
  int left_ = 1;
};

class Service final : public grpc::CallbackGenericService {
 public:
  explicit Service(rpc::Sessions& sessions) : sessions_(sessions) {}
  grpc::ServerGenericBidiReactor* CreateReactor(
      grpc::GenericCallbackServerContext* context) override {
    return new Echo(sessions_, context);
  }

 private:
  rpc::Sessions& sessions_;
};

class Local : public testing::Test {
 protected:
  Local() {
    grpc::ServerBuilder builder;
    EXPECT_TRUE(door_->add_to(builder).ok());
    builder.RegisterCallbackGenericService(&service_);
    server_ = builder.BuildAndStart();
    EXPECT_TRUE(door_->open(*server_).ok());
    channel_ = Channel::open(attestor_, sessions_);
  }
  ~Local() override { server_->Shutdown(std::chrono::system_clock::now()); }

  rpc::TestJournal journal_;
  rpc::Sessions sessions_{{}};
  std::unique_ptr<rpc::TlsDoor> door_ = rpc::make_tls_door().value();
  std::atomic<bool> allowed_{true};
  rpc::PeerIdentity seen_;
  rpc::Attestor attestor_{
      sessions_,
      [this](const rpc::PeerIdentity& peer, const rpc::ProcessHold*) -> Result<rpc::Rights> {
        seen_ = peer;
        if (!allowed_) return rpc::LocalPolicy({}, {}).access_of(peer, {});
        return rpc::Rights(rpc::Access{.admin = true, .all_organisations = true});
      },
      [this] {
        return rpc::Endpoint{.address = door_->address(), .certificate = door_->certificate()};
      },
      "1.2.3", journal_};
  Service service_{sessions_};
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<Channel> channel_;
};

TEST_F(Local, AProcessIsWhoTheSystemSaysAndItsCallsComeThrough) {
  Client client(channel_->place());
  EXPECT_EQ(client.call("Echo", "good day").body, "good day");
  EXPECT_EQ(seen_.account, own_account());
  EXPECT_EQ(seen_.pid, own_pid());
  EXPECT_NE(seen_.start_time, 0U);
  EXPECT_EQ(sessions_.count(), 1U);
  EXPECT_THAT(door_->address(), StartsWith("tls:127.0.0.1:"));
}

TEST_F(Local, LargeAnswersComeWhole) {
  Client client(channel_->place());
  const std::string large(std::size_t{4} << 20U, 'q');
  EXPECT_EQ(client.call("Echo", large).body, large);
  auto [stream, opened] = client.open_stream("Count", "1024 65536");
  ASSERT_EQ(opened.status, SEMAFOOR_OK) << opened.message;
  std::size_t bytes = 0;
  for (Outcome piece = Client::read(stream); piece.has_body; piece = Client::read(stream)) {
    ASSERT_EQ(piece.body.find_first_not_of('c'), std::string::npos);
    bytes += piece.body.size();
  }
  EXPECT_EQ(bytes, std::size_t{64} << 20U);
  runtime::testing::runtime().stream_close(stream);
}

TEST_F(Local, ManyThreadsCallAtOnce) {
  Client client(channel_->place());
  std::atomic<int> right{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i)
    threads.emplace_back([&, i] {
      for (int n = 0; n < 50; ++n) {
        const std::string text = std::to_string(i) + "/" + std::to_string(n);
        if (client.call("Echo", text).body == text) ++right;
      }
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(right, 400);
}

TEST_F(Local, AnAccountThatIsNotAllowedIsToldAndGetsNoToken) {
  allowed_ = false;
  Client client(channel_->place());
  const Outcome refused = client.call("Echo", "");
  EXPECT_EQ(refused.status, SEMAFOOR_PERMISSION_DENIED);
  EXPECT_THAT(refused.message, HasSubstr("[[local.allow]]"));
  EXPECT_EQ(sessions_.count(), 0U);
  EXPECT_THAT(journal_.events(), Contains("session.refused"));
}

TEST_F(Local, TheRightCertificateWithoutATokenOpensNothing) {
  grpc::SslCredentialsOptions options;
  options.pem_root_certs = door_->certificate();
  grpc::ChannelArguments arguments;
  arguments.SetSslTargetNameOverride(rpc::kLocalName);
  const auto channel = grpc::CreateCustomChannel(door_->address().substr(4),
                                                 grpc::SslCredentials(options), arguments);
  grpc::GenericStub stub(channel);
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
  context.AddMetadata("authorization", "Bearer " + std::string(64, '0'));
  grpc::CompletionQueue queue;
  const grpc::ByteBuffer request;
  const auto call = stub.PrepareUnaryCall(&context, "/test.Gateway/Echo", request, &queue);
  call->StartCall();
  grpc::ByteBuffer answer;
  grpc::Status status;
  call->Finish(&answer, &status, &queue);
  void* tag = nullptr;
  bool ok = false;
  ASSERT_TRUE(queue.Next(&tag, &ok));
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAUTHENTICATED);
  queue.Shutdown();
  while (queue.Next(&tag, &ok)) {
  }
}

TEST_F(Local, ARepeatedRequestForAccessIsAnsweredEachTime) {
  for (int i = 0; i < 20; ++i) {
    Client client(channel_->place());
    EXPECT_EQ(client.call("Echo", "x").body, "x");
  }
}

TEST_F(Local, AGatewayThatIsGoneIsSaidToBeAbsent) {
  const std::string place = channel_->place();
  channel_.reset();
  Client client(place);
  EXPECT_EQ(client.call("Echo", "", {.deadline_ms = 2'000}).status, SEMAFOOR_E_GATEWAY_ABSENT);
}

}  // namespace
}  // namespace semafoor::tests
