// SPDX-License-Identifier: Apache-2.0
#include "gateway/proposals/proposals.h"

#include <cstddef>
#include <future>
#include <memory>
#include <utility>

#include "gateway/domain/belgian_time.h"
#include "gateway/domain/uuid.h"
#include "gateway/feedback/problems.h"
#include "gateway/proposals/propose.h"

namespace semafoor::proposals {
namespace {

using Page = store::Page<v1::Proposal>;
using Wrong = std::optional<v1::FeedbackProblem>;

// Those in which an answer may be given.
const std::vector<v1::SignalState>& answerable_states() {
  static const std::vector<v1::SignalState> states{
      v1::SIGNAL_STATE_RECEIVED, v1::SIGNAL_STATE_ASSIGNED, v1::SIGNAL_STATE_INVESTIGATED,
      v1::SIGNAL_STATE_ANSWER_REFUSED};
  return states;
}

// The signals of a page; an id that is unknown has none.
struct Asked {
  std::string id;
  std::optional<v1::Signal> signal;
};

Result<std::vector<Asked>> asked_by_id(store::Reader& reader, const store::Org& org,
                                       const std::vector<std::string>& ids) {
  std::vector<Asked> all;
  for (const std::string& id : ids) {
    auto signal = reader.signal(org, id);
    if (!signal) return signal.error();
    all.push_back({id, std::move(*signal)});
  }
  return all;
}

Result<std::vector<Asked>> asked_by_filter(store::Reader& reader, const store::Org& org,
                                           const Question& question, Page& page) {
  store::SignalQuery query = question.filter;
  query.states = answerable_states();
  query.position = question.position;
  auto found = reader.signals(org, query);
  if (!found) return found.error();
  page.position = found->position;
  page.total = found->total;
  page.changed = found->changed;
  std::vector<Asked> all;
  for (auto& signal : found->items) {
    const std::string id = signal.signal_id();
    all.push_back({id, std::move(signal)});
  }
  return all;
}

// One record of the whole, about everybody whose signal was answered.
Result<void> record_review(store::Transaction& tx, const store::Org& org, const std::string& id,
                           const domain::Act& act, const std::vector<v1::ReviewedItem>& items,
                           const feedback::Submission& submission) {
  store::AuditEntry entry{
      .what = "feedback.review", .act = act, .subject_kind = "review", .subject_id = id};
  int proposed = 0;
  for (std::size_t i = 0; i < submission.results.size(); ++i) {
    const auto& result = submission.results[i];
    if (!result.has_feedback() || result.repeated_submission()) continue;
    if (!items[i].basis_client_id().empty()) ++proposed;
    auto signal = tx.signal(org, result.feedback().signal_id());
    if (!signal) return signal.error();
    entry.persons.push_back(*signal ? (*signal)->person().value() : "");
  }
  if (entry.persons.empty()) return {};
  entry.detail = std::to_string(entry.persons.size()) + " answers reviewed, " +
                 std::to_string(proposed) + " as proposed";
  return tx.append_audit(org, entry);
}

bool anything_new(const feedback::Submission& submission) {
  for (const auto& result : submission.results)
    if (result.has_feedback() && !result.repeated_submission()) return true;
  return false;
}

}  // namespace

Proposals::Proposals(store::Store& store, feedback::Feedback& feedback,
                     std::function<std::int64_t()> now_ms)
    : store_(store), feedback_(feedback), now_ms_(std::move(now_ms)) {}

Result<v1::Proposal> Proposals::propose_for(store::Reader& reader, const store::Org& org,
                                            const v1::Signal& signal,
                                            const feedback::CodeList& codes, int tolerance) const {
  const Ground ground{
      .codes = codes,
      .validate = [&](const v1::FeedbackDraft& draft,
                      const v1::Signal& about) { return feedback_.validate(draft, codes, &about); },
      .today = domain::belgian_time(now_ms_()).date(),
      .tolerance = tolerance};
  return proposals::propose(reader, org, signal, ground);
}

Result<Page> Proposals::propose(const store::Org& org, const Question& question) {
  Page page;
  const auto read = store_.read([&](store::Reader& reader) -> Result<void> {
    page = {};
    auto codes = feedback_.codes_at(reader);
    if (!codes) return codes.error();
    auto asked = question.ids.empty() ? asked_by_filter(reader, org, question, page)
                                      : asked_by_id(reader, org, question.ids);
    if (!asked) return asked.error();
    if (!question.ids.empty()) page.total = static_cast<std::int64_t>(asked->size());
    for (const Asked& one : *asked) {
      auto proposal = one.signal
                          ? propose_for(reader, org, *one.signal, **codes, question.tolerance)
                          : unknown_signal(one.id);
      if (!proposal) return proposal.error();
      if (question.proposed_only && proposal->outcome() != v1::PROPOSAL_OUTCOME_PROPOSED) continue;
      page.items.push_back(std::move(*proposal));
    }
    return {};
  });
  if (!read) return read.error();
  return page;
}

Result<Wrong> Proposals::look_at(store::Transaction& tx, const store::Org& org,
                                 const v1::ReviewedItem& item, const v1::Signal& signal,
                                 int tolerance) const {
  if (item.signal_version() != signal.version())
    return Wrong(feedback::problem("feedback.signal_changed", "signalVersion", ""));
  if (item.basis_client_id().empty()) return Wrong();
  auto codes = feedback_.codes_at(tx);
  if (!codes) return codes.error();
  auto proposal = propose_for(tx, org, signal, **codes, tolerance);
  if (!proposal) return proposal.error();
  const bool holds = proposal->outcome() == v1::PROPOSAL_OUTCOME_PROPOSED &&
                     proposal->code() == item.draft().code() &&
                     proposal->basis().client_id() == item.basis_client_id();
  if (holds) return Wrong();
  return Wrong(feedback::problem("feedback.proposal_ended", "basisClientId", ""));
}

void Proposals::submit(const store::Org& org, Review review, const domain::Act& act,
                       std::function<void(Result<Reviewed>)> done) {
  if (review.reviewed_by.id().empty())
    return done(Error{.kind = ErrorKind::invalid_argument,
                      .code = "proposals.reviewer_missing",
                      .message = "Submitting reviewed answers: nobody is named who reviewed them. "
                                 "Name the person in reviewedBy.",
                      .field = "reviewedBy"});
  domain::Act by = act;
  by.actor_id = review.reviewed_by.id();
  by.actor_name = review.reviewed_by.name();
  const std::string review_id = domain::uuid_v7(now_ms_());
  const auto items = std::make_shared<const std::vector<v1::ReviewedItem>>(std::move(review.items));
  std::vector<v1::FeedbackDraft> drafts;
  for (const auto& item : *items) drafts.push_back(item.draft());
  feedback::Terms terms{
      .check =
          [this, org, items, tolerance = review.tolerance](
              store::Transaction& tx, std::size_t index, const v1::Signal& signal) {
            return look_at(tx, org, (*items)[index], signal, tolerance);
          },
      .finish =
          [org, items, by, review_id](store::Transaction& tx,
                                      const feedback::Submission& submission) {
            return record_review(tx, org, review_id, by, *items, submission);
          },
      .detail = "reviewed " + review_id};
  feedback_.submit(
      org, std::move(drafts), std::move(review.reviewed_by), by,
      [done = std::move(done), review_id](Result<feedback::Submission> submission) {
        if (!submission) return done(submission.error());
        const bool stored = anything_new(*submission);
        done(Reviewed{std::move(*submission), stored ? review_id : ""});
      },
      std::move(terms));
}

Result<Reviewed> Proposals::submit(const store::Org& org, const Review& review,
                                   const domain::Act& act) {
  auto promise = std::make_shared<std::promise<Result<Reviewed>>>();
  auto outcome = promise->get_future();
  submit(org, review, act,
         [promise](Result<Reviewed> result) { promise->set_value(std::move(result)); });
  return outcome.get();
}

}  // namespace semafoor::proposals
