// SPDX-License-Identifier: Apache-2.0
#include "host-shim/src/event_pump.h"

#include <algorithm>
#include <utility>

#include "host-shim/src/status_names.h"

namespace semafoor::loader {
namespace {

using Clock = std::chrono::steady_clock;

constexpr uint32_t kDefaultAckEvery = 100;
// How long `close` may have to wait for the pump's own thread to look up.
constexpr uint32_t kThreadWaitMs = 250;

// What goes away by itself, or by the hand of an administrator; everything else ends the pump.
bool is_passing(semafoor_status status, const semafoor_error* error) {
  switch (status) {
    case SEMAFOOR_UNAVAILABLE:
    case SEMAFOOR_DEADLINE_EXCEEDED:
    case SEMAFOOR_RESOURCE_EXHAUSTED:
    case SEMAFOOR_ABORTED:
    case SEMAFOOR_E_GATEWAY_ABSENT:
    case SEMAFOOR_E_GATEWAY_TOO_OLD:
    case SEMAFOOR_E_GATEWAY_TOO_NEW:
    case SEMAFOOR_E_MODULE_DISABLED:
    case SEMAFOOR_E_CONSUMER_BUSY:
      return true;
    case SEMAFOOR_E_STOPPED:
    case SEMAFOOR_E_FORKED:
    case SEMAFOOR_E_CURSOR_EXPIRED:
      return false;
    default:
      return error != nullptr && error->retryable != 0;
  }
}

}  // namespace

EventPump::EventPump(std::shared_ptr<Instance> instance, const semafoor_shim_pump_options& options)
    : instance_(std::move(instance)), options_(options) {}

EventPump::~EventPump() {
  close();
}

semafoor_status EventPump::start(const semafoor_error** error) {
  const std::lock_guard lock(mutex_);
  if (driver_ != Driver::none || closing_) {
    return report({SEMAFOOR_FAILED_PRECONDITION, "shim.pump_driven",
                   "the pump is driven already, or closed: start it once, or step it, not both"},
                  error);
  }
  driver_ = Driver::thread;
  // Holds us: a pump closed from its own thread outlives its handle until that thread leaves.
  thread_ = std::thread([self = shared_from_this()] { self->run(); });
  return SEMAFOOR_OK;
}

void EventPump::run() {
  // The first look does not wait: the host hears at once whether events can flow.
  uint32_t wait_ms = 0;
  while (!closing()) {
    const semafoor_status status = round(wait_ms);
    wait_ms = kThreadWaitMs;
    if (status != SEMAFOOR_OK && status != SEMAFOOR_E_AGAIN) break;
  }
  if (ended_with_ == SEMAFOOR_OK) end(SEMAFOOR_E_STOPPED, nullptr);
}

semafoor_status EventPump::step(uint32_t wait_ms, const semafoor_error** error) {
  {
    const std::lock_guard lock(mutex_);
    if (driver_ == Driver::thread || stepping_ || closing_) {
      return report({SEMAFOOR_FAILED_PRECONDITION, "shim.pump_driven",
                     "the pump is closed, or driven by a thread of its own or another thread: one "
                     "thread at a time steps it"},
                    error);
    }
    driver_ = Driver::host;
    stepping_ = true;
  }
  const semafoor_status status = round(wait_ms);
  {
    const std::lock_guard lock(mutex_);
    stepping_ = false;
    changed_.notify_all();
  }
  if (status == SEMAFOOR_OK || status == SEMAFOOR_E_AGAIN) return status;
  const char* name = status_name(status);
  return report({status, "shim.pump_ended",
                 std::string("the pump has ended with ") + (name != nullptr ? name : "UNKNOWN") +
                     ": see on_state; make a new pump after mending the reason"},
                error);
}

void EventPump::close() {
  std::thread thread;
  {
    std::unique_lock lock(mutex_);
    const bool first = !closing_;
    closing_ = true;
    changed_.notify_all();
    if (thread_.joinable() && thread_.get_id() == std::this_thread::get_id()) {
      thread_.detach();
      return;
    }
    thread = std::move(thread_);
    if (driver_ == Driver::host) {
      changed_.wait(lock, [this] { return !stepping_; });
      if (first && ended_with_ == SEMAFOOR_OK) {
        lock.unlock();
        end(SEMAFOOR_E_STOPPED, nullptr);
        return;
      }
    } else if (driver_ == Driver::none && first) {
      lock.unlock();
      end(SEMAFOOR_E_STOPPED, nullptr);
      return;
    }
  }
  if (thread.joinable()) thread.join();
}

semafoor_status EventPump::round(uint32_t wait_ms) {
  if (ended_with_ != SEMAFOOR_OK) return ended_with_;
  const auto until = Clock::now() + std::chrono::milliseconds(wait_ms);
  if (Clock::now() < not_before_) {
    pause_until(std::min(until, not_before_));
    if (Clock::now() < not_before_) return SEMAFOOR_E_AGAIN;
  }
  if (event_ == nullptr) {
    // With something to acknowledge, look without waiting: when nothing is there, acknowledge.
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now()).count();
    const uint32_t wait =
        unacknowledged_ > 0 ? 0 : static_cast<uint32_t>(std::max<int64_t>(left, 0));
    const semafoor_error* error = nullptr;
    const semafoor_status status = instance_->next(wait, &event_, &error);
    if (status == SEMAFOOR_E_AGAIN) {
      enter_state(SEMAFOOR_SHIM_PUMP_FLOWING, nullptr);
      back_off_.reset();
      return unacknowledged_ > 0 ? acknowledge() : SEMAFOOR_E_AGAIN;
    }
    if (status != SEMAFOOR_OK) return after_failure(status, error);
    enter_state(SEMAFOOR_SHIM_PUMP_FLOWING, nullptr);
    back_off_.reset();
  }
  return hand_over();
}

