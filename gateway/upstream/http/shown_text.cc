// SPDX-License-Identifier: Apache-2.0
//
// Apart from api_problem.cc: the reader of XML is linked without anything of HTTP.
#include "gateway/domain/masking.h"
#include "gateway/domain/text.h"
#include "gateway/upstream/http/api_problem.h"

namespace semafoor::upstream {

std::string shown_text(std::string_view text) {
  constexpr std::size_t kLongest = 200;
  std::string shown;
  // Long enough that a number cannot lose digits at the cut and so escape the mask. A header may
  // hold any bytes.
  for (const char c : domain::as_utf8(text.substr(0, kLongest + 32))) {
    shown += static_cast<unsigned char>(c) < ' ' || c == 127 ? ' ' : c;
  }
  shown = domain::mask_national_numbers(shown);
  if (shown.size() > kLongest) {
    std::size_t cut = kLongest;
    // Not in the middle of a UTF-8 character.
    while (cut > 0 && (static_cast<unsigned char>(shown[cut]) & 0xc0) == 0x80) --cut;
    shown.resize(cut);
    shown += "...";
  }
  return shown;
}

}  // namespace semafoor::upstream
