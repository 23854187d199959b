// SPDX-License-Identifier: Apache-2.0
//
// What may be proposed for one signal.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "gateway/domain/result.h"
#include "gateway/feedback/code_list.h"
#include "gateway/proposals/facts.h"
#include "gateway/store/store.h"
#include "semafoor/v1/proposals.pb.h"

namespace semafoor::proposals {

// By which a proposal is made; all outlive the question.
struct Ground {
  // In force now.
  const feedback::CodeList& codes;
  // What an answer with this code to this signal would be refused for; nullopt: nothing.
  std::function<std::optional<v1::FeedbackProblem>(const v1::FeedbackDraft&, const v1::Signal&)>
      validate;
  // yyyymmdd.
  int today = 0;
  int tolerance = kUsualTolerance;
};

// Earlier signals that are looked at for each number of the person, the latest received first.
inline constexpr int kMostEarlier = 200;
inline constexpr int kMostConflicts = 20;

// Of what is stored, and of nothing else: the same data gives the same proposal.
Result<v1::Proposal> propose(store::Reader& reader, const store::Org& org, const v1::Signal& signal,
                             const Ground& ground);
v1::Proposal unknown_signal(const std::string& signal_id);

}  // namespace semafoor::proposals
