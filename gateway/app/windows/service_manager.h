// SPDX-License-Identifier: Apache-2.0
//
// The gateway as Windows' service control manager knows it: made, described, started, stopped,
// looked at, taken away. Each is idempotent.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "gateway/domain/result.h"

namespace semafoor::app::windows {

// Of an error: there is no such service.
constexpr char kNotInstalledCode[] = "service.not_installed";

// Something that was asked of this Windows and that it did not do.
struct Refusal {
  std::string what;
  std::string why;
};

struct ServiceState {
  bool installed = false;
  // "stopped", "starting", "running", "stopping"; what is none of these by its number.
  std::string state;
  // 0 unless it runs.
  std::int64_t pid = 0;
  // What it last ended with (exit_codes.h), or the system's own words when it was not its own end.
  int exit_code = 0;
  std::string system_error;
  std::string account;
  // "auto", "manual", "disabled".
  std::string start;
  std::string command;
  // Of the last configuration.
  std::vector<Refusal> refused;
};

// Makes the service, or changes it to what it would be made as: account NT SERVICE\SemafoorGateway,
// started with the system, running this program with that file of settings. Then configures it.
// Errors "service.denied", "service.manager".
Result<std::vector<Refusal>> install_service(const std::filesystem::path& config_file);

// What a manager of packages cannot say: description, recovery, time before a shutdown, and the
// event source. What this Windows refuses of it is kept for `status` and given back; the service
// works without.
Result<std::vector<Refusal>> configure_service();

// Waits until it runs, which is when the gateway serves. Error "service.not_started".
Result<void> start_service();
// Waits until it has stopped. Error "service.not_stopped".
Result<void> stop_service();
// Stops it first. Data, keys, settings and log stay.
Result<void> uninstall_service();
Result<ServiceState> service_state();

}  // namespace semafoor::app::windows
