// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace semafoor::ctl {

// Becomes the gateway's own program, which stands beside this one: what touches files of the
// gateway is done by it alone. Returns only when that failed, with the exit code.
int become_gateway(const std::vector<std::string>& arguments);

}  // namespace semafoor::ctl
