// SPDX-License-Identifier: Apache-2.0
//
// Calls to the gateway through the runtime: what one call carries, and what its failure means.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "plugins/kit/config.h"
#include "plugins/kit/failure.h"
#include "semafoor/ext/call.h"
#include "semafoor_runtime.h"

namespace semafoor::kit {

// Options of one call, read once: who asks, why, and until when.
struct CallContext {
  std::chrono::steady_clock::time_point deadline;
  std::uint64_t operation_id = 0;
  std::string actor_id;
  std::string actor_name;
  std::string purpose;
  std::string legal_context;
  std::string correlation_id;

  // At least 1: a call whose time is over still gets its proper answer.
  std::uint32_t milliseconds_left() const;
};

// `options` may be null or shorter than ours. INVALID_ARGUMENT for what does not fit its bounds.
Result<CallContext> read_options(const semafoor_call_options* options,
                                 std::uint32_t default_deadline_ms);
CallContext context_for(std::uint32_t deadline_ms);

// The runtime's metadata for a call. Views into `context`, which must outlive it.
class Metadata {
 public:
  explicit Metadata(const CallContext& context);
  sfr_call_options options() const;

 private:
  static constexpr std::size_t kMost = 5;
  sfr_metadata entries_[kMost]{};
  std::size_t count_ = 0;
  const CallContext& context_;
};

// Takes over `error` and releases it.
Failure failure_of(const sfr_error* error, semafoor_status status, const CallContext& context);

}  // namespace semafoor::kit
