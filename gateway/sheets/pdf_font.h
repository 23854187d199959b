// SPDX-License-Identifier: Apache-2.0
//
// The two fonts of a PDF. Every reader has them, so the file holds none; how wide their letters are
// is Adobe's (the metrics of the 14 standard fonts).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace semafoor::sheets {

enum class PdfFont { plain, bold };

// Of `text` in Windows-1252, in points.
float width_of(PdfFont font, float size, std::string_view text);

// `text` in lines that are not wider: broken at spaces, a longer word where it must be, and where
// the text has an end of line. Nothing for an empty text.
std::vector<std::string> wrapped(PdfFont font, float size, std::string_view text, float width);

}  // namespace semafoor::sheets
