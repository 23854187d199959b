// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "gateway/ctl/commands.h"

namespace semafoor::ctl {

// Walks the connections of the organisation, and shows each step as it ends, but not as JSON. With
// the keys that are prepared to follow when `prepared_keys`. False: `failure` says why not to the
// end.
bool walk_upstream(const Common& common, const std::string& cbe, bool prepared_keys,
                   std::vector<v1::UpstreamStep>& steps, Failure& failure);
// Shows each step as it ends, and a summary; as JSON one document at the end. kRefused when a step
// failed.
int test_upstream(const Common& common, const std::string& cbe, bool prepared_keys = false);

}  // namespace semafoor::ctl
