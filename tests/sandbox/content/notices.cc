// SPDX-License-Identifier: Apache-2.0
#include "tests/sandbox/content/notices.h"

#include <cstdio>
#include <functional>
#include <map>

#include "tests/sandbox/content/documents.h"
#include "tests/sandbox/content/random.h"

namespace semafoor::sandbox::content {
namespace {

using Cells = std::vector<std::string>;

struct List {
  // What follows law, dossier, suffix, INSZ and name.
  Cells columns;
  std::function<Cells(Random&, Day)> cells;
  bool everybody = false;
};

std::string form(Random& random) {
  char text[16];
  std::snprintf(text, sizeof text, "F%011u", static_cast<unsigned>(random.below(1000000000)));
  return text;
}

std::string euro_cents(Random& random) {
  return std::to_string(1460 + random.below(1400000));
}

const std::map<std::string_view, List>& lists() {
  static const std::map<std::string_view, List> kLists{
      {"X-FORMS-IN-RECEPTION",
       {{"X-FORM", "X-RECEIVED", "X-STATE"},
        [](Random& random, Day day) {
          return Cells{form(random), iso_day(day - std::chrono::days(random.below(9))),
                       random.below(4) == 0 ? "X-INCOMPLETE" : "X-IN-RECEPTION"};
        }}},
      {"X-FORMS-BLOCKED",
       {{"X-FORM", "X-STATE", "X-REASON", "X-SINCE"},
        [](Random& random, Day day) {
          const bool blocked = random.below(3) != 0;
          return Cells{form(random), blocked ? "X-BLOCKED" : "X-UNBLOCKED",
                       blocked ? "X-OVERLAPPING" : "", iso_day(day)};
        }}},
      {"X-OVERLAPPING",
       {{"X-OTHER-NIS", "X-FORM", "X-FROM", "X-TO"},
        [](Random& random, Day day) {
          const auto month = add_months(first_of_month(day), -1);
          return Cells{std::to_string(99001 + random.below(900)), form(random), iso_day(month),
                       iso_day(last_of_month(month))};
        }}},
      {"X-STATUS-CHANGE",
       {{"X-STATUS-BEFORE", "X-STATUS-NOW", "X-SINCE"},
        [](Random& random, Day day) {
          const auto before = 1 + random.below(3);
          return Cells{std::to_string(before), std::to_string(1 + before % 3), iso_day(day)};
        }}},
      {"X-CORRECTION",
       {{"X-FORM", "X-ERROR", "X-DESCRIPTION", "X-REPORTED"},
        [](Random& random, Day day) {
          return Cells{form(random), "X-" + std::to_string(100 + random.below(9)),
                       "Verzonnen reden", iso_day(day)};
        }}},
      {"X-YEARLY-OVERVIEW",
       {{"X-YEAR", "X-EUROCENTS", "X-STATE-EUROCENTS"},
        [](Random& random, Day day) {
          const auto year = iso_day(first_of_month(day) - std::chrono::days(366)).substr(0, 4);
          return Cells{year, euro_cents(random), euro_cents(random)};
        },
        true}},
  };
  return kLists;
}

}  // namespace

FilePtr make_notices(std::string_view type_id, const Organisation& organisation, Day day,
                     std::uint64_t key) {
  const auto found = lists().find(type_id);
  if (found == lists().end()) return nullptr;
  const auto& list = found->second;
  Random random(key);
  Cells columns{"X-LAW", "X-DOSSIER", "X-SUFFIX", "X-INSZ", "X-NAME"};
  columns.insert(columns.end(), list.columns.begin(), list.columns.end());
  Rows rows;
  std::size_t dossiers = 0;
  for (const auto& person : organisation.persons) {
    for (const auto& dossier : person.dossiers) {
      if (dossiers++ % 3 != 0 && !list.everybody) continue;
      Cells row{dossier.law, dossier.number_as_sent, dossier.suffix, person.ssin,
                person.last_name + " " + person.first_name};
      const auto more = list.cells(random, day);
      row.insert(row.end(), more.begin(), more.end());
      rows.push_back(std::move(row));
    }
  }
  return make_csv(columns, rows, 0, key);
}

}  // namespace semafoor::sandbox::content
