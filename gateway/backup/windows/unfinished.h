// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "gateway/domain/result.h"

namespace semafoor::backup::windows {

// An exchange that was cut short is taken back, so that the data folder is what it was before.
// While the folder is locked, and before anything looks into it or makes it.
Result<void> undo_unfinished_exchange(const std::filesystem::path& data);

}  // namespace semafoor::backup::windows
