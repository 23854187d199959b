// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace semafoor::domain {

// Replaces the digits of everything that looks like a national number (eleven digits, also
// written 85.07.30-033.28) by x. Errs on the side of masking: a number need not be valid to be
// hidden. Our own identifiers (uuid.h) are left as they are: by these records are found.
std::string mask_national_numbers(std::string_view text);

}  // namespace semafoor::domain
