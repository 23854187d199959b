// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace semafoor::sandbox::ebox {

inline constexpr std::string_view kLogoId = "logo";

// The one logo of every sender: a PNG of one grey pixel.
const std::string& logo();

}  // namespace semafoor::sandbox::ebox
