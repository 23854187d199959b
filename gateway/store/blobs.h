// SPDX-License-Identifier: Apache-2.0
//
// Attachments on disk: content-addressed by the SHA-256 of the plain bytes, per organisation.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>

#include "gateway/domain/result.h"

namespace semafoor::store {

struct BlobRef {
  // Lower-case hex.
  std::string sha256;
  std::int64_t size = 0;
};

// "attachment.damaged": what is on disk is not what was stored.
Error damaged_blob();

// Takes bytes into a temporary file. Destroyed without commit(), it leaves nothing behind.
class BlobWriter {
 public:
  virtual ~BlobWriter() = default;
  virtual Result<void> append(std::span<const std::byte> bytes) = 0;
  // SHA-256 and size of what was appended so far.
  virtual BlobRef current() const = 0;
  // Flushes the file, renames it into place, flushes the folder. Returns after the bytes are
  // durable. The row that names the blob comes after this, never before.
  virtual Result<BlobRef> commit() = 0;
};

class BlobReader {
 public:
  virtual ~BlobReader() = default;
  virtual std::int64_t size() const = 0;
  // Fills in piece `number` (from 0, of kPieceBytes each but the last; piece_sums.h) and says its
  // size; 0 behind the last. Its bytes are those that were stored, or it is damaged_blob().
  virtual Result<std::size_t> read_piece(std::int64_t number, std::span<std::byte> buffer) = 0;
};

class Blobs {
 public:
  virtual ~Blobs() = default;
  virtual Result<std::unique_ptr<BlobWriter>> create(const std::string& org) = 0;
  // "blob.missing" when it is not there, damaged_blob() when it is not whole.
  virtual Result<std::unique_ptr<BlobReader>> open(const std::string& org,
                                                   const std::string& sha256) = 0;
  // Removes temporary files and unreferenced blobs older than a day. `referenced` decides.
  virtual Result<int> sweep(
      const std::function<bool(const std::string& org, const std::string& sha256)>& referenced) = 0;
  // While the answer lives, sweep() removes nothing. Null where blobs need no holding.
  virtual std::shared_ptr<void> hold() { return nullptr; }
};

}  // namespace semafoor::store
