// SPDX-License-Identifier: Apache-2.0
//
// A secret that a person types.
#pragma once

#include <optional>
#include <string>

namespace semafoor::os {

// Somebody sits at standard input.
bool is_at_terminal();

// Asks on standard error, and reads a line of standard input, a terminal, without showing it.
// Nothing when it ended before a line. Whoever asks wipes what was given.
std::optional<std::string> hidden_line(const std::string& question);

}  // namespace semafoor::os
