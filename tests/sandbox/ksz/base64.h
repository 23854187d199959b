// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace semafoor::sandbox::ksz {

// White space counts for nothing (xs:base64Binary); otherwise strict.
std::optional<std::string> base64_decode(std::string_view text);

}  // namespace semafoor::sandbox::ksz
