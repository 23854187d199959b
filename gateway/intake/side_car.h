// SPDX-License-Identifier: Apache-2.0
//
// What lies beside a file in the watched folder: "letter.pdf.json" tells of "letter.pdf"
// (docs/administrator.md).
#pragma once

#include <string>
#include <string_view>

#include "gateway/domain/result.h"
#include "gateway/intake/description.h"

namespace semafoor::intake {

inline constexpr char kSideCarEnding[] = ".json";
inline constexpr char kSideCarSchema[] = "semafoor.intake/1";
inline constexpr std::size_t kLargestSideCar = 64 * 1024;

// Fills in what `json` tells. "intake.side_car" with the place and what is wrong with it.
Result<void> read_side_car(std::string_view json, const std::string& name,
                           Description& description);

}  // namespace semafoor::intake
