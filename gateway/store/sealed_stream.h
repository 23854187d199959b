// SPDX-License-Identifier: Apache-2.0
//
// A blob as it is sealed: in chunks, so that it is written and read as a stream and any part of it
// can be read alone. A chunk fills one piece of what keeps it (piece_sums.h) exactly.
//
// The layout: the chunks, each with its tag; a salt of 16 bytes; the content's size, 8 bytes,
// little endian; a tag over salt, size and whatever the blob is bound to; a mark of 8 bytes. Each
// blob has a key of its own, derived from the organisation's key and the salt, and chunks are
// numbered from 0 in their nonces: none can be moved, left out or taken from another blob.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/store/blobs.h"
#include "gateway/store/data_keys.h"
#include "gateway/store/piece_sums.h"

namespace semafoor::store {

inline constexpr std::size_t kTagBytes = 16;
inline constexpr std::size_t kChunkBytes = kPieceBytes - kTagBytes;
inline constexpr std::size_t kTrailerBytes = 16 + 8 + kTagBytes + 8;

class StreamSealer {
 public:
  // "store.no_randomness".
  static Result<StreamSealer> begin(const vault::SealKey& key);

  // Hands sealed bytes on as chunks fill.
  Result<void> add(std::span<const std::byte> plain, RawBlobWriter& to);
  // The last chunk and the trailer. `bound_to` is the organisation and the name.
  Result<void> end(std::string_view bound_to, RawBlobWriter& to);

 private:
  StreamSealer(std::string salt, vault::SealKey key);
  Result<void> put_chunk(RawBlobWriter& to);

  std::string salt_;
  vault::SealKey key_;
  std::vector<std::byte> chunk_;
  std::vector<std::byte> sealed_;
  std::uint64_t number_ = 0;
  std::int64_t size_ = 0;
};

// Whether these last bytes of something kept are a trailer.
bool is_trailer(std::string_view tail);

class StreamOpener {
 public:
  // damaged_blob() when the trailer is not whole, or bound to something else.
  static Result<StreamOpener> begin(const vault::SealKey& key, std::string_view bound_to,
                                    std::unique_ptr<BlobReader> raw);

  std::int64_t size() const { return size_; }
  // Fills in the plain bytes from `offset` on; as many as there are, and no more than the buffer.
  Result<std::size_t> read(std::int64_t offset, std::span<std::byte> buffer);

 private:
  StreamOpener(vault::SealKey key, std::int64_t size, std::unique_ptr<BlobReader> raw);
  Result<void> open_chunk(std::int64_t number);

  vault::SealKey key_;
  std::int64_t size_;
  std::unique_ptr<BlobReader> raw_;
  // The chunk that was read last: pieces and chunks do not begin at the same places.
  std::vector<std::byte> sealed_;
  std::vector<std::byte> chunk_;
  std::int64_t number_ = -1;
};

// The last bytes of what is kept, at most kTrailerBytes.
Result<std::string> tail_of(BlobReader& raw);

}  // namespace semafoor::store
