// SPDX-License-Identifier: Apache-2.0
//
// Text in the gateway is UTF-8; the standard library takes a plain string for something else where
// the system's paths are not made of bytes. (The other way, path::string() gives UTF-8 on both
// systems.)
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace semafoor::os {

inline std::filesystem::path path_of(std::string_view utf8) {
  return std::filesystem::path(std::u8string(utf8.begin(), utf8.end()));
}

// `path` with ASCII letters behind it: "data" and ".new" is "data.new".
inline std::filesystem::path with_suffix(std::filesystem::path path, std::string_view suffix) {
  return path += path_of(suffix);
}

}  // namespace semafoor::os
