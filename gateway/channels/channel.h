// SPDX-License-Identifier: Apache-2.0
//
// By which way an organisation's knipperlichten come and its answers go back: what is said, and
// who said it. What follows from a change is the business of changeover/.
#pragma once

#include "gateway/domain/result.h"
#include "gateway/store/store.h"
#include "semafoor/v1/channels.pb.h"

namespace semafoor::channels {

// Kind of the store's entry; an organisation has one.
inline constexpr char kEntry[] = "channel";
// Of so many changes the oldest go first; the audit has them all.
inline constexpr int kMostChanges = 50;

// ELECTRONIC, without `since`, for an organisation of which nobody said anything: that is how it
// was before there were channels.
Result<v1::ChannelState> channel_of(store::Reader& reader, const store::Org& org);

// Stores that the channel is `change.to` from now on; `change.from` is filled in. Event
// "channel.changed".
Result<v1::ChannelState> put_channel(store::Transaction& tx, const store::Org& org,
                                     v1::ChannelChange change);

}  // namespace semafoor::channels
