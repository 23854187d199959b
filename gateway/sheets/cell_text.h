// SPDX-License-Identifier: Apache-2.0
//
// Cells as text; moments as Belgium's clocks show them.
#pragma once

#include <string>
#include <string_view>

#include "gateway/sheets/sheet.h"

namespace semafoor::sheets {

// 2026-11-02; 2026-11-02 15:04:05; -1234,56. For programs and for spreadsheets that read CSV.
std::string plain_text(Kind kind, const Cell& cell);
// 02/11/2026; 02/11/2026 15:04; -1.234,56. For people.
std::string shown_text(Kind kind, const Cell& cell);

// `text` as UTF-8, without control characters; ends of lines become LF.
std::string clean(std::string_view text);

}  // namespace semafoor::sheets
