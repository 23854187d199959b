// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace semafoor::upstream::soap {

// Base64 with padding (RFC 4648 section 4), as xsd:base64Binary and HTTP Basic want it.
std::string base64(std::string_view bytes);

// xsd:base64Binary: white space anywhere, padding required. nullopt for everything else.
std::optional<std::string> base64_binary(std::string_view text);

// xsd:dateTime in UTC with milliseconds: 2026-11-28T23:42:00.000Z.
std::string date_time(std::int64_t unix_ms);

// yyyyMMddThhmmss in UTC (t_DateTimeUTC of the SSDN schemas).
std::string compact_date_time(std::int64_t unix_ms);

}  // namespace semafoor::upstream::soap
