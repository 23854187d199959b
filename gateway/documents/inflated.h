// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>

#include "gateway/documents/source.h"
#include "gateway/domain/result.h"

namespace semafoor::documents {

// Bytes inside a source, stored or deflated (RFC 1951), with what they are to become.
struct Packed {
  const Source* source = nullptr;
  std::uint64_t offset = 0;
  std::uint64_t packed = 0;
  std::uint64_t size = 0;
  std::uint32_t crc = 0;
  bool deflated = false;
};

// In 64 KiB of memory and zlib's own. "zip.malformed", "zip.checksum".
Result<std::unique_ptr<ByteStream>> inflated(const Packed& packed);

}  // namespace semafoor::documents
