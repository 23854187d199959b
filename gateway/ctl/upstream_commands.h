// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "gateway/ctl/commands.h"

namespace semafoor::ctl {

// Shows each step as it ends, and a summary; as JSON one document at the end. kRefused when a step
// failed. With the keys that are prepared to follow when `prepared_keys`.
int test_upstream(const Common& common, const std::string& cbe, bool prepared_keys = false);

}  // namespace semafoor::ctl
