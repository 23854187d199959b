// SPDX-License-Identifier: Apache-2.0
//
// A file that is open, as the operating system has it: posix/open_file.cc, windows/open_file.cc.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>

#include "gateway/domain/result.h"

namespace semafoor::store {

// What a function gives is 0, or the system's number of what went wrong, for file_error().
class OpenFile {
 public:
  // An empty file that only this account (and who administers the system) may read, in place of
  // what is there. While it is open it can be renamed and removed.
  static Result<OpenFile> create(const std::string& tried, const std::filesystem::path& file);
  // For reading. `number` says why not; is_absent() whether there is none.
  static OpenFile read(const std::filesystem::path& file, int& number);
  static bool is_absent(int number);

  OpenFile(OpenFile&& other) noexcept : file_(other.file_) { other.file_ = kNone; }
  OpenFile& operator=(OpenFile&&) = delete;
  ~OpenFile();

  // A disk may take less than asked; this goes on.
  int write_all(const void* data, std::size_t size) const;
  // Fills the buffer from `offset` on. A file that ends before is a number too.
  int read_all(std::int64_t offset, void* buffer, std::size_t size) const;
  int size(std::int64_t& bytes) const;
  // The bytes are durable; the name may not be.
  int flush() const;

 private:
  // A descriptor, or a HANDLE.
  static constexpr std::intptr_t kNone = -1;
  explicit OpenFile(std::intptr_t file) : file_(file) {}
  std::intptr_t file_;
};

}  // namespace semafoor::store
