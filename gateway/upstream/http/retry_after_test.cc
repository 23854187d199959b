// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/http/retry_after.h"

#include <gtest/gtest.h>

namespace semafoor::upstream {
namespace {

TEST(HttpDate, PreferredFormIsRead) {
  EXPECT_EQ(parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT"), 784111777);
  EXPECT_EQ(parse_http_date("Thu, 01 Jan 1970 00:00:00 GMT"), 0);
}

TEST(HttpDate, WhatIsNoMomentIsRefused) {
  for (const char* text : {"", "Sun, 31 Feb 2026 08:49:37 GMT", "Sun, 06 Nov 1994 24:00:00 GMT",
                           "Sun, 06 Nov 1994 08:49:37 CET", "Sunday, 06-Nov-94 08:49:37 GMT",
                           "Sun, 06 Foo 1994 08:49:37 GMT", "Sun, 0x Nov 1994 08:49:37 GMT"}) {
    EXPECT_EQ(parse_http_date(text), std::nullopt) << text;
  }
}

TEST(RetryAfter, Seconds) {
  EXPECT_EQ(parse_retry_after("120", "", 0), 120'000);
  EXPECT_EQ(parse_retry_after(" 0 ", "", 0), 0);
}

TEST(RetryAfter, DateCountsFromTheServersOwnClock) {
  EXPECT_EQ(parse_retry_after("Sun, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:48:37 GMT",
                              2'000'000'000),
            60'000);
  EXPECT_EQ(parse_retry_after("Sun, 06 Nov 1994 08:49:37 GMT", "", 784111777 - 5), 5'000);
}

TEST(RetryAfter, PastIsNowAndAbsurdIsADay) {
  EXPECT_EQ(parse_retry_after("Sun, 06 Nov 1994 08:49:37 GMT", "", 2'000'000'000), 0);
  EXPECT_EQ(parse_retry_after("-5", "", 0), 0);
  EXPECT_EQ(parse_retry_after("99999999999", "", 0), kLongestRetryAfterMs);
}

TEST(RetryAfter, NonsenseIsNothing) {
  EXPECT_EQ(parse_retry_after("", "", 0), std::nullopt);
  EXPECT_EQ(parse_retry_after("soon", "", 0), std::nullopt);
  EXPECT_EQ(parse_retry_after("12 s", "", 0), std::nullopt);
}

}  // namespace
}  // namespace semafoor::upstream
