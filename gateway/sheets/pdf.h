// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/sheets/sheet.h"

namespace semafoor::sheets {

// A4 on its side, the title and the headings on every page, long texts over several lines, "3/12"
// at the foot. The fonts are those every reader of PDF has (Helvetica), so letters outside
// Windows-1252 are shown as winansi.h says, and a note under the last row says so.
std::unique_ptr<Writer> make_pdf_writer(const Table& table, ByteSink sink);

}  // namespace semafoor::sheets
