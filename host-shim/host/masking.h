// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace semafoor::reference_host {

// The text with every national number (eleven digits, also written 85.07.30-033.28) made
// unreadable but for its last two digits.
std::string mask_numbers(std::string_view text);

}  // namespace semafoor::reference_host
