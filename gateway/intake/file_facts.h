// SPDX-License-Identifier: Apache-2.0
//
// What the operating system says of a file that somebody put there: posix/, windows/.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace semafoor::intake {

enum class FileKind {
  regular,
  folder,
  // Symbolic, hard, or of Windows' kinds: what it leads to was not put there.
  link,
  // A pipe, a device.
  other,
  absent,
};

struct FileFacts {
  FileKind kind = FileKind::absent;
  std::int64_t size = 0;
  // Of the last writing, in units of the system; only to compare.
  std::int64_t written = 0;
  // "uid 1000", or a SID; empty when it is not known.
  std::string owner;
  // Why it cannot be opened for reading, in the system's words; empty when it can. Of regular files
  // alone.
  std::string unreadable;
  // Another program writes it (Windows says so; POSIX does not know).
  bool in_use = false;

  bool same_content(const FileFacts& other) const {
    return kind == other.kind && size == other.size && written == other.written;
  }
};

// Follows no link, and waits for nobody.
FileFacts look_at(const std::filesystem::path& file);

}  // namespace semafoor::intake
