// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "gateway/backup/make.h"
#include "gateway/backup/manifest.h"
#include "gateway/domain/result.h"

namespace semafoor::backup {

// Reads every byte of a backup: the manifest, the sums of the files, SQLite's own check of the
// database, its schema, and that each attachment its rows refer to is whole. Changes nothing.
// "backup.damaged" and what else read_manifest() and look_into() say.
Result<Manifest> check(const std::filesystem::path& folder, const Progress& progress);

// Beside the data folder, where it grows.
std::filesystem::path staging_of(const std::filesystem::path& data);
// Copies a backup that check() found good to where `data` can be exchanged for it, and sums again
// what was read. The remains of one that was killed are removed; a folder that is no such remains
// is given a dated name. Nothing stays behind after an error.
Result<std::filesystem::path> stage(const std::filesystem::path& folder,
                                    const std::filesystem::path& data, const Manifest& manifest,
                                    const Progress& progress);
// Puts `staged` in the place of `data`, in one step of the file system: whoever looks sees either
// the one or the other, whole. Both exist; both are locked by the caller. Returns the dated name of
// what was `data`, or nothing when that was empty.
Result<std::filesystem::path> swap_in(const std::filesystem::path& staged,
                                      const std::filesystem::path& data);

}  // namespace semafoor::backup
