// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>

#include "gateway/domain/result.h"

namespace semafoor::store {

// Bytes on their way to somewhere else, in a file without a name: nothing is left of it, whatever
// happens. Not durable.
class Spool {
 public:
  static Result<std::unique_ptr<Spool>> open(const std::filesystem::path& folder);
  virtual ~Spool() = default;
  virtual Result<void> append(std::span<const std::byte> bytes) = 0;
  // Exactly so many bytes.
  virtual Result<void> read(std::int64_t offset, std::span<std::byte> buffer) = 0;
};

}  // namespace semafoor::store
