// SPDX-License-Identifier: Apache-2.0
//
// Text in this shim is UTF-8; the standard library takes a plain string for something else where
// the system's paths are not made of bytes.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace semafoor::loader {

inline std::filesystem::path path_of(std::string_view utf8) {
  return std::filesystem::path(std::u8string(utf8.begin(), utf8.end()));
}

}  // namespace semafoor::loader
