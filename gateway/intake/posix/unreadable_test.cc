// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gateway/intake/test_folders.h"

namespace semafoor::intake {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class UnreadableTest : public FoldersTest {};

TEST_F(UnreadableTest, AFileThatMayNotBeReadIsLeftAndSaid) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may read everything";
  put("a.pdf", "1");
  fs::permissions(place("a.pdf"), fs::perms::none);
  const auto looked = looks();
  ASSERT_FALSE(looked.ok());
  EXPECT_THAT(looked.error().message, HasSubstr("cannot be read: Permission denied"));
  EXPECT_THAT(dropped(), ElementsAre("a.pdf"));
  fs::permissions(place("a.pdf"), fs::perms::owner_all);
  ASSERT_TRUE(looks().ok());
  EXPECT_THAT(messages(), SizeIs(1));
}

TEST_F(UnreadableTest, APipeIsNotWaitedAt) {
  ASSERT_EQ(::mkfifo(place("pipe.pdf").c_str(), 0600), 0);
  EXPECT_EQ(looks().error().code, "intake.left");
  EXPECT_THAT(messages(), IsEmpty());
}

TEST_F(UnreadableTest, TheFoldersAreForTheGatewayAlone) {
  for (const auto& folder : {folders_.root, folders_.of(v1::EBOX_TYPE_CITIZEN), folders_.work(),
                             folders_.done(), folders_.refused()})
    EXPECT_EQ(fs::status(folder).permissions(), fs::perms::owner_all) << folder;
}

TEST_F(UnreadableTest, RightsThatAnAdministratorGaveStay) {
  fs::permissions(place(""), fs::perms::owner_all | fs::perms::group_all);
  ASSERT_TRUE(look().ok());
  EXPECT_EQ(fs::status(place("")).permissions(), fs::perms::owner_all | fs::perms::group_all);
}

TEST_F(UnreadableTest, ANameInAnotherEncodingIsRefusedUnderAnother) {
  write(folders_.of(v1::EBOX_TYPE_CITIZEN) / "\xe9.pdf", "1");
  ASSERT_TRUE(looks().ok());
  EXPECT_THAT(messages(), IsEmpty());
  EXPECT_THAT(refused(), SizeIs(2));
}

}  // namespace
}  // namespace semafoor::intake
