// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct evp_md_ctx_st;

namespace semafoor::sandbox::content {

using Digest = std::array<unsigned char, 32>;

class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;
  void update(std::string_view bytes);
  // Ends the computation; call once.
  Digest finish();

 private:
  evp_md_ctx_st* context_;
};

Digest sha256(std::string_view bytes);
std::string to_hex(const Digest& digest);
// RFC 4648 section 5, without padding.
std::string base64url(std::string_view bytes);
std::string base64url(const Digest& digest);
// Refuses padding and every character outside the alphabet.
std::optional<std::string> base64url_decode(std::string_view text);

}  // namespace semafoor::sandbox::content
