// SPDX-License-Identifier: Apache-2.0
#include "gateway/ctl/new_file.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "gateway/os/test_folder.h"

namespace semafoor::ctl {
namespace {

namespace fs = std::filesystem;

class NewFileTest : public ::testing::Test {
 protected:
  ~NewFileTest() override { fs::remove_all(folder_); }
  std::string content() const {
    std::ifstream file(path_, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  const fs::path folder_ = os::make_test_folder("ctl");
  const fs::path path_ = folder_ / "a.csv";
};

TEST_F(NewFileTest, IsForThisAccountAloneFromItsFirstMoment) {
  NewFile file(path_.string());
  EXPECT_FALSE(file.is_there());
  ASSERT_TRUE(file.open());
  EXPECT_EQ(fs::status(path_).permissions(), fs::perms::owner_read | fs::perms::owner_write);
  file.write("first;");
  file.write("second");
  EXPECT_TRUE(file.finish());
  EXPECT_EQ(content(), "first;second");
}

TEST_F(NewFileTest, WhatCameThereMeanwhileIsNotWrittenOver) {
  {
    NewFile file(path_.string());
    ASSERT_FALSE(file.is_there());
    std::ofstream(path_) << "another's";
    EXPECT_FALSE(file.open());
  }
  EXPECT_EQ(content(), "another's");
  // Nor what a link leads to.
  fs::create_symlink(folder_ / "elsewhere", folder_ / "link");
  EXPECT_FALSE(NewFile((folder_ / "link").string()).open());
  EXPECT_FALSE(fs::exists(folder_ / "elsewhere"));
}

TEST_F(NewFileTest, WhatIsNotFinishedGoes) {
  {
    NewFile file(path_.string());
    ASSERT_TRUE(file.open());
    file.write("half");
  }
  EXPECT_FALSE(fs::exists(path_));
  EXPECT_FALSE(NewFile((folder_ / "none" / "a.csv").string()).open());
}

}  // namespace
}  // namespace semafoor::ctl
