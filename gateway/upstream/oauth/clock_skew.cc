// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/oauth/clock_skew.h"

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <utility>

#include "gateway/upstream/http/retry_after.h"

namespace semafoor::upstream {
namespace {

constexpr std::int64_t kMostCorrectionSeconds = 24 * 60 * 60;

// Milliseconds by which ours is certainly ahead (or, below 0, behind) of a server that wrote the
// second `date` somewhen between the two moments.
std::int64_t certain_skew_ms(std::int64_t sent_ms, std::int64_t received_ms, std::int64_t date) {
  const std::int64_t first = date * 1000;
  const std::int64_t last = first + 999;
  if (sent_ms > last) return sent_ms - last;
  if (received_ms < first) return received_ms - first;
  return 0;
}

std::string counted(std::int64_t count, const char* unit) {
  return std::to_string(count) + " " + unit + (count == 1 ? "" : "s");
}

}  // namespace

std::string skew_text(std::int64_t skew_seconds) {
  const std::int64_t size = std::abs(skew_seconds);
  std::string text;
  if (size < 90) {
    text = counted(size, "second");
  } else if (size < 90 * 60) {
    text = counted((size + 30) / 60, "minute");
  } else if (size < 48 * 3600) {
    text = counted((size + 1800) / 3600, "hour");
  } else {
    text = counted((size + 43'200) / 86'400, "day");
  }
  return text + (skew_seconds > 0 ? " ahead of" : " behind");
}

std::string clock_advice(std::int64_t skew_seconds) {
  return "This machine's clock is " + skew_text(skew_seconds) +
         " the authorization server's. Set it right (NTP); until then the tokens are asked for by "
         "the server's time, and everything else here goes by the wrong one.";
}

ClockSkew::ClockSkew(Listener listener) : listener_(std::move(listener)) {}

void ClockSkew::observe(std::int64_t sent_ms, std::int64_t received_ms, std::string_view date) {
  const std::optional<std::int64_t> theirs = parse_http_date(date);
  if (!theirs) return;
  const std::lock_guard lock(mutex_);
  state_.measured = true;
  state_.skew_seconds = certain_skew_ms(sent_ms, received_ms, *theirs) / 1000;
  const std::int64_t size = std::abs(state_.skew_seconds);
  const bool wrong = size > (state_.wrong ? kWrongClockSeconds / 2 : kWrongClockSeconds);
  if (wrong == state_.wrong) return;
  state_.wrong = wrong;
  if (listener_) listener_(state_);
}

ClockState ClockSkew::state() const {
  const std::lock_guard lock(mutex_);
  return state_;
}

std::int64_t ClockSkew::correction_seconds() const {
  return std::clamp(state().skew_seconds, -kMostCorrectionSeconds, kMostCorrectionSeconds);
}

}  // namespace semafoor::upstream
