// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/os/test_folder.h"
#include "gateway/vault/key_check.h"
#include "gateway/vault/key_file.h"
#include "gateway/vault/test_key_file.h"

namespace semafoor::vault {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class KeyLinks : public ::testing::Test {
 protected:
  KeyLinks() { fs::create_directory(folder_); }
  ~KeyLinks() override { fs::remove_all(root_); }
  const fs::path root_ = os::make_test_folder("keys");
  const fs::path folder_ = root_ / "keys";
};

TEST_F(KeyLinks, WithinTheFolderAreFollowedAndOutOfItAreNot) {
  write_key_file(folder_ / "key-2026.pem", "a key");
  fs::create_symlink("key-2026.pem", folder_ / "current.pem");
  EXPECT_TRUE(read_key_file(folder_, "current.pem").ok());

  write_key_file(root_ / "outside.pem", "a key");
  fs::create_symlink(root_ / "outside.pem", folder_ / "ocmw.pem");
  const auto refused = read_key_file(folder_, "ocmw.pem");
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, "vault.key_unreadable");
  EXPECT_THAT(refused.error().message, HasSubstr("out of the folder"));
}

TEST_F(KeyLinks, ToNowhereAreToldByTheCheck) {
  fs::create_symlink(folder_ / "gone.pem", folder_ / "link.pem");
  const auto findings = check_keys(folder_, 1'795'000'000);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_THAT(findings[0].message, HasSubstr("there is no such file"));
}

}  // namespace
}  // namespace semafoor::vault
