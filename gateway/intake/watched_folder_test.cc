// SPDX-License-Identifier: Apache-2.0
#include "gateway/intake/watched_folder.h"

#include <gmock/gmock.h>

#include "gateway/intake/test_folders.h"

namespace semafoor::intake {
namespace {

using duties::kTestOrg;

class WatchedFolderTest : public FoldersTest {
 protected:
  void start() {
    WatchOptions options;
    options.folder = base_ / "watched";
    options.interval_ms = 10'000;
    watched_ = std::make_unique<WatchedFolder>(
        *store_, clock_, *filing_, options, [](const Outcome&) {}, [] { return 0.5; });
    watched_->start();
  }
  ~WatchedFolderTest() override { watched_.reset(); }

  fs::path citizen() const { return base_ / "watched" / kTestOrg / "citizen"; }
  bool passes(const std::function<bool()>& condition) {
    return store_.wait_until([&] {
      clock_.advance(1'000);
      return condition();
    });
  }
  std::unique_ptr<WatchedFolder> watched_;
};

TEST_F(WatchedFolderTest, MakesTheFoldersAndTakesWhatIsPutThere) {
  start();
  ASSERT_TRUE(passes([&] { return store_.duty(kFolderDuty).has_last_success(); }));
  EXPECT_TRUE(fs::is_directory(citizen()));
  write(citizen() / "a.pdf", "1");
  ASSERT_TRUE(passes([&] { return messages().size() == 1; }));
  EXPECT_TRUE(store_.wait_until(
      [&] { return fs::exists(base_ / "watched" / kTestOrg / "done" / "a.pdf"); }));
}

TEST_F(WatchedFolderTest, WhatIsLeftIsAFailingDutyAndTheRestGoesOn) {
  start();
  ASSERT_TRUE(passes([&] { return store_.duty(kFolderDuty).has_last_success(); }));
  fs::create_directory(citizen() / "folder");
  ASSERT_TRUE(passes([&] { return store_.duty(kFolderDuty).consecutive_failures() > 0; }));
  EXPECT_THAT(store_.duty(kFolderDuty).problem(), ::testing::HasSubstr("citizen/folder"));
  write(citizen() / "a.pdf", "1");
  ASSERT_TRUE(passes([&] { return messages().size() == 1; }));
  fs::remove(citizen() / "folder");
  ASSERT_TRUE(passes([&] { return store_.duty(kFolderDuty).problem().empty(); }));
}

}  // namespace
}  // namespace semafoor::intake
