// SPDX-License-Identifier: Apache-2.0
//
// Who is away, and who stands in.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "gateway/domain/result.h"
#include "gateway/store/store.h"
#include "semafoor/v1/work.pb.h"

namespace semafoor::work {

// What of `known` does not touch `wanted`, and `wanted` itself unless they are present in it; in
// order. "work.absence_invalid" when its days are none, or there would be too many.
Result<v1::Absences> with_absence(const v1::Absences& known, const v1::Actor& actor,
                                  const v1::Absence& wanted, bool present);

// The absence of this day; nothing: they are there.
Result<std::optional<v1::Absence>> absence_on(store::Reader& reader, const store::Org& org,
                                              const std::string& actor_id, const v1::Date& day);

// `person`, or who stands in for them on this day, or in turn for that one. Nothing: they are away
// and nobody does.
Result<std::optional<v1::Actor>> there_for(store::Reader& reader, const store::Org& org,
                                           const v1::Actor& person, const v1::Date& day);

// Of everybody, by id; those that are over left out.
Result<std::vector<v1::Absences>> absences_from(store::Reader& reader, const store::Org& org,
                                                const v1::Date& day);

}  // namespace semafoor::work
