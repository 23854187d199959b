// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <windows.h>

#include <string>

namespace semafoor::runtime {

// "S-1-5-18"; empty when the system cannot say.
std::wstring text_of(PSID sid);
// The account of this process, written so.
std::wstring own_user();

}  // namespace semafoor::runtime
