// SPDX-License-Identifier: Apache-2.0
#include "gateway/mailbox/operation_tracker.h"

#include <algorithm>
#include <future>
#include <memory>
#include <utility>

#include "gateway/duties/duty_log.h"

namespace semafoor::mailbox {

OperationTracker::OperationTracker(store::Store& store, duties::Clock& clock,
                                   const SyncOptions& options)
    : store_(store), clock_(clock), options_(options) {}

Result<std::optional<std::string>> OperationTracker::attach(const store::Org& org) {
  struct Found {
    std::optional<std::string> id;
    std::int64_t pending = 0;
  };
  using Answer = Result<std::optional<std::string>>;
  auto found = std::make_shared<Found>();
  auto promise = std::make_shared<std::promise<Answer>>();
  auto answer = promise->get_future();
  store_.write(
      [org, found](store::Transaction& tx) -> Result<void> {
        *found = {};
        auto open = tx.running_operation(org, kSyncOperation);
        if (!open) return open.error();
        if (!*open) return {};
        auto counters = tx.counters(org);
        if (!counters) return counters.error();
        found->id = (*open)->operation_id();
        found->pending = counters->attachments_pending;
        return {};
      },
      [this, org, found, promise](const Result<void>& looked) {
        if (!looked) {
          promise->set_value(looked.error());
          return;
        }
        if (found->id) {
          const std::scoped_lock guard(mutex_);
          auto& track = tracks_[org];
          if (track.id != *found->id) {
            track = Track{};
            track.id = *found->id;
            track.told_at = clock_.steady_ms();
          }
          track.listing_over = false;
          track.phase = "listing";
          track.total = track.done + found->pending;
        }
        promise->set_value(found->id);
      });
  return answer.get();
}

bool OperationTracker::follows(const store::Org& org, const std::string& operation_id) {
  const std::scoped_lock guard(mutex_);
  const auto found = tracks_.find(org);
  return found != tracks_.end() && found->second.id == operation_id;
}

void OperationTracker::listed(const store::Org& org, std::int64_t messages, std::int64_t of) {
  const std::scoped_lock guard(mutex_);
  const auto found = tracks_.find(org);
  if (found == tracks_.end()) return;
  auto& track = found->second;
  const auto added = static_cast<int>(std::max<std::int64_t>(0, messages - track.listed));
  track.listed = messages;
  track.listed_of = of;
  tell(org, track, added);
}

void OperationTracker::expect(const store::Org& org, int attachments) {
  const std::scoped_lock guard(mutex_);
  const auto found = tracks_.find(org);
  if (found != tracks_.end()) found->second.total += attachments;
}

void OperationTracker::settled(const store::Org& org, const std::string& problem) {
  const std::scoped_lock guard(mutex_);
  const auto found = tracks_.find(org);
  if (found == tracks_.end()) return;
  auto& track = found->second;
  ++track.done;
  if (!problem.empty()) {
    ++track.failed;
    if (track.fetch_problem.empty()) track.fetch_problem = problem;
  }
  if (track.listing_over) track.phase = "downloading";
  tell(org, track, 1);
  finish_if_over(org);
}

bool OperationTracker::listing_failed(const store::Org& org, const Error& error) {
  const bool patient = error.retry_after_ms.value_or(0) <= options_.longest_wait_ms;
  {
    const std::scoped_lock guard(mutex_);
    const auto found = tracks_.find(org);
    if (found == tracks_.end()) return true;
    if (error.retryable && patient &&
        ++found->second.listing_failures < options_.listing_attempts) {
      return true;
    }
  }
  listing_done(org, duties::problem_text(error));
  return false;
}

void OperationTracker::listing_done(const store::Org& org, const std::string& problem) {
  const std::scoped_lock guard(mutex_);
  const auto found = tracks_.find(org);
  if (found == tracks_.end()) return;
  found->second.listing_over = true;
  found->second.listing_problem = problem;
  found->second.phase = "downloading";
  finish_if_over(org);
}

void OperationTracker::waiting(const store::Org& org, const std::string& reason) {
  const std::scoped_lock guard(mutex_);
  const auto found = tracks_.find(org);
  if (found == tracks_.end() || found->second.phase == reason) return;
  found->second.phase = reason;
  tell(org, found->second, options_.progress_items);
}

void OperationTracker::tell(const store::Org& org, Track& track, int items) {
  track.untold += items;
  const auto now = clock_.steady_ms();
  if (track.untold == 0) return;
  if (track.untold < options_.progress_items && now - track.told_at < options_.progress_ms) return;
  track.untold = 0;
  track.told_at = now;
  const bool messages = !track.listing_over;
  write(org, track.id, "operation.progress",
        [phase = track.phase, done = messages ? track.listed : track.done,
         total = messages ? track.listed_of : track.total](v1::Operation& operation) {
          operation.set_phase(phase);
          operation.set_done(done);
          operation.set_total(total);
        });
}

void OperationTracker::finish_if_over(const store::Org& org) {
  const auto found = tracks_.find(org);
  auto& track = found->second;
  if (!track.listing_over || track.done < track.total) return;
  std::string problem = track.listing_problem;
  if (track.failed > 0) {
    if (!problem.empty()) problem += " ";
    problem += std::to_string(track.failed) + (track.failed == 1 ? " attachment" : " attachments") +
               " could not be fetched and will be tried again: " + track.fetch_problem;
  }
  auto state = v1::OPERATION_STATE_SUCCEEDED;
  if (!problem.empty()) state = v1::OPERATION_STATE_PARTIAL;
  if (!track.listing_problem.empty() && track.listed == 0) state = v1::OPERATION_STATE_FAILED;
  write(org, track.id, "operation.finished",
        [state, problem, done = track.done, total = track.total,
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
