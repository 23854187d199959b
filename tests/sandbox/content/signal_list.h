// SPDX-License-Identifier: Apache-2.0
//
// Knipperlichten as a list in the e-Box, and such a list as it comes back with its codes. Columns
// and elements are of this project: the layout of the real lists is not public.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/sandbox/content/documents.h"
#include "tests/sandbox/content/file.h"
#include "tests/sandbox/content/signals.h"

namespace semafoor::sandbox::content {

inline constexpr std::string_view kMonthlyList = "X-KNIPPERLICHT-MONTHLY-LIST";
inline constexpr std::string_view kHalfYearlyList = "X-KNIPPERLICHT-HALF-YEARLY-LIST";

const std::vector<std::string>& signal_columns();
// One row per signal, without code.
Rows signal_rows(const std::vector<Signal>& signals);

// A prefix of its own for every element, which says nothing.
FilePtr make_signal_xml(const std::vector<Signal>& signals, std::uint64_t key);

struct ReturnedAnswer {
  std::string reference;
  std::string code;
  bool operator==(const ReturnedAnswer&) const = default;
};
// The rows of a CSV that have a reference and a code; nullopt: no list of signals (not the columns
// above, or quotes that do not end).
std::optional<std::vector<ReturnedAnswer>> read_returned(std::string_view bytes);

}  // namespace semafoor::sandbox::content
