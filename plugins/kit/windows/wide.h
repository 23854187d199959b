// SPDX-License-Identifier: Apache-2.0
//
// Our UTF-8 and the system's UTF-16.
#pragma once

#include <windows.h>

#include <string>
#include <string_view>

namespace semafoor::kit {

// What is no valid text becomes U+FFFD.
std::string utf8_of(std::wstring_view text);
std::wstring wide_of(std::string_view text);

// The file a module was loaded from; null is the program. Empty when the system does not say.
std::wstring file_of_module(HMODULE module);

// The system's own words for one of its errors, on one line and without a full stop.
std::string words_of(DWORD error);

}  // namespace semafoor::kit
