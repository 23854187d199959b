// SPDX-License-Identifier: Apache-2.0
#include "plugins/runtime/host_process.h"

#include <windows.h>

namespace semafoor::runtime {

std::int64_t process_id() {
  return GetCurrentProcessId();
}

bool debug_log_wanted() {
  // There are no programs here that run with their file's rights instead of their caller's.
  return GetEnvironmentVariableW(L"SEMAFOOR_RUNTIME_DEBUG", nullptr, 0) != 0;
}

// There are no signals that a thread could take.
struct SignalsBlocked::Saved {};
SignalsBlocked::SignalsBlocked() = default;
SignalsBlocked::~SignalsBlocked() = default;

}  // namespace semafoor::runtime
