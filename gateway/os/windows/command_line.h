// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace semafoor::os::windows {

// For CreateProcessW: program and arguments (UTF-8) so quoted that the program finds them apart
// again as they were.
std::wstring command_line(const std::filesystem::path& program,
                          const std::vector<std::string>& arguments);

// The file of this program.
std::filesystem::path own_program();

}  // namespace semafoor::os::windows
