// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <fstream>

#include "gateway/os/test_folder.h"
#include "gateway/vault/seal/root_key.h"
#include "gateway/vault/testing_shelf.h"

namespace semafoor::vault {
namespace {

TEST(SystemdCredential, GivesTheKeyAndWithoutItTheVaultIsLocked) {
  const auto folder = os::make_test_folder("credential");
  MemoryShelf shelf;
  RootSettings settings;
  settings.source = RootSource::credential;
  EXPECT_EQ(open_root_key(settings, shelf).error().code, "vault.locked");
  settings.credential_file = folder / "semafoor-seal";
  EXPECT_EQ(open_root_key(settings, shelf).error().code, "vault.locked");
  std::ofstream(settings.credential_file) << "too short";
  EXPECT_EQ(open_root_key(settings, shelf).error().code, "vault.locked");
  EXPECT_EQ(shelf.saves, 0);
  std::ofstream(settings.credential_file) << std::string(48, 'k');
  const auto first = open_root_key(settings, shelf);
  ASSERT_TRUE(first.ok()) << first.error().message;
  EXPECT_EQ(open_root_key(settings, shelf).value()->fingerprint(), (*first)->fingerprint());
  std::ofstream(settings.credential_file) << std::string(48, 'l');
  EXPECT_EQ(open_root_key(settings, shelf).error().code, "vault.other_key");
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace semafoor::vault
