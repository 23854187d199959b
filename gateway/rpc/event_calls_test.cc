// SPDX-License-Identifier: Apache-2.0
#include "gateway/rpc/event_calls.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <thread>

#include "gateway/rpc/test_gateway.h"

namespace semafoor::rpc {
namespace {

using std::chrono::steady_clock;

class EventCallsTest : public TestGateway {
 protected:
  v1::PullEventsRequest pull_request(int wait_ms = 0, const std::string& holder = "h1") {
    auto request = about<v1::PullEventsRequest>();
    request.set_module(v1::MODULE_EBOX);
    request.set_consumer("suite");
    request.set_holder(holder);
    request.set_wait_ms(wait_ms);
    return request;
  }
  Outcome pull(const v1::PullEventsRequest& request, v1::PullEventsResponse& response) {
    return call(modules_stub_, &v1::Modules::Stub::PullEvents, request, response);
  }
  std::vector<std::int64_t> sequences(const v1::PullEventsRequest& request) {
    v1::PullEventsResponse response;
    const auto outcome = pull(request, response);
    EXPECT_TRUE(outcome.status.ok()) << outcome.status.error_message();
    std::vector<std::int64_t> result;
    for (const auto& event : response.events()) result.push_back(event.sequence());
    return result;
  }
  Outcome acknowledge(const std::string& cursor, const std::string& holder = "h1") {
    auto request = about<v1::AcknowledgeEventsRequest>();
    request.set_module(v1::MODULE_EBOX);
    request.set_consumer("suite");
    request.set_holder(holder);
    request.set_cursor(cursor);
    v1::AcknowledgeEventsResponse response;
    return call(modules_stub_, &v1::Modules::Stub::AcknowledgeEvents, request, response);
  }
  // Until a call waits for events; there is no signal for it, so this asks, with a bound.
  void await_waiting(std::size_t count) {
    const auto bound = steady_clock::now() + std::chrono::seconds(20);
    while (server_->waiting() != count && steady_clock::now() < bound) std::this_thread::yield();
    ASSERT_EQ(server_->waiting(), count);
  }
};

TEST_F(EventCallsTest, EventsComeInOrderUntilTheyAreAcknowledged) {
  for (const char* id : {"m1", "m2", "m3"}) add_message(id);
  EXPECT_THAT(sequences(pull_request()), testing::ElementsAre(1, 2, 3));
  EXPECT_THAT(sequences(pull_request()), testing::ElementsAre(1, 2, 3));
  EXPECT_TRUE(acknowledge("2").status.ok());
  EXPECT_THAT(sequences(pull_request()), testing::ElementsAre(3));
  EXPECT_TRUE(acknowledge("1").status.ok()) << "an older position changes nothing";
  EXPECT_THAT(sequences(pull_request()), testing::ElementsAre(3));
  auto ahead = pull_request();
  ahead.set_after("3");
  EXPECT_TRUE(sequences(ahead).empty());
  ahead.set_after("0");
  EXPECT_THAT(sequences(ahead), testing::ElementsAre(3)) << "never back behind what is done";
  for (const char* id : {"m4", "m5"}) add_message(id);
  auto limited = pull_request();
  limited.set_max_events(2);
  EXPECT_THAT(sequences(limited), testing::ElementsAre(3, 4));
}

TEST_F(EventCallsTest, AWaitingPullIsWokenByTheCommit) {
  auto waiting = std::async(std::launch::async, [&] { return sequences(pull_request(15'000)); });
  await_waiting(1);
  add_message("m1");
  EXPECT_THAT(waiting.get(), testing::ElementsAre(1));
  EXPECT_EQ(server_->waiting(), 0U);
}

TEST_F(EventCallsTest, NewsOfAnotherModuleDoesNotEndTheWait) {
  auto waiting = std::async(std::launch::async, [&] { return sequences(pull_request(15'000)); });
  await_waiting(1);
  store_.write([&](store::Transaction& tx) -> Result<void> {
    v1::Event event;
    event.set_type("signal.received");
    event.set_module(v1::MODULE_KNIPPERLICHT);
    auto appended = tx.append_event(kTestOrg, event);
    if (!appended.ok()) return appended.error();
    return {};
  });
  add_message("m1");
  EXPECT_THAT(waiting.get(), testing::ElementsAre(2));
}

TEST_F(EventCallsTest, TheWaitEndsEmptyAtItsDeadline) {
  const auto began = steady_clock::now();
  EXPECT_TRUE(sequences(pull_request(50)).empty());
  const auto took = steady_clock::now() - began;
  EXPECT_GE(took, std::chrono::milliseconds(45));
  EXPECT_LT(took, std::chrono::seconds(10));
  EXPECT_EQ(server_->waiting(), 0U);
}

TEST_F(EventCallsTest, ACancelledPullLeavesNothingBehind) {
  grpc::ClientContext context;
  prepare(context);
  auto waiting = std::async(std::launch::async, [&] {
    v1::PullEventsResponse response;
    return modules_stub_->PullEvents(&context, pull_request(15'000), &response).error_code();
  });
  await_waiting(1);
  context.TryCancel();
  EXPECT_EQ(waiting.get(), grpc::StatusCode::CANCELLED);
  await_waiting(0);
}

TEST_F(EventCallsTest, AnotherHolderIsBusyUntilTheFirstReleases) {
  EXPECT_TRUE(sequences(pull_request()).empty());
  v1::PullEventsResponse response;
  const auto outcome = pull(pull_request(0, "h2"), response);
  EXPECT_EQ(outcome.detail.code(), "events.consumer_busy");
  EXPECT_EQ(outcome.detail.status(), 111);
  EXPECT_TRUE(outcome.detail.retryable());
  EXPECT_EQ(acknowledge("0", "h2").detail.code(), "events.consumer_busy");
  auto release = pull_request();
  release.set_release(true);
  EXPECT_TRUE(pull(release, response).status.ok());
  EXPECT_TRUE(pull(pull_request(0, "h2"), response).status.ok());
}

TEST_F(EventCallsTest, BadRequestsNameTheirField) {
  const auto field = [&](const std::function<void(v1::PullEventsRequest&)>& spoil) {
    auto request = pull_request();
    spoil(request);
    v1::PullEventsResponse response;
    return pull(request, response).detail.field();
  };
  EXPECT_EQ(field([](auto& r) { r.clear_module(); }), "module");
  EXPECT_EQ(field([](auto& r) { r.clear_consumer(); }), "consumer");
  EXPECT_EQ(field([](auto& r) { r.set_consumer(std::string(129, 'c')); }), "consumer");
  EXPECT_EQ(field([](auto& r) { r.clear_holder(); }), "holder");
  EXPECT_EQ(field([](auto& r) { r.set_wait_ms(60'001); }), "waitMs");
  EXPECT_EQ(field([](auto& r) { r.set_max_events(501); }), "maxEvents");
  EXPECT_EQ(field([](auto& r) { r.set_after("x"); }), "after");
  EXPECT_EQ(acknowledge("").detail.field(), "cursor");
  EXPECT_EQ(acknowledge("99").detail.code(), "events.cursor_invalid");
}

TEST_F(EventCallsTest, StopEndsWaitingCallsAtOnce) {
  v1::PullEventsResponse response;
  auto waiting =
      std::async(std::launch::async, [&] { return pull(pull_request(60'000), response); });
  await_waiting(1);
  const auto began = steady_clock::now();
  server_->stop(std::chrono::milliseconds(400));
  EXPECT_LT(steady_clock::now() - began, std::chrono::seconds(1));
  const auto outcome = waiting.get();
  EXPECT_EQ(outcome.code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(outcome.detail.code(), "gateway.stopping");
}

TEST_F(EventCallsTest, AStreamDeliversAsEventsCome) {
  add_message("m1");
  grpc::ClientContext context;
  prepare(context);
  auto request = about<v1::StreamEventsRequest>();
  request.set_module(v1::MODULE_EBOX);
  request.set_consumer("suite");
  request.set_holder("h1");
  const auto stream = modules_stub_->StreamEvents(&context, request);
  v1::StreamEventsResponse message;
  ASSERT_TRUE(stream->Read(&message));
  EXPECT_EQ(message.events(0).sequence(), 1);
  await_waiting(1);
  add_message("m2");
  ASSERT_TRUE(stream->Read(&message));
  EXPECT_EQ(message.events(0).sequence(), 2);
  v1::PullEventsResponse response;
  EXPECT_EQ(pull(pull_request(0, "h2"), response).detail.code(), "events.consumer_busy");
  await_waiting(1);
  context.TryCancel();
  EXPECT_FALSE(stream->Read(&message));
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::CANCELLED);
  await_waiting(0);
}

TEST_F(EventCallsTest, WatchHintsAtOnceAndAtEachCommitOfWhatTheCallerMaySee) {
  v1::Organisation other;
  other.mutable_organisation()->set_value(kOtherOrg);
  store_.write([&](store::Transaction& tx) { return tx.put_organisation(other); });
  token_ = token_for({.organisations = {kTestOrg}});
  grpc::ClientContext context;
  prepare(context);
  const auto stream = modules_stub_->Watch(&context, {});
  v1::WatchResponse hint;
  ASSERT_TRUE(stream->Read(&hint));
  EXPECT_EQ(hint.organisation(), kTestOrg);
  store_.write([&](store::Transaction& tx) -> Result<void> {
    v1::Event event;
    event.set_module(v1::MODULE_EBOX);
    auto appended = tx.append_event(kOtherOrg, event);
    if (!appended.ok()) return appended.error();
    return {};
  });
  add_message("m1");
  ASSERT_TRUE(stream->Read(&hint));
  EXPECT_EQ(hint.organisation(), kTestOrg);
  server_->stop(std::chrono::milliseconds(400));
  EXPECT_FALSE(stream->Read(&hint));
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::UNAVAILABLE);
}

TEST_F(EventCallsTest, ManyWaitersOfOneOrganisationAreAllWoken) {
  constexpr int kWaiters = 40;
  std::vector<std::future<std::size_t>> waiting;
  for (int i = 0; i < kWaiters; ++i)
    waiting.push_back(std::async(std::launch::async, [&, i] {
      auto request = pull_request(15'000);
      request.set_consumer("suite-" + std::to_string(i));
      return sequences(request).size();
    }));
  await_waiting(kWaiters);
  add_message("m1");
  for (auto& one : waiting) EXPECT_EQ(one.get(), 1U);
}

}  // namespace
}  // namespace semafoor::rpc
