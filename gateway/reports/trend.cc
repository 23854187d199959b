// SPDX-License-Identifier: Apache-2.0
#include "gateway/reports/trend.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "gateway/domain/date.h"
#include "gateway/reports/words.h"

namespace semafoor::reports {
namespace {

constexpr std::size_t kMonths = 3;
constexpr std::size_t kYear = 12;
// Of both sides together: fewer say nothing.
constexpr std::int64_t kFewest = 20;

int first_day(int month) {
  return month * 100 + 1;
}

int last_day(int month) {
  return month * 100 + domain::last_day_of_month(month / 100, month % 100);
}

std::string shown(int month) {
  char text[16];
  std::snprintf(text, sizeof text, "%02d/%04d", month % 100, month / 100);
  return text;
}

// Of the whole months, as places in the list.
struct Side {
  std::size_t first = 0;
  std::int64_t signals = 0;
};

Side side_at(const std::vector<MonthCount>& whole, std::size_t first) {
  Side side{.first = first};
  for (std::size_t i = first; i < first + kMonths; ++i) side.signals += whole[i].signals;
  return side;
}

Days days_of_side(const std::vector<MonthCount>& whole, const Side& side) {
  return {.from = first_day(whole[side.first].month),
          .to = last_day(whole[side.first + kMonths - 1].month)};
}

v1::TrendDirection direction_of(std::int64_t before, std::int64_t now) {
  if (before + now < kFewest) return v1::TREND_DIRECTION_UNSPECIFIED;
  // The standard deviation of a difference of two counts is the root of their sum.
  const double chance = 2 * std::sqrt(static_cast<double>(before + now));
  if (std::abs(static_cast<double>(now - before)) <= chance) return v1::TREND_DIRECTION_SAME;
  return now < before ? v1::TREND_DIRECTION_DOWN : v1::TREND_DIRECTION_UP;
}

struct Sentences {
  std::string_view counts, less, more, same, none;
};

Sentences sentences(Language language) {
  switch (language) {
    case Language::fr:
      return {"De {1} à {2}, {3} clignotants sont arrivés ; de {4} à {5}, {6}",
              " : environ {1} % de moins.", " : environ {1} % de plus.",
              " : pas de différence nette.",
              "Trop peu de mois entiers ou trop peu de clignotants pour parler d'une tendance."};
    case Language::de:
      return {"Von {1} bis {2} kamen {3} Warnsignale; von {4} bis {5} waren es {6}",
              ": etwa {1} % weniger.", ": etwa {1} % mehr.", ": kein deutlicher Unterschied.",
              "Zu wenige ganze Monate oder zu wenige Warnsignale, um von einem Trend zu sprechen."};
    case Language::en:
      return {"From {1} to {2}, {3} signals came; from {4} to {5} it was {6}",
              ": about {1} % fewer.", ": about {1} % more.", ": no clear difference.",
              "Too few whole months or too few signals to speak of a trend."};
    case Language::nl:
      break;
  }
  return {"Van {1} tot {2} kwamen er {3} knipperlichten binnen; van {4} tot {5} waren het er {6}",
          ": ongeveer {1} % minder.", ": ongeveer {1} % meer.", ": geen duidelijk verschil.",
          "Te weinig volledige maanden of te weinig knipperlichten om van een trend te spreken."};
}

std::string sentence(Language language, const v1::Trend& trend) {
  const auto words = sentences(language);
  if (trend.direction() == v1::TREND_DIRECTION_UNSPECIFIED) return std::string(words.none);
  const auto month = [](const v1::Date& date) { return shown(date.year() * 100 + date.month()); };
  std::string text =
      filled(words.counts, {month(trend.now().from()), month(trend.now().to()),
                            std::to_string(trend.signals_now()), month(trend.before().from()),
                            month(trend.before().to()), std::to_string(trend.signals_before())});
  if (trend.direction() == v1::TREND_DIRECTION_SAME) return text += words.same;
  // From nothing to something there is no percentage.
  if (trend.signals_before() == 0) return text + ".";
  const double change =
      static_cast<double>(std::abs(trend.signals_now() - trend.signals_before())) /
      static_cast<double>(trend.signals_before());
  const bool fewer = trend.direction() == v1::TREND_DIRECTION_DOWN;
  return text +
         filled(fewer ? words.less : words.more, {std::to_string(std::llround(change * 100))});
}

}  // namespace

v1::Trend trend_of(const std::vector<MonthCount>& months, const Days& days) {
  std::vector<MonthCount> whole;
  for (const auto& one : months)
    if (first_day(one.month) >= days.from && last_day(one.month) <= days.to) whole.push_back(one);
  v1::Trend trend;
  if (whole.size() >= 2 * kMonths) {
    const Side now = side_at(whole, whole.size() - kMonths);
    const std::size_t back = now.first >= kYear ? kYear : kMonths;
    const Side before = side_at(whole, now.first - back);
    *trend.mutable_now() = period_of(days_of_side(whole, now));
    *trend.mutable_before() = period_of(days_of_side(whole, before));
    trend.set_signals_now(now.signals);
    trend.set_signals_before(before.signals);
    trend.set_direction(direction_of(before.signals, now.signals));
  }
  auto* text = trend.mutable_sentence();
  text->set_nl(sentence(Language::nl, trend));
  text->set_fr(sentence(Language::fr, trend));
  text->set_de(sentence(Language::de, trend));
  text->set_en(sentence(Language::en, trend));
  return trend;
}

}  // namespace semafoor::reports
