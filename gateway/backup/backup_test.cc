// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "gateway/backup/make.h"
#include "gateway/backup/restore.h"
#include "gateway/backup/test_fixture.h"

namespace semafoor::backup {
namespace {

TEST_F(Backup, HoldsWhatItsRowsReferTo) {
  const auto ref = put_message("a", "content");
  const auto made = make(*store_, order(), go_on);
  ASSERT_TRUE(made.ok()) << made.error().message;
  EXPECT_EQ(made->schema, store::sql::kSchemaVersion);
  EXPECT_EQ(made->counts.at("messages"), 1);
  ASSERT_EQ(made->attachments.size(), 1U);
  EXPECT_EQ(made->attachments[0].sha256, ref.sha256);
  const auto checked = check(order().target, go_on);
  ASSERT_TRUE(checked.ok()) << checked.error().message;
  EXPECT_EQ(checked->bytes(), made->bytes());
}

TEST_F(Backup, NothingIsSweptBetweenTheDatabaseAndTheLastAttachment) {
  const auto ref = put_message("a", "content");
  const auto two_days_ago = fs::file_time_type::clock::now() - std::chrono::hours(48);
  fs::last_write_time(path_of(ref), two_days_ago);
  const auto sweep = [&] {
    // As when the living database has forgotten the attachment since.
    return store_->blobs().sweep([](const std::string&, const std::string&) { return false; });
  };
  const auto made =
      make(*store_, order(), [&](const std::string& phase, std::int64_t, std::int64_t) {
        if (phase == "database") {
          const auto swept = sweep();
          EXPECT_TRUE(swept.ok() && *swept == 0);
        }
        return true;
      });
  ASSERT_TRUE(made.ok()) << made.error().message;
  EXPECT_EQ(made->attachments.size(), 1U);
  EXPECT_TRUE(made->missing.empty());
  // The hold has ended with it.
  const auto swept = sweep();
  ASSERT_TRUE(swept.ok());
  EXPECT_EQ(*swept, 1);
}

TEST_F(Backup, AnAttachmentDamagedInTheGatewayIsNamedAndTheRestIsSaved) {
  put_message("a", "whole");
  const auto ref = put_message("b", "soon damaged");
  {
    std::fstream file(path_of(ref), std::ios::in | std::ios::out | std::ios::binary);
    file.write("X", 1);
  }
  const auto made = make(*store_, order(), go_on);
  ASSERT_TRUE(made.ok()) << made.error().message;
  EXPECT_EQ(made->attachments.size(), 1U);
  ASSERT_EQ(made->missing.size(), 1U);
  EXPECT_EQ(made->missing[0].sha256, ref.sha256);
  EXPECT_TRUE(check(order().target, go_on).ok());
}

TEST_F(Backup, StoppedLeavesNothingBehind) {
  put_message("a", "content");
  const auto made = make(
      *store_, order(),
      [](const std::string& phase, std::int64_t, std::int64_t) { return phase != "attachments"; });
  ASSERT_FALSE(made.ok());
  EXPECT_EQ(made.error().code, "backup.stopped");
  EXPECT_FALSE(fs::exists(order().target));
  EXPECT_FALSE(fs::exists(order().target.string() + ".partial"));
}

TEST_F(Backup, AManifestThatNamesAFileElsewhereIsNotBelieved) {
  std::ofstream(folder_ / "outside") << "x";
  auto made = make(*store_, order(), go_on);
  ASSERT_TRUE(made.ok()) << made.error().message;
  auto outside = sum_of(order().target, "../outside");
  ASSERT_TRUE(outside.ok());
  for (const char* name : {"../outside", "/outside", "a\\b", "..", ".hidden", kNotComplete, ""}) {
    Manifest changed = *made;
    outside->name = name;
    changed.files.push_back(*outside);
    ASSERT_TRUE(write_manifest(order().target, changed).ok());
    const auto read = read_manifest(order().target);
    ASSERT_FALSE(read.ok()) << name;
    EXPECT_EQ(read.error().code, "backup.damaged") << name;
  }
}

TEST_F(Backup, TheRemainsOfAKilledOneAreReplacedAndNobodyElsesFolderIs) {
  const fs::path partial = order().target.string() + ".partial";
  fs::create_directory(partial);
  std::ofstream(partial / "mine") << "mine";
  const auto refused = make(*store_, order(), go_on);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, "backup.folder");
  EXPECT_TRUE(fs::exists(partial / "mine"));
  std::ofstream(partial / kNotComplete) << "";
  EXPECT_TRUE(make(*store_, order(), go_on).ok());
  EXPECT_FALSE(fs::exists(partial));
}

TEST_F(Backup, ACursorOfBeforeNeverMeansSomethingElseAfterwards) {
  put_message("a", "content");
  std::int64_t before = 0;
  const auto events_after = [&](std::int64_t cursor) {
    return store_->read([&](store::Reader& reader) -> Result<void> {
      auto events = reader.events(kOrg, v1::MODULE_EBOX, cursor, 10);
      return events ? Result<void>() : Result<void>(events.error());
    });
  };
  ASSERT_TRUE(store_
                  ->read([&](store::Reader& reader) -> Result<void> {
                    before = *reader.last_sequence(kOrg);
                    return {};
                  })
                  .ok());
  ASSERT_TRUE(events_after(before).ok());
  write([](store::Transaction& tx) { return tx.begin_anew(); });
  // Also one that the lost history had given out, and after new events.
  put_message("b", "more");
  for (const std::int64_t cursor : {std::int64_t{0}, before, before + 1000}) {
    const auto told = events_after(cursor);
    ASSERT_FALSE(told.ok()) << cursor;
    EXPECT_EQ(told.error().code, "events.cursor_expired");
  }
}

}  // namespace
}  // namespace semafoor::backup
