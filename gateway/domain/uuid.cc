// SPDX-License-Identifier: Apache-2.0
#include "gateway/domain/uuid.h"

#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace semafoor::domain {
namespace {

using Bytes = std::array<unsigned char, 16>;

Bytes random_bytes() {
  // Asked for in bulk: each question to the generator costs as much as the rest of a new row.
  struct Stock {
    std::array<unsigned char, 32 * sizeof(Bytes)> bytes;
    std::size_t used = sizeof bytes;
  };
  thread_local Stock stock;
  if (stock.used == stock.bytes.size()) {
    // Without randomness ids would repeat, and a repeated id is a doubled answer: there is nothing
    // sensible to go on with.
    if (RAND_bytes(stock.bytes.data(), static_cast<int>(stock.bytes.size())) != 1)
      throw std::runtime_error("The operating system gave no random bytes for a new identifier.");
    stock.used = 0;
  }
  Bytes bytes{};
  std::copy_n(stock.bytes.begin() + static_cast<std::ptrdiff_t>(stock.used), bytes.size(),
              bytes.begin());
  stock.used += bytes.size();
  return bytes;
}

std::string written(Bytes bytes, unsigned version) {
  bytes[6] = static_cast<unsigned char>((bytes[6] & 0x0fU) | (version << 4U));
  bytes[8] = static_cast<unsigned char>((bytes[8] & 0x3fU) | 0x80U);
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  text.reserve(36);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    text += kDigits[bytes[i] >> 4U];
    text += kDigits[bytes[i] & 0x0fU];
  }
  return text;
}

}  // namespace

std::string uuid_v7(std::int64_t now_ms) {
  Bytes bytes = random_bytes();
  for (int i = 0; i < 6; ++i)
    bytes[static_cast<std::size_t>(i)] = static_cast<unsigned char>(now_ms >> (8 * (5 - i)));
  return written(bytes, 7);
}

std::string uuid_v4() {
  return written(random_bytes(), 4);
}

bool is_uuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool hyphen = i == 8 || i == 13 || i == 18 || i == 23;
    const char c = text[i];
    const bool digit = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    if (hyphen ? c != '-' : !digit) return false;
  }
  return true;
}

}  // namespace semafoor::domain
