// SPDX-License-Identifier: Apache-2.0
#include "gateway/lists/blob_source.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "gateway/store/piece_sums.h"

namespace semafoor::lists {

BlobSource::BlobSource(std::unique_ptr<store::BlobReader> reader)
    : reader_(std::move(reader)), piece_(store::kPieceBytes) {}

std::uint64_t BlobSource::size() const {
  return static_cast<std::uint64_t>(reader_->size());
}

Result<std::size_t> BlobSource::read_at(std::uint64_t offset, std::span<char> to) const {
  std::size_t done = 0;
  while (done < to.size() && offset + done < size()) {
    const std::uint64_t at = offset + done;
    const auto number = static_cast<std::int64_t>(at / store::kPieceBytes);
    if (number != number_) {
      number_ = -1;
      auto filled = reader_->read_piece(number, piece_);
      if (!filled) return filled.error();
      filled_ = *filled;
      number_ = number;
    }
    const auto inside = static_cast<std::size_t>(at % store::kPieceBytes);
    if (inside >= filled_) break;
    const std::size_t count = std::min(to.size() - done, filled_ - inside);
    std::memcpy(to.data() + done, piece_.data() + inside, count);
    done += count;
  }
  return done;
}

}  // namespace semafoor::lists
