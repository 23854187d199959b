// SPDX-License-Identifier: Apache-2.0
#include "gateway/app/channel_duties.h"

#include <gtest/gtest.h>

#include "gateway/domain/date.h"
#include "gateway/duties/test_store.h"

namespace semafoor::app {
namespace {

constexpr char kCodes[] =
    R"({"schema":"semafoor.feedback-codes/1","version":"1","origin":"project","codes":[
        {"code":"X-OLD","validFrom":"2020-01-01","validTo":"2026-11-28",
         "text":{"nl":"a","fr":"b","de":"c"}},
        {"code":"X-NEW","validFrom":"2026-11-29","text":{"nl":"a","fr":"b","de":"c"}}]})";

TEST(CodesOfReturns, AreThoseOfTheBelgianDayOnWhichTheAnswerWasGiven) {
  duties::ManualClock clock;
  duties::TestStore store(clock);
  const auto list = feedback::CodeList::parse(kCodes, "codes.json");
  ASSERT_TRUE(list.ok()) << list.error().message;
  const feedback::CodesInForce codes(*list);
  const auto valid = [&](const std::string& code, const char* moment) {
    return store.ask<bool>([&](store::Reader& reader) {
      return was_valid(reader, codes, code, *domain::parse_moment(moment));
    });
  };
  EXPECT_TRUE(valid("X-OLD", "2026-11-28T22:59:59Z"));
  EXPECT_FALSE(valid("X-NEW", "2026-11-28T22:59:59Z"));
  // Midnight in Belgium.
  EXPECT_FALSE(valid("X-OLD", "2026-11-28T23:00:00Z"));
  EXPECT_TRUE(valid("X-NEW", "2026-11-28T23:00:00Z"));
  EXPECT_FALSE(valid("X-NONE", "2026-11-28T23:00:00Z"));
}

}  // namespace
}  // namespace semafoor::app
