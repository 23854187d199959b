// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <optional>

#include "plugins/kit/instance.h"
#include "semafoor/v1/feedback.pb.h"

namespace semafoor::feedback {

// The code list, kept so that a draft is checked at once. Asked for again after five minutes, and
// when the gateway refused a code that this list allows.
class CodeCache : public kit::PluginState {
 public:
  kit::Result<std::shared_ptr<const v1::ListFeedbackCodesResponse>> get(
      kit::Instance& instance, const kit::CallContext& context);
  void forget();

 private:
  std::mutex mutex_;
  std::shared_ptr<const v1::ListFeedbackCodesResponse> list_;
  std::chrono::steady_clock::time_point fetched_at_;
};

// What is wrong with a draft, as the gateway would say it; nothing when it is good. `today` is
// yyyymmdd.
std::optional<v1::FeedbackProblem> problem_of(const v1::FeedbackDraft& draft,
                                              const v1::ListFeedbackCodesResponse& codes,
                                              int today);

}  // namespace semafoor::feedback
