// SPDX-License-Identifier: Apache-2.0
#include "gateway/app/exit_codes.h"

#include <gtest/gtest.h>

#include <string>

namespace semafoor::app {
namespace {

int code_of(const char* code) {
  return exit_code_of({.kind = ErrorKind::failed_precondition, .code = code, .message = "x"});
}

TEST(ExitCodes, SayWhatKindOfThingIsToBeDone) {
  EXPECT_EQ(code_of("data.in_use"), kInUse);
  EXPECT_EQ(code_of("data.folder"), kCannotMake);
  EXPECT_EQ(code_of("data.invalid"), kMisconfigured) << "a list, not the data folder";
  EXPECT_EQ(code_of("config.account_unknown"), kMisconfigured);
  EXPECT_EQ(code_of("store.schema_too_new"), kStoreClosed);
  EXPECT_EQ(code_of("vault.locked"), kLocked);
  EXPECT_EQ(code_of("socket.in_use"), kAddressTaken);
  EXPECT_EQ(code_of("pipe.in_use"), kAddressTaken);
  EXPECT_EQ(code_of("whatever"), kFailed);
}

TEST(ExitCodes, EachHasAdvice) {
  for (const int code :
       {kFailed, kAddressTaken, kCannotMake, kStoreClosed, kInUse, kLocked, kMisconfigured})
    EXPECT_STRNE(advice_for(code), "") << code;
  EXPECT_STREQ(advice_for(kDone), "");
}

}  // namespace
}  // namespace semafoor::app
