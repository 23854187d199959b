// SPDX-License-Identifier: Apache-2.0
//
// What can be said of a library file without loading it.
#pragma once

#include <filesystem>
#include <string>

#include "host-shim/src/platform.h"
#include "host-shim/src/result.h"

namespace semafoor::loader {

// Refuses a file that is missing, empty, not a shared library, cut short, or made for another
// system or processor than `platform`.
Outcome check_library_file(const std::filesystem::path& path, const Platform& platform);

// Refuses a file whose SHA-256 is not `expected` (lower-case hexadecimal).
Outcome check_digest(const std::filesystem::path& path, const std::string& expected);

}  // namespace semafoor::loader
