// SPDX-License-Identifier: Apache-2.0
#include "gateway/reports/reports.h"

#include <utility>

namespace semafoor::reports {

Reports::Reports(store::Store& store, ReportsOptions options)
    : store_(store), options_(std::move(options)) {
  sheets::open_work_folder(options_.work_folder);
}

Result<v1::Statistics> Reports::statistics(const store::Org& org, const v1::Period& period) {
  const std::int64_t now_ms = options_.now_ms();
  auto days = days_or_recent(period, now_ms);
  if (!days) return days.error();
  return statistics_of(store_, org, *days, options_.dossiers, now_ms);
}

Result<std::unique_ptr<Inspection>> Reports::inspection(const store::Org& org,
                                                        const v1::InspectionWish& wish,
                                                        const MadeFor& made_for) {
  return Inspection::begin({.store = store_,
                            .names = options_.names,
                            .now_ms = options_.now_ms(),
                            .work_folder = options_.work_folder},
                           org, wish, made_for);
}

}  // namespace semafoor::reports
