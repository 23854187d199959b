// SPDX-License-Identifier: Apache-2.0
//
// The lines of a file, in a buffer that does not grow with it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/documents/source.h"
#include "gateway/documents/text.h"
#include "gateway/domain/result.h"

namespace semafoor::documents {

// Bytes of a line, without its end.
inline constexpr std::size_t kLongestLine = 64 * 1024;
// What is kept of one that is longer.
inline constexpr std::size_t kKeptOfLongLine = 256;

struct Line {
  // Good until the next one is asked for. Of a line that is too long: its beginning.
  std::string_view bytes;
  // The first line of the file is 1.
  std::int64_t number = 0;
  bool too_long = false;
};

class LineReader {
 public:
  // The mark of UTF-8 is passed over.
  LineReader(std::unique_ptr<ByteStream> stream, const TextFacts& facts);
  // False at the end. A file that ends without an end of line has a last line all the same.
  Result<bool> next(Line& line);

 private:
  Result<bool> fill();
  Result<bool> next_long(Line& line);

  std::unique_ptr<ByteStream> stream_;
  char end_;
  std::size_t skip_;
  std::int64_t number_ = 0;
  std::vector<char> buffer_;
  std::size_t begin_ = 0;
  std::size_t filled_ = 0;
  bool ended_ = false;
  std::string kept_;
};

}  // namespace semafoor::documents
