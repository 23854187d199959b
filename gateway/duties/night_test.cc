// SPDX-License-Identifier: Apache-2.0
#include "gateway/duties/night.h"

#include <gtest/gtest.h>

#include <ctime>

#include "gateway/os/local_time.h"

namespace semafoor::duties {
namespace {

constexpr std::int64_t kHour = 3'600'000;

// A winter's day, on which no clock is changed, at this hour on the wall.
std::int64_t at(int hour, int minute = 0) {
  std::tm day{};
  day.tm_year = 2026 - 1900;
  day.tm_mon = 0;
  day.tm_mday = 14;
  day.tm_hour = hour;
  day.tm_min = minute;
  day.tm_isdst = -1;
  return static_cast<std::int64_t>(std::mktime(&day)) * 1000;
}

TEST(Night, IsReadStrictly) {
  EXPECT_EQ(parse_night("02:00-05:30"), (Night{120, 330}));
  EXPECT_EQ(parse_night("23:00-01:00"), (Night{1380, 60}));
  for (const char* bad : {"", "02:00", "2:00-5:00", "02:00-24:00", "02:60-03:00", "02:00-02:00",
                          "02:00 05:00", "0a:00-05:00", "02:00-05:00 ", "02:00-14:01"}) {
    EXPECT_FALSE(parse_night(bad)) << bad;
  }
}

TEST(Night, EachComesAtAMomentOfItsOwn) {
  const Night night{120, 300};
  EXPECT_EQ(until_night_ms(night, at(22), 0.0), 4 * kHour);
  EXPECT_EQ(until_night_ms(night, at(22), 0.5), 5 * kHour + kHour / 2);
  EXPECT_EQ(until_night_ms(night, at(3), 0.5), kHour / 2) << "still to come tonight";
  EXPECT_EQ(until_night_ms(night, at(4), 0.5), 23 * kHour + kHour / 2) << "tomorrow";
  EXPECT_EQ(until_night_ms(night, at(2), 0.0), 24 * kHour) << "now is over";
}

TEST(Night, OnceANightIsOnce) {
  const Night night{120, 300};
  EXPECT_EQ(until_night_ms(night, at(2, 10), 0.5, true), 25 * kHour + kHour / 3) << "tomorrow";
  EXPECT_EQ(until_night_ms(night, at(1), 0.5, true), 2 * kHour + kHour / 2) << "tonight";
  EXPECT_EQ(until_night_ms(night, at(6), 0.5, true), 21 * kHour + kHour / 2);
}

TEST(Night, MaySpanMidnight) {
  const Night night{23 * 60, 60};
  EXPECT_EQ(until_night_ms(night, at(22), 0.75), 2 * kHour + kHour / 2);
  EXPECT_EQ(until_night_ms(night, at(0, 15), 0.75), kHour / 4);
}

}  // namespace
}  // namespace semafoor::duties
