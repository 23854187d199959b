// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ctime>

namespace semafoor::os {

// Broken-down time in the time zone of this machine. Safe from several threads.
std::tm local_time(std::time_t moment);

}  // namespace semafoor::os
