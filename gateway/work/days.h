// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "semafoor/v1/common.pb.h"

namespace semafoor::work {

// From `from` to `to`, both valid; negative when `to` comes before.
int days_between(const v1::Date& from, const v1::Date& to);

}  // namespace semafoor::work
