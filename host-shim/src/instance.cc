// SPDX-License-Identifier: Apache-2.0
//
// Making, starting, stopping and freeing an instance. What passes through it in between is in
// instance_calls.cc.
#include "host-shim/src/instance.h"

#include <algorithm>
#include <cstring>
#include <thread>
#include <utility>

#include "host-shim/src/guarded.h"
#include "host-shim/src/instance_visit.h"
#include "host-shim/src/status_names.h"

namespace semafoor::loader {
namespace {

using Clock = std::chrono::steady_clock;

// How much longer than its deadline a function of a plugin may take before we stop waiting.
constexpr std::chrono::milliseconds kGrace{1000};

semafoor_host copy_of(const semafoor_host* host) {
  semafoor_host copy{};
  if (host != nullptr) std::memcpy(&copy, host, std::min<size_t>(host->struct_size, sizeof copy));
  copy.struct_size = sizeof copy;
  return copy;
}

std::string json_text(const std::string& text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  }
  return quoted + '"';
}

}  // namespace

Instance::Instance(const LoadedPlugin& plugin, const semafoor_host* host)
    : plugin_(plugin), api_(*plugin.entry->instance), host_(copy_of(host)) {}

semafoor_status Instance::create(const LoadedPlugin& plugin, const semafoor_host* host,
                                 const semafoor_span& config, std::shared_ptr<Instance>* out,
                                 const semafoor_error** error) {
  auto instance = std::make_shared<Instance>(plugin, host);
  const std::string& id = plugin.manifest.id;
  const semafoor_span id_span{reinterpret_cast<const uint8_t*>(id.data()), id.size()};
  const semafoor_error* inner = nullptr;
  const auto status =
      guarded(plugin.entry->create, &instance->host_, &id_span, &config, &instance->raw_, &inner);
  if (status == SEMAFOOR_OK && instance->raw_ == nullptr) {
    return report(instance->problem(SEMAFOOR_E_ABI, "shim.plugin_misbehaves",
                                    "says that create succeeded but gave no instance"),
                  error);
  }
  if (status != SEMAFOOR_OK) return instance->pass_on("create", status, inner, error);
  instance->find_extensions();
  *out = std::move(instance);
  return SEMAFOOR_OK;
}

void Instance::find_extensions() {
  const auto find = [this](const char* id, size_t size) -> const void* {
    const semafoor_span span{reinterpret_cast<const uint8_t*>(id), std::strlen(id)};
    const auto table = guarded(api_.get_extension, raw_, &span);
    if (!table || *table == nullptr) return nullptr;
    uint32_t struct_size = 0;
    std::memcpy(&struct_size, *table, sizeof struct_size);
    // A table too small for version 1 is as good as none.
    return struct_size >= size ? *table : nullptr;
  };
  call_ = static_cast<const semafoor_call_v1*>(find(SEMAFOOR_EXT_CALL, sizeof *call_));
  stream_ = static_cast<const semafoor_stream_v1*>(find(SEMAFOOR_EXT_STREAM, sizeof *stream_));
  events_ = static_cast<const semafoor_events_v1*>(find(SEMAFOOR_EXT_EVENTS, sizeof *events_));
}

semafoor_status Instance::start(const semafoor_error** error) {
  const TurnHolder turn(turn_);
  {
    const std::lock_guard lock(mutex_);
    if (state_ != State::created) {
      return report(problem(SEMAFOOR_FAILED_PRECONDITION, "shim.started_twice",
                            "was started or stopped before; make a new instance"),
                    error);
    }
  }
  const semafoor_error* inner = nullptr;
  const auto status = guarded(api_.start, raw_, &inner);
  if (status != SEMAFOOR_OK) return pass_on("start", status, inner, error);
  const std::lock_guard lock(mutex_);
  state_ = State::started;
  return SEMAFOOR_OK;
}

semafoor_status Instance::stop(uint32_t deadline_ms, const semafoor_error** error) {
  const auto until = Clock::now() + std::chrono::milliseconds(deadline_ms) + kGrace;
  {
    const std::lock_guard lock(mutex_);
    if (state_ == State::stopped || state_ == State::destroyed) return SEMAFOOR_OK;
    // From here on nobody new enters; a loop of `next` leaves at its next turn.
    if (state_ == State::started) state_ = State::stopping;
    stopping_.notify_all();
  }
  const auto late = [&](const std::string& what) {
    return report(problem(SEMAFOOR_DEADLINE_EXCEEDED, "shim.stop_late",
                          what + " within " + std::to_string(deadline_ms) +
                              " ms; call stop again, or leave the process without destroy"),
                  error);
  };
  if (!turn_.take(until)) return late("did not return from an earlier function");
  {
    // Somebody else may have stopped it while we waited; what never started needs no stop.
    const std::lock_guard lock(mutex_);
    if (state_ == State::created) state_ = State::stopped;
    if (state_ == State::stopped || state_ == State::destroyed) {
      turn_.end();
      return SEMAFOOR_OK;
    }
    state_ = State::stopping;
  }

  struct Ending {
    std::mutex mutex;
    std::condition_variable changed;
    bool done = false;
    std::optional<semafoor_status> status;
    const semafoor_error* inner = nullptr;
  };
  const auto outcome = std::make_shared<Ending>();
  // Holds us, so that a stop that comes back late finds everything in place.
  std::thread([self = shared_from_this(), outcome, deadline_ms] {
    const semafoor_error* inner = nullptr;
    const auto status = guarded(self->api_.stop, self->raw_, deadline_ms, &inner);
    self->turn_.end();
    const std::lock_guard lock(outcome->mutex);
    outcome->status = status;
    outcome->inner = inner;
    outcome->done = true;
    outcome->changed.notify_all();
  }).detach();
  {
    std::unique_lock lock(outcome->mutex);
    if (!outcome->changed.wait_until(lock, until, [&] { return outcome->done; })) {
      tell_host(SEMAFOOR_LOG_ERROR, "P-7", "stop did not return by its deadline");
      return late("did not return from stop (P-7)");
    }
  }
  if (outcome->status != SEMAFOOR_OK)
    return pass_on("stop", outcome->status, outcome->inner, error);
  // The plugin lets nobody in any more; those who were in have only to walk out on our side.
  if (!wait_until_alone(std::max(until, Clock::now() + kGrace)))
    return late("said that stop succeeded, but calls did not return");
  const std::lock_guard lock(mutex_);
  state_ = State::stopped;
  return SEMAFOOR_OK;
}

