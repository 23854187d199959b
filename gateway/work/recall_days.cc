// SPDX-License-Identifier: Apache-2.0
#include "gateway/work/recall_days.h"

#include "gateway/domain/date.h"
#include "gateway/work/days.h"

namespace semafoor::work {
namespace {

constexpr int kMarch = 3;
constexpr int kOctober = 10;

v1::Date date(int year, int month, int day) {
  return domain::date_of_number(year * 10'000 + month * 100 + day);
}

}  // namespace

v1::Date next_recall(const v1::ReminderRules& rules, const v1::Date& day) {
  const int on = rules.recall_day() == 0 ? 1 : rules.recall_day();
  for (const v1::Date& recall : {date(day.year(), kMarch, on), date(day.year(), kOctober, on)})
    if (domain::date_number(recall) >= domain::date_number(day)) return recall;
  return date(day.year() + 1, kMarch, on);
}

std::string Step::key() const {
  if (kind == v1::REMINDER_KIND_AGE) return "age-" + std::to_string(days);
  return "recall-" + std::to_string(domain::date_number(recall_on)) + "-" + std::to_string(days);
}

std::vector<Step> steps_reached(const v1::ReminderRules& rules, const v1::Date& received,
                                const v1::Date& day) {
  std::vector<Step> steps;
  const int age = days_between(received, day);
  int reached = 0;
  for (const int after : rules.after_days())
    if (after <= age) reached = after;
  if (reached > 0)
    steps.push_back({.kind = v1::REMINDER_KIND_AGE, .days = reached, .recall_on = {}});

  const v1::Date recall = next_recall(rules, day);
  const int left = days_between(day, recall);
  reached = 0;
  for (const int before : rules.before_recall_days())
    if (left <= before) reached = before;
  if (reached > 0)
    steps.push_back({.kind = v1::REMINDER_KIND_RECALL, .days = reached, .recall_on = recall});
  return steps;
}

v1::LocalizedText text_of(const v1::Reminder& reminder) {
  v1::LocalizedText text;
  const std::string days = std::to_string(reminder.days());
  if (reminder.kind() == v1::REMINDER_KIND_AGE) {
    text.set_nl("Dit knipperlicht wacht al " + days + " dagen of langer op een antwoord.");
    text.set_fr("Ce clignotant attend une réponse depuis " + days + " jours ou plus.");
    text.set_de("Dieses Warnsignal wartet seit " + days + " Tagen oder länger auf eine Antwort.");
    text.set_en("This signal has waited for an answer for " + days + " days or longer.");
    return text;
  }
  const std::string on = domain::write_date(reminder.recall_on());
  text.set_nl("De halfjaarlijkse lijst wordt verwacht op " + on +
              " en zal dit knipperlicht vermelden als het dan geen antwoord heeft.");
  text.set_fr("La liste semestrielle est attendue le " + on +
              " et mentionnera ce clignotant s'il n'a pas reçu de réponse d'ici là.");
  text.set_de("Die Halbjahresliste wird am " + on +
              " erwartet und nennt dieses Warnsignal, wenn es bis dahin keine Antwort hat.");
  text.set_en("The half-yearly list is expected on " + on +
              " and will name this signal if it has no answer by then.");
  return text;
}

}  // namespace semafoor::work
