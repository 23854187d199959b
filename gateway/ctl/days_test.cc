// SPDX-License-Identifier: Apache-2.0
#include "gateway/ctl/days.h"

#include <gtest/gtest.h>

#include "gateway/domain/date.h"

namespace semafoor::ctl {
namespace {

TEST(Days, AreReadOrRefusedInTheSameWords) {
  v1::Date day;
  Failure failure;
  ASSERT_TRUE(read_day("2028-02-29", day, failure));
  EXPECT_EQ(domain::date_number(day), 20280229);
  for (const char* none : {"", "yesterday", "29/02/2028", "2027-02-29", "2028-2-29"}) {
    failure = {};
    EXPECT_FALSE(read_day(none, day, failure)) << none;
    EXPECT_EQ(failure.exit, kUsage);
    EXPECT_EQ(failure.code, "usage.date");
    EXPECT_EQ(failure.message,
              std::string("\"") + none + "\" is no date. Write it as yyyy-mm-dd: 2026-11-28.");
  }
  EXPECT_EQ(domain::date_number(day), 20280229) << "it stays as it was";
}

TEST(Days, OfAPeriodMayBeLeftOut) {
  Failure failure;
  const auto period = read_period("2026-01-01", "", failure);
  ASSERT_TRUE(period);
  EXPECT_EQ(domain::date_number(period->from()), 20'260'101);
  EXPECT_FALSE(period->has_to());
  EXPECT_FALSE(read_period("2026-01-01", "01/06/2026", failure));
  EXPECT_EQ(failure.code, "usage.date");
}

}  // namespace
}  // namespace semafoor::ctl
