// SPDX-License-Identifier: Apache-2.0
//
// Today's three plugins against the requirements that need no gateway.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "semafoor/shim.hpp"
#include "tests/support/raw_plugin.h"

namespace semafoor::shim {
namespace {

using ::testing::HasSubstr;

constexpr const char* kConfig =
    R"({"organisation":"0212344876","gateway":{"attestation_socket":"/nonexistent/attest.sock"}})";

class RealPlugin : public ::testing::TestWithParam<const char*> {
 protected:
  std::string library() const {
    return std::string(REAL_PLUGINS) + "/libsemafoor_" + GetParam() + ".so";
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
  const auto* entry =
      reinterpret_cast<semafoor_entry_fn>(dlsym(handle, SEMAFOOR_ENTRY_SYMBOL))();
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
  try {
    instance.call("Modules/Handshake");
    FAIL() << "there is no gateway";
  } catch (const Error& error) {
    EXPECT_EQ(error.status(), SEMAFOOR_E_GATEWAY_ABSENT);
    EXPECT_TRUE(error.retryable());
    EXPECT_THAT(error.what(), HasSubstr("/nonexistent/attest.sock"));
  }
}

INSTANTIATE_TEST_SUITE_P(All, RealPlugin, ::testing::Values("ebox", "knipperlicht", "feedback"),
                         [](const auto& chosen) { return std::string(chosen.param); });

}  // namespace
}  // namespace semafoor::shim
