// SPDX-License-Identifier: Apache-2.0
//
// Libraries of other machines, made from nothing or from one of this.
#pragma once

#include <string>
#include <utility>

namespace semafoor::testing {

// A library of this system, as one for arm64.
std::string for_another_processor(std::string library);

// One of the other system, for x86-64, and that system's name.
std::pair<std::string, std::string> for_another_system();

// Whether a library that lacks its last byte can be told from a whole one without its digest.
extern const bool kLastByteCounts;

// What is said of a plugin whose needs are met by no library.
extern const char* const kUnresolved;

}  // namespace semafoor::testing
