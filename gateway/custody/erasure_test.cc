// SPDX-License-Identifier: Apache-2.0
#include "gateway/custody/erasure.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "gateway/backup/key_copies.h"
#include "gateway/custody/test_custody.h"

namespace semafoor::custody {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr char kOther[] = "0212344876";

class ErasureTest : public CustodyTest {
 protected:
  ErasureTest() { make_key(kTestOrg); }

  void make_key(const std::string& org) {
    store_.write([&](store::Transaction& tx) { return tx.prepare_key(org, false); });
  }
  void set(const std::string& org, const std::string& key_name, bool modules_on) {
    store_.write([&](store::Transaction& tx) -> Result<void> {
      auto organisation = tx.organisation(org).value().value_or(v1::Organisation());
      organisation.mutable_organisation()->set_value(org);
      organisation.set_key_name(key_name);
      organisation.clear_enabled_modules();
      if (modules_on) organisation.add_enabled_modules(v1::MODULE_EBOX);
      return tx.put_organisation(organisation);
    });
  }
  void add_answer(v1::FeedbackState state) {
    v1::FeedbackItem item;
    item.set_client_id("answer");
    item.set_state(state);
    store_.write([&](store::Transaction& tx) { return tx.put_feedback(kTestOrg, "h", item, ""); });
  }
  fs::path backed_up(const std::string& medium) {
    const fs::path folder = store_.folder() / medium;
    fs::create_directory(folder);
    EXPECT_TRUE(copies_.backed_up(folder / "one").ok());
    return folder;
  }
  std::string erase(bool even_so = false) {
    auto done = erasure_.erase(kTestOrg, even_so, act());
    if (!done) return done.error().code;
    answer_ = std::move(*done);
    return "erased";
  }
  bool is_there(const std::string& org) {
    return store_
        .ask<std::optional<v1::Organisation>>(
            [&](store::Reader& reader) { return reader.organisation(org); })
        .has_value();
  }

  KeyKeeper copies_{*store_, shelf_};
  fs::path keys_folder_ = store_.folder() / "keys";
  Erasure erasure_{*store_, *credentials_, copies_, keys_folder_, [] {}};
  v1::EraseOrganisationResponse answer_;
};

TEST_F(ErasureTest, IsRefusedWhileTheOrganisationIsAtWork) {
  EXPECT_EQ(erase(), "erase.modules_on");
  set(kTestOrg, "key", false);
  add_answer(v1::FEEDBACK_STATE_QUEUED);
  EXPECT_EQ(erase(), "erase.answers_wait");
  EXPECT_TRUE(is_there(kTestOrg));
  EXPECT_TRUE(acts().empty());
  EXPECT_EQ(erase(true), "erased");
  EXPECT_FALSE(is_there(kTestOrg));
}

TEST_F(ErasureTest, TheKeyIsGoneFromTheStoreTheVaultAndBesideEveryBackup) {
  ASSERT_TRUE(credentials_->import("key", material_for("first", 100)).ok());
  set(kTestOrg, "key", false);
  set(kOther, "other", true);
  make_key(kOther);
  const fs::path one = backed_up("one");
  const fs::path two = backed_up("two");
  ASSERT_EQ(erase(), "erased");
  EXPECT_THAT(answer_.credentials(), ElementsAre("key"));
  EXPECT_THAT(answer_.backup_folders(), ElementsAre(one.string(), two.string()));
  EXPECT_EQ(answer_.left_over_size(), 0);
  EXPECT_TRUE(credentials_->list()->empty());
  for (const fs::path& folder : {one, two}) {
    const auto keys = backup::read_key_copies(folder);
    ASSERT_EQ(keys->size(), 2U);
    for (const store::WrappedKey& key : *keys)
      EXPECT_EQ(key.wrapped.empty(), key.org == kTestOrg) << key.org;
  }
  EXPECT_THAT(acts(), ElementsAre("organisation.erase"));
  EXPECT_THAT(acts(store::kGatewayChain), ElementsAre("organisation.erase"));
  EXPECT_TRUE(is_there(kOther));
}

TEST_F(ErasureTest, AKeyOfSeveralStays) {
  ASSERT_TRUE(credentials_->import("key", material_for("first", 100)).ok());
  set(kTestOrg, "key", false);
  set(kOther, "key", true);
  ASSERT_EQ(erase(), "erased");
  EXPECT_EQ(answer_.credentials_size(), 0);
  EXPECT_EQ(credentials_->list()->size(), 1U);
}

TEST_F(ErasureTest, WhatIsNotReachedIsSaidAndDoneWhenAskedAgain) {
  set(kTestOrg, "key", false);
  const fs::path medium = backed_up("medium");
  fs::rename(medium, store_.folder() / "unplugged");
  fs::create_directory(keys_folder_);
  std::ofstream(keys_folder_ / "key.pem") << "a key";
  ASSERT_EQ(erase(), "erased");
  ASSERT_EQ(answer_.left_over_size(), 2);
  EXPECT_EQ(answer_.left_over(0).place(), (keys_folder_ / "key.pem").string());
  EXPECT_EQ(answer_.left_over(1).place(), medium.string());
  EXPECT_THAT(answer_.left_over(1).problem(), HasSubstr("erase again"));
  fs::rename(store_.folder() / "unplugged", medium);
  ASSERT_EQ(erase(), "erased");
  EXPECT_THAT(answer_.backup_folders(), ElementsAre(medium.string()));
  EXPECT_EQ(backup::read_key_copies(medium)->at(0).wrapped, "");
  EXPECT_THAT(acts(), ElementsAre("organisation.erase", "organisation.erase"));
}

TEST_F(ErasureTest, OneThatWasNeverHereIsUnknown) {
  EXPECT_EQ(erasure_.erase("0403019261", true, act()).error().code, "organisation.unknown");
}

TEST_F(ErasureTest, WhereNothingWasSealedTheBackupsMustBeDestroyed) {
  duties::TestStore open(clock_);
  open.add_organisation();
  open.add_organisation(kOther);
  KeyKeeper copies(*open, shelf_);
  Erasure erasure(*open, *credentials_, copies, keys_folder_, [] {});
  const fs::path medium = backed_up("medium");
  const auto done = erasure.erase(kTestOrg, true, act());
  ASSERT_TRUE(done.ok()) << done.error().message;
  ASSERT_EQ(done->left_over_size(), 1);
  EXPECT_EQ(done->left_over(0).place(), medium.string());
  EXPECT_THAT(done->left_over(0).problem(), HasSubstr("in clear"));
}

}  // namespace
}  // namespace semafoor::custody
