// SPDX-License-Identifier: Apache-2.0
//
// Lines of a statement, as a document has them and as they are kept.
#pragma once

#include "gateway/documents/statement.h"
#include "gateway/documents/statement_difference.h"
#include "gateway/domain/result.h"
#include "gateway/store/store.h"
#include "semafoor/v1/lists.pb.h"

namespace semafoor::lists {

// Into `to`, which is used again; without what only the statement knows.
void fill_line(const documents::StatementLine& line, v1::StatementLine& to);
// The other way, what a comparison looks at.
documents::StatementLine compared_line(const v1::StatementLine& line);
v1::StatementChange change_of(const documents::StatementChange& change);

Result<v1::StatementLine> line_of(const store::StatementLine& stored);

// The first day of a month yyyymm.
v1::Date month_date(int yyyymm);

}  // namespace semafoor::lists
