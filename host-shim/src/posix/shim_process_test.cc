// SPDX-License-Identifier: Apache-2.0
//
// What of the shim's promises shows only in a POSIX process.
#include <dlfcn.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "semafoor/shim.hpp"

namespace semafoor::shim {
namespace {

TEST(ShimProcess, AForkedChildIsRefusedAndTheParentGoesOn) {  // H-10
  Plugins plugins({FAKE_PLUGINS});
  Instance instance = plugins.start("fake", "{}");
  const pid_t child = fork();
  if (child == 0) {
    const semafoor_span text = span("Fake/Echo");
    const semafoor_reply* reply = nullptr;
    const semafoor_status status =
        semafoor_shim_call(instance.handle(), &text, &text, nullptr, &reply, nullptr);
    _exit(status == SEMAFOOR_E_FORKED ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  EXPECT_EQ(instance.call("Fake/Echo", "parent"), "parent");
}

TEST(ShimProcess, ThePluginsEntryIsNotVisibleToOthers) {  // H-1
  Plugins({FAKE_PLUGINS}).load("fake");
  EXPECT_EQ(dlsym(RTLD_DEFAULT, SEMAFOOR_ENTRY_SYMBOL), nullptr);
}

}  // namespace
}  // namespace semafoor::shim
