// SPDX-License-Identifier: Apache-2.0
//
// Today's three plugins in a process that forks, or traps on floating point. On Windows: nothing
// forks, and tests/windows has a host that traps.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cfenv>
#include <string>

#include "tests/abi/silent_gateway.h"
#include "tests/support/raw_plugin.h"

namespace semafoor::testing {
namespace {

class HostProcess : public ::testing::TestWithParam<const char*> {
 protected:
  ~HostProcess() override {
    stop_raw(plugin_);
    plugin_.entry->instance->destroy(plugin_.instance);
  }
  semafoor_status status_of_call() {
    const std::string id = GetParam();
    const char* method = id == "ebox"           ? "Mailbox/ListMessages"
                         : id == "knipperlicht" ? "Signals/ListSignals"
                                                : "Feedback/ListFeedback";
    std::string problem;
    return ask(plugin_, method, "{}", &problem);
  }

  semafoor_host host_{.struct_size = sizeof host_};
  // Past the shim, which would refuse a forked child by itself.
  RawPlugin plugin_ =
      load_raw(REAL_PLUGINS, GetParam(), host_, config_json("0212344876", absent_place()));
};

TEST_P(HostProcess, KeepsItsFloatingPointEnvironment) {  // P-3
  // As a host in Delphi runs.
  const int before = feenableexcept(FE_DIVBYZERO | FE_INVALID | FE_OVERFLOW);
  std::fesetround(FE_UPWARD);
  EXPECT_EQ(status_of_call(), SEMAFOOR_E_GATEWAY_ABSENT);
  EXPECT_EQ(fegetexcept(), FE_DIVBYZERO | FE_INVALID | FE_OVERFLOW);
  EXPECT_EQ(std::fegetround(), FE_UPWARD);
  std::fesetround(FE_TONEAREST);
  fedisableexcept(FE_ALL_EXCEPT);
  feenableexcept(before);
}

TEST_P(HostProcess, IsRefusedInAForkedChildAndTheParentIsUnharmed) {  // P-9
  EXPECT_EQ(status_of_call(), SEMAFOOR_E_GATEWAY_ABSENT);
  const pid_t child = fork();
  if (child == 0) _exit(status_of_call() == SEMAFOOR_E_FORKED ? 0 : 1);
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  EXPECT_EQ(status_of_call(), SEMAFOOR_E_GATEWAY_ABSENT);
}

INSTANTIATE_TEST_SUITE_P(All, HostProcess, ::testing::Values("ebox", "knipperlicht", "feedback"),
                         [](const auto& chosen) { return std::string(chosen.param); });

}  // namespace
}  // namespace semafoor::testing
