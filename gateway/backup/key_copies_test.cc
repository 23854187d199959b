// SPDX-License-Identifier: Apache-2.0
#include "gateway/backup/key_copies.h"

#include <gtest/gtest.h>

#include <fstream>

#include "gateway/os/test_folder.h"

namespace semafoor::backup {
namespace {

namespace fs = std::filesystem;

class KeyCopies : public ::testing::Test {
 protected:
  ~KeyCopies() override { fs::remove_all(folder_); }
  const fs::path folder_ = os::make_test_folder("key-copies");
};

TEST_F(KeyCopies, NoneIsNone) {
  EXPECT_TRUE(read_key_copies(folder_)->empty());
}

TEST_F(KeyCopies, OfSeveralGatewaysStandTogetherAndOneThatIsTakenAwayGoes) {
  ASSERT_TRUE(
      write_key_copies(folder_, {{"1", std::string("\0\xff", 2), 0}, {"2", "two", 0}}).ok());
  ASSERT_TRUE(write_key_copies(folder_, {{"3", "three", 0}}).ok());
  ASSERT_TRUE(write_key_copies(folder_, {{"2", "", 77}}).ok());
  const auto keys = read_key_copies(folder_);
  ASSERT_TRUE(keys.ok());
  ASSERT_EQ(keys->size(), 3u);
  EXPECT_EQ(keys->at(0).wrapped, std::string("\0\xff", 2));
  EXPECT_EQ(keys->at(1).wrapped, "");
  EXPECT_EQ(keys->at(1).erased_ms, 77);
  EXPECT_EQ(keys->at(2).wrapped, "three");
}

TEST_F(KeyCopies, ThatOfTheGatewayItselfBelongsToNoOrganisation) {
  ASSERT_TRUE(write_key_copies(folder_, {{"", "own", 0}, {"1", "one", 0}}).ok());
  const auto keys = read_key_copies(folder_);
  ASSERT_TRUE(keys.ok());
  ASSERT_EQ(keys->size(), 2u);
  EXPECT_EQ(keys->at(0).org, "");
  EXPECT_EQ(keys->at(0).wrapped, "own");
}

TEST_F(KeyCopies, ADamagedFileIsSaidAndLeftAsItIs) {
  for (const char* content :
       {"{", R"({"version":2,"keys":[]})", R"({"version":1,"keys":[{"organisation":"1"}]})",
        R"({"version":1,"keys":[7]})", R"({"version":1})"}) {
    std::ofstream(folder_ / kKeyCopies) << content;
    EXPECT_EQ(read_key_copies(folder_).error().code, "backup.damaged") << content;
    EXPECT_EQ(write_key_copies(folder_, {{"1", "one", 0}}).error().code, "backup.damaged");
    std::ifstream file(folder_ / kKeyCopies);
    EXPECT_EQ(std::string(std::istreambuf_iterator<char>(file), {}), content);
  }
}

}  // namespace
}  // namespace semafoor::backup
