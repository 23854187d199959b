// SPDX-License-Identifier: Apache-2.0
//
// Puts restored data in the place of what was there, as far as the operating system helps: in one
// step (posix/), or in three that can be taken back (windows/).
#pragma once

#include <filesystem>

#include "gateway/domain/result.h"

namespace semafoor::backup {

// Two folders beside each other change names, durable when it returns. "restore.swap" when the
// system refuses; nothing was changed then.
Result<void> exchange(const std::filesystem::path& one, const std::filesystem::path& other);

// Everything in `folder`, and itself, belongs to who owns `like`, and is as private.
Result<void> own_like(const std::filesystem::path& folder, const std::filesystem::path& like);

}  // namespace semafoor::backup
