// SPDX-License-Identifier: Apache-2.0
//
// Who does something, and why: what the audit of an act begins with. Every use case that changes
// something is given one; what the gateway does by itself has one too.
#pragma once

#include <cstdint>
#include <string>

namespace semafoor::domain {

// Who called, by the word of somebody other than the caller.
struct Caller {
  enum class Kind {
    // Nobody could be named: a call without a valid token.
    unknown,
    // What the gateway does by itself.
    gateway,
    // A process of this machine, as the kernel names it.
    process,
    // Whoever holds a certificate that this gateway gave out.
    certificate,
  };
  Kind kind = Kind::unknown;
  // Of a process: "uid 1000", or a SID.
  std::string account;
  // Its program's file, where the system says it.
  std::string program;
  std::int64_t pid = 0;
  // Of a certificate: serial number, and the name in it.
  std::string certificate;
  std::string name;
};

// All texts are UTF-8, bounded, and hold no national number.
struct Act {
  Caller caller;
  // The social worker, in words of the host; not proven. Empty where nobody said.
  std::string actor_id;
  std::string actor_name;
  // Why: what the host says the call is for, and the reason that a person gave for a dangerous act.
  std::string purpose;
  std::string reason;
  // "leefloon"; ASCII.
  std::string legal_context;
  // Of the call; empty where there is none.
  std::string correlation_id;
};

inline Act act_of_gateway() {
  Act act;
  act.caller.kind = Caller::Kind::gateway;
  return act;
}

}  // namespace semafoor::domain
