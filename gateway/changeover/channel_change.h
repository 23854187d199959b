// SPDX-License-Identifier: Apache-2.0
//
// From one channel to another, with the answers that are on their way.
#pragma once

#include <cstdint>
#include <string>

#include "gateway/domain/act.h"
#include "gateway/domain/result.h"
#include "gateway/store/store.h"
#include "semafoor/v1/channels.pb.h"

namespace semafoor::changeover {

struct ChannelWish {
  v1::ChannelMode mode = v1::CHANNEL_MODE_UNSPECIFIED;
  // Account of the administrator: "uid 1000".
  std::string by;
  std::string reason;
  std::int64_t at_ms = 0;
};

// Inside one transaction: it happened with everything that follows from it, or not at all. What
// waits for a list is queued for the feedback flow when the organisation leaves the lists; what is
// queued, or already stands on a list that went back, stays where it is. The channel that it
// already is changes nothing.
Result<v1::SetChannelResponse> change_channel(store::Transaction& tx, const store::Org& org,
                                              const ChannelWish& wish, const domain::Act& act);

// With the answers that go by list.
Result<v1::GetChannelResponse> describe_channel(store::Reader& reader, const store::Org& org);

}  // namespace semafoor::changeover
