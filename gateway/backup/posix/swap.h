// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>

#include "gateway/domain/result.h"

namespace semafoor::backup::posix {

// Two folders beside each other change names in one step, durable when it returns. "restore.swap"
// when the file system cannot, or one of them is a mount point; nothing was changed then.
Result<void> exchange(const std::filesystem::path& one, const std::filesystem::path& other);

// Everything in `folder`, and itself, belongs to who owns `like`.
Result<void> own_like(const std::filesystem::path& folder, const std::filesystem::path& like);

}  // namespace semafoor::backup::posix
