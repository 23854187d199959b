// SPDX-License-Identifier: Apache-2.0
//
// Use cases on answers. Safe from several threads; those that write return after the commit.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "gateway/domain/result.h"
#include "gateway/feedback/code_list.h"
#include "gateway/feedback/decisions.h"
#include "gateway/store/store.h"

namespace semafoor::feedback {

struct Submission {
  // One per draft, in the order of the request.
  std::vector<v1::SubmitFeedbackResult> results;
};

class Feedback {
 public:
  // Store and codes outlive the object.
  Feedback(store::Store& store, const CodeList& codes, std::function<std::int64_t()> now_ms);

  const CodeList& codes() const { return codes_; }

  // What can be told from the draft and the code list alone; nullopt: nothing is wrong. `signal`
  // when it is known. Codes: "feedback.client_id_invalid", "feedback.signal_missing",
  // "feedback.code_unknown", "feedback.code_expired", "feedback.code_not_yet_valid",
  // "feedback.code_wrong_signal_type", "feedback.code_wrong_law",
  // "feedback.decision_reference_missing", "feedback.decision_reference_too_long",
  // "feedback.remark_too_long", "feedback.decision_date_invalid". `field` is relative to the draft
  // ("code").
  std::optional<v1::FeedbackProblem> validate(const v1::FeedbackDraft& draft,
                                              const v1::Signal* signal = nullptr) const;

  // Stores the answers and queues them; each alone succeeds or fails. Further codes:
  // "feedback.signal_unknown", "feedback.conflict" (the client id was used with other content:
  // abi_status 107), "feedback.answer_pending", "feedback.signal_closed",
  // "feedback.signal_superseded". `field` is
  // "items[<n>].<name>". An error of the whole means: nothing was stored.
  Result<Submission> submit(const store::Org& org, const std::vector<v1::FeedbackDraft>& drafts,
                            const v1::Actor& actor, const domain::Act& act);
  // The same without waiting: `done` is called on the store's writer thread after the commit, and
  // returns at once.
  void submit(const store::Org& org, std::vector<v1::FeedbackDraft> drafts, v1::Actor actor,
              const domain::Act& act, std::function<void(Result<Submission>)> done);

  // Carries out what an administrator decided (decisions.h); the time is now. `done` as above.
  void decide(const store::Org& org, const std::string& client_id, DecisionKind kind,
              Decision decision, const domain::Act& act,
              std::function<void(Result<v1::FeedbackItem>)> done);

  // "feedback.unknown_client_id".
  Result<v1::FeedbackItem> get(const store::Org& org, const std::string& client_id);
  Result<store::Page<v1::FeedbackItem>> list(const store::Org& org,
                                             const store::FeedbackQuery& query);

 private:
  store::Store& store_;
  const CodeList& codes_;
  std::function<std::int64_t()> now_ms_;
};

}  // namespace semafoor::feedback
