// SPDX-License-Identifier: Apache-2.0
#include "gateway/duties/backoff.h"

#include <gtest/gtest.h>

#include "gateway/duties/duty_log.h"

namespace semafoor::duties {
namespace {

const Random kLow = [] { return 0.0; };
const Random kHigh = [] { return 1.0; };

TEST(Backoff, DoublesUpToItsMostAndIsSpread) {
  const Backoff backoff{1'000, 60'000};
  EXPECT_EQ(backoff_ms(backoff, 1, std::nullopt, kLow), 500);
  EXPECT_EQ(backoff_ms(backoff, 1, std::nullopt, kHigh), 1'000);
  EXPECT_EQ(backoff_ms(backoff, 4, std::nullopt, kHigh), 8'000);
  EXPECT_EQ(backoff_ms(backoff, 1'000, std::nullopt, kHigh), 60'000);
}

TEST(Backoff, NeverUndercutsWhatTheUpstreamAsked) {
  const Backoff backoff{1'000, 60'000};
  EXPECT_EQ(backoff_ms(backoff, 1, 30'000, kLow), 30'000);
  EXPECT_EQ(backoff_ms(backoff, 1, 30'000, kHigh), 33'000);
  EXPECT_EQ(backoff_ms(backoff, 20, 30'000, kHigh), 60'000);
}

TEST(Backoff, OwnTroubleIsLookedAtAgainSoon) {
  const Backoff backoff{1'000, 3'600'000};
  const Error full{.kind = ErrorKind::resource_exhausted, .code = "store.disk_full"};
  EXPECT_EQ(backoff_ms(backoff, 1'000, full, kHigh), 5'000);
  const Error away{.kind = ErrorKind::unavailable, .code = "upstream.unreachable"};
  EXPECT_EQ(backoff_ms(backoff, 1'000, away, kHigh), 3'600'000);
}

TEST(Backoff, AnIntervalIsSpreadToBothSides) {
  EXPECT_EQ(jittered_ms(1'000, 0.1, kLow), 900);
  EXPECT_EQ(jittered_ms(1'000, 0.1, kHigh), 1'100);
  EXPECT_EQ(jittered_ms(1'000, 0, kHigh), 1'000);
}

TEST(ProblemText, NamesTheCodeAndTheUpstreamsStatusAndStaysShort) {
  Error error{.code = "upstream.refused", .message = "Listing: refused.", .upstream_status = 503};
  EXPECT_EQ(problem_text(error), "Listing: refused. (upstream.refused, HTTP 503)");
  error.message = std::string(399, 'x') + "é";
  EXPECT_LE(problem_text(error).size(), 400U);
}

}  // namespace
}  // namespace semafoor::duties
