// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "gateway/vault/seal/root_key.h"
#include "gateway/vault/testing_shelf.h"

namespace semafoor::vault {
namespace {

TEST(Dpapi, KeepsTheKeyOfThisMachineAndNeedsTheSecretBesideIt) {
  MemoryShelf shelf;
  RootSettings settings;
  settings.source = RootSource::dpapi;
  const auto first = open_root_key(settings, shelf);
  ASSERT_TRUE(first.ok()) << first.error().message;
  EXPECT_EQ(open_root_key(settings, shelf).value()->fingerprint(), (*first)->fingerprint());
  // Another salt.
  std::string& item = shelf.items["root.json"];
  const auto at = item.find("\"salt\": \"") + 9;
  item[at] = item[at] == '0' ? '1' : '0';
  EXPECT_EQ(open_root_key(settings, shelf).error().code, "vault.locked");
}

}  // namespace
}  // namespace semafoor::vault
