// SPDX-License-Identifier: Apache-2.0
//
// Use cases on answers. Safe from several threads; those that write return after the commit.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
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

// What a submission is held to beside the rules, and what it leaves behind: in its transaction,
// which may be run again.
struct Terms {
  // Of a draft that was not stored before and that the rules admit; what it says is wrong refuses
  // that one alone.
  std::function<Result<std::optional<v1::FeedbackProblem>>(
      store::Transaction& tx, std::size_t index, const v1::Signal& signal)>
      check;
  // After all of them.
  std::function<Result<void>(store::Transaction& tx, const Submission& submission)> finish;
  // Into the audit of each answer and the step of its signal: fixed words, no personal data.
  std::string detail;
};

class Feedback {
 public:
  // The store outlives the object.
  Feedback(store::Store& store, CodesInForce codes, std::function<std::int64_t()> now_ms);

  // The list of `day` (yyyymmdd; as at its end in Belgium), or of now.
  Result<std::shared_ptr<const CodeList>> codes(std::optional<int> day = std::nullopt);
  // That of now, inside somebody's reading or transaction.
  Result<std::shared_ptr<const CodeList>> codes_at(store::Reader& reader) const;

  // What can be told from the draft and `codes` alone; nullopt: nothing is wrong. `signal` when it
  // is known. Codes: "feedback.client_id_invalid", "feedback.signal_missing",
  // "feedback.code_unknown", "feedback.code_expired", "feedback.code_not_yet_valid",
  // "feedback.code_wrong_signal_type", "feedback.code_wrong_law",
  // "feedback.decision_reference_missing", "feedback.decision_reference_too_long",
  // "feedback.remark_too_long", "feedback.decision_date_invalid". `field` is relative to the draft
  // ("code").
  std::optional<v1::FeedbackProblem> validate(const v1::FeedbackDraft& draft, const CodeList& codes,
                                              const v1::Signal* signal = nullptr) const;

  // Stores the answers and queues them, or, of an organisation on lists, keeps them for its next
  // half-yearly list; each alone succeeds or fails. Further codes:
  // "feedback.signal_unknown", "feedback.conflict" (the client id was used with other content:
  // abi_status 107), "feedback.answer_pending", "feedback.signal_closed",
  // "feedback.signal_superseded". `field` is
  // "items[<n>].<name>". An error of the whole means: nothing was stored.
  Result<Submission> submit(const store::Org& org, const std::vector<v1::FeedbackDraft>& drafts,
                            const v1::Actor& actor, const domain::Act& act);
  // The same without waiting: `done` is called on the store's writer thread after the commit, and
  // returns at once.
  void submit(const store::Org& org, std::vector<v1::FeedbackDraft> drafts, v1::Actor actor,
              const domain::Act& act, std::function<void(Result<Submission>)> done,
              Terms terms = {});

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
  const CodesInForce codes_;
  std::function<std::int64_t()> now_ms_;
};

}  // namespace semafoor::feedback
