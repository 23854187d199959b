// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace semafoor::upstream {

// Base64url without padding (RFC 4648 section 5, RFC 7515 section 2).
std::string base64url(std::string_view bytes);

// Reads base64url and plain base64, with or without padding: senders mix them up (e-Box
// documentation, FAQ on digests). nullopt when it is neither.
std::optional<std::string> base64_decoded(std::string_view text);

// Lower-case hexadecimal digits.
std::string hex(std::string_view bytes);

std::string sha256(std::string_view bytes);

}  // namespace semafoor::upstream
