// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <google/protobuf/repeated_ptr_field.h>

#include <cstdint>
#include <optional>
#include <string>

#include "gateway/domain/result.h"
#include "gateway/rpc/consumers.h"
#include "gateway/store/store.h"
#include "semafoor/v1/modules.pb.h"

namespace semafoor::rpc {

// Appends up to `max` events to `out`: after `after` or after what the consumer has acknowledged,
// whichever is later. When that has expired, `holder` is noted as told.
Result<void> read_events(store::Store& store, Consumers& consumers, const ConsumerKey& key,
                         const std::string& holder, std::optional<std::int64_t> after, int max,
                         google::protobuf::RepeatedPtrField<v1::Event>& out);

// The gateway is stopping / the caller went away.
Error ending_error();
Error cancelled_error();
// The caller's process ended, or its certificate was revoked, while it waited.
Error caller_ended_error();

}  // namespace semafoor::rpc
