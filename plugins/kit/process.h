// SPDX-License-Identifier: Apache-2.0
//
// What a plugin needs of the operating system. Implemented in posix/ and windows/.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "plugins/kit/failure.h"
#include "semafoor_runtime.h"

namespace semafoor::kit {

// Remembers that this process uses the plugin. The first create calls it; a host that forks before
// that is free to use the plugin in its child.
void remember_process();

// True in a child made by fork() after remember_process().
bool in_forked_child();

// The name of the host's program, for the gateway's log and the default consumer.
std::string program_name();

void fill_random(std::span<std::uint8_t> bytes);

// Where the operating system's local gateways are found. Constants of the library.
struct AttestationPlace {
  std::string_view description;
  // For the schema's readers.
  std::string_view pattern;
  // "It must be ...".
  std::string_view expected;
  std::string_view standard;
  // In bytes.
  std::int64_t longest = 0;
};
const AttestationPlace& attestation_place();

// Could a gateway of this machine be at `text`?
bool names_attestation_place(std::string_view text);

// The one runtime of this process, from beside the plugin's own file. Loaded by the first caller
// that succeeds, and never unloaded.
Result<const sfr_api*> runtime();

}  // namespace semafoor::kit
