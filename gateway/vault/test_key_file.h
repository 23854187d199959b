// SPDX-License-Identifier: Apache-2.0
//
// For tests: files of keys, private and not (posix/, windows/).
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace semafoor::vault {

// Writes a file that this account alone may read; one that is there is replaced.
void write_key_file(const std::filesystem::path& file, std::string_view bytes);

// The ways to let others have a file, and one of them.
constexpr int kSharings = 4;
void share_key_file(const std::filesystem::path& file, int way);

// What is advised against it, in part.
std::string sharing_advice();

}  // namespace semafoor::vault
