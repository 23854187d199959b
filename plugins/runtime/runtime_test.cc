// SPDX-License-Identifier: Apache-2.0
//
// The runtime beside a foreign gRPC: the gateway of these tests runs in the same process on the
// distribution's shared libraries.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cfenv>
#include <future>
#include <thread>

#include "plugins/runtime/test_fixture.h"

namespace semafoor::runtime::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

TEST_F(Runtime, CarriesARequestAndItsAnswerUnchanged) {
  Client client(path());
  ASSERT_EQ(client.opened.status, SEMAFOOR_OK);
  std::string bytes(1000, '\0');
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i);
  EXPECT_EQ(client.call("Echo", bytes).body, bytes);
  EXPECT_EQ(client.call("Echo", "").body, "");
}

TEST_F(Runtime, CarriesFourMebibytesBothWays) {
  Client client(path());
  EXPECT_THAT(client.call("Large", "4194304").body, SizeIs(4194304));
  const std::string large(4U << 20U, 'q');
  EXPECT_EQ(client.call("Echo", large).body, large);
}

TEST_F(Runtime, TellsTheGatewayWhoAsks) {
  Client client(path());
  (void)client.call("Echo", "");
  ASSERT_THAT(gateway_->questions(), SizeIs(1));
  EXPECT_EQ(gateway_->questions()[0], R"({"client":"runtime_test","host":"test host","v":1})");
}

TEST_F(Runtime, ReplyOutlivesTheSession) {
  const sfr_reply* reply = nullptr;
  {
    Client client(path());
    const std::string method = "/test.Gateway/Echo";
    const std::string request = "still here";
    const semafoor_span method_span = span(method);
    const semafoor_span request_span = span(request);
    const CallOptionsHolder holder({});
    ASSERT_EQ(runtime().call(client.handle(), &method_span, &request_span, &holder.options, &reply,
                             nullptr),
              SEMAFOOR_OK);
  }
  EXPECT_EQ(stats().sessions, 0U);
  EXPECT_EQ(text(reply->body), "still here");
  reply->release(reply);
}

TEST_F(Runtime, GatewaysErrorComesWithItsDetails) {
  Client client(path());
  const Outcome failed = client.call("Fail", "");
  EXPECT_EQ(failed.status, SEMAFOOR_NOT_FOUND);
  EXPECT_EQ(failed.domain, "gateway");
  EXPECT_EQ(failed.message, "no such letter");
  EXPECT_EQ(failed.details, std::string("\0details", 8));
  EXPECT_EQ(client.call("Nothing", "").domain, "gateway");
}

TEST_F(Runtime, DeadlineEndsACall) {
  Client client(path());
  const auto before = std::chrono::steady_clock::now();
  const Outcome late = client.call("Hang", "", {.deadline_ms = 200});
  EXPECT_EQ(late.status, SEMAFOOR_DEADLINE_EXCEEDED);
  EXPECT_EQ(late.domain, "runtime");
  EXPECT_TRUE(late.retryable);
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(5));
}

