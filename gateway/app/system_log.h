// SPDX-License-Identifier: Apache-2.0
//
// What an administrator of this system looks at before any log file, should it have such a thing
// beside what a service writes to standard error: the event log of Windows, when the gateway is a
// service there.
#pragma once

#include <string>
#include <string_view>

namespace semafoor::app {

bool system_listens();

// Takes the few events of the gateway's log that are worth it; of others nothing is told. `more`:
// what the event adds, a line each. Masked already. Any thread.
void tell_system(std::string_view event, const std::string& message, const std::string& more);

}  // namespace semafoor::app
