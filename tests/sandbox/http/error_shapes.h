// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/sandbox/http/fault.h"
#include "tests/sandbox/http/message.h"

namespace semafoor::sandbox::http {

// The error of a fault that names its shape; not for ErrorShape::own. `now`: seconds since 1970,
// for a moment to come back at.
Reply error_in_shape(const Fault& fault, std::int64_t now);

// "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110 section 5.6.7).
std::string http_date(std::int64_t unix_seconds);

}  // namespace semafoor::sandbox::http
