// SPDX-License-Identifier: Apache-2.0
//
// Today's three plugins against the requirements that need no gateway.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "semafoor/shim.hpp"
#include "tests/abi/silent_gateway.h"
#include "tests/support/raw_plugin.h"

namespace semafoor::shim {
namespace {

using semafoor::testing::absent_place;
using ::testing::HasSubstr;
using ::testing::Not;

// Where nobody is.
const std::string kConfig = semafoor::testing::config_json("0212344876", absent_place());

class RealPlugin : public ::testing::TestWithParam<const char*> {
 protected:
  std::string library() const { return semafoor::testing::plugin_file(REAL_PLUGINS, GetParam()); }
  // A method that asks the gateway.
  std::string asking() const {
    const std::string id = GetParam();
    if (id == "ebox") return "Mailbox/ListMessages";
    return id == "knipperlicht" ? "Signals/ListSignals" : "Feedback/ListFeedback";
  }
  static Error failure(Instance& instance, const std::string& method,
                       const std::string& request = "{}", const CallOptions& options = {}) {
    try {
      instance.call(method, request, options);
    } catch (const Error& error) {
      return error;
    }
    ADD_FAILURE() << method << " succeeded";
    return {SEMAFOOR_OK, nullptr};
  }

  Plugins plugins_{{REAL_PLUGINS}};
};

TEST_P(RealPlugin, ScanningHasNoEffectsAndTakesNoTime) {  // P-2
  void* handle = dlopen(library().c_str(), RTLD_NOW | RTLD_LOCAL);
  ASSERT_NE(handle, nullptr) << dlerror();
  const auto entry_of = reinterpret_cast<semafoor_entry_fn>(dlsym(handle, SEMAFOOR_ENTRY_SYMBOL));
  ASSERT_NE(entry_of, nullptr);
  const auto before = semafoor::testing::usage();
  const auto began = std::chrono::steady_clock::now();
  const semafoor_entry* entry = entry_of();
  semafoor_plugin_info info{};
  info.struct_size = sizeof info;
  EXPECT_EQ(entry->get_info(0, &info), SEMAFOOR_OK);
  if (entry->get_extension != nullptr) {
    const semafoor_span unknown = span("semafoor.nothing/1");
    EXPECT_EQ(entry->get_extension(&unknown), nullptr);
  }
  const auto took = std::chrono::steady_clock::now() - began;
  const auto after = semafoor::testing::usage();
  EXPECT_EQ(after.threads, before.threads);
  EXPECT_EQ(after.descriptors, before.descriptors);
  EXPECT_LT(took, std::chrono::milliseconds(100));
}

TEST_P(RealPlugin, PassesTheShimsChecks) {
  EXPECT_NO_THROW(plugins_.load(GetParam()));
  EXPECT_THAT(plugins_.describe(), HasSubstr(GetParam()));
}

TEST_P(RealPlugin, AnErrorMayBeReleasedAfterDestroy) {  // P-5
  const semafoor_error* error = nullptr;
  {
    Instance instance = plugins_.start(GetParam(), kConfig);
    const semafoor_span method = span("Nowhere/Nothing");
    const semafoor_span request = span("{}");
    const semafoor_reply* reply = nullptr;
    ASSERT_EQ(semafoor_shim_call(instance.handle(), &method, &request, nullptr, &reply, &error),
              SEMAFOOR_NOT_FOUND);
  }
  ASSERT_NE(error, nullptr);
  EXPECT_GT(view(error->message).size(), 20U);
  error->release(error);
}

TEST_P(RealPlugin, RefusesByName) {  // P-12
  const auto error_of = [&](const char* config) -> std::string {
    try {
      plugins_.start(GetParam(), config);
    } catch (const Error& error) {
      EXPECT_EQ(error.status(), SEMAFOOR_E_CONFIG) << error.what();
      return error.what();
    }
    return {};
  };
  EXPECT_THAT(error_of(R"({"organisation":"0212344876","colour":"blue"})"), HasSubstr("colour"));
  EXPECT_THAT(error_of(R"({"organisation":"123"})"), HasSubstr("organisation"));
}

TEST_P(RealPlugin, ReadsOnlyWhatTheHostsStructHolds) {  // P-11
  // A host whose struct ends before every optional member; what lies behind must not be read.
  struct {
    uint32_t struct_size;
    uint32_t abi_minor;
    void* context;
    uintptr_t poison[8];
  } small{};
  small.struct_size = offsetof(semafoor_host, get_extension);
  for (auto& word : small.poison) word = static_cast<uintptr_t>(0xdeadbeefdeadbee1ULL);
  void* handle = dlopen(library().c_str(), RTLD_NOW | RTLD_LOCAL);
  ASSERT_NE(handle, nullptr) << dlerror();
  const auto* entry = reinterpret_cast<semafoor_entry_fn>(dlsym(handle, SEMAFOOR_ENTRY_SYMBOL))();
  const semafoor_span id = span(GetParam());
  const semafoor_span config = span(kConfig);
  semafoor_instance* instance = nullptr;
  ASSERT_EQ(entry->create(reinterpret_cast<const semafoor_host*>(&small), &id, &config, &instance,
                          nullptr),
            SEMAFOOR_OK);
  EXPECT_EQ(entry->instance->start(instance, nullptr), SEMAFOOR_OK);
  const semafoor_span call_id = span(SEMAFOOR_EXT_CALL);
  const auto* calls =
      static_cast<const semafoor_call_v1*>(entry->instance->get_extension(instance, &call_id));
  const semafoor_span method = span("Nowhere/Nothing");
  const semafoor_reply* reply = nullptr;
  EXPECT_EQ(calls->call(instance, &method, &method, nullptr, &reply, nullptr), SEMAFOOR_NOT_FOUND);
  EXPECT_EQ(entry->instance->stop(instance, 5000, nullptr), SEMAFOOR_OK);
  entry->instance->destroy(instance);
}

TEST_P(RealPlugin, AnAbsentGatewayIsSaidWithItsPlace) {
  Instance instance = plugins_.start(GetParam(), kConfig);
  const Error error = failure(instance, asking());
  EXPECT_EQ(error.status(), SEMAFOOR_E_GATEWAY_ABSENT);
  EXPECT_TRUE(error.retryable());
  EXPECT_THAT(error.what(), HasSubstr(absent_place()));
}

TEST_P(RealPlugin, ReadsItsInputsOnlyDuringTheCall) {  // P-4
  std::string id = GetParam();
  std::string config = kConfig;
  Instance instance(plugins_.load(id), config);
  config.assign(config.size(), 'x');
  id.assign(id.size(), 'x');
  instance.start();
  EXPECT_THAT(failure(instance, asking()).what(), HasSubstr(absent_place()));
}

TEST_P(RealPlugin, MayBeCalledByManyThreads) {  // P-6
  Instance instance = plugins_.start(GetParam(), kConfig);
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      for (int round = 0; round < 20; ++round) {
        EXPECT_EQ(failure(instance, "Nowhere/Nothing").status(), SEMAFOOR_NOT_FOUND);
        instance.cancel(static_cast<uint64_t>(round) + 1);
      }
    });
  }
  for (auto& thread : threads) thread.join();
}

