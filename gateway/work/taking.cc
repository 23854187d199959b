// SPDX-License-Identifier: Apache-2.0
//
// Signals that a person takes: of a team, or of a colleague who is away.
#include <algorithm>
#include <set>
#include <utility>

#include "gateway/domain/belgian_time.h"
#include "gateway/work/absences.h"
#include "gateway/work/assignment.h"
#include "gateway/work/distribution.h"
#include "gateway/work/open_signals.h"
#include "gateway/work/rule_check.h"
#include "gateway/work/work.h"

namespace semafoor::work {
namespace {

constexpr std::size_t kMostAtOnce = 500;

v1::WorkProblem problem(const char* code, const char* message) {
  v1::WorkProblem problem;
  problem.set_code(code);
  problem.set_message(message);
  return problem;
}

v1::WorkProblem unknown_signal() {
  return problem("signals.signal_unknown",
                 "Taking a signal: this organisation has none of that id. Take one of "
                 "ListSignals.");
}

Error actor_missing() {
  return Error{.kind = ErrorKind::invalid_argument,
               .code = "work.actor_missing",
               .message =
                   "Taking signals: the call does not say who takes them. Send the actor "
                   "with the call.",
               .field = "actor"};
}

v1::Actor actor_of(const domain::Act& act) {
  v1::Actor actor;
  actor.set_id(act.actor_id);
  actor.set_name(act.actor_name);
  return actor;
}

// A team that the rules do not name any more has no members to wait for.
bool may_take(const v1::WorkRules& rules, const std::string& team, const std::string& actor_id) {
  const auto is_member = [&](const v1::Actor& member) { return member.id() == actor_id; };
  for (const v1::Team& one : rules.teams())
    if (one.id() == team) return std::any_of(one.members().begin(), one.members().end(), is_member);
  return true;
}

// One signal in its batch. Problems are outcomes; an Error fails the whole.
Result<v1::WorkResult> handed(store::Transaction& tx, const store::Org& org, v1::Signal& signal,
                              const Handing& handing, const domain::Act& act, std::int64_t now) {
  v1::WorkResult result;
  result.set_signal_id(signal.signal_id());
  auto done = hand(tx, org, signal, handing, act, now);
  if (!done && done.error().code != "signals.wrong_state") return done.error();
  if (done) {
    *result.mutable_signal() = std::move(signal);
  } else {
    result.mutable_problem()->set_code(done.error().code);
    result.mutable_problem()->set_message(done.error().message);
  }
  return result;
}

v1::WorkResult failed(const std::string& signal_id, v1::WorkProblem why) {
  v1::WorkResult result;
  result.set_signal_id(signal_id);
  *result.mutable_problem() = std::move(why);
  return result;
}

Result<v1::WorkResult> take_one(store::Transaction& tx, const store::Org& org,
                                const v1::WorkRules& rules, const std::string& id,
                                const domain::Act& act, std::int64_t now) {
  auto signal = tx.signal(org, id);
  if (!signal) return signal.error();
  if (!*signal) return failed(id, unknown_signal());
  v1::Signal& found = **signal;
  if (found.assignee().id() == act.actor_id) {
    v1::WorkResult mine;
    mine.set_signal_id(id);
    *mine.mutable_signal() = std::move(found);
    return mine;
  }
  if (found.has_assignee() && !found.assignee().id().empty())
    return failed(id, problem("work.taken",
                              "Taking a signal: a colleague has it. Take it over if they are away "
                              "(TakeOver), or let them give it to you."));
  if (!may_take(rules, found.team(), act.actor_id))
    return failed(id, problem("work.not_of_team",
                              "Taking a signal: it waits for a team that this person is not of. "
                              "Let a member take it, or add them to the team (SetWorkRules)."));
  const v1::Actor me = actor_of(act);
  return handed(tx, org, found, {.to = &me, .team = {}, .what = "signal.take", .note = {}}, act,
                now);
}

Result<v1::WorkResult> take_over_one(store::Transaction& tx, const store::Org& org,
                                     const std::string& from, const v1::Actor& to,
                                     const std::string& id, const domain::Act& act,
                                     std::int64_t now) {
  auto signal = tx.signal(org, id);
  if (!signal) return signal.error();
  if (!*signal) return failed(id, unknown_signal());
  v1::Signal& found = **signal;
  if (found.assignee().id() != from)
    return failed(id, problem("work.not_theirs",
                              "Taking a signal over: the colleague does not have it. Read it "
                              "again."));
  const v1::Actor colleague = found.assignee();
  return handed(tx, org, found,
                {.to = &to,
                 .team = {},
                 .from = &colleague,
                 .event = v1::SIGNAL_EVENT_TAKEN_OVER,
                 .what = "signal.take_over",
                 .note = {}},
                act, now);
}

Result<void> check_absence(store::Reader& reader, const store::Org& org,
                           const v1::TakeOverRequest& request, const v1::Date& day) {
  if (request.although_present()) return {};
  auto absence = absence_on(reader, org, request.assignee_id(), day);
  if (!absence) return absence.error();
  if (*absence) return {};
  return Error{.kind = ErrorKind::failed_precondition,
               .code = "work.not_absent",
               .message =
                   "Taking signals over: no absence of the colleague is known for today. "
                   "Say so first (SetAbsence), or that you mean it (althoughPresent).",
               .field = "assigneeId"};
}

}  // namespace

Result<std::vector<v1::WorkResult>> Work::take(const store::Org& org,
                                               const std::vector<std::string>& signal_ids,
                                               const domain::Act& act) {
  if (act.actor_id.empty()) return actor_missing();
  std::vector<v1::WorkResult> results;
  const auto stored = store_.write_and_wait([&](store::Transaction& tx) -> Result<void> {
    results.clear();
    auto rules = rules_of(tx, org);
    if (!rules) return rules.error();
    for (const std::string& id : signal_ids) {
      auto result = take_one(tx, org, *rules, id, act, now_ms_());
      if (!result) return result.error();
      results.push_back(std::move(*result));
    }
    return {};
  });
  if (!stored) return stored.error();
  return results;
}

Result<v1::TakeOverResponse> Work::take_over(const store::Org& org,
                                             const v1::TakeOverRequest& request,
                                             const domain::Act& act) {
  const v1::Actor to = request.has_to() ? request.to() : actor_of(act);
  if (to.id().empty()) return actor_missing();
  if (to.id() == request.assignee_id())
    return Error{.kind = ErrorKind::invalid_argument,
                 .code = "work.same_person",
                 .message =
                     "Taking signals over: they are to come from and to the same person. "
                     "Name the colleague who is away.",
                 .field = "assigneeId"};
  const auto theirs = [&](const v1::Signal& signal) {
    return signal.assignee().id() == request.assignee_id() && awaits_answer(signal);
  };
  std::vector<std::string> ids(request.signal_ids().begin(), request.signal_ids().end());
  if (ids.empty()) {
    auto all = open_ids(store_, org, theirs);
    if (!all) return all.error();
    ids = std::move(*all);
    if (ids.size() > kMostAtOnce) ids.resize(kMostAtOnce);
  }
  v1::TakeOverResponse response;
  const auto stored = store_.write_and_wait([&](store::Transaction& tx) -> Result<void> {
    response.Clear();
    const std::int64_t now = now_ms_();
    if (auto fine = check_absence(tx, org, request, domain::belgian_day(now)); !fine) return fine;
    for (const std::string& id : ids) {
      auto result = take_over_one(tx, org, request.assignee_id(), to, id, act, now);
      if (!result) return result.error();
      *response.add_results() = std::move(*result);
    }
    return {};
  });
  if (!stored) return stored.error();
  auto left = open_ids(store_, org, theirs);
  if (!left) return left.error();
  response.set_remaining(static_cast<std::int64_t>(left->size()));
  return response;
}

}  // namespace semafoor::work
