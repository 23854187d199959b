// SPDX-License-Identifier: Apache-2.0
//
// Use cases on proposals. Nothing is stored or sent by a proposal: a person reviews, and submits.
// Safe from several threads.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "gateway/domain/act.h"
#include "gateway/domain/result.h"
#include "gateway/feedback/feedback.h"
#include "gateway/proposals/facts.h"
#include "gateway/store/store.h"
#include "semafoor/v1/proposals.pb.h"

namespace semafoor::proposals {

// Which signals; `ids`, or else every one that may be answered now, a page at a time.
struct Question {
  std::vector<std::string> ids;
  store::SignalQuery filter;
  bool proposed_only = false;
  int tolerance = kUsualTolerance;

  // For a listing: where the next page begins.
  std::string position;
};

struct Review {
  std::vector<v1::ReviewedItem> items;
  // The person; with an id.
  v1::Actor reviewed_by;
  int tolerance = kUsualTolerance;
};

struct Reviewed {
  feedback::Submission submission;
  // Empty when nothing new was stored.
  std::string review_id;
};

class Proposals {
 public:
  // Both outlive the object.
  Proposals(store::Store& store, feedback::Feedback& feedback,
            std::function<std::int64_t()> now_ms);

  // `total` is of the signals that were looked at, on all pages.
  Result<store::Page<v1::Proposal>> propose(const store::Org& org, const Question& question);

  // Stores the answers as Feedback::submit() does; each succeeds or fails alone. Problems beside
  // those of there: "feedback.signal_changed", "feedback.proposal_ended". Recorded as one review
  // with its number, and each answer. "proposals.reviewer_missing". `done` is called on the store's
  // writer thread after the commit, and returns at once.
  void submit(const store::Org& org, Review review, const domain::Act& act,
              std::function<void(Result<Reviewed>)> done);
  Result<Reviewed> submit(const store::Org& org, const Review& review, const domain::Act& act);

 private:
  Result<v1::Proposal> propose_for(store::Reader& reader, const store::Org& org,
                                   const v1::Signal& signal, const feedback::CodeList& codes,
                                   int tolerance) const;
  Result<std::optional<v1::FeedbackProblem>> look_at(store::Transaction& tx, const store::Org& org,
                                                     const v1::ReviewedItem& item,
                                                     const v1::Signal& signal, int tolerance) const;

  store::Store& store_;
  feedback::Feedback& feedback_;
  const std::function<std::int64_t()> now_ms_;
};

}  // namespace semafoor::proposals