TEST_P(RealPlugin, EndsACallByItsDeadlineAndStopsInTime) {  // P-7, P-8
  const semafoor::testing::SilentGateway gateway;
  std::atomic<bool> stopped{false};
  std::atomic<int> touched_after_stop{0};
  Host host;
  host.wake = [&] { touched_after_stop += stopped ? 1 : 0; };
  host.log = [&](int32_t, std::string_view) { touched_after_stop += stopped ? 1 : 0; };
  {
    Instance instance = plugins_.start(
        GetParam(), semafoor::testing::config_json("0212344876", gateway.place()), host);
    CallOptions options;
    options.deadline = std::chrono::milliseconds(300);
    const auto began = std::chrono::steady_clock::now();
    const Error error = failure(instance, asking(), "{}", options);
    EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::milliseconds(1300));
    EXPECT_TRUE(error.status() == SEMAFOOR_DEADLINE_EXCEEDED ||
                error.status() == SEMAFOOR_E_GATEWAY_ABSENT)
        << error.what();
    options.deadline = std::chrono::seconds(60);
    std::thread blocked([&] {
      EXPECT_EQ(failure(instance, asking(), "{}", options).status(), SEMAFOOR_E_STOPPED);
    });
    instance.stop(std::chrono::seconds(10));
    stopped = true;
    blocked.join();
    EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(15));
  }
  EXPECT_EQ(touched_after_stop, 0);
}

TEST_P(RealPlugin, StaysInMemoryWhenItIsClosed) {  // P-10
  void* handle = dlopen(library().c_str(), RTLD_NOW | RTLD_LOCAL);
  ASSERT_NE(handle, nullptr) << dlerror();
  while (dlclose(handle) == 0 && dlopen(library().c_str(), RTLD_NOW | RTLD_NOLOAD) == nullptr) {
    FAIL() << "the library was unmapped";
  }
  EXPECT_NO_THROW(plugins_.start(GetParam(), kConfig));
}

TEST_P(RealPlugin, ErrorsNameNoNationalNumber) {  // P-13
  Instance instance = plugins_.start(GetParam(), kConfig);
  for (const char* request :
       {R"({"search":85073003328)", R"({"85073003328":1})", R"({"pageSize":"85073003328"})",
        "85073003328", R"({"organisation":{"value":"85073003328"}})",
        R"({"changedSince":85073003328})"}) {
    const Error error = failure(instance, asking(), request);
    EXPECT_THAT(std::string(error.what()) + error.details_json(), Not(HasSubstr("85073003328")))
        << request;
  }
}

INSTANTIATE_TEST_SUITE_P(All, RealPlugin, ::testing::Values("ebox", "knipperlicht", "feedback"),
                         [](const auto& chosen) { return std::string(chosen.param); });

}  // namespace
}  // namespace semafoor::shim
