// SPDX-License-Identifier: Apache-2.0
#include "gateway/proposals/words.h"

#include <gtest/gtest.h>

#include "gateway/domain/date.h"

namespace semafoor::proposals {
namespace {

v1::Period period(const char* from, const char* to = nullptr) {
  v1::Period made;
  *made.mutable_from() = *domain::parse_date(from);
  if (to != nullptr) *made.mutable_to() = *domain::parse_date(to);
  return made;
}

TEST(Words, AMonthAQuarterAndOtherDays) {
  const auto july = period("2026-07-01", "2026-07-31");
  EXPECT_EQ(period_text(july, Language::nl), "van juli 2026");
  EXPECT_EQ(period_text(july, Language::fr), "de juillet 2026");
  EXPECT_EQ(period_text(july, Language::de), "vom Juli 2026");
  EXPECT_EQ(period_text(july, Language::en), "of July 2026");
  EXPECT_EQ(period_text(period("2026-08-01", "2026-08-31"), Language::fr), "d'août 2026");
  const auto quarter = period("2026-01-01", "2026-03-31");
  EXPECT_EQ(period_text(quarter, Language::nl), "van kwartaal 1 van 2026");
  EXPECT_EQ(period_text(quarter, Language::fr), "du 1er trimestre 2026");
  EXPECT_EQ(period_text(period("2026-02-01", "2026-04-30"), Language::nl),
            "van 1 februari 2026 tot 30 april 2026");
  EXPECT_EQ(period_text(period("2026-07-01", "2026-07-15"), Language::fr),
            "du 1er juillet 2026 au 15 juillet 2026");
  EXPECT_EQ(period_text(period("2028-02-01", "2028-02-28"), Language::en),
            "of 1 February 2028 to 28 February 2028")
      << "a leap year";
  EXPECT_EQ(period_text(period("2026-07-01"), Language::de), "ab 1. Juli 2026");
  EXPECT_EQ(period_text({}, Language::nl), "");
}

TEST(Words, MoneyHasTheMarkOfTheLanguage) {
  EXPECT_EQ(money_text(1250, Language::nl), "12,50 euro");
  EXPECT_EQ(money_text(1205, Language::en), "12.05 euro");
  EXPECT_EQ(money_text(-5, Language::de), "-0,05 Euro");
}

}  // namespace
}  // namespace semafoor::proposals
