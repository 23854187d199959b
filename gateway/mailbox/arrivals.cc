// SPDX-License-Identifier: Apache-2.0
#include "gateway/mailbox/arrivals.h"

#include <set>
#include <utility>

#include "gateway/domain/hex.h"
#include "gateway/duties/duty_log.h"
#include "gateway/mailbox/attachment_states.h"
#include "gateway/mailbox/fetcher.h"

namespace semafoor::mailbox {
namespace {

constexpr std::size_t kEnough = 32;
constexpr std::int64_t kLongestWait = 100;

// Returns whether the attachment was pending until now.
Result<bool> store_arrival(store::Transaction& tx, const Arrival& arrival) {
  const auto& org = arrival.task.org;
  auto message = tx.message(org, arrival.message_id);
  if (!message) return message.error();
  if (!*message) return false;
  for (auto& attachment : *(*message)->message.mutable_attachments()) {
    if (attachment.attachment_id() != arrival.task.key) continue;
    const bool was_pending = attachment.state() == v1::ATTACHMENT_STATE_PENDING;
    const auto next = next_state(attachment.state(), AttachmentStep::store);
    // Stored before, by a worker that was believed dead: the same bytes, and nothing new to tell.
    if (!next) return false;
    attachment.set_state(*next);
    attachment.set_size_bytes(arrival.blob.size);
    attachment.set_sha256(*domain::from_hex(arrival.blob.sha256));
    attachment.set_digest_confirmed(arrival.confirmed);
    attachment.clear_problem();
    // Fetching the main content is what makes the provider call the message read.
    if (attachment.main_content()) (*message)->message.set_read_upstream(true);
    if (auto put = tx.put_message(org, **message, "attachment.stored"); !put) return put.error();
    return was_pending;
  }
  return false;
}

}  // namespace

Arrivals::Arrivals(store::Store& store, duties::Clock& clock, OperationTracker& tracker,
                   LaneNames names, int downloaders)
    : store_(store),
      clock_(clock),
      tracker_(tracker),
      lane_(std::move(names)),
      few_(downloaders / 2),
      watcher_([this](const std::stop_token& stop) { watch(stop); }) {}

Arrivals::~Arrivals() = default;

void Arrivals::begin() {
  const std::scoped_lock guard(mutex_);
  ++busy_;
}

void Arrivals::end() {
  Batch batch;
  {
    const std::scoped_lock guard(mutex_);
    --busy_;
    if (busy_ <= few_ && !gathered_.empty()) batch = take();
  }
  if (batch) commit(batch);
}

void Arrivals::add(Arrival arrival) {
  Batch batch;
  {
    const std::scoped_lock guard(mutex_);
    gathered_.push_back(std::move(arrival));
    if (gathered_.size() >= kEnough) {
      batch = take();
    } else if (gathered_.size() == 1) {
      deadline_ = clock_.steady_ms() + kLongestWait;
      bell_.notify_all();
    }
  }
  if (batch) commit(batch);
}

// A download that hangs must not hide those that have arrived.
void Arrivals::watch(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    const auto seen = deadline_;
    clock_.wait(lock, bell_, stop, seen, [&] { return deadline_ != seen; });
    if (gathered_.empty() || clock_.steady_ms() < deadline_) continue;
    const auto batch = take();
    lock.unlock();
    commit(batch);
    lock.lock();
  }
}

Arrivals::Batch Arrivals::take() {
  auto batch = std::make_shared<std::vector<Arrival>>(std::move(gathered_));
  gathered_.clear();
  deadline_ = duties::Clock::kNever;
  bell_.notify_all();
  return batch;
}

void Arrivals::commit(const Batch& batch) {
  auto settled = std::make_shared<std::vector<bool>>();
  store_.write(
      [this, batch, settled](store::Transaction& tx) -> Result<void> {
        settled->assign(batch->size(), false);
        std::set<store::Org> organisations;
        for (std::size_t i = 0; i < batch->size(); ++i) {
          const auto& arrival = (*batch)[i];
          if (auto done = tx.complete(arrival.task); !done) {
            // Somebody else has this one; the others are still ours.
            if (done.error().code == "task.lease_lost") continue;
            return done;
          }
          auto was_pending = store_arrival(tx, arrival);
          if (!was_pending) return was_pending.error();
          (*settled)[i] = *was_pending;
          organisations.insert(arrival.task.org);
        }
        for (const auto& org : organisations) {
          if (auto noted = duties::record_success(tx, org, lane_.fetch_duty, clock_.now_ms());
              !noted) {
            return noted;
          }
        }
        return {};
      },
      [this, batch, settled](const Result<void>& stored) {
        for (std::size_t i = 0; i < batch->size(); ++i) {
          if (stored && (*settled)[i]) tracker_.settled((*batch)[i].task.org, lane_.provider, "");
          (*batch)[i].release(stored, -1);
        }
      });
}

}  // namespace semafoor::mailbox
