// SPDX-License-Identifier: Apache-2.0
#include "gateway/documents/lines.h"

#include <algorithm>
#include <cstring>
#include <span>
#include <utility>

namespace semafoor::documents {

LineReader::LineReader(std::unique_ptr<ByteStream> stream, const TextFacts& facts)
    : stream_(std::move(stream)),
      end_(facts.line_feeds ? '\n' : '\r'),
      skip_(facts.encoding == Encoding::utf8_with_mark ? 3 : 0),
      buffer_(2 * kLongestLine) {}

// Reads more behind what is there; false at the end.
Result<bool> LineReader::fill() {
  if (ended_) return false;
  if (begin_ > 0) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, filled_ - begin_);
    filled_ -= begin_;
    begin_ = 0;
  }
  auto got = stream_->read(std::span(buffer_).subspan(filled_));
  if (!got) return got.error();
  if (*got == 0) ended_ = true;
  filled_ += *got;
  const std::size_t skipped = std::min(skip_, filled_);
  begin_ += skipped;
  skip_ -= skipped;
  return !ended_;
}

Result<bool> LineReader::next(Line& line) {
  std::size_t searched = 0;
  for (;;) {
    const char* const from = buffer_.data() + begin_;
    const std::size_t there = filled_ - begin_;
    const auto* found =
        static_cast<const char*>(std::memchr(from + searched, end_, there - searched));
    const std::size_t length = found != nullptr ? static_cast<std::size_t>(found - from) : there;
    // One more for the CR of a CRLF.
    if (length > kLongestLine + 1) return next_long(line);
    if (found == nullptr) {
      searched = there;
      const auto more = fill();
      if (!more) return more.error();
      if (*more) continue;
      if (there == 0) return false;
    }
    line.bytes = {buffer_.data() + begin_, length};
    if (end_ == '\n' && line.bytes.ends_with('\r')) line.bytes.remove_suffix(1);
    line.number = ++number_;
    line.too_long = line.bytes.size() > kLongestLine;
    if (line.too_long) line.bytes = line.bytes.substr(0, kKeptOfLongLine);
    begin_ += length + (found != nullptr ? 1 : 0);
    return true;
  }
}

Result<bool> LineReader::next_long(Line& line) {
  kept_.assign(buffer_.data() + begin_, kKeptOfLongLine);
  line = {.bytes = kept_, .number = ++number_, .too_long = true};
  for (;;) {
    const char* const from = buffer_.data() + begin_;
    const auto* found = static_cast<const char*>(std::memchr(from, end_, filled_ - begin_));
    if (found != nullptr) {
      begin_ += static_cast<std::size_t>(found - from) + 1;
      return true;
    }
    begin_ = filled_;
    const auto more = fill();
    if (!more) return more.error();
    if (!*more) return true;
  }
}

}  // namespace semafoor::documents
