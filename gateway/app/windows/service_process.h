// SPDX-License-Identifier: Apache-2.0
//
// The gateway's process as a Windows service: what the service control manager is told, and what
// it asks for.
#pragma once

#include <functional>
#include <string>

namespace semafoor::app::windows {

// Serves the service control manager until `gateway`, which runs on a thread of its own, has
// ended, and gives its exit code, which the manager is told too. A process that the manager did
// not start gets kWrongUsage, with a line on standard error.
int run_as_service(std::function<int()> gateway);

// This process is the service, or its worker.
bool is_of_service();

// As notify_manager(): "READY=1" makes the service running, "STOPPING=1" stopping. False when this
// process is no service, and for everything else.
bool tell_service_manager(const std::string& state);

}  // namespace semafoor::app::windows
