// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gmock/gmock.h>

#include <regex>
#include <string>

namespace semafoor::sandbox {

// As gMock's MatchesRegex, which on Windows knows the simplest expressions only.
MATCHER_P(Fits, pattern, std::string("fits \"") + pattern + "\"") {
  return std::regex_match(std::string(arg), std::regex(pattern));
}

}  // namespace semafoor::sandbox