TEST_F(Runtime, DeadlineAlsoEndsTheWaitForAccess) {
  gateway_->answer_with(Answer::silence);
  Client client(path());
  const auto before = std::chrono::steady_clock::now();
  std::vector<std::future<Outcome>> calls;
  for (int i = 0; i < 4; ++i)
    calls.push_back(std::async(std::launch::async,
                               [&] { return client.call("Echo", "", {.deadline_ms = 300}); }));
  for (auto& call : calls) EXPECT_EQ(call.get().status, SEMAFOOR_DEADLINE_EXCEEDED);
  // One after another they would take four times as long.
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::milliseconds(1'000));
}

TEST_F(Runtime, CancelReachesTheCallsOfThatIdOnly) {
  Client client(path());
  Client other(path());
  auto meant =
      std::async(std::launch::async, [&] { return client.call("Hang", "", {.operation_id = 7}); });
  auto not_meant =
      std::async(std::launch::async, [&] { return other.call("Hang", "", {.operation_id = 7}); });
  ASSERT_TRUE(gateway_->wait_for_hanging(2));
  EXPECT_EQ(client.cancel(8), SEMAFOOR_NOT_FOUND);
  EXPECT_EQ(client.cancel(0), SEMAFOOR_NOT_FOUND);
  EXPECT_EQ(client.cancel(7), SEMAFOOR_OK);
  EXPECT_EQ(meant.get().status, SEMAFOOR_CANCELLED);
  EXPECT_TRUE(gateway_->wait_for_cancelled(1));
  EXPECT_EQ(not_meant.wait_for(std::chrono::seconds(0)), std::future_status::timeout);
  EXPECT_EQ(other.cancel(7), SEMAFOOR_OK);
  EXPECT_EQ(not_meant.get().status, SEMAFOOR_CANCELLED);
}

TEST_F(Runtime, StopEndsWhatIsInFlightAndLetsNothingIn) {
  Client client(path());
  auto hanging = std::async(std::launch::async, [&] { return client.call("Hang", ""); });
  ASSERT_TRUE(gateway_->wait_for_hanging(1));
  EXPECT_EQ(stats().calls_in_flight, 1U);
  EXPECT_EQ(client.stop(), SEMAFOOR_OK);
  EXPECT_EQ(stats().calls_in_flight, 0U);
  EXPECT_EQ(hanging.get().status, SEMAFOOR_E_STOPPED);
  EXPECT_EQ(client.call("Echo", "").status, SEMAFOOR_E_STOPPED);
  EXPECT_EQ(client.open_stream("Count", "1 1").second.status, SEMAFOOR_E_STOPPED);
  EXPECT_EQ(client.stop(), SEMAFOOR_OK);
}

TEST_F(Runtime, StopEndsACallThatWaitsForAccess) {
  gateway_->answer_with(Answer::silence);
  Client client(path());
  auto waiting = std::async(std::launch::async, [&] { return client.call("Echo", ""); });
  while (gateway_->questions().empty()) std::this_thread::yield();
  EXPECT_EQ(client.stop(2'000), SEMAFOOR_OK);
  EXPECT_EQ(waiting.get().status, SEMAFOOR_E_STOPPED);
}

TEST_F(Runtime, LargeRequestThatIsCutOffDoesNotHoldUpTheLastClose) {
  const std::string large(64U << 20U, 'q');
  for (const uint32_t deadline_ms : {5U, 15U, 40U}) {
    auto client = std::make_unique<Client>(path());
    EXPECT_EQ(client->call("Hang", large, {.deadline_ms = deadline_ms}).status,
              SEMAFOOR_DEADLINE_EXCEEDED);
    const auto before = std::chrono::steady_clock::now();
    client.reset();
    EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(5));
  }
}

TEST_F(Runtime, StopOfOneSessionLeavesTheOthersAlone) {
  Client stays(path());
  Client goes(path());
  EXPECT_EQ(goes.call("Echo", "a").body, "a");
  EXPECT_EQ(stats().channels, 1U);
  goes.close();
  EXPECT_EQ(stays.call("Echo", "b").body, "b");
}

TEST_F(Runtime, StreamGivesEveryMessageThenTheEnd) {
  Client client(path());
  auto [stream, opened] = client.open_stream("Count", "20 65536");
  ASSERT_EQ(opened.status, SEMAFOOR_OK);
  for (int i = 0; i < 20; ++i) EXPECT_THAT(Client::read(stream).body, SizeIs(65536));
  for (int i = 0; i < 2; ++i) {
    const Outcome end = Client::read(stream);
    EXPECT_EQ(end.status, SEMAFOOR_OK);
    EXPECT_FALSE(end.has_body);
  }
  runtime().stream_close(stream);
}

TEST_F(Runtime, BrokenStreamNeverLooksLikeAGoodEnd) {
  Client client(path());
  auto [stream, opened] = client.open_stream("Broken", "3 10");
  ASSERT_EQ(opened.status, SEMAFOOR_OK);
  EXPECT_TRUE(Client::read(stream).has_body);
  EXPECT_TRUE(Client::read(stream).has_body);
  for (int i = 0; i < 2; ++i) EXPECT_EQ(Client::read(stream).status, SEMAFOOR_DATA_LOSS);
  runtime().stream_close(stream);
}

TEST_F(Runtime, StreamMayBeClosedInTheMiddle) {
  Client client(path());
  auto [stream, opened] = client.open_stream("Endless", "");
  ASSERT_EQ(opened.status, SEMAFOOR_OK);
  EXPECT_THAT(Client::read(stream).body, SizeIs(65536));
  runtime().stream_close(stream);
  EXPECT_TRUE(gateway_->wait_for_cancelled(1));
  EXPECT_EQ(stats().calls_in_flight, 0U);
  EXPECT_EQ(client.call("Echo", "next").body, "next");
}

TEST_F(Runtime, StreamIsRefusedWhenItIsOpened) {
  Client client(path());
  auto [stream, opened] = client.open_stream("Fail", "");
  EXPECT_EQ(stream, nullptr);
  EXPECT_EQ(opened.status, SEMAFOOR_NOT_FOUND);
}

TEST_F(Runtime, StreamMayBeClosedAfterStopAndEvenAfterClose) {
  auto client = std::make_unique<Client>(path());
  auto [first, opened] = client->open_stream("Endless", "", {.operation_id = 4});
  auto [second, opened_too] = client->open_stream("Endless", "");
  ASSERT_EQ(opened.status, SEMAFOOR_OK);
  ASSERT_EQ(opened_too.status, SEMAFOOR_OK);
  EXPECT_EQ(client->stop(), SEMAFOOR_OK);
  EXPECT_EQ(Client::read(first).status, SEMAFOOR_E_STOPPED);
  runtime().stream_close(first);
  client.reset();
  EXPECT_EQ(Client::read(second).status, SEMAFOOR_E_STOPPED);
  runtime().stream_close(second);
  EXPECT_EQ(stats().channels, 0U);
}

TEST_F(Runtime, TokenThatTheGatewayForgotIsRenewedOnce) {
  Client client(path());
  EXPECT_EQ(client.call("Echo", "a").body, "a");
  gateway_->forget_tokens();
  EXPECT_EQ(client.call("Echo", "b").body, "b");
  EXPECT_THAT(gateway_->questions(), SizeIs(2));
  gateway_->forget_tokens();
  auto [stream, opened] = client.open_stream("Count", "1 1");
  EXPECT_EQ(opened.status, SEMAFOOR_OK);
  runtime().stream_close(stream);
  EXPECT_THAT(gateway_->questions(), SizeIs(3));
}

TEST_F(Runtime, TokensThatAreAlwaysRefusedAreNotAskedForWithoutEnd) {
  gateway_->refuse_all_tokens(true);
  Client client(path());
  const Outcome refused = client.call("Echo", "");
  EXPECT_EQ(refused.status, SEMAFOOR_UNAUTHENTICATED);
  EXPECT_EQ(refused.domain, "gateway");
  EXPECT_THAT(gateway_->questions(), SizeIs(2));
}

TEST_F(Runtime, TokenIsRenewedBeforeItExpires) {
  gateway_->give_tokens_for(1);
  Client client(path());
  EXPECT_EQ(client.call("Echo", "a").body, "a");
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (gateway_->questions().size() < 2 && std::chrono::steady_clock::now() < end)
    EXPECT_EQ(client.call("Echo", "b").status, SEMAFOOR_OK);
  EXPECT_GE(gateway_->questions().size(), 2U);
}

TEST_F(Runtime, StrangersSocketIsToldNothing) {
  Client client(Client::Arguments{.path = path(), .check_owner = true, .owner_uid = 54'321});
  const Outcome refused = client.call("Echo", "");
  EXPECT_EQ(refused.status, SEMAFOOR_PERMISSION_DENIED);
  EXPECT_EQ(refused.domain, "runtime");
  EXPECT_FALSE(refused.retryable);
  EXPECT_THAT(refused.message, HasSubstr("54321"));
  EXPECT_THAT(gateway_->questions(), IsEmpty());
}

TEST_F(Runtime, StricterOwnerRuleDoesNotRideOnALaxerOnesConnection) {
  Client lax(path());
  EXPECT_EQ(lax.call("Echo", "a").body, "a");
  Client strict(Client::Arguments{.path = path(), .check_owner = true, .owner_uid = 54'321});
  EXPECT_EQ(strict.call("Echo", "").status, SEMAFOOR_PERMISSION_DENIED);
  Client right(Client::Arguments{.path = path(), .check_owner = true, .owner_uid = geteuid()});
  EXPECT_EQ(right.call("Echo", "c").body, "c");
}

TEST_F(Runtime, RefusalOfTheGatewayIsReported) {
  gateway_->answer_with(Answer::refuse);
  Client client(path());
  const Outcome refused = client.call("Echo", "");
  EXPECT_EQ(refused.status, SEMAFOOR_PERMISSION_DENIED);
  EXPECT_EQ(refused.domain, "gateway");
  EXPECT_THAT(refused.message, HasSubstr("not in the list"));
}

TEST_F(Runtime, UnreadableAnswerIsAnErrorAndNothingWorse) {
  gateway_->answer_with(Answer::garbage);
  Client client(path());
  EXPECT_EQ(client.call("Echo", "").status, SEMAFOOR_E_GATEWAY_ABSENT);
}

TEST_F(Runtime, CallsByTlsOnLoopbackWithTheCertificateItWasTold) {
  gateway_->answer_with(Answer::tls);
  Client client(path());
  EXPECT_EQ(client.call("Echo", "in secret").body, "in secret");
  EXPECT_THAT(client.call("Large", "4194304").body, SizeIs(4194304));
  gateway_->forget_tokens();
  EXPECT_EQ(client.call("Echo", "again").body, "again");
}

TEST_F(Runtime, CallsNobodyWithAnotherCertificate) {
  gateway_->answer_with(Answer::tls_of_another);
  Client client(path());
  const Outcome refused = client.call("Echo", "", {.deadline_ms = 1'000});
  EXPECT_NE(refused.status, SEMAFOOR_OK);
  EXPECT_EQ(refused.domain, "runtime");
}

// A gateway that starts again may get the port of the one before, never its certificate.
TEST_F(Runtime, CallsByTheNewCertificateAlsoAtTheOldAddress) {
  gateway_->answer_with(Answer::tls_of_another);
  Client client(path());
  EXPECT_NE(client.call("Echo", "", {.deadline_ms = 1'000}).status, SEMAFOOR_OK);
  gateway_->answer_with(Answer::tls);
  EXPECT_EQ(client.call("Echo", "in secret").body, "in secret");
}

TEST_F(Runtime, AsksForMoreThanAnAddressBeforeItSendsATokenByTls) {
  for (const Answer answer : {Answer::tls_unproven, Answer::tls_elsewhere}) {
    gateway_->answer_with(answer);
    Client client(path());
    EXPECT_EQ(client.call("Echo", "").status, SEMAFOOR_UNIMPLEMENTED);
  }
}

TEST_F(Runtime, CallsThatGrpcWouldEndTheProcessOverAreRefused) {
  Client client(path());
  for (const std::string method : {"/", "/bad method", "/new\nline", "/\xc3\xa9"})
    EXPECT_EQ(client.call(method, "").status, SEMAFOOR_INVALID_ARGUMENT) << method;
  using Metadata = std::vector<std::pair<std::string, std::string>>;
  for (const Metadata& metadata :
       {Metadata{{"Upper", "x"}}, Metadata{{"", "x"}}, Metadata{{"key", "line\nfeed"}},
        Metadata{{"authorization", "Bearer mine"}}, Metadata{{"grpc-timeout", "1H"}},
        Metadata{{"key", std::string(100'000, 'x')}}})
    EXPECT_EQ(client.call("Echo", "", {.metadata = metadata}).status, SEMAFOOR_INVALID_ARGUMENT);
  EXPECT_EQ(client.call("Echo", "", {.deadline_ms = 0}).status, SEMAFOOR_INVALID_ARGUMENT);
  const Metadata good{{"semafoor-actor-bin", std::string("\0\xff\n", 3)}, {"purpose", "intake"}};
  EXPECT_EQ(client.call("Echo", "ok", {.metadata = good}).body, "ok");
}

TEST_F(Runtime, WrongOptionsAreRefused) {
  EXPECT_EQ(Client("relative/path").opened.status, SEMAFOOR_INVALID_ARGUMENT);
  EXPECT_EQ(Client("").opened.status, SEMAFOOR_INVALID_ARGUMENT);
  EXPECT_EQ(Client("/" + std::string(107, 'x')).opened.status, SEMAFOOR_INVALID_ARGUMENT);
  sfr_session_options options{};
  options.struct_size = 8;
  sfr_session* session = nullptr;
  EXPECT_EQ(runtime().open(&options, &session, nullptr), SEMAFOOR_E_ABI);
  EXPECT_EQ(session, nullptr);
  runtime().close(nullptr);
  runtime().stream_close(nullptr);
}

TEST_F(Runtime, NewerPluginsLargerStructIsWelcome) {
  struct {
    sfr_call_options known{};
    uint64_t future = ~0ULL;
  } larger;
  larger.known.struct_size = sizeof larger;
  larger.known.deadline_ms = 20'000;
  Client client(path());
  const std::string method = "/test.Gateway/Echo";
  const semafoor_span method_span = span(method);
  const semafoor_span request{};
  const sfr_reply* reply = nullptr;
  EXPECT_EQ(runtime().call(client.handle(), &method_span, &request, &larger.known, &reply, nullptr),
            SEMAFOOR_OK);
  reply->release(reply);
}

TEST_F(Runtime, AbsentGatewayIsSaidAtOnceAndFoundWhenItIsBack) {
  Client client(path());
  EXPECT_EQ(client.call("Echo", "a").body, "a");
  gateway_.reset();
  const auto before = std::chrono::steady_clock::now();
  const Outcome absent = client.call("Echo", "b");
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(5));
  EXPECT_EQ(absent.status, SEMAFOOR_E_GATEWAY_ABSENT);
  EXPECT_EQ(absent.domain, "runtime");
  EXPECT_TRUE(absent.retryable);
  EXPECT_GT(absent.retry_after_ms, 0);
  EXPECT_LE(absent.retry_after_ms, 1'000);
  gateway_ = std::make_unique<TestGateway>(folder_.path);
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  Outcome back = absent;
  while (back.status == SEMAFOOR_E_GATEWAY_ABSENT && std::chrono::steady_clock::now() < end)
    back = client.call("Echo", "c");
  EXPECT_EQ(back.body, "c");
}

TEST_F(Runtime, ChildOfAForkIsRefusedAndTheParentIsUnharmed) {
  Client client(path());
  auto [stream, opened] = client.open_stream("Endless", "");
  ASSERT_EQ(opened.status, SEMAFOOR_OK);
  EXPECT_EQ(client.call("Echo", "before").body, "before");
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    bool right = client.call("Echo", "x").status == SEMAFOOR_E_FORKED;
    right = right && client.open_stream("Count", "1 1").second.status == SEMAFOOR_E_FORKED;
    right = right && Client::read(stream).status == SEMAFOOR_E_FORKED;
    right = right && client.stop() == SEMAFOOR_E_FORKED;
    right = right && client.cancel(1) == SEMAFOOR_E_FORKED;
    runtime().stream_close(stream);
    Client fresh(path());
    right = right && fresh.opened.status == SEMAFOOR_E_FORKED;
    runtime().close(client.handle());
    _exit(right ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
  EXPECT_EQ(client.call("Echo", "after").body, "after");
  EXPECT_TRUE(Client::read(stream).has_body);
  runtime().stream_close(stream);
}

TEST_F(Runtime, HostsFloatingPointSettingsAreLeftAsTheyWere) {
  Client client(path());
  ASSERT_NE(feenableexcept(FE_DIVBYZERO | FE_INVALID), -1);
  std::fesetround(FE_UPWARD);
  const std::string body = client.call("Echo", "a").body;
  const int enabled = fegetexcept();
  const int rounding = std::fegetround();
  std::fesetround(FE_TONEAREST);
  fedisableexcept(FE_ALL_EXCEPT);
  EXPECT_EQ(body, "a");
  EXPECT_EQ(enabled, FE_DIVBYZERO | FE_INVALID);
  EXPECT_EQ(rounding, FE_UPWARD);
}

TEST_F(Runtime, ManyThreadsShareASession) {
  Client client(path());
  std::vector<std::thread> threads;
  std::atomic<int> good{0};
  for (int t = 0; t < 8; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < 50; ++i) {
        const std::string text = std::to_string(t) + "." + std::to_string(i);
        if (client.call("Echo", text).body == text) ++good;
      }
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(good, 400);
  EXPECT_THAT(gateway_->questions(), SizeIs(1));
}

TEST_F(Runtime, NothingIsLeftAfterTheLastClose) {
  {
    Client client(path());
    EXPECT_EQ(client.call("Echo", "a").body, "a");
    EXPECT_EQ(stats().sessions, 1U);
    EXPECT_EQ(stats().channels, 1U);
  }
  EXPECT_EQ(stats().sessions, 0U);
  EXPECT_EQ(stats().channels, 0U);
  Client again(path());
  EXPECT_EQ(again.call("Echo", "b").body, "b");
}

}  // namespace
}  // namespace semafoor::runtime::testing
