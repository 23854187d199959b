// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>

#include "gateway/backup/make.h"
#include "gateway/backup/restore.h"
#include "gateway/store/store.h"

namespace semafoor::backup {
namespace {

namespace fs = std::filesystem;
constexpr char kOrg[] = "0212344876";

bool go_on(const std::string&, std::int64_t, std::int64_t) {
  return true;
}

class Backup : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "backupXXXXXX";
    folder_ = mkdtemp(pattern.data());
    auto opened = store::open_sqlite_store({.folder = folder_ / "data"});
    ASSERT_TRUE(opened.ok()) << opened.error().message;
    store_ = std::move(*opened);
    write([](store::Transaction& tx) {
      v1::Organisation organisation;
      organisation.mutable_organisation()->set_value(kOrg);
      return tx.put_organisation(organisation);
    });
  }
  void TearDown() override {
    store_.reset();
    fs::remove_all(folder_);
  }
  void write(const store::Store::Work& work) {
    const auto done = store_->write_and_wait(work);
    ASSERT_TRUE(done.ok()) << done.error().message;
  }
  // A message with one stored attachment; `content` empty: the message loses it.
  store::BlobRef put_message(const std::string& id, const std::string& content) {
    auto blob = store_->blobs().create(kOrg);
    EXPECT_TRUE(blob.ok());
    EXPECT_TRUE((*blob)->append(std::as_bytes(std::span(content))).ok());
    auto ref = (*blob)->commit();
    EXPECT_TRUE(ref.ok());
    write([&](store::Transaction& tx) {
      store::StoredMessage stored;
      v1::Message& message = stored.message;
      message.mutable_organisation()->set_value(kOrg);
      message.set_message_id(id);
      message.set_provider_id("test");
      message.set_provider_message_id(id);
      v1::Attachment& attachment = *message.add_attachments();
      attachment.set_attachment_id(id + "-1");
      attachment.set_state(v1::ATTACHMENT_STATE_STORED);
      attachment.set_sha256(std::string());
      std::string bytes;
      for (std::size_t i = 0; i < ref->sha256.size(); i += 2)
        bytes += static_cast<char>(std::stoi(ref->sha256.substr(i, 2), nullptr, 16));
      attachment.set_sha256(bytes);
      attachment.set_size_bytes(ref->size);
      return tx.put_message(kOrg, stored, "message.stored");
    });
    return *ref;
  }
  fs::path path_of(const store::BlobRef& ref) const {
    return folder_ / "data" / "blobs" / kOrg / ref.sha256.substr(0, 2) / ref.sha256;
  }
  Order order() const {
    return {.target = folder_ / "backup",
            .data_folder = folder_ / "data",
            .made_by = "9.9",
            .made_ms = 1'700'000'000'000};
  }

  fs::path folder_;
  std::unique_ptr<store::Store> store_;
};

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
