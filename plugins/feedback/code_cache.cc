// SPDX-License-Identifier: Apache-2.0
#include "plugins/feedback/code_cache.h"

#include <algorithm>

namespace semafoor::feedback {
namespace {

constexpr auto kLifetime = std::chrono::minutes(5);
// Characters, not bytes; proto/semafoor/v1/feedback.proto.
constexpr std::size_t kLongestRemark = 256;
constexpr std::size_t kLongestReference = 32;

std::size_t characters(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U;
  }));
}

int number_of(const v1::Date& date) {
  return date.year() * 10'000 + date.month() * 100 + date.day();
}

bool valid_on(const v1::FeedbackCode& code, int day) {
  return (!code.has_valid_from() || number_of(code.valid_from()) <= day) &&
         (!code.has_valid_to() || day <= number_of(code.valid_to()));
}

// A code may stand several times, each with its days: the row of today, or else another one.
const v1::FeedbackCode* row_of(const std::string& code, const v1::ListFeedbackCodesResponse& codes,
                               int today) {
  const v1::FeedbackCode* found = nullptr;
  for (const auto& one : codes.codes()) {
    if (one.code() != code) continue;
    if (valid_on(one, today)) return &one;
    found = &one;
  }
  return found;
}

v1::FeedbackProblem problem(const char* code, const char* field, std::string message) {
  v1::FeedbackProblem made;
  made.set_code(code);
  made.set_field(field);
  made.set_message(std::move(message));
  return made;
}

}  // namespace

kit::Result<std::shared_ptr<const v1::ListFeedbackCodesResponse>> CodeCache::get(
    kit::Instance& instance, const kit::CallContext& context) {
  const std::lock_guard lock(mutex_);
  const auto now = std::chrono::steady_clock::now();
  if (list_ != nullptr && now - fetched_at_ < kLifetime) return list_;
  v1::ListFeedbackCodesRequest request;
  request.mutable_organisation()->set_value(instance.config().organisation);
  auto response = std::make_shared<v1::ListFeedbackCodesResponse>();
  if (auto done =
          instance.ask("/semafoor.v1.Feedback/ListFeedbackCodes", request, *response, context);
      !done)
    return std::move(done.failure());
  list_ = std::move(response);
  fetched_at_ = now;
  return list_;
}

void CodeCache::forget() {
  const std::lock_guard lock(mutex_);
  list_.reset();
}

std::optional<v1::FeedbackProblem> problem_of(const v1::FeedbackDraft& draft,
                                              const v1::ListFeedbackCodesResponse& codes,
                                              int today) {
  if (draft.signal_id().empty())
    return problem("feedback.signal_missing", "signalId", "The draft names no signal.");
  const v1::FeedbackCode* const found = row_of(draft.code(), codes, today);
  if (found == nullptr)
    return problem("feedback.code_unknown", "code",
                   "The code is not on the list. Choose one of the list.");
  if (found->has_valid_from() && today < number_of(found->valid_from()))
    return problem("feedback.code_not_yet_valid", "code",
                   "The code is not valid yet. Choose another.");
  if (found->has_valid_to() && today > number_of(found->valid_to()))
    return problem("feedback.code_expired", "code", "The code is no longer valid. Choose another.");
  if (found->requires_decision_reference() && draft.decision_reference().empty()) {
    return problem("feedback.decision_reference_missing", "decisionReference",
                   "This code must name the decision or form that follows.");
  }
  if (characters(draft.remark()) > kLongestRemark)
    return problem("feedback.remark_too_long", "remark",
                   "The remark has more than 256 characters.");
  if (characters(draft.decision_reference()) > kLongestReference)
    return problem("feedback.decision_reference_too_long", "decisionReference",
                   "It has more than 32 characters.");
  return std::nullopt;
}

}  // namespace semafoor::feedback
