// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace semafoor::upstream {

// A day: nobody is made to wait longer by one header.
inline constexpr std::int64_t kLongestRetryAfterMs = 24LL * 60 * 60 * 1000;

// Seconds since 1970 of an HTTP-date in its preferred form, "Sun, 06 Nov 1994 08:49:37 GMT"
// (RFC 9110 section 5.6.7); the obsolete forms are not understood.
std::optional<std::int64_t> parse_http_date(std::string_view text);

// Milliseconds to wait, of a Retry-After header (RFC 9110 section 10.2.3): seconds, or a date. A
// date is taken relative to the server's own `Date` when it sent one, because two clocks rarely
// agree. 0 … kLongestRetryAfterMs.
std::optional<std::int64_t> parse_retry_after(std::string_view value, std::string_view server_date,
                                              std::int64_t now_unix_seconds);

}  // namespace semafoor::upstream
