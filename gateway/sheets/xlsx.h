// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/sheets/sheet.h"

namespace semafoor::sheets {

// Through libxlsxwriter, row by row into a file of the work folder, which is then read into the
// sink. Texts are texts: never a formula, never a link. A text is cut after 32,000 bytes (Excel
// shows 32,767 characters).
std::unique_ptr<Writer> make_xlsx_writer(const Table& table, ByteSink sink, const Options& options);

}  // namespace semafoor::sheets
