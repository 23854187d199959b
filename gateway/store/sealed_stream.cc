// SPDX-License-Identifier: Apache-2.0
#include "gateway/store/sealed_stream.h"

#include <openssl/rand.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <utility>

namespace semafoor::store {
namespace {

constexpr std::string_view kMark = "SFSEAL01";
constexpr std::size_t kSaltBytes = 16;
constexpr std::uint64_t kTrailerNumber = std::numeric_limits<std::uint64_t>::max();
constexpr auto kChunk = static_cast<std::int64_t>(kChunkBytes);

std::int64_t chunks_of(std::int64_t size) {
  return size / kChunk + (size % kChunk == 0 ? 0 : 1);
}

std::string little_endian(std::int64_t number) {
  std::string bytes(8, '\0');
  for (std::size_t i = 0; i < 8; ++i)
    bytes[i] = static_cast<char>(static_cast<std::uint64_t>(number) >> (8 * i));
  return bytes;
}

std::int64_t number_of(std::string_view bytes) {
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < 8; ++i)
    number |= static_cast<std::uint64_t>(static_cast<unsigned char>(bytes[i])) << (8 * i);
  return static_cast<std::int64_t>(number);
}

vault::SealKey stream_key(const vault::SealKey& key, std::string_view salt) {
  return key.derived("blob " + std::string(salt));
}

std::string bound(std::string_view salt_and_size, std::string_view bound_to) {
  return std::string(salt_and_size) + std::string(bound_to);
}

std::span<const std::byte> bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}

}  // namespace

Result<StreamSealer> StreamSealer::begin(const vault::SealKey& key) {
  std::string salt(kSaltBytes, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(salt.data()), static_cast<int>(salt.size())) != 1)
    return Error{.kind = ErrorKind::internal,
                 .code = "store.no_randomness",
                 .message = "Sealed an attachment: the system gave no random bytes."};
  vault::SealKey own = stream_key(key, salt);
  return StreamSealer(std::move(salt), std::move(own));
}

StreamSealer::StreamSealer(std::string salt, vault::SealKey key)
    : salt_(std::move(salt)), key_(std::move(key)), sealed_(kPieceBytes) {
  chunk_.reserve(kChunkBytes);
}

Result<void> StreamSealer::put_chunk(RawBlobWriter& to) {
  key_.seal_piece(number_, "", chunk_.data(), chunk_.size(), sealed_.data());
  ++number_;
  auto put = to.append(std::span(sealed_).first(chunk_.size() + kTagBytes));
  chunk_.clear();
  return put;
}

Result<void> StreamSealer::add(std::span<const std::byte> plain, RawBlobWriter& to) {
  size_ += static_cast<std::int64_t>(plain.size());
  while (!plain.empty()) {
    const std::size_t size = std::min(plain.size(), kChunkBytes - chunk_.size());
    chunk_.insert(chunk_.end(), plain.begin(), plain.begin() + static_cast<std::ptrdiff_t>(size));
    plain = plain.subspan(size);
    if (chunk_.size() < kChunkBytes) break;
    if (auto put = put_chunk(to); !put) return put;
  }
  return {};
}

Result<void> StreamSealer::end(std::string_view bound_to, RawBlobWriter& to) {
  if (!chunk_.empty())
    if (auto put = put_chunk(to); !put) return put;
  std::string trailer = salt_ + little_endian(size_);
  std::string tag(kTagBytes, '\0');
  key_.seal_piece(kTrailerNumber, bound(trailer, bound_to), nullptr, 0,
                  reinterpret_cast<std::byte*>(tag.data()));
  trailer += tag;
  trailer += kMark;
  return to.append(bytes_of(trailer));
}

bool is_trailer(std::string_view tail) {
  return tail.size() == kTrailerBytes && tail.ends_with(kMark);
}

Result<std::string> tail_of(BlobReader& raw) {
  const std::int64_t size = raw.size();
  const std::int64_t from = std::max<std::int64_t>(0, size - std::int64_t{kTrailerBytes});
  constexpr auto kPiece = static_cast<std::int64_t>(kPieceBytes);
  std::vector<std::byte> piece(kPieceBytes);
  std::string tail;
  for (std::int64_t number = from / kPiece; number * kPiece < size; ++number) {
    auto got = raw.read_piece(number, piece);
    if (!got) return std::move(got).error();
    tail.append(reinterpret_cast<const char*>(piece.data()), *got);
  }
  if (tail.size() > kTrailerBytes) tail.erase(0, tail.size() - kTrailerBytes);
  return tail;
}

Result<StreamOpener> StreamOpener::begin(const vault::SealKey& key, std::string_view bound_to,
                                         std::unique_ptr<BlobReader> raw) {
  auto tail = tail_of(*raw);
  if (!tail) return std::move(tail).error();
  if (!is_trailer(*tail)) return damaged_blob();
  const std::string_view salt_and_size = std::string_view(*tail).substr(0, kSaltBytes + 8);
  const std::int64_t size = number_of(salt_and_size.substr(kSaltBytes));
  // Before it is multiplied.
  if (size < 0 || size > raw->size() ||
      size + chunks_of(size) * std::int64_t{kTagBytes} + std::int64_t{kTrailerBytes} != raw->size())
    return damaged_blob();
  vault::SealKey own = stream_key(key, salt_and_size.substr(0, kSaltBytes));
  std::string tag = tail->substr(kSaltBytes + 8, kTagBytes);
  std::byte nothing{};
  if (!own.open_piece(kTrailerNumber, bound(salt_and_size, bound_to),
                      reinterpret_cast<const std::byte*>(tag.data()), tag.size(), &nothing))
    return damaged_blob();
  return StreamOpener(std::move(own), size, std::move(raw));
}

StreamOpener::StreamOpener(vault::SealKey key, std::int64_t size, std::unique_ptr<BlobReader> raw)
    : key_(std::move(key)), size_(size), raw_(std::move(raw)), sealed_(kPieceBytes) {}

Result<void> StreamOpener::open_chunk(std::int64_t number) {
  if (number == number_) return {};
  number_ = -1;
  auto got = raw_->read_piece(number, sealed_);
  if (!got) return std::move(got).error();
  const auto plain = static_cast<std::size_t>(std::min(kChunk, size_ - number * kChunk));
  if (*got < plain + kTagBytes) return damaged_blob();
  chunk_.resize(plain);
  if (!key_.open_piece(static_cast<std::uint64_t>(number), "", sealed_.data(), plain + kTagBytes,
                       chunk_.data()))
    return damaged_blob();
  number_ = number;
  return {};
}

Result<std::size_t> StreamOpener::read(std::int64_t offset, std::span<std::byte> buffer) {
  std::size_t filled = 0;
  while (filled < buffer.size() && offset < size_) {
    if (auto opened = open_chunk(offset / kChunk); !opened) return std::move(opened).error();
    const auto from = static_cast<std::size_t>(offset % kChunk);
    const std::size_t part = std::min(chunk_.size() - from, buffer.size() - filled);
    std::memcpy(buffer.data() + filled, chunk_.data() + from, part);
    filled += part;
    offset += static_cast<std::int64_t>(part);
    // Read anew by who asks again: only the rest of a chunk is for the next piece.
    if (from + part == chunk_.size()) number_ = -1;
  }
  return filled;
}

}  // namespace semafoor::store
