// SPDX-License-Identifier: Apache-2.0
#include "gateway/reports/reports.h"

#include <system_error>
#include <utility>

namespace semafoor::reports {

Reports::Reports(store::Store& store, ReportsOptions options)
    : store_(store), options_(std::move(options)) {
  std::error_code problem;
  // One that cannot be made shows when a file is to be put together there.
  std::filesystem::create_directories(options_.work_folder, problem);
  std::filesystem::permissions(options_.work_folder, std::filesystem::perms::owner_all, problem);
  sheets::sweep(options_.work_folder);
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
