// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>

#include "gateway/audit/recorder.h"
#include "gateway/rpc/gate.h"
#include "semafoor/v1/feedback.pb.h"

namespace semafoor::rpc {

// Records a page of answers, which are about the persons of their signals. An empty one is about
// nobody.
inline Result<void> record_answers(
    audit::Recorder& recorder, const Call& call, const char* what,
    const google::protobuf::RepeatedPtrField<v1::FeedbackItem>& shown) {
  if (shown.empty()) return {};
  audit::Reading reading{.org = call.org(),
                         .entry = {.what = what,
                                   .act = call.act,
                                   .subject_kind = "feedback",
                                   .detail = std::to_string(shown.size()) + " shown"}};
  for (const v1::FeedbackItem& item : shown) reading.signals.push_back(item.signal_id());
  return recorder.record(std::move(reading));
}

}  // namespace semafoor::rpc
