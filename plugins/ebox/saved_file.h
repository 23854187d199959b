// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "plugins/kit/failure.h"

namespace semafoor::ebox {

// A file on its way into a folder: written beside its place, visible under its name only when it is
// whole.
class SavedFile {
 public:
  virtual ~SavedFile() = default;
  virtual kit::Done append(std::span<const std::uint8_t> bytes) = 0;
  // Flushes and gives it its name; with `overwrite` false another file of that name is never
  // touched and a number is added. Returns the absolute path after everything is durable.
  virtual kit::Result<std::string> commit(const std::string& name, bool overwrite) = 0;
};

// `folder` is absolute and exists. Destroyed without commit, nothing stays behind.
kit::Result<std::unique_ptr<SavedFile>> make_saved_file(const std::string& folder);

}  // namespace semafoor::ebox
