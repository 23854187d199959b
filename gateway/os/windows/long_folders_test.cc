// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <string>

#include "gateway/os/test_folder.h"

namespace semafoor::os {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;

// mingw-w64 lists the current folder instead of one with a long path; cmake/windows/long_folders.c.
class LongFolders : public ::testing::Test {
 protected:
  LongFolders() {
    while (deep_.native().size() < 320) deep_ /= std::string(60, 'n');
    fs::create_directories(deep_ / "in it");
    std::ofstream(deep_ / "in it" / "file") << "text";
    std::ofstream(deep_ / "another") << "text";
  }
  ~LongFolders() override {
    std::error_code ignored;
    fs::remove_all(root_, ignored);
  }

  fs::path root_ = make_test_folder("long");
  fs::path deep_ = root_;
};

TEST_F(LongFolders, AreListed) {
  std::set<std::string> names;
  for (const auto& entry : fs::recursive_directory_iterator(deep_))
    names.insert(entry.path().lexically_relative(deep_).generic_string());
  EXPECT_THAT(names, ElementsAre("another", "in it", "in it/file"));
}

TEST_F(LongFolders, AreRemovedWithAllThatIsInThem) {
  EXPECT_EQ(fs::remove_all(deep_), 4U);
  EXPECT_FALSE(fs::exists(deep_));
}

TEST_F(LongFolders, AreNotThere) {
  std::error_code problem;
  fs::directory_iterator none(deep_ / "none", problem);
  EXPECT_EQ(problem, std::errc::no_such_file_or_directory);
  fs::directory_iterator file(deep_ / "another", problem);
  EXPECT_EQ(problem, std::errc::not_a_directory);
}

}  // namespace
}  // namespace semafoor::os
