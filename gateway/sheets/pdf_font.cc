// SPDX-License-Identifier: Apache-2.0
#include "gateway/sheets/pdf_font.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace semafoor::sheets {
namespace {

// Thousandths of the size, from the space (0x20) on, in Windows-1252.
constexpr std::size_t kFirst = 0x20;
using Widths = std::array<std::uint16_t, 256 - kFirst>;

// clang-format off
constexpr Widths kPlain{
278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278,
556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556,
1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778,
667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556,
333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556,
556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584, 278,
556, 278, 222, 556, 333, 1000, 556, 556, 333, 1000, 667, 333, 1000, 278, 611, 278,
278, 222, 222, 333, 333, 350, 556, 1000, 333, 1000, 500, 333, 944, 278, 500, 667,
278, 333, 556, 556, 556, 556, 260, 556, 333, 737, 370, 556, 584, 278, 737, 333,
400, 584, 333, 333, 333, 556, 537, 278, 333, 333, 365, 556, 834, 834, 834, 611,
667, 667, 667, 667, 667, 667, 1000, 722, 667, 667, 667, 667, 278, 278, 278, 278,
722, 722, 778, 778, 778, 778, 778, 584, 778, 722, 722, 722, 722, 667, 667, 611,
556, 556, 556, 556, 556, 556, 889, 500, 556, 556, 556, 556, 278, 278, 278, 278,
556, 556, 556, 556, 556, 556, 556, 584, 611, 556, 556, 556, 556, 500, 556, 500
};

constexpr Widths kBold{
278, 333, 474, 556, 556, 889, 722, 238, 333, 333, 389, 584, 278, 333, 278, 278,
556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 333, 333, 584, 584, 584, 611,
975, 722, 722, 722, 722, 667, 611, 778, 722, 278, 556, 722, 611, 833, 722, 778,
667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 333, 278, 333, 584, 556,
333, 556, 611, 556, 611, 556, 333, 611, 611, 278, 278, 556, 278, 889, 611, 611,
611, 611, 389, 556, 333, 611, 556, 778, 556, 556, 500, 389, 280, 389, 584, 278,
556, 278, 278, 556, 500, 1000, 556, 556, 333, 1000, 667, 333, 1000, 278, 611, 278,
278, 278, 278, 500, 500, 350, 556, 1000, 333, 1000, 556, 333, 944, 278, 500, 667,
278, 333, 556, 556, 556, 556, 280, 556, 333, 737, 370, 556, 584, 278, 737, 333,
400, 584, 333, 333, 333, 611, 556, 278, 333, 333, 365, 556, 834, 834, 834, 611,
722, 722, 722, 722, 722, 722, 1000, 722, 667, 667, 667, 667, 278, 278, 278, 278,
722, 722, 778, 778, 778, 778, 778, 584, 778, 722, 722, 722, 722, 667, 667, 611,
556, 556, 556, 556, 556, 556, 889, 556, 556, 556, 556, 556, 278, 278, 278, 278,
611, 611, 611, 611, 611, 611, 611, 584, 611, 611, 611, 611, 611, 556, 611, 556
};
// clang-format on

float width_of_letter(PdfFont font, float size, char letter) {
  const std::size_t byte = static_cast<unsigned char>(letter);
  if (byte < kFirst) return 0;
  const auto& widths = font == PdfFont::bold ? kBold : kPlain;
  return static_cast<float>(widths[byte - kFirst]) * size / 1000;
}

// How many bytes of `line` are not wider; at least one.
std::size_t fitting(PdfFont font, float size, std::string_view line, float width) {
  std::size_t taken = 0;
  for (float used = 0; taken < line.size(); ++taken) {
    used += width_of_letter(font, size, line[taken]);
    if (used > width) break;
  }
  return std::max<std::size_t>(taken, 1);
}

}  // namespace

float width_of(PdfFont font, float size, std::string_view text) {
  float width = 0;
  for (const char letter : text) width += width_of_letter(font, size, letter);
  return width;
}

std::vector<std::string> wrapped(PdfFont font, float size, std::string_view text, float width) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    std::size_t taken = line.empty() ? 0 : fitting(font, size, line, width);
    const bool whole = taken == line.size();
    if (!whole && line[taken] != ' ') {
      const std::size_t space = line.substr(0, taken).rfind(' ');
      if (space != std::string_view::npos && space > 0) taken = space;
    }
    lines.emplace_back(line.substr(0, taken));
    text.remove_prefix(taken);
    // What stood between two lines belongs to neither.
    if (!text.empty() && (whole || text.front() == ' ')) text.remove_prefix(1);
  }
  return lines;
}

}  // namespace semafoor::sheets
