// SPDX-License-Identifier: Apache-2.0
//
// The shim through its own faces, with a well-behaved plugin.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <thread>

#include "semafoor/shim.hpp"

namespace semafoor::shim {
namespace {

using ::testing::HasSubstr;
using namespace std::chrono_literals;

class Shim : public ::testing::Test {
 protected:
  Plugins plugins_{{FAKE_PLUGINS}};
  Instance instance_ = plugins_.start("fake", "{}");
};

template <typename Function>
Error error_of(Function&& function) {
  try {
    function();
  } catch (const Error& error) {
    return error;
  }
  ADD_FAILURE() << "no error";
  return {SEMAFOOR_OK, nullptr};
}

TEST_F(Shim, CallsAndGivesBackWhatThePluginSays) {
  EXPECT_EQ(instance_.call("Fake/Echo", "{\"a\":1}"), "{\"a\":1}");
}

TEST_F(Shim, AnErrorKeepsEveryMember) {
  const Error error = error_of([&] { instance_.call("Fake/Status", "106"); });
  EXPECT_EQ(error.status(), SEMAFOOR_E_GATEWAY_ABSENT);
  EXPECT_EQ(error.status_name(), "E_GATEWAY_ABSENT");
  EXPECT_TRUE(error.retryable());
  EXPECT_EQ(error.retry_after(), std::nullopt);
  EXPECT_EQ(error.domain(), "plugin");
  EXPECT_EQ(error.code(), "fake.asked");
  EXPECT_EQ(error.message_key(), "fake.asked");
  EXPECT_EQ(error.correlation_id(), "corr-1");
  EXPECT_EQ(error.details_json(), "{\"fake\":true}");
  EXPECT_STREQ(error.what(), "you asked for it");
}

TEST_F(Shim, AnUnknownStatusBecomesUnknown) {  // H-9
  EXPECT_EQ(error_of([&] { instance_.call("Fake/Status", "4711"); }).status(), SEMAFOOR_UNKNOWN);
}

TEST_F(Shim, AFailureWithoutDetailsGetsASentence) {
  const Error error = error_of([&] { instance_.call("Fake/Silent"); });
  EXPECT_EQ(error.status(), SEMAFOOR_UNAVAILABLE);
  EXPECT_THAT(error.what(), HasSubstr("UNAVAILABLE"));
}

TEST_F(Shim, TheActorAndTheLegalContextTravelWithTheCall) {
  CallOptions options;
  options.actor_id = "user-7";
  options.legal_context = "PCSA:SOCIAL_INQUIRY";
  EXPECT_EQ(instance_.call("Fake/Actor", "", options), "user-7");
  EXPECT_EQ(instance_.call("Fake/LegalContext", "", options), "PCSA:SOCIAL_INQUIRY");
}

TEST_F(Shim, ACallCanBeCancelledFromAnotherThread) {
  CallOptions options;
  options.operation_id = 7;
  options.deadline = 20s;
  auto call = std::async(std::launch::async, [&] {
    return error_of([&] { instance_.call("Fake/Block", "", options); });
  });
  // The cancel may come before the call is in; then it is repeated.
  while (call.wait_for(1ms) != std::future_status::ready) instance_.cancel(7);
  EXPECT_EQ(call.get().status(), SEMAFOOR_CANCELLED);
}

TEST_F(Shim, StopEndsWhatIsInFlight) {
  auto call = std::async(std::launch::async,
                         [&] { return error_of([&] { instance_.call("Fake/Block"); }); });
  instance_.stop();
  // Either it was in, or it came too late; both say the same.
  EXPECT_EQ(call.get().status(), SEMAFOOR_E_STOPPED);
  EXPECT_EQ(error_of([&] { instance_.call("Fake/Echo"); }).status(), SEMAFOOR_E_STOPPED);
  instance_.stop();
}

TEST_F(Shim, DestroyIsRefusedWhileStarted) {  // H-4
  const semafoor_error* raw = nullptr;
  const semafoor_status status = semafoor_shim_destroy(instance_.handle(), &raw);
  const Error error(status, raw);
  EXPECT_EQ(error.status(), SEMAFOOR_FAILED_PRECONDITION);
  EXPECT_THAT(error.what(), HasSubstr("H-4"));
  EXPECT_EQ(instance_.call("Fake/Echo", "still here"), "still here");
}

TEST_F(Shim, DestroyIsRefusedWhileAStreamIsOpen) {  // H-5
  {
    const Stream stream = instance_.open("Fake/Stream", "10");
    instance_.stop();
    const semafoor_error* raw = nullptr;
    const semafoor_status status = semafoor_shim_destroy(instance_.handle(), &raw);
    const Error error(status, raw);
    EXPECT_EQ(error.status(), SEMAFOOR_FAILED_PRECONDITION);
    EXPECT_THAT(error.what(), HasSubstr("H-5"));
  }
  EXPECT_EQ(semafoor_shim_destroy(instance_.handle(), nullptr), SEMAFOOR_OK);
}

TEST_F(Shim, AHandleIsRefusedAfterItsEnd) {  // H-4
  semafoor_shim_instance* handle = instance_.handle();
  instance_.stop();
  EXPECT_EQ(semafoor_shim_destroy(handle, nullptr), SEMAFOOR_OK);
  const semafoor_error* raw = nullptr;
  EXPECT_EQ(semafoor_shim_destroy(handle, &raw), SEMAFOOR_INVALID_ARGUMENT);
  EXPECT_EQ(Error(SEMAFOOR_INVALID_ARGUMENT, raw).code(), "shim.stale_handle");
  const semafoor_span text = span("Fake/Echo");
  const semafoor_reply* reply = nullptr;
  EXPECT_EQ(semafoor_shim_call(handle, &text, &text, nullptr, &reply, nullptr),
            SEMAFOOR_INVALID_ARGUMENT);
  EXPECT_EQ(semafoor_shim_raw(handle), nullptr);
}

TEST(ShimLedger, AReplyMayBeReleasedAfterDestroyAndTheHostHearsOfIt) {  // H-5
  std::string heard;
  Host host;
  host.log = [&](int32_t severity, std::string_view line) {
    if (severity == SEMAFOOR_LOG_HOST_MISBEHAVING) heard = line;
  };
  const semafoor_reply* reply = nullptr;
  {
    Instance instance = Plugins({FAKE_PLUGINS}).start("fake", "{}", std::move(host));
    const semafoor_span method = span("Fake/Echo");
    ASSERT_EQ(semafoor_shim_call(instance.handle(), &method, &method, nullptr, &reply, nullptr),
              SEMAFOOR_OK);
  }
  EXPECT_THAT(heard, HasSubstr("H-5"));
  EXPECT_THAT(heard, HasSubstr("1 reply"));
  EXPECT_EQ(view(reply->body), "Fake/Echo");
  reply->release(reply);
}

TEST(ShimLife, NothingBeforeStartAndNoSecondStart) {
  const Plugins plugins({FAKE_PLUGINS});
  Instance instance(plugins.load("fake"), "{}");
  EXPECT_EQ(error_of([&] { instance.call("Fake/Echo"); }).status(), SEMAFOOR_FAILED_PRECONDITION);
  instance.start();
  EXPECT_EQ(error_of([&] { instance.start(); }).code(), "shim.started_twice");
}

TEST(ShimLife, InstancesThatWereNeverStartedCanGo) {
  const Plugins plugins({FAKE_PLUGINS});
  EXPECT_NO_THROW(Instance(plugins.load("fake"), "{}"));
}

TEST(ShimLife, ARefusedConfigurationIsThePluginsOwnError) {
  const Plugins plugins({FAKE_PLUGINS});
  EXPECT_EQ(error_of([&] { plugins.start("fake", "x"); }).status(), SEMAFOOR_E_CONFIG);
}

TEST(ShimLife, LoadingTwiceGivesTheSamePlugin) {
  EXPECT_EQ(Plugins({FAKE_PLUGINS}).load("fake"), Plugins({FAKE_PLUGINS}).load("fake"));
}

TEST(ShimLife, TheDescriptionSaysWhatIsLoaded) {
  const Plugins plugins({FAKE_PLUGINS});
  plugins.load("fake");
  EXPECT_THAT(plugins.describe(), HasSubstr("\"state\":\"loaded\""));
}

TEST(ShimLife, InfoFillsOnlyWhatTheHostKnows) {
  semafoor_shim_plugin* plugin = Plugins({FAKE_PLUGINS}).load("fake");
  semafoor_plugin_info info{};
  info.struct_size = offsetof(semafoor_plugin_info, version);
  ASSERT_EQ(semafoor_shim_info(plugin, &info, nullptr), SEMAFOOR_OK);
  EXPECT_EQ(view(info.id), "fake");
  EXPECT_EQ(info.version.data, nullptr);
}

TEST(ShimHost, DossiersAreAskedOnTheCallersThread) {  // H-7
  std::thread::id asked_on;
  Host host;
  host.dossiers = [&](std::string_view request) {
    asked_on = std::this_thread::get_id();
    return "answer to " + std::string(request);
  };
  Instance instance = Plugins({FAKE_PLUGINS}).start("fake", "{}", std::move(host));
  EXPECT_EQ(instance.call("Fake/Resolve", "who"), "answer to who");
  EXPECT_EQ(asked_on, std::this_thread::get_id());
}

TEST(ShimHost, ADatabaseThatCannotBeAskedIsAStatus) {
  Host host;
  host.dossiers = [](std::string_view) -> std::string { throw std::runtime_error("locked"); };
  Instance instance = Plugins({FAKE_PLUGINS}).start("fake", "{}", std::move(host));
  EXPECT_EQ(error_of([&] { instance.call("Fake/Resolve"); }).status(), SEMAFOOR_UNAVAILABLE);
}

TEST_F(Shim, StreamsGiveEveryByteAndThenTheEnd) {
  Stream stream = instance_.open("Fake/Stream", "100000");
  EXPECT_EQ(stream.head(), "{\"head\":{}}");
  std::vector<uint8_t> buffer(4096);
  size_t total = 0;
  while (const size_t size = stream.read(buffer.data(), buffer.size())) total += size;
  EXPECT_EQ(total, 100'000U);
}

TEST_F(Shim, EventsByHandComeInOrder) {
  EXPECT_EQ(instance_.next(0ms), std::nullopt);
  instance_.call("Fake/AddEvents", "2");
  EXPECT_EQ(instance_.next(1s)->sequence, 1U);
  const auto second = instance_.next(1s);
  instance_.acknowledge(second->cursor);
  EXPECT_EQ(instance_.call("Fake/Acknowledged"), "2");
}

TEST_F(Shim, ALongWaitForEventsDoesNotHoldUpStop) {  // H-3
  auto waiting = std::async(std::launch::async, [&] {
    return error_of([&] {
      while (instance_.next(60s)) {
      }
    });
  });
  const auto began = std::chrono::steady_clock::now();
  instance_.stop();
  EXPECT_EQ(waiting.get().status(), SEMAFOOR_E_STOPPED);
  EXPECT_LT(std::chrono::steady_clock::now() - began, 5s);
}

TEST_F(Shim, InstanceFunctionsTakeTurns) {  // H-3
  // Under ThreadSanitizer this fails when the shim lets two into the plugin's [instance] functions.
  instance_.call("Fake/AddEvents", "400");
  std::atomic<int> fetched{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      while (const auto event = instance_.next(0ms)) {
        instance_.acknowledge(event->cursor);
        ++fetched;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(fetched, 400);
}

TEST(ShimLife, TheHostsStructMayGoAfterCreate) {  // H-2
  semafoor_shim_plugin* plugin = Plugins({FAKE_PLUGINS}).load("fake");
  semafoor_shim_instance* instance = nullptr;
  const semafoor_span config = span("{}");
  {
    auto host = std::make_unique<semafoor_host>();
    host->struct_size = sizeof *host;
    ASSERT_EQ(semafoor_shim_create(plugin, host.get(), &config, &instance, nullptr), SEMAFOOR_OK);
  }
  ASSERT_EQ(semafoor_shim_start(instance, nullptr), SEMAFOOR_OK);
  const semafoor_span method = span("Fake/Resolve");
  const semafoor_reply* reply = nullptr;
  EXPECT_EQ(semafoor_shim_call(instance, &method, &config, nullptr, &reply, nullptr),
            SEMAFOOR_FAILED_PRECONDITION)
      << "the fake plugin looks into the host's struct";
  EXPECT_EQ(semafoor_shim_stop(instance, 1000, nullptr), SEMAFOOR_OK);
  EXPECT_EQ(semafoor_shim_destroy(instance, nullptr), SEMAFOOR_OK);
}

TEST(ShimArguments, NullPointersAreRefused) {
  EXPECT_EQ(semafoor_shim_find(nullptr, 1, nullptr, nullptr), SEMAFOOR_INVALID_ARGUMENT);
  EXPECT_EQ(semafoor_shim_load(nullptr, nullptr, nullptr, nullptr), SEMAFOOR_INVALID_ARGUMENT);
  EXPECT_EQ(semafoor_shim_next(nullptr, 0, nullptr, nullptr), SEMAFOOR_INVALID_ARGUMENT);
  EXPECT_EQ(semafoor_shim_pump_create(nullptr, nullptr, nullptr, nullptr),
            SEMAFOOR_INVALID_ARGUMENT);
  semafoor_shim_pump_close(nullptr);
  semafoor_shim_stream_close(nullptr);
  semafoor_shim_forget(nullptr);
}

}  // namespace
}  // namespace semafoor::shim
