// SPDX-License-Identifier: Apache-2.0
//
// Which number of a person was replaced by which: a bis number by that of the national register, a
// cancelled one by its successor. Each organisation has a table of its own, of what came to it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "gateway/domain/act.h"
#include "gateway/domain/result.h"
#include "gateway/store/store.h"
#include "semafoor/v1/signals.pb.h"

namespace semafoor::signals {

// Kind of the store's entry: found by its subject, the former number; `person` is the one that
// replaced it, the body a v1::PersonNumber.
inline constexpr char kPersonNumber[] = "person.number";

// `number`, what replaced it, what replaced that, and so on; the last one counts now. Where nothing
// is known of it, itself alone. Never empty.
Result<std::vector<std::string>> way_of(store::Reader& reader, const store::Org& org,
                                        const std::string& number);
Result<std::string> current_number(store::Reader& reader, const store::Org& org,
                                   const std::string& number);

// Every number of the same person that is known here, `number` among them, in no order; at most
// 100.
Result<std::vector<std::string>> numbers_of(store::Reader& reader, const store::Org& org,
                                            const std::string& number);

struct NumberChange {
  std::string former;
  std::string current;
  // Who told it; null: the authority.
  const v1::Actor* recorded_by = nullptr;
};

struct ChangedPerson {
  // The number that counts now.
  std::string person;
  // Of the signals that changed.
  std::vector<std::string> signal_ids;
};

// Records the change and moves every signal of the former number, with "signal.changed" and a step
// of its history. Where the person has the same signal under the new number already, one of the two
// stands for both. What is known already changes nothing. Organisations that became part of this
// one learn it too, where they have signals of the former number. Audited.
// "signals.person_invalid": a number's check number is wrong. "signals.person_same".
// "signals.person_cycle": the new number was itself replaced by the former one.
// "signals.person_conflict": the former number was replaced by a third, and nothing says that this
// is the same person's.
Result<ChangedPerson> replace_number(store::Transaction& tx, const store::Org& org,
                                     const NumberChange& change, const domain::Act& act,
                                     std::int64_t now_ms);

}  // namespace semafoor::signals
