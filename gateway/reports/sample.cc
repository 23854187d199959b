// SPDX-License-Identifier: Apache-2.0
#include "gateway/reports/sample.h"

#include <algorithm>
#include <span>
#include <utility>

#include "gateway/store/sha256.h"

namespace semafoor::reports {

std::vector<std::string> drawn(std::vector<std::string> all, std::size_t count, std::int64_t seed) {
  if (count >= all.size()) {
    std::sort(all.begin(), all.end());
    return all;
  }
  std::vector<std::pair<std::string, std::string>> lots;
  lots.reserve(all.size());
  for (std::string& one : all) {
    const std::string text = std::to_string(seed) + ":" + one;
    store::Sha256 lot;
    lot.add(std::as_bytes(std::span(text)));
    lots.emplace_back(lot.hex(), std::move(one));
  }
  const auto last = lots.begin() + static_cast<std::ptrdiff_t>(count);
  std::nth_element(lots.begin(), last, lots.end());
  std::vector<std::string> chosen;
  chosen.reserve(count);
  for (auto lot = lots.begin(); lot != last; ++lot) chosen.push_back(std::move(lot->second));
  std::sort(chosen.begin(), chosen.end());
  return chosen;
}

}  // namespace semafoor::reports
