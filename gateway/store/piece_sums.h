// SPDX-License-Identifier: Apache-2.0
//
// Checksums of a blob's pieces, which stand behind its bytes in the same file: whoever reads a
// piece sees at once whether the disk gave back what was stored, without reading the rest.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace semafoor::store {

// Bytes of every piece but the last, which may be shorter.
constexpr std::size_t kPieceBytes = std::size_t{64} * 1024;

// The file: the content; the checksums (XXH3-64, little endian) of its pieces; a footer of
// kFooterBytes: the content's size, the checksum of checksums and size, and a mark of the layout.
class PieceSums {
 public:
  static constexpr std::size_t kFooterBytes = 24;

  // Of the content's size in a file of `file_bytes` that ends in `footer`; none when it is not one
  // of ours.
  static std::optional<std::int64_t> content_bytes(std::string_view footer,
                                                   std::int64_t file_bytes);
  // What is written behind so much content, in all.
  static std::int64_t tail_bytes(std::int64_t content_bytes);
  // From what stands behind the content. None when it is damaged.
  static std::optional<PieceSums> read(std::string_view tail, std::int64_t content_bytes);

  // Whether `piece` is piece `number`, as it was stored.
  bool right(std::size_t number, std::span<const std::byte> piece) const;

 private:
  std::vector<std::uint64_t> sums_;
};

// Takes the content in parts of any size.
class PieceSummer {
 public:
  PieceSummer();
  ~PieceSummer();
  PieceSummer(const PieceSummer&) = delete;
  PieceSummer& operator=(const PieceSummer&) = delete;

  void add(std::span<const std::byte> bytes);
  // What is to be written behind the content. Once, after the last add().
  std::string tail();

 private:
  void end_piece();

  struct State;
  const std::unique_ptr<State> state_;
  std::size_t in_piece_ = 0;
  std::int64_t content_bytes_ = 0;
  std::string sums_;
};

}  // namespace semafoor::store
