// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "host-shim/src/back_off.h"
#include "host-shim/src/instance.h"
#include "semafoor/shim.h"

namespace semafoor::loader {

// Fetches events of one instance in order, hands each to the host, and acknowledges what the host
// has stored (H-8). While the gateway is away it waits and tries again by itself.
class EventPump : public std::enable_shared_from_this<EventPump> {
 public:
  EventPump(std::shared_ptr<Instance> instance, const semafoor_shim_pump_options& options);
  ~EventPump();
  EventPump(const EventPump&) = delete;
  EventPump& operator=(const EventPump&) = delete;

  semafoor_status start(const semafoor_error** error);
  semafoor_status step(uint32_t wait_ms, const semafoor_error** error);
  // Idempotent. Returns after the pump has come to rest, except on the pump's own thread.
  void close();

 private:
  enum class Driver { none, thread, host };

  void run();
  // One round: at most `wait_ms` of waiting. OK, E_AGAIN, or the status it ended with.
  semafoor_status round(uint32_t wait_ms);
  semafoor_status hand_over();
  semafoor_status acknowledge();
  semafoor_status after_failure(semafoor_status status, const semafoor_error* error);
  void drop_event();
  void end(semafoor_status status, const semafoor_error* error);
  void enter_state(uint32_t state, const semafoor_error* error);
  bool pause_until(std::chrono::steady_clock::time_point until);
  bool closing();

  const std::shared_ptr<Instance> instance_;
  const semafoor_shim_pump_options options_;
  std::mutex mutex_;
  std::condition_variable changed_;
  Driver driver_ = Driver::none;
  bool closing_ = false;
  bool stepping_ = false;
  std::thread thread_;

  // Of the driving thread alone.
  const semafoor_event* event_ = nullptr;
  std::string cursor_;
  uint32_t unacknowledged_ = 0;
  bool silent_ = false;
  uint32_t state_ = 0;
  semafoor_status ended_with_ = SEMAFOOR_OK;
  BackOff back_off_;
  std::chrono::steady_clock::time_point not_before_{};
};

}  // namespace semafoor::loader
