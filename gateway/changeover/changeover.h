// SPDX-License-Identifier: Apache-2.0
//
// The room as others see it.
#pragma once

#include <cstdint>
#include <functional>
#include <utility>

#include "gateway/changeover/channel_change.h"
#include "gateway/changeover/reconciliation.h"
#include "gateway/changeover/returns.h"
#include "gateway/domain/act.h"
#include "gateway/domain/result.h"
#include "gateway/store/store.h"

namespace semafoor::changeover {

// Safe from several threads; what writes returns after the commit.
class Changeover {
 public:
  // The store outlives the object.
  Changeover(store::Store& store, ReturnRules rules, ReconciliationOptions options = {})
      : store_(store),
        now_ms_(rules.now_ms),
        options_(options),
        returns_(store, std::move(rules)) {}

  Returns& returns() { return returns_; }

  Result<v1::GetChannelResponse> channel(const store::Org& org);
  // The time of the wish is now.
  Result<v1::SetChannelResponse> set_channel(const store::Org& org, ChannelWish wish,
                                             const domain::Act& act);
  Result<v1::GetReconciliationResponse> reconcile(const store::Org& org,
                                                  const ReconciliationWish& wish);

 private:
  store::Store& store_;
  const std::function<std::int64_t()> now_ms_;
  const ReconciliationOptions options_;
  Returns returns_;
};

}  // namespace semafoor::changeover
