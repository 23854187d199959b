// SPDX-License-Identifier: Apache-2.0
#include "gateway/mailbox/operation_tracker.h"

#include <algorithm>
#include <future>
#include <memory>
#include <utility>

#include "gateway/duties/duty_log.h"

namespace semafoor::mailbox {

bool OperationTracker::Track::lists() const {
  return std::any_of(parts.begin(), parts.end(),
                     [](const auto& part) { return !part.second.over; });
}

OperationTracker::Part OperationTracker::Track::sum() const {
  Part sum;
  for (const auto& [name, part] : parts) {
    sum.listed += part.listed;
    sum.listed_of += part.listed_of;
    sum.done += part.done;
    sum.total += part.total;
    sum.failed += part.failed;
    sum.succeeded = sum.succeeded || (part.succeeded && name != kRegistryPart);
    if (sum.fetch_problem.empty()) sum.fetch_problem = part.fetch_problem;
  }
  return sum;
}

OperationTracker::OperationTracker(store::Store& store, duties::Clock& clock,
                                   const SyncOptions& options, PartsOf parts_of)
    : store_(store), clock_(clock), options_(options), parts_of_(std::move(parts_of)) {}

Result<void> OperationTracker::attach(const store::Org& org, const std::string* part) {
  struct Found {
    std::string id;
    std::vector<std::string> parts;
    std::map<std::string, std::int64_t> pending;
  };
  auto found = std::make_shared<Found>();
  auto promise = std::make_shared<std::promise<Result<void>>>();
  auto answer = promise->get_future();
  store_.write(
      [this, org, found](store::Transaction& tx) -> Result<void> {
        *found = {};
        auto open = tx.running_operation(org, kSyncOperation);
        if (!open) return open.error();
        if (!*open) return {};
        auto pending = tx.pending_attachments(org);
        if (!pending) return pending.error();
        auto parts = parts_of_(tx, org);
        if (!parts) return parts.error();
        *found = {(*open)->operation_id(), std::move(*parts), std::move(*pending)};
        return {};
      },
      [this, org, found, promise, all = part == nullptr,
       which = part == nullptr ? std::string() : *part](const Result<void>& looked) {
        if (looked && !found->id.empty()) {
          const std::scoped_lock guard(mutex_);
          auto& track = tracks_[org];
          const bool fresh = track.id != found->id;
          if (fresh) {
            track = Track{};
            track.id = found->id;
            track.told_at = clock_.steady_ms();
            for (const auto& name : found->parts) track.parts[name];
          }
          for (auto& [name, its] : track.parts) {
            if (!fresh && !all && name != which) continue;
            if (!all && name == which) its.begun = true;
            its.over = its.succeeded = its.rests = false;
            its.listing_problem.clear();
            const auto pending = found->pending.find(name);
            its.total = its.done + (pending == found->pending.end() ? 0 : pending->second);
          }
          if (track.lists()) track.phase = "listing";
        }
        promise->set_value(looked);
      });
  return answer.get();
}

bool OperationTracker::follows(const store::Org& org, const std::string& operation_id) {
  const std::scoped_lock guard(mutex_);
  const auto found = tracks_.find(org);
  return found != tracks_.end() && found->second.id == operation_id;
}

OperationTracker::Part* OperationTracker::find(const store::Org& org, const std::string& part) {
  const auto track = tracks_.find(org);
  if (track == tracks_.end()) return nullptr;
  const auto found = track->second.parts.find(part);
  return found == track->second.parts.end() ? nullptr : &found->second;
}

void OperationTracker::add_part(const store::Org& org, const std::string& part) {
  const std::scoped_lock guard(mutex_);
  const auto track = tracks_.find(org);
  if (track != tracks_.end()) track->second.parts.try_emplace(part);
}

void OperationTracker::listed(const store::Org& org, const std::string& part, std::int64_t messages,
                              std::int64_t of) {
  const std::scoped_lock guard(mutex_);
  Part* const its = find(org, part);
  if (its == nullptr || !its->begun) return;
  const auto added = static_cast<int>(std::max<std::int64_t>(0, messages - its->listed));
  its->listed = messages;
  its->listed_of = of;
  tell(org, tracks_[org], added);
}

void OperationTracker::expect(const store::Org& org, const std::string& part, int attachments) {
  const std::scoped_lock guard(mutex_);
  if (Part* const its = find(org, part)) its->total += attachments;
}

void OperationTracker::settled(const store::Org& org, const std::string& part,
                               const std::string& problem) {
  const std::scoped_lock guard(mutex_);
  Part* const its = find(org, part);
  if (its == nullptr) return;
  ++its->done;
  if (problem.empty()) {
    its->downloads_rest = false;
  } else {
    ++its->failed;
    if (its->fetch_problem.empty()) its->fetch_problem = problem;
  }
  auto& track = tracks_[org];
  if (!track.lists()) track.phase = "downloading";
  tell(org, track, 1);
  finish_if_over(org);
}

bool OperationTracker::listing_failed(const store::Org& org, const std::string& part,
                                      const Error& error, bool known_down,
                                      const std::string& problem) {
  const bool patient = error.retry_after_ms.value_or(0) <= options_.longest_wait_ms;
  {
    const std::scoped_lock guard(mutex_);
    Part* const its = find(org, part);
    if (its == nullptr || !its->begun) return true;
    if (error.retryable && patient && !known_down &&
        ++its->listing_failures < options_.listing_attempts) {
      return true;
    }
  }
  listing_done(org, part, problem);
  return false;
}

void OperationTracker::listing_done(const store::Org& org, const std::string& part,
                                    const std::string& problem) {
  const std::scoped_lock guard(mutex_);
  Part* const its = find(org, part);
  if (its == nullptr || !its->begun) return;
  its->over = true;
  its->succeeded = problem.empty();
  its->listing_problem = problem;
  auto& track = tracks_[org];
  if (!track.lists()) track.phase = "downloading";
  finish_if_over(org);
}

void OperationTracker::listing_rests(const store::Org& org, const std::string& part,
                                     const std::string& note) {
  const std::scoped_lock guard(mutex_);
  Part* const its = find(org, part);
  if (its == nullptr || !its->begun) return;
  its->over = its->rests = true;
  its->listing_problem = note;
  finish_if_over(org);
}

void OperationTracker::give_up(const store::Org& org, const std::string& part,
                               const std::string& problem) {
  {
    const std::scoped_lock guard(mutex_);
    Part* const its = find(org, part);
    if (its == nullptr || its->over) return;
    its->begun = true;
  }
  listing_rests(org, part, problem);
}

void OperationTracker::waiting(const store::Org& org, const std::string& reason) {
  const std::scoped_lock guard(mutex_);
  const auto found = tracks_.find(org);
  if (found == tracks_.end() || found->second.phase == reason) return;
  found->second.phase = reason;
  tell(org, found->second, options_.progress_items);
}

void OperationTracker::downloads_rest(const store::Org& org, const std::string& part) {
  const std::scoped_lock guard(mutex_);
  Part* const its = find(org, part);
  if (its == nullptr) return;
  its->downloads_rest = true;
  finish_if_over(org);
}

void OperationTracker::tell(const store::Org& org, Track& track, int items) {
  track.untold += items;
  const auto now = clock_.steady_ms();
  if (track.untold == 0) return;
  if (track.untold < options_.progress_items && now - track.told_at < options_.progress_ms) return;
  track.untold = 0;
  track.told_at = now;
  const bool messages = track.lists();
  const Part sum = track.sum();
  write(org, track.id, "operation.progress",
        [phase = track.phase, done = messages ? sum.listed : sum.done,
         total = messages ? sum.listed_of : sum.total](v1::Operation& operation) {
          operation.set_phase(phase);
          operation.set_done(done);
          operation.set_total(total);
        });
}

std::string OperationTracker::problem_of(const Track& track) {
  std::string problem;
  const auto add = [&problem](const std::string& sentence) {
    if (sentence.empty()) return;
    problem += (problem.empty() ? "" : " ") + sentence;
  };
  std::int64_t left = 0;
  for (const auto& [name, part] : track.parts) {
    add(part.listing_problem);
    if (part.is_left()) left += part.total - part.done;
  }
  const auto attachments = [](std::int64_t count) {
    return std::to_string(count) + (count == 1 ? " attachment" : " attachments");
  };
  const Part sum = track.sum();
  if (sum.failed > 0) {
    add(attachments(sum.failed) +
        " could not be fetched and will be tried again: " + sum.fetch_problem);
  }
  if (left > 0) add(attachments(left) + " will be fetched when the provider is back.");
  return problem;
}

void OperationTracker::finish_if_over(const store::Org& org) {
  const auto found = tracks_.find(org);
  auto& track = found->second;
  for (const auto& [name, part] : track.parts) {
    if (!part.over || (part.done < part.total && !part.is_left())) return;
  }
  const Part sum = track.sum();
  const std::string problem = problem_of(track);
  auto state = v1::OPERATION_STATE_SUCCEEDED;
  if (!problem.empty()) state = v1::OPERATION_STATE_PARTIAL;
  const bool something_failed =
      std::any_of(track.parts.begin(), track.parts.end(),
                  [](const auto& part) { return !part.second.listing_problem.empty(); });
  if (something_failed && !sum.succeeded && sum.listed == 0) state = v1::OPERATION_STATE_FAILED;
  write(org, track.id, "operation.finished",
        [state, problem, done = sum.done, total = sum.total,
         now = clock_.now_ms()](v1::Operation& operation) {
          operation.set_state(state);
          operation.set_phase("");
          operation.set_problem(problem);
          operation.set_done(done);
          operation.set_total(total);
          operation.mutable_finished_at()->set_unix_ms(now);
        });
  tracks_.erase(found);
}

void OperationTracker::write(const store::Org& org, const std::string& id, const std::string& event,
                             std::function<void(v1::Operation&)> change) {
  store_.write(
      [org, id, event, change = std::move(change)](store::Transaction& tx) -> Result<void> {
        auto operation = tx.operation(org, id);
        if (!operation) return operation.error();
        // Another run may have ended it meanwhile: an end is told once.
        if (!*operation || (*operation)->state() != v1::OPERATION_STATE_RUNNING) return {};
        change(**operation);
        if (auto put = tx.put_operation(org, **operation); !put) return put;
        v1::Event told;
        told.set_type(event);
        told.set_module(v1::MODULE_EBOX);
        told.set_subject_id(id);
        told.set_subject_version((*operation)->version());
        *told.mutable_operation() = **operation;
        auto sequence = tx.append_event(org, std::move(told));
        return sequence ? Result<void>() : Result<void>(sequence.error());
      },
      // An end that could not be stored is found again: the operation is still open then, and the
      // next run takes it up.
      [](const Result<void>&) {});
}

}  // namespace semafoor::mailbox
