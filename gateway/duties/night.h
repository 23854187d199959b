// SPDX-License-Identifier: Apache-2.0
//
// Once a night, each organisation at a moment of its own: what thousands of gateways ask of one
// authority does not come in one second.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace semafoor::duties {

// In the time zone of this machine; may span midnight.
struct Night {
  // Minutes since midnight, 0 to 1439; not equal.
  int from = 0;
  int to = 0;

  bool operator==(const Night&) const = default;
};

// "02:00-05:00", at most twelve hours; nullopt when it is none.
std::optional<Night> parse_night(std::string_view text);

// Milliseconds from `now_ms` (Unix time) to a moment of the next night: `share` of it, from 0 to
// below 1. A moment of the present night that is over is tomorrow's; `done`: so is the whole of it.
std::int64_t until_night_ms(const Night& night, std::int64_t now_ms, double share,
                            bool done = false);

}  // namespace semafoor::duties
