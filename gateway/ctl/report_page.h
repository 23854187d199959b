// SPDX-License-Identifier: Apache-2.0
//
// Figures as tables.
#pragma once

#include <string>

#include "semafoor/v1/reports.pb.h"

namespace semafoor::ctl {

// "csv", "xlsx", "pdf"; UNSPECIFIED for another one.
v1::ReportFormat report_format_of(const std::string& name);

std::string stats_page(const v1::Statistics& statistics);
// One line of the table of all organisations, and its head.
std::string stats_head();
std::string stats_line(const v1::Statistics& statistics);
std::string inspection_text(const v1::InspectionHead& head, const std::string& file);

}  // namespace semafoor::ctl
