// SPDX-License-Identifier: Apache-2.0
#include "gateway/app/private_places.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "gateway/app/exit_codes.h"
#include "gateway/os/test_folder.h"

namespace semafoor::app {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class PrivatePlaces : public testing::Test {
 protected:
  PrivatePlaces() {
    config_.data_dir = folder_ / "data";
    config_.seal.folder = folder_ / "vault";
    config_.keys_folder = folder_ / "keys";
  }
  ~PrivatePlaces() override { fs::remove_all(folder_); }
  void make(const fs::path& folder, mode_t mode) {
    fs::create_directory(folder);
    ASSERT_EQ(::chmod(folder.c_str(), mode), 0);
  }

  const fs::path folder_ = os::make_test_folder("places");
  Config config_;
};

TEST_F(PrivatePlaces, WhatIsNotThereAndWhatIsPrivateIsFine) {
  EXPECT_TRUE(check_private_places(config_).ok());
  for (const char* name : {"data", "vault", "keys"}) make(folder_ / name, 0700);
  EXPECT_TRUE(check_private_places(config_).ok());
}

TEST_F(PrivatePlaces, AFolderThatOthersMayOpenIsRefusedWithWhatToRun) {
  const std::pair<const char*, int> places[] = {
      {"data", kCannotMake}, {"vault", kLocked}, {"keys", kLocked}};
  for (const auto& [name, exit_code] : places) {
    for (const mode_t mode : {0750U, 0701U, 0707U}) {
      make(folder_ / name, mode);
      const auto refused = check_private_places(config_);
      ASSERT_FALSE(refused.ok()) << name << " " << std::oct << mode;
      EXPECT_THAT(refused.error().message, HasSubstr("chmod 0700 " + (folder_ / name).string()));
      EXPECT_EQ(exit_code_of(refused.error()), exit_code);
    }
    make(folder_ / name, 0700);
  }
}

}  // namespace
}  // namespace semafoor::app
