// SPDX-License-Identifier: Apache-2.0
//
// Files as the store needs them: durable, private, and with errors that say what to do.
#pragma once

#include <cerrno>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/domain/result.h"

namespace semafoor::store {

// Nothing when there is no such file.
Result<std::optional<std::string>> read_small_file(const std::filesystem::path& file);
// Atomically, readable by this account only; returns when it is durable.
Result<void> write_small_file(const std::filesystem::path& file, std::string_view content);
// An empty file that only this account may read, if there is none yet.
Result<void> make_private_file(const std::filesystem::path& file);
// Folder and its parents, 0700; returns when they are durable.
Result<void> make_folder(const std::filesystem::path& folder);
// Makes what was written into the file durable.
Result<void> flush_file(const std::filesystem::path& file);
// Makes a rename or a new name in the folder durable.
Result<void> flush_folder(const std::filesystem::path& folder);
// The error of a system call: `tried` is what was attempted ("write the attachment"), `number` is
// errno.
Error file_error(const std::string& tried, const std::filesystem::path& path, int number);

}  // namespace semafoor::store
