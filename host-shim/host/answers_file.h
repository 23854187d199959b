// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "host-shim/host/format.h"

namespace semafoor::reference_host {

// Reads answers to knipperlichten as a list of semafoor.v1.FeedbackDraft in JSON. From JSON: a
// list, or {"items":[...]}. From CSV with a first line of column names out of clientId, signalId,
// code, remark, decisionReference, decisionDate (2026-07-01), separated by comma or semicolon.
// Throws WrongUse, naming the line or item.
Json read_answers(const std::string& path);

// The same, of a content; `csv` says which of the two it is. `name` stands in errors.
Json parse_answers(std::string_view content, bool csv, const std::string& name);

// "2026-07-01" as semafoor.v1.Date; throws WrongUse.
Json parse_date(const std::string& text);

}  // namespace semafoor::reference_host
