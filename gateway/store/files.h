// SPDX-License-Identifier: Apache-2.0
//
// Files as the store needs them: durable, private, and with errors that say what to do.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

#include "gateway/domain/result.h"

namespace semafoor::store {

// "Private": for this account (and who administers the system) alone. On POSIX 0600 and 0700, on
// Windows an access list of its own.

// Nothing when there is no such file.
Result<std::optional<std::string>> read_small_file(const std::filesystem::path& file);
// Atomically, private; returns when it is durable.
Result<void> write_small_file(const std::filesystem::path& file, std::string_view content);
// An empty private file, if there is none yet.
Result<void> make_private_file(const std::filesystem::path& file);
// A private folder and its parents; returns when they are durable.
Result<void> make_folder(const std::filesystem::path& folder);
// The same for one whose parent is there, and not durable: for many at once, with one flush.
Result<void> make_one_folder(const std::filesystem::path& folder);
// Makes what was written into the file durable.
Result<void> flush_file(const std::filesystem::path& file);
// Makes a rename or a new name in the folder durable.
Result<void> flush_folder(const std::filesystem::path& folder);
// The file takes the name `to`, at once, also when another file has it. Durable after
// flush_folder(). `tried` as in file_error().
Result<void> rename_file(const std::string& tried, const std::filesystem::path& from,
                         const std::filesystem::path& to);
// The same for a folder; `to` is free, or an empty folder.
Result<void> rename_folder(const std::string& tried, const std::filesystem::path& from,
                           const std::filesystem::path& to);
// Names this process among those that live now, for names of files.
std::string process_mark();

// The error of a system call: `tried` is what was attempted ("write the attachment"), `number` is
// the system's: errno, GetLastError().
Error file_error(const std::string& tried, const std::filesystem::path& path, int number);
Error file_error(const std::string& tried, const std::filesystem::path& path,
                 const std::error_code& problem);

}  // namespace semafoor::store
