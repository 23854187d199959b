// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "gateway/audit/chain_check.h"
#include "gateway/domain/result.h"
#include "gateway/store/store.h"

namespace semafoor::audit {

// The records that name a person, and whether the chain they stand in is whole. One thread. The
// store outlives the object.
class RecordsOfPerson {
 public:
  RecordsOfPerson(store::Store& store, store::Org org, std::string ssin,
                  std::vector<Anchored> anchors);

  // Reads on until there is something to tell, or for a while. False: that was all.
  Result<bool> step(v1::WhoSawResponse& response);

 private:
  store::Store& store_;
  const store::Org org_;
  const std::string ssin_;
  ChainCheck check_;
  std::int64_t after_ = 0;
  std::int64_t looked_at_ = 0;
};

}  // namespace semafoor::audit
