// SPDX-License-Identifier: Apache-2.0
//
// Where the bytes of a document come from: a file, a content of the store, memory.
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <utility>

#include "gateway/domain/result.h"

namespace semafoor::documents {

// Bytes from the first to the last, once.
class ByteStream {
 public:
  virtual ~ByteStream() = default;
  // How many were put at the beginning of `to`; 0 at the end alone.
  virtual Result<std::size_t> read(std::span<char> to) = 0;
};

// The same bytes from the first one on, as often as asked: a document is read twice, since what it
// is written in shows at its end at the latest. What it refers to outlives it.
using Opener = std::function<Result<std::unique_ptr<ByteStream>>()>;

// Bytes at any place. For one thread at a time.
class Source {
 public:
  virtual ~Source() = default;
  virtual std::uint64_t size() const = 0;
  // How many were read, less than asked at the end of the source alone.
  virtual Result<std::size_t> read_at(std::uint64_t offset, std::span<char> to) const = 0;
};

Opener opener_of(const Source& source);

// Fills `to`, in as many reads as it takes; less at the end of the stream alone.
Result<std::size_t> read_full(ByteStream& stream, std::span<char> to);

class MemorySource : public Source {
 public:
  explicit MemorySource(std::string bytes) : bytes_(std::move(bytes)) {}
  std::uint64_t size() const override { return bytes_.size(); }
  Result<std::size_t> read_at(std::uint64_t offset, std::span<char> to) const override;

 private:
  std::string bytes_;
};

class FileSource : public Source {
 public:
  // "document.unreadable".
  static Result<std::unique_ptr<FileSource>> open(const std::filesystem::path& file);
  std::uint64_t size() const override { return size_; }
  Result<std::size_t> read_at(std::uint64_t offset, std::span<char> to) const override;

 private:
  FileSource(std::ifstream file, std::uint64_t size, std::string name)
      : file_(std::move(file)), size_(size), name_(std::move(name)) {}
  mutable std::ifstream file_;
  std::uint64_t size_;
  std::string name_;
};

}  // namespace semafoor::documents
