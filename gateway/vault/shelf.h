// SPDX-License-Identifier: Apache-2.0
//
// Where the vault keeps what it has sealed. The vault knows no files: whoever wires the rooms gives
// it a folder (store/file_shelf.h), or memory in tests.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/domain/result.h"

namespace semafoor::vault {

// Named bytes. A name is letters, digits, '-', '_', '.', and no path. Safe from several threads.
class Shelf {
 public:
  virtual ~Shelf() = default;
  // Nothing when there is none of this name. What cannot be read is an error, never an absence.
  virtual Result<std::optional<std::string>> load(const std::string& name) = 0;
  // At once, in the place of what is there; returns when it is durable.
  virtual Result<void> save(const std::string& name, std::string_view bytes) = 0;
  // Durable too. One that is not there is no error.
  virtual Result<void> remove(const std::string& name) = 0;
  // In their order.
  virtual Result<std::vector<std::string>> names() = 0;
  // For messages: where a name is kept.
  virtual std::string shown(const std::string& name) const = 0;
};

}  // namespace semafoor::vault
