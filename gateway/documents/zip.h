// SPDX-License-Identifier: Apache-2.0
//
// ZIP files that somebody else made (PKWARE APPNOTE 6.3.10), by their central directory, over zlib:
// stored and deflated members. libarchive is not used here: it turns names into the process's
// locale, which a service does not choose.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "gateway/documents/source.h"
#include "gateway/domain/result.h"

namespace semafoor::documents {

struct ZipLimits {
  std::size_t members = 1000;
  // Of the central directory, which is read as a whole.
  std::size_t directory_bytes = std::size_t{4} * 1024 * 1024;
  std::uint64_t member_bytes = std::uint64_t{512} * 1024 * 1024;
  std::uint64_t total_bytes = std::uint64_t{1024} * 1024 * 1024;
  // Bytes out of one byte in, where more than `free_bytes` come out. Statements reach 20.
  std::uint64_t ratio = 200;
  std::uint64_t free_bytes = std::uint64_t{1024} * 1024;
};

struct ZipMember {
  // UTF-8; of the members' own folders, with "/".
  std::string name;
  std::uint64_t packed = 0;
  std::uint64_t size = 0;
  std::uint32_t crc = 0;
  bool deflated = false;
  bool folder = false;
  // Where its local header stands.
  std::uint64_t offset = 0;
};

class ZipArchive {
 public:
  // Refuses the whole: "zip.malformed", "zip.too_large" (more of anything than the limits say, by
  // the word of the directory), "zip.name" (absolute, with "..", a drive, a NUL), "zip.encrypted",
  // "zip.unsupported" (several disks, ZIP64, other methods). `source` outlives it.
  static Result<ZipArchive> open(const Source& source, const ZipLimits& limits = {});

  const std::vector<ZipMember>& members() const { return members_; }
  // The member's bytes. What its directory said of size and checksum is checked while it is read:
  // "zip.malformed", "zip.checksum" instead of the last bytes, never more bytes than were said.
  Result<std::unique_ptr<ByteStream>> read(const ZipMember& member) const;

 private:
  explicit ZipArchive(const Source& source) : source_(&source) {}
  const Source* source_;
  std::vector<ZipMember> members_;
};

}  // namespace semafoor::documents
