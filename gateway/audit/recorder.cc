// SPDX-License-Identifier: Apache-2.0
#include "gateway/audit/recorder.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "gateway/domain/date.h"

namespace semafoor::audit {
namespace {

std::int64_t system_ms() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

std::size_t weight_of(const Reading& reading) {
  return 1 + reading.entry.persons.size() + reading.signals.size();
}

// "shown at 2026-11-29 11:40:12 UTC".
std::string shown_at(std::int64_t time_ms) {
  const std::int64_t seconds = time_ms / 1000 % 86'400;
  const auto two = [](std::int64_t number) {
    return std::string(number < 10 ? "0" : "") + std::to_string(number);
  };
  return "shown at " + domain::write_date(domain::date_of_ms(time_ms)) + " " + two(seconds / 3600) +
         ":" + two(seconds / 60 % 60) + ":" + two(seconds % 60) + " UTC";
}

// Runs again after a conflict: it begins with the reading as it was given.
Result<void> append(store::Transaction& tx, const Reading& reading, bool late,
                    std::int64_t shown_ms) {
  store::AuditEntry entry = reading.entry;
  for (const std::string& id : reading.signals) {
    auto signal = tx.signal(reading.org, id);
    if (!signal) return signal.error();
    if (*signal) entry.persons.push_back((*signal)->person().value());
  }
  if (late) entry.detail += (entry.detail.empty() ? "" : ", ") + shown_at(shown_ms);
  return tx.append_audit(reading.org, entry);
}

}  // namespace

Recorder::Recorder(store::Store& store, RecorderOptions options)
    : store_(store), options_(std::move(options)) {}

Recorder::~Recorder() {
  flush();
}

Result<void> Recorder::record(Reading reading) {
  const std::size_t weight = weight_of(reading);
  Batch batch;
  {
    const std::lock_guard lock(mutex_);
    // One that is larger than all that may wait is let in alone.
    if (waiting_ != 0 && waiting_ + weight > options_.most)
      return Error{.kind = ErrorKind::resource_exhausted,
                   .code = "audit.backlog",
                   .message =
                       "What was asked for is only shown when that is recorded, and too many "
                       "records wait for the disk. Try again in a moment; when it lasts, have "
                       "the administrator look at the disk.",
                   .retryable = true,
                   .retry_after_ms = 1000};
    waiting_ += weight;
    queue_.push_back({.reading = std::move(reading),
                      .shown_ms = options_.now_ms ? options_.now_ms() : system_ms(),
                      .late = failing_});
    batch = next();
  }
  write(batch);
  return {};
}

void Recorder::retry() {
  Batch batch;
  {
    const std::lock_guard lock(mutex_);
    batch = next();
  }
  write(batch);
}

void Recorder::flush() {
  std::unique_lock lock(mutex_);
  idle_.wait(lock, [this] { return !writing_ && (queue_.empty() || failing_); });
  if (queue_.empty()) return;
  const Batch last = take(queue_.size());
  lock.unlock();
  std::size_t lost = 0;
  Result<void> why;
  for (const Item& item : *last) {
    const auto stored = store_.write_and_wait([&item](store::Transaction& tx) {
      return append(tx, item.reading, item.late, item.shown_ms);
    });
    if (stored) continue;
    ++lost;
    why = stored;
  }
  if (lost > 0) {
    Error error = why.error();
    error.message =
        std::to_string(lost) + " readings that were shown are without record: " + error.message;
    tell(error);
  }
  lock.lock();
  writing_ = false;
  for (const Item& item : *last) waiting_ -= weight_of(item.reading);
}

Recorder::Batch Recorder::next() {
  if (writing_ || queue_.empty()) return nullptr;
  if (failing_ && std::chrono::steady_clock::now() < not_before_) return nullptr;
  return take(failing_ || alone_ > 0 ? 1 : options_.batch);
}

Recorder::Batch Recorder::take(std::size_t most) {
  const auto end = queue_.begin() + static_cast<std::ptrdiff_t>(std::min(queue_.size(), most));
  auto batch = std::make_shared<std::vector<Item>>(std::make_move_iterator(queue_.begin()),
                                                   std::make_move_iterator(end));
  queue_.erase(queue_.begin(), end);
  writing_ = true;
  return batch;
}

void Recorder::write(const Batch& batch) {
  if (!batch) return;
  store_.write(
      [batch](store::Transaction& tx) -> Result<void> {
        for (const Item& one : *batch)
          if (auto appended = append(tx, one.reading, one.late, one.shown_ms); !appended)
            return appended;
        return {};
      },
      [this, batch](const Result<void>& stored) { written(batch, stored); });
}

void Recorder::written(const Batch& batch, const Result<void>& result) {
  if (!result && batch->size() == 1) tell(result.error());
  Batch after;
  {
    const std::lock_guard lock(mutex_);
    writing_ = false;
    if (result) {
      for (const Item& one : *batch) waiting_ -= weight_of(one.reading);
      failing_ = false;
      ++successes_;
    } else {
      put_back(batch);
    }
    if (alone_ > 0 && batch->size() == 1) --alone_;
    after = next();
    // Whoever waits may destroy this as soon as the lock is released; there is nothing next then.
    if (!writing_) idle_.notify_all();
  }
  write(after);
}

void Recorder::put_back(const Batch& batch) {
  for (Item& one : queue_) one.late = true;
  for (Item& one : *batch) one.late = true;
  if (batch->size() > 1) {
    // One of them may be what cannot be written, and must not keep the others from it.
    alone_ = batch->size();
    queue_.insert(queue_.begin(), std::make_move_iterator(batch->begin()),
                  std::make_move_iterator(batch->end()));
    return;
  }
  Item& item = batch->front();
  // Others could be written since it failed, and it still cannot: it is the reason itself.
  if (item.failed_at && *item.failed_at < successes_) {
    waiting_ -= weight_of(item.reading);
    return;
  }
  item.failed_at = successes_;
  failing_ = true;
  not_before_ = std::chrono::steady_clock::now() + options_.retry;
  queue_.push_back(std::move(item));
}

void Recorder::tell(const Error& error) const {
  if (options_.failed) options_.failed(error);
}

}  // namespace semafoor::audit
