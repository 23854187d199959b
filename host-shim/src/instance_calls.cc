// SPDX-License-Identifier: Apache-2.0
//
// What passes through an instance: calls, streams, events.
#include <algorithm>
#include <utility>

#include "host-shim/src/guarded.h"
#include "host-shim/src/instance.h"
#include "host-shim/src/instance_visit.h"
#include "host-shim/src/status_names.h"

namespace semafoor::loader {
namespace {

using Clock = std::chrono::steady_clock;

// A longer wait for events is cut into pieces of this length, so that `stop` gets its turn.
constexpr uint32_t kSliceMs = 250;
constexpr std::chrono::milliseconds kPause{20};

uint32_t deadline_of(const semafoor_call_options* options) {
  if (options == nullptr || options->deadline_ms == 0) return SEMAFOOR_DEFAULT_DEADLINE_MS;
  return std::min(options->deadline_ms, SEMAFOOR_MAX_DEADLINE_MS);
}

}  // namespace

semafoor_status Instance::refuse(const semafoor_error** error) {
  const std::lock_guard lock(mutex_);
  if (state_ == State::created) {
    return report(problem(SEMAFOOR_FAILED_PRECONDITION, "shim.not_started",
                          "was not started yet: start the instance first"),
                  error);
  }
  return report(problem(SEMAFOOR_E_STOPPED, "shim.stopped", "was stopped: make a new instance"),
                error);
}

semafoor_status Instance::call(const semafoor_span& method, const semafoor_span& request,
                               const semafoor_call_options* options, const semafoor_reply** out,
                               const semafoor_error** error) {
  const Visit visit(*this);
  if (!visit) return refuse(error);
  if (call_ == nullptr || call_->call == nullptr) {
    return report(
        problem(SEMAFOOR_UNIMPLEMENTED, "shim.no_extension", "has no extension " SEMAFOOR_EXT_CALL),
        error);
  }
  const auto began = Clock::now();
  const semafoor_reply* reply = nullptr;
  const semafoor_error* inner = nullptr;
  const auto status = guarded(call_->call, raw_, &method, &request, options, &reply, &inner);
  note_overrun("call", deadline_of(options), began);
  if (status != SEMAFOOR_OK) return pass_on("call", status, inner, error);
  const semafoor_reply* lent = lend(reply, ledger_);
  if (lent == nullptr) {
    return report(problem(SEMAFOOR_INTERNAL, "shim.plugin_misbehaves",
                          "said that call succeeded but gave no valid reply"),
                  error);
  }
  *out = lent;
  return SEMAFOOR_OK;
}

semafoor_status Instance::cancel(uint64_t operation_id) {
  const Visit visit(*this);
  if (!visit) return SEMAFOOR_E_STOPPED;
  if (call_ == nullptr || call_->cancel == nullptr) return SEMAFOOR_UNIMPLEMENTED;
  return known_status(guarded(call_->cancel, raw_, operation_id).value_or(SEMAFOOR_INTERNAL));
}

semafoor_status Instance::open_stream(const semafoor_span& method, const semafoor_span& request,
                                      const semafoor_call_options* options, semafoor_stream** out,
                                      const semafoor_reply** head, const semafoor_error** error) {
  const Visit visit(*this);
  if (!visit) return refuse(error);
  if (stream_ == nullptr || stream_->open == nullptr || stream_->read == nullptr ||
      stream_->close == nullptr) {
    return report(problem(SEMAFOOR_UNIMPLEMENTED, "shim.no_extension",
                          "has no extension " SEMAFOOR_EXT_STREAM),
                  error);
  }
  const semafoor_reply* inner_head = nullptr;
  const semafoor_error* inner = nullptr;
  const auto status = guarded(stream_->open, raw_, &method, &request, options, out,
                              head != nullptr ? &inner_head : nullptr, &inner);
  if (status != SEMAFOOR_OK) return pass_on("open", status, inner, error);
  if (*out == nullptr) {
    return report(problem(SEMAFOOR_INTERNAL, "shim.plugin_misbehaves",
                          "said that open succeeded but gave no stream"),
                  error);
  }
  if (head != nullptr) *head = lend(inner_head, ledger_);
  const std::lock_guard lock(mutex_);
  ++streams_;
  return SEMAFOOR_OK;
}

semafoor_status Instance::read_stream(semafoor_stream* stream, uint8_t* buffer, size_t capacity,
                                      size_t* size, const semafoor_error** error) {
  // Also after stop: the plugin says itself that the stream was cut off.
  const semafoor_error* inner = nullptr;
  *size = 0;
  const auto status = guarded(stream_->read, stream, buffer, capacity, size, &inner);
  if (status != SEMAFOOR_OK) return pass_on("read", status, inner, error);
  if (*size > capacity) {
    *size = 0;
    return report(problem(SEMAFOOR_INTERNAL, "shim.plugin_misbehaves",
                          "says that it wrote more bytes than the buffer holds"),
                  error);
  }
  return SEMAFOOR_OK;
}

void Instance::close_stream(semafoor_stream* stream) {
  guarded_call([&] {
    stream_->close(stream);
    return true;
  });
  const std::lock_guard lock(mutex_);
  --streams_;
}

semafoor_status Instance::next(uint32_t wait_ms, const semafoor_event** out,
                               const semafoor_error** error) {
  if (events_ == nullptr || events_->next == nullptr || events_->ack == nullptr) {
    return report(problem(SEMAFOOR_UNIMPLEMENTED, "shim.no_extension",
                          "has no extension " SEMAFOOR_EXT_EVENTS),
                  error);
  }
  const auto until =
      Clock::now() + std::chrono::milliseconds(std::min(wait_ms, SEMAFOOR_MAX_WAIT_MS));
  while (true) {
    const auto began = Clock::now();
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - began).count();
    const auto slice = static_cast<uint32_t>(std::clamp<int64_t>(left, 0, kSliceMs));
    const semafoor_status status = next_slice(slice, out, error);
    if (status != SEMAFOOR_E_AGAIN || left <= static_cast<int64_t>(slice)) return status;
    // A plugin that does not wait must not make this loop burn a processor.
    if (Clock::now() - began < std::chrono::milliseconds(slice) / 2) pause_unless_stopping(kPause);
  }
}

