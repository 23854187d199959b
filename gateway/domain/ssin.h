// SPDX-License-Identifier: Apache-2.0
//
// National register, bis and ter numbers (INSZ/NISS).
#pragma once

#include <string_view>

namespace semafoor::domain {

// Eleven digits YYMMDD, counter, check number 97 - (first nine mod 97); for births from 2000 the
// nine are preceded by a 2. Month +20 or +40 marks a bis or ter number; month 00 and day 00 stand
// for what is unknown. Source: KSZ CommonV3 SsinType; python-stdnum be.nn, be.bis.
bool is_valid_ssin(std::string_view digits);

}  // namespace semafoor::domain
