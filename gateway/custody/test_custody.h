// SPDX-License-Identifier: Apache-2.0
//
// For the tests of this room: a real store with an organisation, a vault in memory.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "gateway/custody/inventory.h"
#include "gateway/duties/test_store.h"
#include "gateway/vault/credentials/testing_material.h"
#include "gateway/vault/key_ring.h"
#include "gateway/vault/seal/seal_key.h"
#include "gateway/vault/testing_shelf.h"
#include "semafoor/v1/audit.pb.h"

namespace semafoor::custody {

using duties::kTestOrg;

class CustodyTest : public testing::Test {
 protected:
  // Its settings name the key "key".
  CustodyTest() { store_.add_organisation(); }

  // "credential.import" for each record of the chain, with what it ended with.
  std::vector<std::string> acts(const std::string& org = kTestOrg) {
    std::vector<std::string> all;
    const auto read = store_->read([&](store::Reader& reader) -> Result<void> {
      auto rows = reader.audit_rows(org, 0, 1000, [&](const store::AuditRow& row) {
        v1::AuditRecord record;
        EXPECT_TRUE(record.ParseFromArray(row.body.data(), static_cast<int>(row.body.size())));
        EXPECT_EQ(record.caller().account(), "uid 7");
        EXPECT_EQ(record.reason(), "yearly");
        all.push_back(record.act() + (record.result().empty() ? "" : " " + record.result()));
      });
      return rows ? Result<void>() : Result<void>(rows.error());
    });
    EXPECT_TRUE(read.ok());
    return all;
  }
  static domain::Act act() {
    domain::Act act;
    act.caller.kind = domain::Caller::Kind::process;
    act.caller.account = "uid 7";
    act.reason = "yearly";
    return act;
  }
  std::int64_t now_s() { return clock_.now_ms() / 1000; }
  // Of a certificate that ends so many days from the test's now.
  vault::Material material_for(const std::string& name, int days) {
    const auto real_now = std::chrono::duration_cast<std::chrono::seconds>(
                              std::chrono::system_clock::now().time_since_epoch())
                              .count();
    const std::int64_t shift = now_s() - real_now;
    // An hour more, so that whole days are left.
    return vault::make_test_material(name, shift - 86'400,
                                     shift + std::int64_t{days} * 86'400 + 3600);
  }

  static std::shared_ptr<const vault::SealKey> root() {
    auto made = vault::SealKey::of(vault::SecretBytes(std::string(32, 'k')));
    return std::make_shared<const vault::SealKey>(std::move(*made));
  }

  duties::ManualClock clock_;
  duties::TestStore store_{clock_, root()};
  vault::MemoryShelf shelf_;
  std::shared_ptr<vault::Credentials> credentials_ =
      std::make_shared<vault::Credentials>(shelf_, nullptr, [this] { return now_s(); });
  std::shared_ptr<vault::KeyRing> keys_ = vault::make_key_ring(
      {.credentials = credentials_, .files = vault::make_pem_key_ring(store_.folder() / "keys")});
  Inventory inventory_{*store_, *credentials_, keys_, [this] { return now_s(); }};
};

}  // namespace semafoor::custody
