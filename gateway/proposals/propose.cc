// SPDX-License-Identifier: Apache-2.0
#include "gateway/proposals/propose.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "gateway/domain/dossier_number.h"
#include "gateway/domain/signal_life_cycle.h"
#include "gateway/proposals/reason.h"
#include "gateway/signals/persons.h"

namespace semafoor::proposals {
namespace {

// Stands for an answer that is not written yet.
constexpr char kSomeClientId[] = "00000000-0000-7000-8000-000000000000";

// An accepted answer to an earlier signal, held against the signal that is asked about.
struct Earlier {
  v1::ProposalBasis basis;
  Comparison comparison;
  // The answer named a decision.
  bool decided = false;
};

// The latest acceptance first; the id decides between equal ones.
bool later(const Earlier& one, const Earlier& other) {
  const auto left = one.basis.accepted_at().unix_ms();
  const auto right = other.basis.accepted_at().unix_ms();
  return left != right ? left > right : one.basis.signal_id() > other.basis.signal_id();
}

// Every number by which the person is known here.
Result<std::set<std::string>> numbers_of(store::Reader& reader, const store::Org& org,
                                         const v1::Signal& signal) {
  auto known = signals::numbers_of(reader, org, signal.person().value());
  if (!known) return known.error();
  std::set<std::string> numbers(known->begin(), known->end());
  for (const auto& former : signal.former_persons()) numbers.insert(former.value());
  return numbers;
}

Result<std::optional<Earlier>> held_against(store::Reader& reader, const store::Org& org,
                                            const v1::Signal& before, const v1::Signal& now,
                                            int tolerance) {
  if (!same_ground(before, now) || before.feedback_client_id().empty())
    return std::optional<Earlier>();
  auto answer = reader.feedback(org, before.feedback_client_id());
  if (!answer) return answer.error();
  if (!*answer || (*answer)->state() != v1::FEEDBACK_STATE_ACCEPTED)
    return std::optional<Earlier>();
  Earlier found;
  found.comparison = compare_facts(before, now, tolerance);
  found.decided = !(*answer)->decision_reference().empty();
  found.basis.set_signal_id(before.signal_id());
  found.basis.set_client_id((*answer)->client_id());
  found.basis.set_code((*answer)->code());
  *found.basis.mutable_reference_period() = before.reference_period();
  *found.basis.mutable_answered_at() = (*answer)->submitted_at();
  *found.basis.mutable_accepted_at() = (*answer)->decided_at();
  for (const auto& fact : found.comparison.facts) *found.basis.add_facts() = fact;
  return std::optional(std::move(found));
}

Result<std::vector<Earlier>> earlier_answers(store::Reader& reader, const store::Org& org,
                                             const v1::Signal& signal, int tolerance) {
  std::vector<Earlier> all;
  auto numbers = numbers_of(reader, org, signal);
  if (!numbers) return numbers.error();
  for (const std::string& number : *numbers) {
    store::SignalQuery query{.limit = kMostEarlier,
                             .states = {v1::SIGNAL_STATE_CLOSED},
                             .signal_types = {signal.signal_type()},
                             .ssin = number,
                             .dossier = domain::normalised_dossier(signal.dossier_number())};
    auto page = reader.signals(org, query);
    if (!page) return page.error();
    for (const auto& before : page->items) {
      auto one = held_against(reader, org, before, signal, tolerance);
      if (!one) return one.error();
      if (*one) all.push_back(std::move(**one));
    }
  }
  std::sort(all.begin(), all.end(), &later);
  return all;
}

bool one_code(const std::vector<Earlier>& same) {
  return std::all_of(same.begin(), same.end(), [&](const Earlier& one) {
    return one.basis.code() == same.front().basis.code();
  });
}

// Of those whose facts differ the one with the most equal ones; of equals the latest.
const Earlier& nearest(const std::vector<Earlier>& all) {
  return *std::max_element(all.begin(), all.end(), [](const Earlier& one, const Earlier& other) {
    return one.comparison.equal != other.comparison.equal
               ? one.comparison.equal < other.comparison.equal
               : later(other, one);
  });
}

// Same facts, one code: may it be given today, without a decision?
v1::ProposalOutcome judged(const Earlier& earlier, const v1::Signal& signal, const Ground& ground) {
  if (earlier.decided) return v1::PROPOSAL_OUTCOME_NEEDS_DECISION;
  v1::FeedbackDraft draft;
  draft.set_client_id(kSomeClientId);
  draft.set_signal_id(signal.signal_id());
  draft.set_code(earlier.basis.code());
  if (const auto wrong = ground.validate(draft, signal))
    return wrong->code() == "feedback.decision_reference_missing"
               ? v1::PROPOSAL_OUTCOME_NEEDS_DECISION
               : v1::PROPOSAL_OUTCOME_CODE_NOT_VALID;
  const auto* const code = ground.codes.find(earlier.basis.code(), ground.today);
  if (code == nullptr) return v1::PROPOSAL_OUTCOME_CODE_NOT_VALID;
  return code->keeps_open() || code->requires_decision_reference()
             ? v1::PROPOSAL_OUTCOME_NEEDS_DECISION
             : v1::PROPOSAL_OUTCOME_PROPOSED;
}

void decide(const std::vector<Earlier>& all, const v1::Signal& signal, const Ground& ground,
            v1::Proposal& proposal) {
  if (all.empty()) return proposal.set_outcome(v1::PROPOSAL_OUTCOME_NOTHING_EARLIER);
  std::vector<Earlier> same;
  for (const Earlier& one : all)
    if (one.comparison.same) same.push_back(one);
  if (same.empty()) {
    proposal.set_outcome(v1::PROPOSAL_OUTCOME_FACTS_DIFFER);
    *proposal.mutable_basis() = nearest(all).basis;
    return;
  }
  *proposal.mutable_basis() = same.front().basis;
  if (!one_code(same)) {
    proposal.set_outcome(v1::PROPOSAL_OUTCOME_CONFLICT);
    for (const Earlier& one : same)
      if (proposal.conflicting_size() < kMostConflicts) *proposal.add_conflicting() = one.basis;
    return;
  }
  proposal.set_outcome(judged(same.front(), signal, ground));
  if (proposal.outcome() != v1::PROPOSAL_OUTCOME_PROPOSED) return;
  proposal.set_code(same.front().basis.code());
  *proposal.mutable_code_text() = ground.codes.find(proposal.code(), ground.today)->text();
}

}  // namespace

Result<v1::Proposal> propose(store::Reader& reader, const store::Org& org, const v1::Signal& signal,
                             const Ground& ground) {
  v1::Proposal proposal;
  proposal.set_signal_id(signal.signal_id());
  proposal.set_signal_version(signal.version());
  if (!domain::next_state(signal.state(), domain::SignalAction::answer, signal.has_assignee())) {
    proposal.set_outcome(v1::PROPOSAL_OUTCOME_NOT_OPEN);
  } else {
    auto earlier = earlier_answers(reader, org, signal, ground.tolerance);
    if (!earlier) return earlier.error();
    decide(*earlier, signal, ground, proposal);
  }
  *proposal.mutable_reason() = reason_of(proposal, ground.tolerance);
  return proposal;
}

v1::Proposal unknown_signal(const std::string& signal_id) {
  v1::Proposal proposal;
  proposal.set_signal_id(signal_id);
  proposal.set_outcome(v1::PROPOSAL_OUTCOME_UNKNOWN_SIGNAL);
  *proposal.mutable_reason() = reason_of(proposal, kUsualTolerance);
  return proposal;
}

}  // namespace semafoor::proposals
