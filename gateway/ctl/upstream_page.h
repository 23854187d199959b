// SPDX-License-Identifier: Apache-2.0
//
// How the steps of a test of the upstreams are shown.
#pragma once

#include <string>
#include <vector>

#include "semafoor/v1/admin.pb.h"

namespace semafoor::ctl {

// A line of the table, and what happened and what to do below it when there is something.
std::string step_lines(const v1::UpstreamStep& step, bool colours);

struct StepCounts {
  int ok = 0;
  int warnings = 0;
  int failed = 0;
  int skipped = 0;
};
StepCounts count_steps(const std::vector<v1::UpstreamStep>& steps);
// "All is well: 12 steps OK, 1 with a warning, 1 skipped."
std::string summary_line(const std::vector<v1::UpstreamStep>& steps);
// {"organisation", "passed", "counts", "steps"} on one line; the steps as proto3 JSON.
std::string steps_document(const std::string& cbe, const std::vector<v1::UpstreamStep>& steps);

}  // namespace semafoor::ctl
