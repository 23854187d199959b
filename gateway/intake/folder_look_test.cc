// SPDX-License-Identifier: Apache-2.0
#include "gateway/intake/folder_look.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "gateway/domain/hex.h"
#include "gateway/intake/test_folders.h"
#include "gateway/store/piece_sums.h"

namespace semafoor::intake {
namespace {

using duties::kTestOrg;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class FolderLookTest : public FoldersTest {
 protected:
  std::string reason(const std::string& file) {
    return nlohmann::json::parse(content(folders_.refused() / (file + ".reason.json")))["code"];
  }
};

TEST_F(FolderLookTest, AFileBecomesAMessageLikeAnyOther) {
  put("Beslissing 12.pdf", "the letter");
  ASSERT_TRUE(looks().ok());
  const auto all = messages();
  ASSERT_THAT(all, SizeIs(1));
  const auto& message = all[0];
  EXPECT_EQ(message.provider_id(), "folder");
  EXPECT_EQ(message.subject().nl(), "Beslissing 12");
  EXPECT_EQ(message.family(), v1::MESSAGE_FAMILY_OTHER);
  EXPECT_EQ(message.provenance().channel(), v1::INTAKE_CHANNEL_FOLDER);
  EXPECT_EQ(message.provenance().ebox_type(), v1::EBOX_TYPE_CITIZEN);
  EXPECT_EQ(message.provenance().place(), "citizen");
  EXPECT_EQ(message.provenance().file_name(), "Beslissing 12.pdf");
  EXPECT_FALSE(message.provenance().account().empty());
  EXPECT_EQ(message.provenance().taken_at().unix_ms(), clock_.now_ms());
  ASSERT_EQ(message.attachments_size(), 1);
  const auto& attachment = message.attachments(0);
  EXPECT_EQ(attachment.state(), v1::ATTACHMENT_STATE_STORED);
  EXPECT_EQ(attachment.media_type(), "application/pdf");
  auto bytes = store_->blobs().open(kTestOrg, domain::to_hex(attachment.sha256()));
  ASSERT_TRUE(bytes.ok());
  EXPECT_EQ((*bytes)->size(), 10);
  EXPECT_THAT(dropped(), IsEmpty());
  EXPECT_THAT(working(), IsEmpty());
  EXPECT_THAT(done(), ElementsAre("Beslissing 12.pdf"));
  EXPECT_THAT(store_.event_types(v1::MODULE_EBOX), ElementsAre("message.stored"));
  ASSERT_THAT(told_, SizeIs(1));
  EXPECT_EQ(told_[0].message_id, message.message_id());
}

TEST_F(FolderLookTest, EveryEboxTypeHasItsFolder) {
  put("a.pdf", "1", v1::EBOX_TYPE_ENTERPRISE);
  put("a.pdf", "1", v1::EBOX_TYPE_INSTITUTION);
  put("a.pdf", "1", v1::EBOX_TYPE_CIVIL_SERVANT);
  put("a.pdf", "1", v1::EBOX_TYPE_CITIZEN);
  ASSERT_TRUE(looks().ok());
  EXPECT_THAT(messages(), SizeIs(4)) << "the e-Box is part of the identity";
  EXPECT_THAT(done(), ElementsAre("a (2).pdf", "a (3).pdf", "a (4).pdf", "a.pdf"));
}

TEST_F(FolderLookTest, AFileThatGrowsWaits) {
  put("a.pdf", "1");
  ASSERT_TRUE(look().ok());
  for (int i = 0; i < 3; ++i) {
    clock_.advance(options_.settle_ms);
    put("a.pdf", std::string(static_cast<std::size_t>(i) + 2, 'x'));
    ASSERT_TRUE(look().ok());
    EXPECT_THAT(messages(), IsEmpty());
  }
  clock_.advance(options_.settle_ms - 1);
  ASSERT_TRUE(look().ok());
  EXPECT_THAT(messages(), IsEmpty()) << "not quite long enough";
  clock_.advance(1);
  ASSERT_TRUE(look().ok());
  EXPECT_THAT(messages(), SizeIs(1));
}

TEST_F(FolderLookTest, WhatWasTakenAwayBetweenTwoLooksIsNothing) {
  put("a.pdf", "1");
  ASSERT_TRUE(look().ok());
  fs::remove(place("a.pdf"));
  clock_.advance(options_.settle_ms);
  ASSERT_TRUE(look().ok());
  put("a.pdf", "1");
  ASSERT_TRUE(look().ok());
  EXPECT_THAT(messages(), IsEmpty()) << "it was not there in between";
}

TEST_F(FolderLookTest, NamesOfUnfinishedFilesAreLeftAlone) {
  for (const char* name : {".hidden", "a.pdf.part", "b.crdownload", "c.tmp", "~$d.doc", "e.doc~"})
    put(name, "x");
  EXPECT_TRUE(looks().ok());
  EXPECT_THAT(messages(), IsEmpty());
  EXPECT_THAT(dropped(), SizeIs(6));
}

TEST_F(FolderLookTest, TheSameBytesTwiceAreOneMessage) {
  put("a.pdf", "same");
  ASSERT_TRUE(looks().ok());
  put("b.pdf", "same");
  ASSERT_TRUE(looks().ok());
  EXPECT_THAT(messages(), SizeIs(1));
  EXPECT_THAT(done(), ElementsAre("a.pdf", "b.pdf", "b.pdf.reason.json"));
  EXPECT_TRUE(told_[1].duplicate);
  EXPECT_EQ(told_[1].message_id, told_[0].message_id);
  EXPECT_EQ(store_.counters().duplicates_suppressed, 1);
}

TEST_F(FolderLookTest, BytesWhoseTimeWasOverDoNotComeBack) {
  put("a.pdf", "same");
  ASSERT_TRUE(looks().ok());
  store_.write([&](store::Transaction& tx) {
    return tx.remove_message(kTestOrg, told_[0].message_id, 365);
  });
  put("b.pdf", "same");
  ASSERT_TRUE(looks().ok());
  EXPECT_THAT(messages(), IsEmpty());
  EXPECT_THAT(refused(), ElementsAre("b.pdf", "b.pdf.reason.json"));
  EXPECT_EQ(reason("b.pdf"), "mailbox.message_removed_by_retention");
}

TEST_F(FolderLookTest, AnEmptyFileMayBeABeginningAndIsRefusedInTheEnd) {
  put("a.pdf", "");
  ASSERT_TRUE(looks().ok());
  EXPECT_THAT(dropped(), ElementsAre("a.pdf"));
  clock_.advance(options_.patience_ms);
  ASSERT_TRUE(look().ok());
  EXPECT_THAT(dropped(), IsEmpty());
  EXPECT_THAT(refused(), ElementsAre("a.pdf", "a.pdf.reason.json"));
  EXPECT_EQ(reason("a.pdf"), "intake.empty");
  EXPECT_EQ(told_[0].refusal->code, "intake.empty");
}

TEST_F(FolderLookTest, AFileThatIsTooLargeIsRefused) {
  put("a.pdf", std::string(kMiB + 1, 'x'));
  put("b.pdf", std::string(kMiB, 'x'));
  ASSERT_TRUE(looks().ok());
  EXPECT_EQ(reason("a.pdf"), "intake.too_large");
  EXPECT_THAT(messages(), SizeIs(1)) << "the limit itself is allowed";
}

TEST_F(FolderLookTest, ASideCarTellsWhatTheFileIs) {
  put("a.pdf", "1");
  put("a.pdf.json", R"({"schema": "semafoor.intake/1", "subject": {"fr": "Décision"},
                        "family": "MESSAGE_FAMILY_CORRECTION", "receivedOn": "2026-11-02",
                        "expiresOn": "2027-01-01", "downloadedBy": "Ann"})");
  ASSERT_TRUE(looks().ok());
  const auto all = messages();
  ASSERT_THAT(all, SizeIs(1));
  EXPECT_EQ(all[0].subject().fr(), "Décision");
  EXPECT_EQ(all[0].subject().nl(), "");
  EXPECT_EQ(all[0].family(), v1::MESSAGE_FAMILY_CORRECTION);
  EXPECT_EQ(all[0].received_at_original(), "2026-11-02");
  EXPECT_EQ(all[0].expires_on().year(), 2027);
  EXPECT_EQ(all[0].provenance().downloaded_by(), "Ann");
  EXPECT_THAT(done(), ElementsAre("a.pdf", "a.pdf.json"));
}

TEST_F(FolderLookTest, ASideCarThatIsBrokenRefusesItsFile) {
  put("a.pdf", "1");
  put("a.pdf.json", "{");
  put("b.pdf", "2");
  put("b.pdf.json", std::string(70'000, ' '));
  ASSERT_TRUE(looks().ok());
  EXPECT_THAT(messages(), IsEmpty());
  EXPECT_EQ(reason("a.pdf"), "intake.side_car");
  EXPECT_EQ(reason("b.pdf"), "intake.side_car");
  EXPECT_THAT(refused(), ElementsAre("a.pdf", "a.pdf.json", "a.pdf.reason.json", "b.pdf",
                                     "b.pdf.json", "b.pdf.reason.json"));
}

TEST_F(FolderLookTest, AFileWaitsForItsSideCarAndASideCarForItsFile) {
  put("a.pdf", "1");
  ASSERT_TRUE(look().ok());
  clock_.advance(options_.settle_ms);
  put("a.pdf.json", "{");
  ASSERT_TRUE(look().ok());
  EXPECT_THAT(dropped(), SizeIs(2)) << "what describes it has just come";
  put("a.pdf.json", R"({"schema": "semafoor.intake/1"})");
  ASSERT_TRUE(looks().ok());
  EXPECT_THAT(messages(), SizeIs(1));
  put("b.pdf.json", "{");
  ASSERT_TRUE(looks().ok());
  EXPECT_THAT(dropped(), ElementsAre("b.pdf.json"));
}

TEST_F(FolderLookTest, LinksAndFoldersAreLeftAndSaid) {
  const auto outside = base_ / "secret";
  write(outside, "not for the e-Box");
  std::error_code refused_by_system;
  fs::create_symlink(outside, place("link.pdf"), refused_by_system);
  if (refused_by_system) GTEST_SKIP() << "this system makes no links";
  fs::create_hard_link(outside, place("hard.pdf"));
  fs::create_directory(place("folder"));
  put("a.pdf", "1");
  const auto looked = looks();
  ASSERT_FALSE(looked.ok());
  EXPECT_EQ(looked.error().code, "intake.left");
  EXPECT_THAT(looked.error().message, HasSubstr("3 file(s)"));
  EXPECT_THAT(looked.error().message, HasSubstr("citizen/"));
  EXPECT_THAT(dropped(), ElementsAre("folder", "hard.pdf", "link.pdf"));
  EXPECT_THAT(messages(), SizeIs(1)) << "the others do not wait";
}

TEST_F(FolderLookTest, ALinkAsSideCarKeepsItsFileWaiting) {
  write(base_ / "other.json", R"({"schema": "semafoor.intake/1"})");
  std::error_code refused_by_system;
  fs::create_symlink(base_ / "other.json", place("a.pdf.json"), refused_by_system);
  if (refused_by_system) GTEST_SKIP() << "this system makes no links";
  put("a.pdf", "1");
  EXPECT_EQ(looks().error().code, "intake.left");
  EXPECT_THAT(messages(), IsEmpty());
}

TEST_F(FolderLookTest, WhatWasLeftIsSaidWithoutNationalNumbers) {
  fs::create_directory(place("85073003328"));
  const auto looked = looks();
  ASSERT_FALSE(looked.ok());
  EXPECT_EQ(looked.error().message.find("85073003328"), std::string::npos);
}

TEST_F(FolderLookTest, ANameThatIsNoneIsRefusedUnderAnother) {
  std::error_code problem;
  write(folders_.of(v1::EBOX_TYPE_CITIZEN) / "a\nb.pdf", "1");
  if (dropped().empty()) GTEST_SKIP() << "this system has no such names";
  ASSERT_TRUE(looks().ok());
  EXPECT_THAT(messages(), IsEmpty());
  ASSERT_THAT(refused(), SizeIs(2));
  EXPECT_THAT(refused()[0], ::testing::StartsWith("file-"));
  EXPECT_EQ(reason(refused()[0]), "intake.invalid");
}

// What a kill leaves, instant by instant.

TEST_F(FolderLookTest, KilledBetweenRenameAndCommitItIsTakenOnce) {
  const auto place_of_work = folders_.work() / "citizen~1";
  fs::create_directory(place_of_work);
  write(place_of_work / "a.pdf", "1");
  write(place_of_work / "a.pdf.json", R"({"schema": "semafoor.intake/1", "subject": "S"})");
  restart();
  ASSERT_TRUE(look().ok());
  ASSERT_THAT(messages(), SizeIs(1));
  EXPECT_EQ(messages()[0].subject().nl(), "S");
  EXPECT_THAT(working(), IsEmpty());
  EXPECT_THAT(done(), ElementsAre("a.pdf", "a.pdf.json"));
}

TEST_F(FolderLookTest, KilledBetweenCommitAndMoveItIsStillOneMessage) {
  put("a.pdf", "1");
  ASSERT_TRUE(looks().ok());
  const auto place_of_work = folders_.work() / "citizen~1";
  fs::create_directory(place_of_work);
  fs::rename(folders_.done() / "a.pdf", place_of_work / "a.pdf");
  restart();
  ASSERT_TRUE(look().ok());
  EXPECT_THAT(messages(), SizeIs(1));
  EXPECT_THAT(working(), IsEmpty());
  EXPECT_THAT(done(), ElementsAre("a.pdf", "a.pdf.reason.json"));
}

TEST_F(FolderLookTest, KilledBetweenSideCarAndFileBothComeTogether) {
  const auto place_of_work = folders_.work() / "citizen~1";
  fs::create_directory(place_of_work);
  write(place_of_work / "a.pdf.json", R"({"schema": "semafoor.intake/1", "subject": "S"})");
  put("a.pdf", "1");
  restart();
  ASSERT_TRUE(looks().ok());
  ASSERT_THAT(messages(), SizeIs(1));
  EXPECT_EQ(messages()[0].subject().nl(), "S");
  EXPECT_THAT(working(), IsEmpty());
}

TEST_F(FolderLookTest, KilledBeforeAnythingWasMovedAnEmptyFolderGoes) {
  fs::create_directory(folders_.work() / "citizen~1");
  restart();
  ASSERT_TRUE(look().ok());
  EXPECT_THAT(working(), IsEmpty());
}

TEST_F(FolderLookTest, KilledAfterTheFileMovedOnItsSideCarFollows) {
  const auto place_of_work = folders_.work() / "citizen~1";
  fs::create_directory(place_of_work);
  write(place_of_work / "a.pdf.json", "{");
  restart();
  ASSERT_TRUE(look().ok());
  EXPECT_THAT(working(), IsEmpty());
  EXPECT_THAT(dropped(), IsEmpty());
  EXPECT_THAT(done(), ElementsAre("a.pdf.json"));
}

TEST_F(FolderLookTest, WhatIsNotOursInTheWorkingFolderIsLeftAndSaid) {
  fs::create_directory(folders_.work() / "x");
  write(folders_.work() / "x" / "a.pdf", "1");
  EXPECT_EQ(look().error().code, "intake.left");
  EXPECT_TRUE(fs::exists(folders_.work() / "x" / "a.pdf"));
}

TEST_F(FolderLookTest, AFullDiskLosesNothing) {
  put("a.pdf", "1");
  ASSERT_TRUE(look().ok());
  clock_.advance(options_.settle_ms);
  store_->headroom().set(store::Room::scarce);
  EXPECT_EQ(look().error().code, "store.disk_low");
  EXPECT_THAT(dropped(), ElementsAre("a.pdf"));
  store_->headroom().set(store::Room::ample);
  ASSERT_TRUE(look().ok());
  EXPECT_THAT(messages(), SizeIs(1));
}

TEST_F(FolderLookTest, AStoreThatFailsLeavesTheFileOnItsWay) {
  put("a.pdf", "1");
  ASSERT_TRUE(look().ok());
  clock_.advance(options_.settle_ms);
  store_->close();
  const auto looked = look();
  ASSERT_FALSE(looked.ok());
  EXPECT_EQ(looked.error().code, "store.closed");
  EXPECT_THAT(working(), SizeIs(1)) << "neither done nor refused";
  store_.reopen();
  restart();
  ASSERT_TRUE(look().ok());
  EXPECT_THAT(messages(), SizeIs(1));
  EXPECT_THAT(done(), ElementsAre("a.pdf"));
}

TEST_F(FolderLookTest, ManyFilesComeInSeveralLooks) {
  options_.most_files = 2;
  restart();
  for (int i = 0; i < 5; ++i) put("f" + std::to_string(i), std::to_string(i));
  ASSERT_TRUE(looks().ok());
  EXPECT_THAT(messages(), SizeIs(2));
  ASSERT_TRUE(look().ok());
  ASSERT_TRUE(look().ok());
  EXPECT_THAT(messages(), SizeIs(5));
}

TEST_F(FolderLookTest, AStopEndsTheLookBetweenTwoFiles) {
  put("a.pdf", "1");
  ASSERT_TRUE(look().ok());
  clock_.advance(options_.settle_ms);
  std::stop_source stop;
  stop.request_stop();
  EXPECT_FALSE(look_->look(clock_.steady_ms(), stop.get_token()).ok());
  EXPECT_THAT(dropped(), ElementsAre("a.pdf"));
}

}  // namespace
}  // namespace semafoor::intake
