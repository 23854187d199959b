// SPDX-License-Identifier: Apache-2.0
#include "gateway/store/piece_sums.h"

#include <gtest/gtest.h>

namespace semafoor::store {
namespace {

std::span<const std::byte> bytes_of(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

std::string tail_of(std::string_view content, std::size_t step) {
  PieceSummer summer;
  for (std::size_t at = 0; at < content.size(); at += step)
    summer.add(bytes_of(content.substr(at, step)));
  return summer.tail();
}

std::string content_of(std::size_t size) {
  std::string content;
  for (std::size_t i = 0; i < size; ++i) content += static_cast<char>(i * 31 % 251);
  return content;
}

TEST(PieceSums, EveryPieceIsKnownAgainAndNoOtherIs) {
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, kPieceBytes - 1, kPieceBytes,
                                 kPieceBytes + 1, 3 * kPieceBytes}) {
    std::string content = content_of(size);
    const std::string tail = tail_of(content, 1000);
    EXPECT_EQ(tail, tail_of(content, kPieceBytes * 2)) << "in parts of any size";
    const auto footer = std::string_view(tail).substr(tail.size() - PieceSums::kFooterBytes);
    const auto file_bytes = static_cast<std::int64_t>(size + tail.size());
    ASSERT_EQ(PieceSums::content_bytes(footer, file_bytes), static_cast<std::int64_t>(size));
    EXPECT_EQ(PieceSums::tail_bytes(static_cast<std::int64_t>(size)),
              static_cast<std::int64_t>(tail.size()));
    const auto sums = PieceSums::read(tail, static_cast<std::int64_t>(size));
    ASSERT_TRUE(sums.has_value());
    std::size_t number = 0;
    for (std::size_t at = 0; at < size; at += kPieceBytes, ++number) {
      EXPECT_TRUE(sums->right(
          number, bytes_of(content).subspan(at).first(std::min(kPieceBytes, size - at))));
      content[at] = static_cast<char>(content[at] ^ 1);
      EXPECT_FALSE(sums->right(
          number, bytes_of(content).subspan(at).first(std::min(kPieceBytes, size - at))));
    }
    EXPECT_FALSE(sums->right(number, {})) << "there is no piece behind the last";
  }
}

TEST(PieceSums, ADamagedTailIsNotBelieved) {
  const std::string content = content_of(2 * kPieceBytes);
  const std::string tail = tail_of(content, 4096);
  const auto size = static_cast<std::int64_t>(content.size());
  for (std::size_t i = 0; i < tail.size(); ++i) {
    std::string damaged = tail;
    damaged[i] = static_cast<char>(damaged[i] ^ 4);
    const auto footer = std::string_view(damaged).substr(tail.size() - PieceSums::kFooterBytes);
    const auto found =
        PieceSums::content_bytes(footer, size + static_cast<std::int64_t>(tail.size()));
    EXPECT_FALSE(found && PieceSums::read(damaged, *found)) << "byte " << i;
  }
  EXPECT_FALSE(PieceSums::content_bytes("short", 5));
  EXPECT_FALSE(PieceSums::read("short", size));
  // A file of another length than its footer says.
  const auto footer = std::string_view(tail).substr(tail.size() - PieceSums::kFooterBytes);
  EXPECT_FALSE(PieceSums::content_bytes(footer, size + 1));
}

}  // namespace
}  // namespace semafoor::store
