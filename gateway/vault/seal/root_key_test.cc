// SPDX-License-Identifier: Apache-2.0
#include "gateway/vault/seal/root_key.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "gateway/os/test_folder.h"
#include "gateway/vault/test_key_file.h"
#include "gateway/vault/testing_shelf.h"

namespace semafoor::vault {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class RootKey : public ::testing::Test {
 protected:
  ~RootKey() override { fs::remove_all(folder_); }

  RootSettings with_file() {
    return {.source = RootSource::key_file,
            .key_file = folder_ / "seal.key",
            .credential_file = {},
            .ask = {},
            .write_private = [this](const fs::path& file, std::string_view bytes) -> Result<void> {
              ++written_;
              write_key_file(file, bytes);
              return {};
            }};
  }
  RootSettings with_passphrase(const std::string& passphrase) {
    RootSettings settings = with_file();
    settings.source = RootSource::passphrase;
    settings.ask = [passphrase]() -> Result<SecretBytes> { return SecretBytes(passphrase); };
    return settings;
  }
  std::string fingerprint(const RootSettings& settings) {
    auto key = open_root_key(settings, shelf_);
    if (!key) return key.error().code;
    return *key ? (*key)->fingerprint() : "none";
  }

  const fs::path folder_ = os::make_test_folder("root-key");
  MemoryShelf shelf_;
  int written_ = 0;
};

TEST_F(RootKey, IsMadeOnceAndIsThereAfterwards) {
  const std::string first = fingerprint(with_file());
  EXPECT_EQ(first.size(), 16u);
  EXPECT_EQ(fingerprint(with_file()), first);
  EXPECT_EQ(written_, 1);
  EXPECT_EQ(shelf_.saves, 1);
}

TEST_F(RootKey, OneThatIsGoneIsLockedAndNoOtherIsMade) {
  fingerprint(with_file());
  const auto remembered = shelf_.items;
  fs::remove(folder_ / "seal.key");
  auto key = open_root_key(with_file(), shelf_);
  EXPECT_EQ(key.error().code, "vault.locked");
  EXPECT_THAT(key.error().message, HasSubstr("seal.key"));
  EXPECT_FALSE(fs::exists(folder_ / "seal.key"));
  EXPECT_EQ(shelf_.items, remembered);
}

TEST_F(RootKey, AnotherOneIsToldFromNone) {
  fingerprint(with_file());
  write_key_file(folder_ / "seal.key", std::string(64, 'a') + "\n");
  EXPECT_EQ(fingerprint(with_file()), "vault.other_key");
  write_key_file(folder_ / "seal.key", "no key");
  EXPECT_EQ(fingerprint(with_file()), "vault.corrupt");
}

TEST_F(RootKey, OneThatOthersCanReadIsRefused) {
  fingerprint(with_file());
  share_key_file(folder_ / "seal.key", 0);
  EXPECT_EQ(fingerprint(with_file()), "vault.key_unreadable");
}

TEST_F(RootKey, OneThatSomebodyPutThereBeforeIsUsed) {
  write_key_file(folder_ / "seal.key", std::string(64, 'a') + "\r\n");
  EXPECT_EQ(fingerprint(with_file()).size(), 16u);
  EXPECT_EQ(written_, 0);
}

TEST_F(RootKey, WhatTheShelfRemembersIsNeverOverwritten) {
  fingerprint(with_file());
  for (const auto& [content, code] : std::vector<std::pair<std::string, std::string>>{
           {"{", "vault.corrupt"},
           {R"({"version":1})", "vault.corrupt"},
           {R"({"version":2,"source":"tpm"})", "vault.newer_version"}}) {
    shelf_.items["root.json"] = content;
    EXPECT_EQ(fingerprint(with_file()), code);
    EXPECT_EQ(shelf_.items["root.json"], content);
  }
}

TEST_F(RootKey, AnotherSourceInTheSettingsIsSaid) {
  fingerprint(with_file());
  EXPECT_EQ(fingerprint(with_passphrase("p")), "vault.source_changed");
  RootSettings none = with_file();
  none.source = RootSource::none;
  EXPECT_EQ(fingerprint(none), "vault.source_changed");
}

TEST_F(RootKey, NoneIsNoneAndRemembersNothing) {
  RootSettings none = with_file();
  none.source = RootSource::none;
  EXPECT_EQ(fingerprint(none), "none");
  EXPECT_EQ(shelf_.saves, 0);
}

TEST_F(RootKey, APassphraseGivesTheSameKeyAndAWrongOneNone) {
  const std::string first = fingerprint(with_passphrase("three blind mice"));
  EXPECT_EQ(first.size(), 16u);
  EXPECT_EQ(fingerprint(with_passphrase("three blind mice")), first);
  EXPECT_EQ(fingerprint(with_passphrase("three blind rats")), "vault.locked");
  EXPECT_EQ(fingerprint(with_passphrase("")), "vault.locked");
  EXPECT_EQ(shelf_.items["root.json"].find("mice"), std::string::npos);
}

TEST_F(RootKey, AFullDiskMakesNoKeyThatIsForgotten) {
  shelf_.full = true;
  EXPECT_EQ(fingerprint(with_file()), "store.disk_full");
  shelf_.full = false;
  EXPECT_EQ(fingerprint(with_file()).size(), 16u);
}

}  // namespace
}  // namespace semafoor::vault
