// SPDX-License-Identifier: Apache-2.0
//
// Identifiers of ours (RFC 9562).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace semafoor::domain {

// UUIDv7: ordered by `now_ms` (milliseconds since 1970 UTC), otherwise random. Safe from several
// threads.
std::string uuid_v7(std::int64_t now_ms);
// UUIDv4: random alone.
std::string uuid_v4();
// Thirty-two hexadecimal digits with hyphens in the usual places; any version, either case.
bool is_uuid(std::string_view text);

}  // namespace semafoor::domain
