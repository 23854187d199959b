// SPDX-License-Identifier: Apache-2.0
#include "gateway/duties/backoff.h"

#include <algorithm>
#include <random>

namespace semafoor::duties {

Random system_random() {
  return [] {
    thread_local std::mt19937_64 engine{std::random_device{}()};
    return std::uniform_real_distribution<double>(0.0, 1.0)(engine);
  };
}

std::int64_t backoff_ms(const Backoff& backoff, int failures,
                        std::optional<std::int64_t> retry_after_ms, const Random& random) {
  std::int64_t delay = backoff.base_ms;
  for (int i = 1; i < failures && delay < backoff.max_ms; ++i) delay *= 2;
  delay = std::min(delay, backoff.max_ms);
  delay = delay / 2 + static_cast<std::int64_t>(static_cast<double>(delay) / 2 * random());
  if (retry_after_ms) {
    const auto asked = static_cast<double>(*retry_after_ms) * (1 + 0.1 * random());
    delay = std::max(delay, static_cast<std::int64_t>(asked));
  }
  return delay;
}

std::int64_t backoff_ms(const Backoff& backoff, int failures, const Error& error,
                        const Random& random) {
  constexpr std::int64_t kOwnTrouble = 5'000;
  if (!error.code.starts_with("store."))
    return backoff_ms(backoff, failures, error.retry_after_ms, random);
  return backoff_ms({backoff.base_ms, std::min(backoff.max_ms, kOwnTrouble)}, failures,
                    std::optional<std::int64_t>(), random);
}

std::int64_t jittered_ms(std::int64_t interval_ms, double jitter, const Random& random) {
  const double factor = 1 + jitter * (2 * random() - 1);
  return static_cast<std::int64_t>(static_cast<double>(interval_ms) * factor);
}

}  // namespace semafoor::duties
