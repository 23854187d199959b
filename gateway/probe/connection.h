// SPDX-License-Identifier: Apache-2.0
//
// The steps of one connection, one after the other, each told as it ends.
#pragma once

#include <chrono>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "gateway/domain/result.h"
#include "semafoor/v1/admin.pb.h"

namespace semafoor::probe {

// Hears of each step; false when nobody listens any more.
using Sink = std::function<bool(const v1::UpstreamStep&)>;

struct PlannedStep {
  std::string name;
  // Fills everything but connection and name. A duration that it leaves at 0 is measured.
  std::function<v1::UpstreamStep(const std::stop_token&)> look;
};

// Walks `steps` until one fails or is skipped; those after it are told as skipped. After `limit`
// the step that runs is stopped and fails with "upstream.timeout". False when the listener has gone
// or `stop` was requested; nothing more is told then.
bool walk(const std::string& connection, const std::vector<PlannedStep>& steps,
          std::chrono::milliseconds limit, const Sink& tell, const std::stop_token& stop);

v1::UpstreamStep step_ok(std::string detail);
v1::UpstreamStep step_warning(std::string detail, std::string code, std::string problem);
v1::UpstreamStep step_failed(const Error& error);
v1::UpstreamStep step_skipped(std::string why);

}  // namespace semafoor::probe
