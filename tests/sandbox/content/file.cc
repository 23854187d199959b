// SPDX-License-Identifier: Apache-2.0
#include "tests/sandbox/content/file.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <vector>

#include "tests/sandbox/content/random.h"

namespace semafoor::sandbox::content {
namespace {

constexpr std::string_view kLetters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789. ";
constexpr std::size_t kLine = 64;
// Below this a file is made whole once; above it the filling is made anew at every read.
constexpr std::uint64_t kHoldInMemory = 1U << 20;

void write_line(std::uint64_t key, std::uint64_t line, char* out) {
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < kLine - 1; ++i) {
    if (i % 10 == 0) word = mix(key + line * 8 + i / 10);
    out[i] = kLetters[word & 63];
    word >>= 6;
  }
  out[kLine - 1] = '\n';
}

}  // namespace

void write_filling(std::uint64_t key, std::uint64_t offset, std::span<char> out) {
  std::array<char, kLine> line{};
  std::size_t done = 0;
  while (done < out.size()) {
    auto within = (offset + done) % kLine;
    auto number = (offset + done) / kLine;
    if (within == 0 && out.size() - done >= kLine) {
      write_line(key, number, out.data() + done);
      done += kLine;
      continue;
    }
    write_line(key, number, line.data());
    auto count = std::min(kLine - within, out.size() - done);
    std::memcpy(out.data() + done, line.data() + within, count);
    done += count;
  }
}

File::File(std::string head, std::uint64_t filling, std::uint64_t key, std::string tail)
    : head_(std::move(head)), filling_(filling), key_(key), tail_(std::move(tail)) {
  if (size() <= kHoldInMemory || filling_ == 0) {
    auto whole = bytes();
    head_ = std::move(whole);
    tail_.clear();
    filling_ = 0;
    digest_ = sha256(head_);
    return;
  }
  Sha256 hash;
  std::vector<char> buffer(256 * 1024);
  for (std::uint64_t offset = 0; offset < size();) {
    auto count = read(offset, buffer);
    hash.update({buffer.data(), count});
    offset += count;
  }
  digest_ = hash.finish();
}

std::size_t File::read(std::uint64_t offset, std::span<char> out) const {
  std::size_t done = 0;
  auto copy = [&](std::string_view part, std::uint64_t start) {
    auto at = offset + done;
    if (done == out.size() || at < start || at >= start + part.size()) return;
    auto count = std::min<std::size_t>(part.size() - (at - start), out.size() - done);
    std::memcpy(out.data() + done, part.data() + (at - start), count);
    done += count;
  };
  copy(head_, 0);
  auto at = offset + done;
  if (done < out.size() && at >= head_.size() && at < head_.size() + filling_) {
    auto count = std::min<std::uint64_t>(head_.size() + filling_ - at, out.size() - done);
    write_filling(key_, at - head_.size(), out.subspan(done, count));
    done += count;
  }
  copy(tail_, head_.size() + filling_);
  return done;
}

std::string File::bytes() const {
  std::string whole(size(), '\0');
  read(0, whole);
  return whole;
}

}  // namespace semafoor::sandbox::content
