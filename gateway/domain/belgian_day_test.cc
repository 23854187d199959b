// SPDX-License-Identifier: Apache-2.0
#include "gateway/domain/belgian_day.h"

#include <gtest/gtest.h>

#include "gateway/domain/date.h"

namespace semafoor::domain {
namespace {

TEST(BelgianDay, ItBeginsOneOrTwoHoursBeforeMidnightUtc) {
  // 2026-01-15T00:00+01:00 and 2026-07-15T00:00+02:00.
  EXPECT_EQ(belgian_midnight_ms(20260115), 1'768'431'600'000);
  EXPECT_EQ(belgian_midnight_ms(20260715), 1'784'066'400'000);
  // The days of the change begin before it: 29 March in winter time, 25 October in summer time.
  EXPECT_EQ(belgian_midnight_ms(20260330) - belgian_midnight_ms(20260329), 23LL * 3'600'000);
  EXPECT_EQ(belgian_midnight_ms(20261026) - belgian_midnight_ms(20261025), 25LL * 3'600'000);
  EXPECT_EQ(next_day(20261231), 20270101);
  EXPECT_EQ(next_day(20240228), 20240229);
}

TEST(BelgianDay, AMomentIsOfTheDayThatBeganThere) {
  for (const int day : {20260115, 20260329, 20260330, 20260715, 20261025, 20261026}) {
    const auto begin = belgian_midnight_ms(day);
    EXPECT_EQ(date_number(belgian_day(begin)), day);
    EXPECT_NE(date_number(belgian_day(begin - 1)), day);
    EXPECT_EQ(date_number(belgian_day(belgian_midnight_ms(next_day(day)) - 1)), day);
  }
}

TEST(BelgianDay, DaysAreCountedFromOneDateToTheOther) {
  EXPECT_EQ(days_between(date_of_number(20260228), date_of_number(20260301)), 1);
  EXPECT_EQ(days_between(date_of_number(20261001), date_of_number(20270301)), 151);
  EXPECT_EQ(days_between(date_of_number(20260301), date_of_number(20260228)), -1);
}

}  // namespace
}  // namespace semafoor::domain
