// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>

#include "gateway/reports/inspection.h"
#include "gateway/reports/statistics.h"

namespace semafoor::reports {

struct ReportsOptions {
  Names names;
  DossiersOfMonth dossiers;
  // sheets::Options; made, and swept, when the object is made.
  std::filesystem::path work_folder;
  std::function<std::int64_t()> now_ms;
};

// What an organisation shows of its signals. Safe from several threads.
class Reports {
 public:
  // The store outlives the object, and the object the inspections that it began.
  Reports(store::Store& store, ReportsOptions options);

  // "reports.period".
  Result<v1::Statistics> statistics(const store::Org& org, const v1::Period& period);
  // See Inspection::begin().
  Result<std::unique_ptr<Inspection>> inspection(const store::Org& org,
                                                 const v1::InspectionWish& wish,
                                                 const MadeFor& made_for);

 private:
  store::Store& store_;
  const ReportsOptions options_;
};

}  // namespace semafoor::reports
