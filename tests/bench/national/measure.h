// SPDX-License-Identifier: Apache-2.0
//
// Figures of a benchmark: rows of JSON as ./dev bench shows them.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

namespace semafoor::national {

class Watch {
 public:
  double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  }

 private:
  const std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

// Of times in milliseconds; `share` in [0, 1).
inline double quantile(std::vector<double> times, double share) {
  if (times.empty()) return 0;
  std::sort(times.begin(), times.end());
  return times[static_cast<std::size_t>(share * static_cast<double>(times.size()))];
}

struct Row {
  std::string name;
  double value = 0;
  std::string unit;
  std::optional<double> floor;
  std::string target;
  std::optional<bool> met;
};

inline void print(const Row& row) {
  std::printf("{\"name\":\"%s\",\"value\":%.3f,\"unit\":\"%s\",", row.name.c_str(), row.value,
              row.unit.c_str());
  if (row.floor) {
    std::printf("\"floor\":%.3f,\"ratio\":%.3f,", *row.floor, row.value / *row.floor);
  } else {
    std::printf("\"floor\":null,\"ratio\":null,");
  }
  std::printf("\"target\":\"%s\",\"met\":%s}\n", row.target.c_str(),
              row.met ? (*row.met ? "true" : "false") : "null");
  std::fflush(stdout);
}

// The most memory that this process had since forget_peak(), in MiB.
inline double peak_mib() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("VmHWM:")) return std::stod(line.substr(6)) / 1024;
  return 0;
}
inline void forget_peak() {
  std::ofstream("/proc/self/clear_refs") << "5";
}

}  // namespace semafoor::national
