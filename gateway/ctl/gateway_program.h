// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace semafoor::ctl {

// Becomes the gateway's own program, which stands beside this one: what touches files of the
// gateway is done by it alone. Gives the exit code, if it returns.
int become_gateway(const std::vector<std::string>& arguments);

}  // namespace semafoor::ctl