semafoor_status EventPump::hand_over() {
  const semafoor_status status = options_.on_event(options_.context, event_);
  if (status == SEMAFOOR_E_AGAIN) {
    // The host cannot store it now: keep it, and come back with the same one.
    not_before_ = Clock::now() + back_off_.next(-1);
    return SEMAFOOR_OK;
  }
  back_off_.reset();
  if (status != SEMAFOOR_OK) {
    drop_event();
    end(status, nullptr);
    return ended_with_;
  }
  cursor_.assign(reinterpret_cast<const char*>(event_->cursor.data), event_->cursor.size);
  drop_event();
  ++unacknowledged_;
  const uint32_t every = options_.ack_every == 0 ? kDefaultAckEvery : options_.ack_every;
  return unacknowledged_ >= every ? acknowledge() : SEMAFOOR_OK;
}

semafoor_status EventPump::acknowledge() {
  if (options_.never_ack != 0) {
    unacknowledged_ = 0;
    return SEMAFOOR_OK;
  }
  const semafoor_span cursor{reinterpret_cast<const uint8_t*>(cursor_.data()), cursor_.size()};
  const semafoor_error* error = nullptr;
  const semafoor_status status = instance_->acknowledge(cursor, &error);
  if (status != SEMAFOOR_OK) return after_failure(status, error);
  unacknowledged_ = 0;
  return SEMAFOOR_OK;
}

semafoor_status EventPump::after_failure(semafoor_status status, const semafoor_error* error) {
  if (is_passing(status, error)) {
    // The gateway was asked while the host waits for our end: once is what it was promised.
    silent_ = closing();
    not_before_ = Clock::now() + back_off_.next(error != nullptr ? error->retry_after_ms : -1);
    enter_state(SEMAFOOR_SHIM_PUMP_WAITING, error);
    status = SEMAFOOR_E_AGAIN;
  } else {
    end(status, error);
  }
  if (error != nullptr) error->release(error);
  return status;
}

void EventPump::drop_event() {
  if (event_ != nullptr) event_->release(event_);
  event_ = nullptr;
}

void EventPump::end(semafoor_status status, const semafoor_error* error) {
  drop_event();
  ended_with_ = status;
  // What the host stored is acknowledged also at the end; if that fails it comes once more.
  if (unacknowledged_ > 0 && options_.never_ack == 0 && !silent_) {
    const semafoor_span cursor{reinterpret_cast<const uint8_t*>(cursor_.data()), cursor_.size()};
    instance_->acknowledge(cursor, nullptr);
    unacknowledged_ = 0;
  }
  enter_state(SEMAFOOR_SHIM_PUMP_ENDED, error);
  instance_->detach_pump();
}

void EventPump::enter_state(uint32_t state, const semafoor_error* error) {
  if (state_ == state && state == SEMAFOOR_SHIM_PUMP_FLOWING) return;
  state_ = state;
  if (options_.on_state != nullptr) options_.on_state(options_.context, state, error);
}

bool EventPump::pause_until(Clock::time_point until) {
  std::unique_lock lock(mutex_);
  return changed_.wait_until(lock, until, [this] { return closing_; });
}

bool EventPump::closing() {
  const std::lock_guard lock(mutex_);
  return closing_;
}

}  // namespace semafoor::loader
