// SPDX-License-Identifier: Apache-2.0
#include "gateway/proposals/words.h"

#include <cstdio>
#include <cstdlib>

#include "gateway/domain/date.h"

namespace semafoor::proposals {
namespace {

using Months = std::array<const char*, 12>;
constexpr std::array<Months, 4> kMonths{{
    {"januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september",
     "oktober", "november", "december"},
    {"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre",
     "octobre", "novembre", "décembre"},
    {"Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober",
     "November", "Dezember"},
    {"January", "February", "March", "April", "May", "June", "July", "August", "September",
     "October", "November", "December"},
}};

const char* month_name(int month, Language language) {
  return kMonths.at(static_cast<std::size_t>(language)).at(static_cast<std::size_t>(month - 1));
}

// Whole months of one year from the first to the last: how many; 0 when it is something else.
int whole_months(const v1::Period& period) {
  const auto& from = period.from();
  const auto& to = period.to();
  if (from.year() != to.year() || from.day() != 1 || to.month() < from.month() ||
      to.day() != domain::last_day_of_month(to.year(), to.month()))
    return 0;
  return to.month() - from.month() + 1;
}

std::string of_month(const v1::Date& date, Language language) {
  const std::string month =
      std::string(month_name(date.month(), language)) + " " + std::to_string(date.year());
  switch (language) {
    case Language::nl:
      return "van " + month;
    case Language::fr:
      return (month[0] == 'a' || month[0] == 'o' ? "d'" : "de ") + month;
    case Language::de:
      return "vom " + month;
    case Language::en:
      break;
  }
  return "of " + month;
}

std::string of_quarter(int quarter, int year, Language language) {
  const std::string number = std::to_string(quarter);
  const std::string of_year = " " + std::to_string(year);
  switch (language) {
    case Language::nl:
      return "van kwartaal " + number + " van" + of_year;
    case Language::fr:
      return "du " + number + (quarter == 1 ? "er" : "e") + " trimestre" + of_year;
    case Language::de:
      return "vom " + number + ". Quartal" + of_year;
    case Language::en:
      break;
  }
  return "of quarter " + number + " of" + of_year;
}

struct Between {
  const char* from;
  const char* to;
  const char* since;
};
constexpr std::array<Between, 4> kBetween{{{"van ", " tot ", "vanaf "},
                                           {"du ", " au ", "à partir du "},
                                           {"vom ", " bis ", "ab "},
                                           {"of ", " to ", "from "}}};

}  // namespace

std::string* member(v1::LocalizedText& text, Language language) {
  switch (language) {
    case Language::nl:
      return text.mutable_nl();
    case Language::fr:
      return text.mutable_fr();
    case Language::de:
      return text.mutable_de();
    case Language::en:
      break;
  }
  return text.mutable_en();
}

std::string day_text(const v1::Date& date, Language language) {
  if (!domain::is_valid_date(date)) return "?";
  std::string day = std::to_string(date.day());
  if (language == Language::de) day += ".";
  if (language == Language::fr && date.day() == 1) day += "er";
  return day + " " + month_name(date.month(), language) + " " + std::to_string(date.year());
}

std::string period_text(const v1::Period& period, Language language) {
  if (!domain::is_valid_date(period.from())) return "";
  const Between& words = kBetween.at(static_cast<std::size_t>(language));
  if (!domain::is_valid_date(period.to())) return words.since + day_text(period.from(), language);
  const int months = whole_months(period);
  if (months == 1) return of_month(period.from(), language);
  if (months == 3 && period.from().month() % 3 == 1)
    return of_quarter((period.from().month() + 2) / 3, period.from().year(), language);
  return words.from + day_text(period.from(), language) + words.to +
         day_text(period.to(), language);
}

std::string money_text(std::int64_t eurocents, Language language) {
  constexpr std::int64_t kCents = 100;
  char cents[8];
  std::snprintf(cents, sizeof cents, "%02d", static_cast<int>(std::abs(eurocents % kCents)));
  const char* const unit = language == Language::de ? " Euro" : " euro";
  return (eurocents < 0 ? "-" : "") + std::to_string(std::abs(eurocents / kCents)) +
         (language == Language::en ? "." : ",") + cents + unit;
}

}  // namespace semafoor::proposals
