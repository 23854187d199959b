// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace semafoor::ebox {

// The attachment's name reduced to one harmless path component of at most 200 bytes: no folders, no
// control characters, no names that Windows keeps for devices, extension kept. Never empty.
std::string harmless_name(std::string_view name);

// Is this exactly one path component that may be written as it is?
bool is_one_component(std::string_view name);

// "letter.pdf" and 2: "letter (2).pdf".
std::string numbered(const std::string& name, int number);

}  // namespace semafoor::ebox