semafoor_status Instance::next_slice(uint32_t wait_ms, const semafoor_event** out,
                                     const semafoor_error** error) {
  const TurnHolder turn(turn_);
  // Entered only with the turn in hand: a `stop` that came first has changed the state.
  const Visit visit(*this);
  if (!visit) return refuse(error);
  const semafoor_event* event = nullptr;
  const semafoor_error* inner = nullptr;
  const auto status = guarded(events_->next, raw_, wait_ms, &event, &inner);
  if (status == SEMAFOOR_E_AGAIN) {
    if (inner != nullptr && inner->release != nullptr) inner->release(inner);
    return SEMAFOOR_E_AGAIN;
  }
  if (status != SEMAFOOR_OK) return pass_on("next", status, inner, error);
  *out = lend(event, ledger_);
  if (*out != nullptr) return SEMAFOOR_OK;
  return report(problem(SEMAFOOR_INTERNAL, "shim.plugin_misbehaves",
                        "said that next succeeded but gave no valid event"),
                error);
}

void Instance::pause_unless_stopping(std::chrono::milliseconds time) {
  std::unique_lock lock(mutex_);
  stopping_.wait_for(lock, time, [this] { return state_ != State::started; });
}

semafoor_status Instance::acknowledge(const semafoor_span& cursor, const semafoor_error** error) {
  if (events_ == nullptr || events_->ack == nullptr) {
    return report(problem(SEMAFOOR_UNIMPLEMENTED, "shim.no_extension",
                          "has no extension " SEMAFOOR_EXT_EVENTS),
                  error);
  }
  const TurnHolder turn(turn_);
  const Visit visit(*this);
  if (!visit) return refuse(error);
  const semafoor_error* inner = nullptr;
  const auto status = guarded(events_->ack, raw_, &cursor, &inner);
  return status == SEMAFOOR_OK ? SEMAFOOR_OK : pass_on("ack", status, inner, error);
}

}  // namespace semafoor::loader
