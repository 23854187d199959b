// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include "gateway/documents/source.h"
#include "gateway/store/blobs.h"

namespace semafoor::lists {

// The bytes of a stored attachment. Holds one piece of it.
class BlobSource : public documents::Source {
 public:
  explicit BlobSource(std::unique_ptr<store::BlobReader> reader);
  std::uint64_t size() const override;
  // Errors of the blob: "attachment.damaged" and the disk's.
  Result<std::size_t> read_at(std::uint64_t offset, std::span<char> to) const override;

 private:
  const std::unique_ptr<store::BlobReader> reader_;
  mutable std::vector<std::byte> piece_;
  mutable std::int64_t number_ = -1;
  mutable std::size_t filled_ = 0;
};

// Of an attachment whose bytes cannot be had: every reading is this error.
class LostSource : public documents::Source {
 public:
  explicit LostSource(Error error) : error_(std::move(error)) {}
  std::uint64_t size() const override { return 1; }
  Result<std::size_t> read_at(std::uint64_t /*offset*/, std::span<char> /*to*/) const override {
    return error_;
  }

 private:
  const Error error_;
};

}  // namespace semafoor::lists
