// SPDX-License-Identifier: Apache-2.0
//
// What the runtime asks of the process it lives in. Implemented per operating system.
#pragma once

#include <cstdint>
#include <memory>

namespace semafoor::runtime {

std::int64_t process_id();

// Was gRPC's own log asked for (SEMAFOOR_RUNTIME_DEBUG)? Never in a process that runs with another
// account's rights: its environment is a stranger's.
bool debug_log_wanted();

// Threads that start in its scope take no signal: a host's handler must not run on a thread of
// ours.
class SignalsBlocked {
 public:
  SignalsBlocked();
  ~SignalsBlocked();
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;

 private:
  struct Saved;
  std::unique_ptr<Saved> saved_;
};

}  // namespace semafoor::runtime
