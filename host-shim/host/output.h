// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <mutex>
#include <string>
#include <vector>

#include "host-shim/host/format.h"
#include "host-shim/host/options.h"
#include "semafoor/shim.hpp"

namespace semafoor::reference_host {

// What the program says. Results go to stdout: with --json one JSON object a line, else text with
// national numbers masked. Progress and the plugins' log go to stderr. Safe for any thread.
class Output {
 public:
  explicit Output(const Options& options) : options_(options) {}

  bool json() const { return options_.json; }
  const std::string& language() const { return options_.language; }

  // With --json only.
  void document(const Json& document);
  // Without --json only.
  void line(const std::string& text);
  void table(const std::vector<std::string>& head,
             const std::vector<std::vector<std::string>>& rows);

  // With --json as {"error":{...}} on stdout, else as text on stderr.
  void error(const shim::Error& error);
  void failure(const std::string& status, const std::string& code, const std::string& text);

  // "what done/total", at most a few times a second; 0 as total: unknown.
  void progress(const std::string& what, int64_t done, int64_t total);
  void progress_done();
  // A line of a plugin's log.
  void log(int32_t severity, std::string_view json_line);

 private:
  std::string shown(std::string_view text) const;

  const Options& options_;
  std::mutex mutex_;
  std::chrono::steady_clock::time_point last_progress_{};
  bool progress_line_open_ = false;
};

// {"error":{"status":"E_GATEWAY_ABSENT",...}}
Json error_document(const shim::Error& error);

}  // namespace semafoor::reference_host
