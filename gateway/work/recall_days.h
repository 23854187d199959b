// SPDX-License-Identifier: Apache-2.0
//
// When the next half-yearly list comes. The months, March and October, are POD MI's (primabook);
// the day is not published, and a setting of the organisation.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "semafoor/v1/work.pb.h"

namespace semafoor::work {

// On or after `day`.
v1::Date next_recall(const v1::ReminderRules& rules, const v1::Date& day);

// A step of the rules that a signal has reached.
struct Step {
  v1::ReminderKind kind = v1::REMINDER_KIND_UNSPECIFIED;
  int days = 0;
  // Of RECALL.
  v1::Date recall_on;

  // "age-14", "recall-20270301-30": the same step of the same signal is one.
  std::string key() const;
};

// Of each kind the last one that was reached by a signal received on `received`; none: none was.
std::vector<Step> steps_reached(const v1::ReminderRules& rules, const v1::Date& received,
                                const v1::Date& day);

// For people, in all languages.
v1::LocalizedText text_of(const v1::Reminder& reminder);

}  // namespace semafoor::work
