// SPDX-License-Identifier: Apache-2.0
//
// Which signals came by mutation, by list or by both; why some came by one way only; and whether an
// organisation on the parallel channel can do without its lists.
#pragma once

#include <cstdint>

#include "gateway/domain/result.h"
#include "gateway/store/store.h"
#include "semafoor/v1/channels.pb.h"

namespace semafoor::changeover {

struct ReconciliationOptions {
  // Whole months in a row that must be clean before the electronic flow is advised.
  int months = 3;
  // A list that is younger than this may be ahead of the mutation: those are fetched at night.
  std::int64_t mutation_follows_ms = 2LL * 86'400'000;
};

// Of a request, checked: first days of months as yyyymm, both included; 0: as the advice wants it.
struct ReconciliationWish {
  int from = 0;
  int to = 0;
  int most_differences = 100;
};

// Most months of one report.
inline constexpr int kMostMonths = 24;

// Reads every signal of the organisation, a page in memory at a time, and keeps what differs; twice
// when the wish leaves out months that the advice looks at.
Result<v1::GetReconciliationResponse> reconcile(store::Reader& reader, const store::Org& org,
                                                const ReconciliationWish& wish,
                                                const ReconciliationOptions& options,
                                                std::int64_t now_ms);

// yyyymm.
int month_of(const v1::Date& date);
// `months` after yyyymm; negative: before.
int month_after(int yyyymm, int months);

}  // namespace semafoor::changeover
