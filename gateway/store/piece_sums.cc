// SPDX-License-Identifier: Apache-2.0
#include "gateway/store/piece_sums.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>

namespace semafoor::store {
namespace {

constexpr std::string_view kMark = "SFBLOB01";
constexpr std::size_t kSumBytes = 8;
constexpr auto kPiece = static_cast<std::int64_t>(kPieceBytes);

void append_number(std::string& to, std::uint64_t value) {
  for (unsigned shift = 0; shift < 64; shift += 8) to += static_cast<char>(value >> shift & 0xffU);
}

std::uint64_t number_at(std::string_view text, std::size_t at) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < kSumBytes; ++i)
    value |= static_cast<std::uint64_t>(static_cast<unsigned char>(text[at + i])) << (8 * i);
  return value;
}

std::int64_t pieces(std::int64_t content_bytes) {
  return content_bytes / kPiece + (content_bytes % kPiece == 0 ? 0 : 1);
}

}  // namespace

struct PieceSummer::State {
  XXH3_state_t hash;
};

PieceSummer::PieceSummer() : state_(std::make_unique<State>()) {
  XXH3_64bits_reset(&state_->hash);
}

PieceSummer::~PieceSummer() = default;

void PieceSummer::add(std::span<const std::byte> bytes) {
  content_bytes_ += static_cast<std::int64_t>(bytes.size());
  while (!bytes.empty()) {
    const std::size_t size = std::min(bytes.size(), kPieceBytes - in_piece_);
    XXH3_64bits_update(&state_->hash, bytes.data(), size);
    in_piece_ += size;
    bytes = bytes.subspan(size);
    if (in_piece_ == kPieceBytes) end_piece();
  }
}

void PieceSummer::end_piece() {
  append_number(sums_, XXH3_64bits_digest(&state_->hash));
  XXH3_64bits_reset(&state_->hash);
  in_piece_ = 0;
}

std::string PieceSummer::tail() {
  if (in_piece_ > 0) end_piece();
  append_number(sums_, static_cast<std::uint64_t>(content_bytes_));
  append_number(sums_, XXH3_64bits(sums_.data(), sums_.size()));
  sums_ += kMark;
  return std::move(sums_);
}

std::int64_t PieceSums::tail_bytes(std::int64_t content_bytes) {
  return pieces(content_bytes) * static_cast<std::int64_t>(kSumBytes) +
         static_cast<std::int64_t>(kFooterBytes);
}

std::optional<std::int64_t> PieceSums::content_bytes(std::string_view footer,
                                                     std::int64_t file_bytes) {
  if (footer.size() != kFooterBytes || !footer.ends_with(kMark)) return std::nullopt;
  const auto size = static_cast<std::int64_t>(number_at(footer, 0));
  if (size < 0 || size > file_bytes || size + tail_bytes(size) != file_bytes) return std::nullopt;
  return size;
}

std::optional<PieceSums> PieceSums::read(std::string_view tail, std::int64_t content_bytes) {
  if (static_cast<std::int64_t>(tail.size()) != tail_bytes(content_bytes)) return std::nullopt;
  const std::size_t summed = tail.size() - kMark.size() - kSumBytes;
  if (XXH3_64bits(tail.data(), summed) != number_at(tail, summed)) return std::nullopt;
  PieceSums sums;
  sums.sums_.reserve(tail.size() / kSumBytes);
  for (std::size_t at = 0; at + kSumBytes < summed; at += kSumBytes)
    sums.sums_.push_back(number_at(tail, at));
  return sums;
}

bool PieceSums::right(std::size_t number, std::span<const std::byte> piece) const {
  return number < sums_.size() && XXH3_64bits(piece.data(), piece.size()) == sums_[number];
}

}  // namespace semafoor::store
