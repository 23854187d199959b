// SPDX-License-Identifier: Apache-2.0
//
// How this operating system lets a program ask the gateway who it is to it: a unix socket
// (posix/), a named pipe (windows/).
#pragma once

#include <optional>
#include <string>

namespace semafoor::ctl {

// Where the gateway answers when its settings say nothing else.
std::string standard_place();

// Sends the line and gives what came back within 5 s, perhaps nothing. On failure gives nothing at
// all and says why in `problem`. Who made the place must be the gateway's service, the system or
// this process's own account: another's gateway is a pretended one, and is sent nothing.
std::optional<std::string> exchange_line(const std::string& place, const std::string& line,
                                         std::string& problem);

}  // namespace semafoor::ctl
