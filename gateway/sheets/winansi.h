// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace semafoor::sheets {

// `utf8` in the encoding of a PDF's own fonts (Windows-1252). A letter of Latin Extended-A, and the
// Romanian ones, loses its accent; anything else becomes "?". `unshown` grows by each letter that
// is not what it was. Control characters become spaces, but for the end of a line.
std::string to_winansi(std::string_view utf8, std::int64_t& unshown);

}  // namespace semafoor::sheets
