// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "gateway/domain/result.h"

namespace semafoor::duties {

// Uniform in [0, 1); injected for tests. Called from several threads.
using Random = std::function<double()>;
Random system_random();

struct Backoff {
  std::int64_t base_ms = 1'000;
  std::int64_t max_ms = 3'600'000;
};

// How long to wait after the `failures`-th failure in a row: between half and all of base *
// 2^(failures-1), at most max. What the upstream asked for is never undercut; up to a tenth is
// added to it, so that a crowd does not come back at once.
std::int64_t backoff_ms(const Backoff& backoff, int failures,
                        std::optional<std::int64_t> retry_after_ms, const Random& random);

// As above, for this failure: trouble of our own store or machine ("store.…", such as a full disk)
// is looked at again within five seconds, because nobody else is bothered and work should go on
// soon after it is mended.
std::int64_t backoff_ms(const Backoff& backoff, int failures, const Error& error,
                        const Random& random);

// `interval_ms` plus or minus up to `jitter` (0.1 is 10 %) of it.
std::int64_t jittered_ms(std::int64_t interval_ms, double jitter, const Random& random);

}  // namespace semafoor::duties
