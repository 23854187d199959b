// SPDX-License-Identifier: Apache-2.0
//
// Chains of the store, read block by block, so that nobody waits for one who verifies.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "gateway/audit/anchor_folder.h"
#include "gateway/audit/chain_check.h"
#include "gateway/domain/result.h"
#include "gateway/store/store.h"

namespace semafoor::audit {

// Each chain, one after the other. One thread. The store outlives the object.
class Verification {
 public:
  // Without `only`: every chain there is, or that an anchor knows. An anchor that cannot be used is
  // a fault of its own.
  Verification(store::Store& store, AnchorsRead anchors, std::optional<store::Org> only);

  // Reads on, up to a block or a chain's end, and says how far it is. False: that was all.
  Result<bool> step(v1::VerifyAuditResponse& response);

  static constexpr int kBlock = 10'000;

 private:
  Result<void> list_chains();

  store::Store& store_;
  const AnchorsRead anchors_;
  const std::optional<store::Org> only_;
  bool listed_ = false;
  // Still to be read; the last one first.
  std::vector<store::Org> chains_;
  std::optional<ChainCheck> check_;
  std::int64_t after_ = 0;
  std::int64_t records_ = 0;
  // Of the chains that were read to their ends.
  std::int64_t faults_ = 0;
  std::int64_t anchors_met_ = 0;
};

}  // namespace semafoor::audit
