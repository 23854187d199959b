// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

namespace semafoor::app {

// Verifies an exported audit chain, without store or gateway. `anchors` may be empty. Gives the
// exit code: 0 whole, 1 not.
int check_audit_file(const std::filesystem::path& file, const std::filesystem::path& anchors,
                     bool json);

}  // namespace semafoor::app
