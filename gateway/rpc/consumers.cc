// SPDX-License-Identifier: Apache-2.0
#include "gateway/rpc/consumers.h"

#include <algorithm>

#include "gateway/rpc/errors.h"

namespace semafoor::rpc {
namespace {

// Consumers not seen for 90 days are dropped: the store must hear of a living one now and then.
constexpr std::chrono::hours kTellStore{1};

Error busy(const std::string& name, std::int64_t left_ms) {
  Error error = failure(ErrorKind::failed_precondition, "events.consumer_busy",
                        "Events were asked for as consumer \"" + name +
                            "\", which another instance holds. Stop that one, ask again after its "
                            "lease, or choose another consumer name.");
  error.retryable = true;
  error.retry_after_ms = std::max<std::int64_t>(left_ms, 0);
  return error;
}

std::int64_t ms_between(std::chrono::system_clock::time_point from,
                        std::chrono::system_clock::time_point to) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(to - from).count();
}

// The stored consumer, or a new one that has acknowledged nothing.
Result<store::Consumer> load(store::Transaction& tx, const ConsumerKey& key) {
  auto stored = tx.consumer(key.org, key.module, key.name);
  if (!stored.ok()) return stored.error();
  if (*stored) return **stored;
  return store::Consumer{.org = key.org, .module = key.module, .name = key.name};
}

}  // namespace

std::int64_t Consumers::now_ms() const {
  return std::chrono::duration_cast<std::chrono::milliseconds>(now_().time_since_epoch()).count();
}

void Consumers::claim(const ConsumerKey& key, const std::string& holder,
                      std::shared_ptr<const ProcessHold> process, std::chrono::milliseconds wait,
                      Done done) {
  const auto now = now_();
  const auto until = now + wait + kLease;
  // A holder that is known to hold nothing any more, although the store's record may say so still.
  std::string lapsed;
  std::optional<Error> refused;
  std::optional<std::int64_t> restart;
  bool granted = false;
  {
    const std::lock_guard lock(mutex_);
    if (const auto found = held_.find(key); found != held_.end()) {
      Held& held = found->second;
      const bool dead = held.process && !held.process->alive();
      if (held.holder == holder) {
        held.until = std::max(held.until, until);
        restart = held.restart;
        granted = !restart && now - held.written < kTellStore;
      } else if (!dead && now < held.until) {
        refused = busy(key.name, ms_between(now, held.until));
      } else {
        lapsed = held.holder;
      }
    }
  }
  if (granted) return done({});
  if (refused) return done(std::move(*refused));
  const std::int64_t lease_end = now_ms() + std::chrono::milliseconds(kLease).count();
  store_.write(
      [this, key, holder, lapsed, lease_end, restart](store::Transaction& tx) -> Result<void> {
        auto consumer = load(tx, key);
        if (!consumer.ok()) return consumer.error();
        const std::int64_t at = now_ms();
        if (!consumer->holder.empty() && consumer->holder != holder && consumer->holder != lapsed &&
            consumer->lease_until_ms > at)
          return busy(key.name, consumer->lease_until_ms - at);
        if (restart) consumer->acknowledged = std::max(consumer->acknowledged, *restart);
        consumer->holder = holder;
        consumer->lease_until_ms = lease_end;
        consumer->seen_ms = at;
        return tx.put_consumer(*consumer);
      },
      [this, key, holder, process = std::move(process), now, until,
       done = std::move(done)](const Result<void>& written) {
        if (written.ok()) {
          const std::lock_guard lock(mutex_);
          held_[key] = Held{holder, process, until, now};
        }
        done(written);
      });
}

void Consumers::told_expired(const ConsumerKey& key, const std::string& holder, std::int64_t last) {
  const std::lock_guard lock(mutex_);
  const auto found = held_.find(key);
  if (found != held_.end() && found->second.holder == holder) found->second.restart = last;
}

void Consumers::waited(const ConsumerKey& key, const std::string& holder) {
  const std::lock_guard lock(mutex_);
  const auto found = held_.find(key);
  if (found != held_.end() && found->second.holder == holder) found->second.until = now_() + kLease;
}

void Consumers::release(const ConsumerKey& key, const std::string& holder, Done done) {
  {
    const std::lock_guard lock(mutex_);
    const auto found = held_.find(key);
    if (found != held_.end() && found->second.holder == holder) held_.erase(found);
  }
  store_.write(
      [this, key, holder](store::Transaction& tx) -> Result<void> {
        auto stored = tx.consumer(key.org, key.module, key.name);
        if (!stored.ok()) return stored.error();
        if (!*stored || (*stored)->holder != holder) return {};
        (*stored)->holder.clear();
        (*stored)->lease_until_ms = 0;
        (*stored)->seen_ms = now_ms();
        return tx.put_consumer(**stored);
      },
      std::move(done));
}

void Consumers::acknowledge(const ConsumerKey& key, const std::string& holder,
                            std::int64_t sequence, Done done) {
  bool still_held = false;
  {
    const std::lock_guard lock(mutex_);
    const auto found = held_.find(key);
    if (found != held_.end() && found->second.holder != holder && now_() < found->second.until &&
        !(found->second.process && !found->second.process->alive()))
      still_held = true;
  }
  if (still_held) return done(busy(key.name, -1));
  store_.write(
      [this, key, holder, sequence](store::Transaction& tx) -> Result<void> {
        auto consumer = load(tx, key);
        if (!consumer.ok()) return consumer.error();
        const std::int64_t at = now_ms();
        if (!consumer->holder.empty() && consumer->holder != holder &&
            consumer->lease_until_ms > at)
          return busy(key.name, consumer->lease_until_ms - at);
        auto last = tx.last_sequence(key.org);
        if (!last.ok()) return last.error();
        if (sequence > *last)
          return Error{.kind = ErrorKind::invalid_argument,
                       .code = "events.cursor_invalid",
                       .message =
                           "A cursor was acknowledged that no event has. Acknowledge only "
                           "cursors that came with events.",
                       .field = "cursor"};
        if (sequence <= consumer->acknowledged) return {};
        consumer->acknowledged = sequence;
        consumer->seen_ms = at;
        return tx.put_consumer(*consumer);
      },
      std::move(done));
}

}  // namespace semafoor::rpc
