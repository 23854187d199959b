// SPDX-License-Identifier: Apache-2.0
//
// The lists of POD MI about dossiers: forms in reception, blocked, overlapping, changes of status,
// error codes, the year. Columns are of this project: those of the real lists are not public.
#pragma once

#include <cstdint>
#include <string_view>

#include "tests/sandbox/content/dates.h"
#include "tests/sandbox/content/file.h"
#include "tests/sandbox/content/people.h"

namespace semafoor::sandbox::content {

// A CSV with one row for every third dossier of the organisation (all of them in the yearly
// overview), as it was on `day`; nullptr for a message type that has no such list.
FilePtr make_notices(std::string_view type_id, const Organisation& organisation, Day day,
                     std::uint64_t key);

}  // namespace semafoor::sandbox::content
