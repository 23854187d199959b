// SPDX-License-Identifier: Apache-2.0
#include "gateway/rpc/upstream_test_stream.h"

#include <gtest/gtest.h>

#include <future>
#include <vector>

#include "gateway/rpc/test_gateway.h"

namespace semafoor::rpc {
namespace {

using Tell = std::function<bool(const v1::UpstreamStep&)>;

class UpstreamTestStreamTest : public TestGateway {
 protected:
  UpstreamTestStreamTest() {
    rooms_.test_upstream = [this](const std::string& org, const Tell& tell,
                                  const std::stop_token& stop) { return walk_(org, tell, stop); };
  }

  static v1::UpstreamStep named(const std::string& name) {
    v1::UpstreamStep step;
    step.set_step(name);
    return step;
  }

  struct Tested {
    Outcome outcome;
    std::vector<std::string> steps;
  };
  Tested test(const std::string& org = kTestOrg) {
    Tested result;
    grpc::ClientContext context;
    prepare(context);
    const auto stream = admin_stub_->TestUpstream(&context, about<v1::TestUpstreamRequest>(org));
    v1::TestUpstreamResponse response;
    while (stream->Read(&response)) result.steps.push_back(response.step().step());
    const auto status = stream->Finish();
    result.outcome = outcome(context, status);
    return result;
  }

  TestUpstream walk_ = [](const std::string&, const Tell& tell,
                          const std::stop_token&) -> Result<void> {
    for (const char* name : {"dns", "tls", "token"})
      if (!tell(named(name))) break;
    return {};
  };
};

TEST_F(UpstreamTestStreamTest, StepsComeInTheirOrder) {
  const auto tested = test();
  EXPECT_TRUE(tested.outcome.status.ok()) << tested.outcome.status.error_message();
  EXPECT_EQ(tested.steps, (std::vector<std::string>{"dns", "tls", "token"}));
}

TEST_F(UpstreamTestStreamTest, AnErrorOfTheWalkEndsTheCallWithIt) {
  walk_ = [](const std::string&, const Tell&, const std::stop_token&) -> Result<void> {
    return failure(ErrorKind::unavailable, "store.busy", "The store is busy.");
  };
  EXPECT_EQ(test().outcome.detail.code(), "store.busy");
  walk_ = [](const std::string&, const Tell&, const std::stop_token&) -> Result<void> {
    throw std::runtime_error("no");
  };
  EXPECT_EQ(test().outcome.code(), grpc::StatusCode::INTERNAL);
}

TEST_F(UpstreamTestStreamTest, ItIsForAdministratorsAndForOrganisationsThatAreServed) {
  EXPECT_EQ(test(kUnknownOrg).outcome.detail.code(), "organisation.unknown");
  EXPECT_EQ(test("nonsense").outcome.code(), grpc::StatusCode::INVALID_ARGUMENT);
  token_ = token_for({.all_organisations = true});
  EXPECT_EQ(test().outcome.code(), grpc::StatusCode::PERMISSION_DENIED);
  token_.clear();
  EXPECT_EQ(test().outcome.code(), grpc::StatusCode::UNAUTHENTICATED);
}

TEST_F(UpstreamTestStreamTest, WithoutAWalkItIsNotImplemented) {
  rooms_.test_upstream = {};
  EXPECT_EQ(test().outcome.code(), grpc::StatusCode::UNIMPLEMENTED);
}

// Runs until its caller has gone.
class LongWalks : public UpstreamTestStreamTest {
 protected:
  LongWalks() {
    walk_ = [this](const std::string&, const Tell& tell,
                   const std::stop_token& stop) -> Result<void> {
      std::promise<void> stopped;
      const std::stop_callback when(stop, [&] { stopped.set_value(); });
      tell(named("dns"));
      stopped.get_future().wait();
      EXPECT_FALSE(tell(named("tls")));
      ended_.set_value();
      return failure(ErrorKind::cancelled, "call.cancelled", "Gone.");
    };
  }
  std::promise<void> ended_;
};

TEST_F(LongWalks, EndWhenTheCallerGoes) {
  grpc::ClientContext context;
  prepare(context);
  const auto stream = admin_stub_->TestUpstream(&context, about<v1::TestUpstreamRequest>());
  v1::TestUpstreamResponse response;
  ASSERT_TRUE(stream->Read(&response)) << "it is under way";
  context.TryCancel();
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::CANCELLED);
  ended_.get_future().wait();
}

TEST_F(LongWalks, EndWhenTheGatewayStops) {
  grpc::ClientContext context;
  prepare(context);
  const auto stream = admin_stub_->TestUpstream(&context, about<v1::TestUpstreamRequest>());
  v1::TestUpstreamResponse response;
  ASSERT_TRUE(stream->Read(&response));
  server_->stop(std::chrono::milliseconds(50));
  ended_.get_future().wait();
  EXPECT_FALSE(stream->Finish().ok());
}

TEST_F(UpstreamTestStreamTest, MoreThanTwoAtOnceAreRefused) {
  std::promise<void> go;
  std::shared_future<void> release = go.get_future().share();
  walk_ = [release](const std::string&, const Tell& tell, const std::stop_token&) -> Result<void> {
    tell(named("dns"));
    release.wait();
    return {};
  };
  grpc::ClientContext contexts[Walkers::kMost];
  std::vector<std::unique_ptr<grpc::ClientReader<v1::TestUpstreamResponse>>> streams;
  for (auto& context : contexts) {
    prepare(context);
    streams.push_back(admin_stub_->TestUpstream(&context, about<v1::TestUpstreamRequest>()));
    v1::TestUpstreamResponse response;
    ASSERT_TRUE(streams.back()->Read(&response));
  }
  const auto third = test();
  EXPECT_EQ(third.outcome.detail.code(), "gateway.too_much_work");
  EXPECT_TRUE(third.outcome.detail.retryable());
  go.set_value();
  for (auto& stream : streams) {
    v1::TestUpstreamResponse response;
    while (stream->Read(&response)) {
    }
    EXPECT_TRUE(stream->Finish().ok());
  }
}

}  // namespace
}  // namespace semafoor::rpc
