// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "gateway/domain/result.h"
#include "gateway/store/store.h"
#include "semafoor/v1/audit.pb.h"

namespace semafoor::audit {

// A chain as it is stored, from the first record to the last. One thread. The store outlives the
// object.
class Export {
 public:
  Export(store::Store& store, store::Org org) : store_(store), org_(std::move(org)) {}

  // The next records. False: those were the last, and the chain's end is with them.
  Result<bool> step(v1::ExportAuditResponse& response);

 private:
  store::Store& store_;
  const store::Org org_;
  std::int64_t after_ = 0;
};

}  // namespace semafoor::audit
