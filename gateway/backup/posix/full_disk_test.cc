// SPDX-License-Identifier: Apache-2.0
#include <sys/resource.h>

#include <csignal>

#include "gateway/backup/test_fixture.h"

namespace semafoor::backup {
namespace {

TEST_F(Backup, AFullDiskLeavesNothingBehindAndSaysSo) {
  put_message("a", std::string(600'000, 'x'));
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  rlimit small = before;
  // The database fits; the attachment does not.
  small.rlim_cur = 500'000;
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  const auto made = make(*store_, order(), go_on);
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
  ASSERT_FALSE(made.ok());
  EXPECT_EQ(made.error().code, "store.disk_full") << made.error().message;
  EXPECT_FALSE(fs::exists(order().target));
  EXPECT_FALSE(fs::exists(order().target.string() + ".partial"));
}

}  // namespace
}  // namespace semafoor::backup
