// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "host-shim/src/lent.h"
#include "host-shim/src/library_registry.h"
#include "host-shim/src/result.h"
#include "host-shim/src/turn.h"
#include "semafoor/semafoor.h"

namespace semafoor::loader {

// One plugin instance and the host's duties towards it: its [instance] functions take turns (H-3),
// nothing overlaps `destroy` (H-4), streams end before it (H-5). Every function may be called from
// any thread; every entry into the plugin goes through here.
class Instance : public std::enable_shared_from_this<Instance> {
 public:
  // Like the plugin's functions: a status, and an error that the host releases.
  static semafoor_status create(const LoadedPlugin& plugin, const semafoor_host* host,
                                const semafoor_span& config, std::shared_ptr<Instance>* out,
                                const semafoor_error** error);
  Instance(const LoadedPlugin& plugin, const semafoor_host* host);
  ~Instance() = default;
  Instance(const Instance&) = delete;
  Instance& operator=(const Instance&) = delete;

  semafoor_status start(const semafoor_error** error);
  semafoor_status stop(uint32_t deadline_ms, const semafoor_error** error);
  semafoor_status destroy(const semafoor_error** error);

  semafoor_status call(const semafoor_span& method, const semafoor_span& request,
                       const semafoor_call_options* options, const semafoor_reply** out,
                       const semafoor_error** error);
  semafoor_status cancel(uint64_t operation_id);
  semafoor_status open_stream(const semafoor_span& method, const semafoor_span& request,
                              const semafoor_call_options* options, semafoor_stream** out,
                              const semafoor_reply** head, const semafoor_error** error);
  semafoor_status read_stream(semafoor_stream* stream, uint8_t* buffer, size_t capacity,
                              size_t* size, const semafoor_error** error);
  void close_stream(semafoor_stream* stream);
  semafoor_status next(uint32_t wait_ms, const semafoor_event** out, const semafoor_error** error);
  semafoor_status acknowledge(const semafoor_span& cursor, const semafoor_error** error);

  semafoor_instance* raw() const { return raw_; }
  const void* extension(const semafoor_span& id);

  // The one pump of this instance; false when there is one already, or the instance has ended.
  bool attach_pump();
  void detach_pump();

 private:
  enum class State { created, started, stopping, stopped, destroyed };
  // Counts as "in the plugin" as long as it lives.
  class Visit;

  Problem problem(semafoor_status status, const char* code, const std::string& what) const;
  // Takes over what the plugin returned as an error.
  semafoor_status pass_on(const char* what, std::optional<semafoor_status> status,
                          const semafoor_error* inner, const semafoor_error** error);
  // The answer to a call that may not enter; only after Visit said so.
  semafoor_status refuse(const semafoor_error** error);
  void find_extensions();
  semafoor_status next_slice(uint32_t wait_ms, const semafoor_event** out,
                             const semafoor_error** error);
  void pause_unless_stopping(std::chrono::milliseconds time);
  bool wait_until_alone(std::chrono::steady_clock::time_point until);
  std::string why_not_destroy() const;
  void tell_host(int32_t severity, const char* requirement, const std::string& what);
  void note_overrun(const char* what, uint32_t deadline_ms,
                    std::chrono::steady_clock::time_point began);

  const LoadedPlugin& plugin_;
  const semafoor_instance_api& api_;
  // The host's struct, copied as far as both sides know it, so that it lives as long as we do.
  semafoor_host host_{};
  semafoor_instance* raw_ = nullptr;
  const std::shared_ptr<Ledger> ledger_ = std::make_shared<Ledger>();
  const semafoor_call_v1* call_ = nullptr;
  const semafoor_stream_v1* stream_ = nullptr;
  const semafoor_events_v1* events_ = nullptr;

  Turn turn_;
  mutable std::mutex mutex_;
  std::condition_variable left_;
  std::condition_variable stopping_;
  State state_ = State::created;
  int visits_ = 0;
  int streams_ = 0;
  bool has_pump_ = false;
};

}  // namespace semafoor::loader
