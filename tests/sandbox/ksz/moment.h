// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace semafoor::sandbox::ksz {

// Seconds since 1970 UTC, as xs:dateTime and as yyyyMMddThhmmss (t_DateTimeUTC of SSDN).
std::string date_time(std::int64_t seconds);
std::string compact_date_time(std::int64_t seconds);
// xs:dateTime with a zone; a fraction is cut off. Without a zone it is no moment: nullopt.
std::optional<std::int64_t> read_date_time(std::string_view text);
bool is_compact_date_time(std::string_view text);

}  // namespace semafoor::sandbox::ksz
