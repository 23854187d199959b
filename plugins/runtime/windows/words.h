// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace semafoor::runtime {

// The system's own words for one of its errors, in UTF-8, on one line, with its number.
std::string words_of(unsigned long error);

std::wstring wide_of(std::string_view utf8);

}  // namespace semafoor::runtime
