// SPDX-License-Identifier: Apache-2.0
//
// The audit's anchors as the settings have them, and what the log is told of the audit.
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "gateway/app/config.h"
#include "gateway/app/json_log.h"
#include "gateway/audit/anchoring.h"

namespace semafoor::app {

// In the vault: a data folder that is put back or taken elsewhere does not bring its own.
std::filesystem::path anchor_folder(const Config& config);
// The authority's root, or nothing.
std::string timestamp_ca(const Config& config);
upstream::HttpSettings anchor_http(const Config& config, const std::string& version);
audit::AnchoringOptions anchoring_options(const Config& config);
audit::AnchorTold tell_anchors(JsonLog& log);
std::function<void(const Error&)> audit_failed(JsonLog& log);

}  // namespace semafoor::app
