// SPDX-License-Identifier: Apache-2.0
//
// For unit tests: national numbers that nobody has, and signals as lists and mutations bring them.
#pragma once

#include <cstdint>
#include <string>

#include "gateway/signals/listed.h"

namespace semafoor::signals::testing {

// A valid number for each: born in a month and on a day that are not known. At most 99,999.
inline std::string ssin(int number) {
  std::string nine = std::to_string(number / 1000);
  nine.insert(0, 2 - nine.size(), '0');
  nine += "0000";
  const std::string counter = std::to_string(number % 1000);
  nine += std::string(3 - counter.size(), '0') + counter;
  const std::int64_t check = 97 - std::stoll(nine) % 97;
  return nine + (check < 10 ? "0" : "") + std::to_string(check);
}

inline v1::Date day(int year, int month, int day_of_month) {
  v1::Date date;
  date.set_year(year);
  date.set_month(month);
  date.set_day(day_of_month);
  return date;
}

inline v1::Signal facts_of(const std::string& person, const std::string& dossier = "2026/17") {
  v1::Signal facts;
  facts.set_law(v1::LAW_RMI);
  facts.mutable_person()->set_value(person);
  facts.set_dossier_number(dossier);
  facts.set_signal_type("X-WORK-DIMONA");
  *facts.mutable_reference_period()->mutable_from() = day(2026, 7, 1);
  return facts;
}

inline ListFacts monthly(const std::string& message = "m1", int month = 10) {
  return {.channel = v1::SIGNAL_CHANNEL_MONTHLY_LIST,
          .cycle = day(2026, month, 1),
          .message_id = message,
          .received_ms = 1'790'000'000'000};
}

inline ListFacts half_yearly(const std::string& message = "h1", int month = 10) {
  return {.channel = v1::SIGNAL_CHANNEL_HALF_YEARLY_LIST,
          .cycle = day(2026, month, 1),
          .message_id = message,
          .received_ms = 1'790'000'000'000};
}

}  // namespace semafoor::signals::testing
