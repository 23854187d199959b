// SPDX-License-Identifier: Apache-2.0
//
// Attachments: content-addressed by the SHA-256 of the plain bytes, per organisation. What is kept
// is sealed under the organisation's key, if it has one, and bears a keyed hash of that SHA-256 as
// its name, so that nobody can look whether a document that he knows is there.
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

// Where a store keeps bytes under a name that it is given (64 lower-case hexadecimal digits):
// files, or rows. Knows nothing of what they are.
class RawBlobs;

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
  // Removes temporary files and unreferenced blobs older than a day. `referenced` decides, by the
  // name under which they are kept (Reader::blob_referenced()).
  virtual Result<int> sweep(
      const std::function<bool(const std::string& org, const std::string& name)>& referenced) = 0;
  // What is kept, as it is kept: for copies that need no key.
  virtual RawBlobs& raw() = 0;
};

class RawBlobWriter {
 public:
  virtual ~RawBlobWriter() = default;
  virtual Result<void> append(std::span<const std::byte> bytes) = 0;
  // As BlobWriter::commit().
  virtual Result<void> commit(const std::string& name) = 0;
};

class RawBlobs {
 public:
  virtual ~RawBlobs() = default;
  virtual Result<std::unique_ptr<RawBlobWriter>> create(const std::string& org) = 0;
  // As Blobs::open(), by name.
  virtual Result<std::unique_ptr<BlobReader>> open(const std::string& org,
                                                   const std::string& name) = 0;
  // Durable; one that is not there is no error.
  virtual Result<void> remove(const std::string& org, const std::string& name) = 0;
  // As Blobs::sweep().
  virtual Result<int> sweep(
      const std::function<bool(const std::string& org, const std::string& name)>& referenced) = 0;
  // While the answer lives, sweep() removes nothing. Null where blobs need no holding.
  virtual std::shared_ptr<void> hold() { return nullptr; }
};

}  // namespace semafoor::store
