// SPDX-License-Identifier: Apache-2.0
#include "tests/sandbox/ksz/base64.h"

#include <openssl/evp.h>

namespace semafoor::sandbox::ksz {

std::optional<std::string> base64_decode(std::string_view text) {
  std::string packed;
  for (char c : text) {
    if (c != ' ' && c != '\t' && c != '\r' && c != '\n') packed += c;
  }
  if (packed.empty() || packed.size() % 4 != 0) return std::nullopt;
  std::string bytes(packed.size() / 4 * 3, '\0');
  int size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                             reinterpret_cast<const unsigned char*>(packed.data()),
                             static_cast<int>(packed.size()));
  if (size < 0) return std::nullopt;
  // EVP_DecodeBlock counts the padding as zeros.
  std::size_t padding = packed.ends_with("==") ? 2 : packed.ends_with("=") ? 1 : 0;
  bytes.resize(static_cast<std::size_t>(size) - padding);
  return bytes;
}

}  // namespace semafoor::sandbox::ksz
