// SPDX-License-Identifier: Apache-2.0
#include "gateway/changeover/changeover.h"

#include "gateway/changeover/answered.h"

namespace semafoor::changeover {

Result<v1::GetChannelResponse> Changeover::channel(const store::Org& org) {
  return asked<v1::GetChannelResponse>(
      store_, [&](store::Reader& reader) { return describe_channel(reader, org); });
}

Result<v1::SetChannelResponse> Changeover::set_channel(const store::Org& org, ChannelWish wish,
                                                       const domain::Act& act) {
  wish.at_ms = now_ms_();
  return changed<v1::SetChannelResponse>(
      store_, [&](store::Transaction& tx) { return change_channel(tx, org, wish, act); });
}

Result<v1::GetReconciliationResponse> Changeover::reconcile(const store::Org& org,
                                                            const ReconciliationWish& wish) {
  return asked<v1::GetReconciliationResponse>(store_, [&](store::Reader& reader) {
    return changeover::reconcile(reader, org, wish, options_, now_ms_());
  });
}

}  // namespace semafoor::changeover
