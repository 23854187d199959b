// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "semafoor/v1/common.pb.h"

namespace semafoor::work {

// The day that it is in Belgium at this moment.
v1::Date belgian_day(std::int64_t unix_ms);
// From `from` to `to`, both valid; negative when `to` comes before.
int days_between(const v1::Date& from, const v1::Date& to);

}  // namespace semafoor::work