bool Instance::wait_until_alone(Clock::time_point until) {
  std::unique_lock lock(mutex_);
  return left_.wait_until(lock, until, [this] { return visits_ == 0; });
}

std::string Instance::why_not_destroy() const {
  if (state_ == State::started || state_ == State::stopping)
    return "is still started: stop it first (H-4)";
  if (visits_ > 0) return "is still being called: wait until the calls have returned (H-4)";
  if (streams_ > 0) return "has open streams: close them first (H-5)";
  if (has_pump_) return "has an event pump: close it first (H-5)";
  return {};
}

semafoor_status Instance::destroy(const semafoor_error** error) {
  {
    const std::lock_guard lock(mutex_);
    if (state_ == State::destroyed) return SEMAFOOR_OK;
    if (const std::string why = why_not_destroy(); !why.empty()) {
      return report(problem(SEMAFOOR_FAILED_PRECONDITION, "shim.destroy_refused", why), error);
    }
    state_ = State::destroyed;
  }
  const TurnHolder turn(turn_);
  if (!ledger_->empty()) {
    tell_host(SEMAFOOR_LOG_HOST_MISBEHAVING, "H-5",
              "destroyed while the host still holds " + ledger_->text());
  }
  guarded_call([this] {
    api_.destroy(raw_);
    return true;
  });
  return SEMAFOOR_OK;
}

const void* Instance::extension(const semafoor_span& id) {
  const Visit visit(*this, true);
  return visit ? guarded(api_.get_extension, raw_, &id).value_or(nullptr) : nullptr;
}

bool Instance::attach_pump() {
  const std::lock_guard lock(mutex_);
  if (has_pump_ || state_ == State::destroyed) return false;
  has_pump_ = true;
  return true;
}

void Instance::detach_pump() {
  const std::lock_guard lock(mutex_);
  has_pump_ = false;
}

Problem Instance::problem(semafoor_status status, const char* code, const std::string& what) const {
  return {status, code,
          "plugin " + plugin_.manifest.id + " " + plugin_.manifest.version + " " + what};
}

semafoor_status Instance::pass_on(const char* what, std::optional<semafoor_status> status,
                                  const semafoor_error* inner, const semafoor_error** error) {
  if (!status) {
    return report(problem(SEMAFOOR_INTERNAL, "shim.plugin_misbehaves",
                          std::string("let an exception out of ") + what +
                              " (P-3); install another release of it"),
                  error);
  }
  const semafoor_error* lent = lend(inner, ledger_);
  if (error != nullptr && lent != nullptr) {
    *error = lent;
  } else if (lent != nullptr) {
    lent->release(lent);
  } else if (error != nullptr) {
    const char* name = status_name(*status);
    *error = make_error(problem(known_status(*status), "shim.no_details",
                                std::string("answered ") + what + " with status " +
                                    (name != nullptr ? name : std::to_string(*status)) +
                                    " and gave no reason"));
  }
  return known_status(*status);
}

void Instance::tell_host(int32_t severity, const char* requirement, const std::string& what) {
  if (host_.log == nullptr) return;
  const std::string line =
      "{\"component\":\"host-shim\",\"plugin\":" + json_text(plugin_.manifest.id) +
      ",\"requirement\":\"" + requirement + "\",\"message\":" + json_text(what) + "}";
  const semafoor_span span{reinterpret_cast<const uint8_t*>(line.data()), line.size()};
  host_.log(host_.context, severity, &span);
}

void Instance::note_overrun(const char* what, uint32_t deadline_ms, Clock::time_point began) {
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - began);
  if (took <= std::chrono::milliseconds(deadline_ms) + kGrace) return;
  tell_host(SEMAFOOR_LOG_ERROR, "P-7",
            std::string(what) + " took " + std::to_string(took.count()) +
                " ms with a deadline of " + std::to_string(deadline_ms) + " ms");
}

}  // namespace semafoor::loader
