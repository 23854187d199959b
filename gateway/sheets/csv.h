// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/sheets/sheet.h"

namespace semafoor::sheets {

// RFC 4180 with the separator of the options; lines end with CRLF, inside a cell with LF.
std::unique_ptr<Writer> make_csv_writer(const Table& table, ByteSink sink, const Options& options);

}  // namespace semafoor::sheets
