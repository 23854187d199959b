// SPDX-License-Identifier: Apache-2.0
//
// The C face: streams, events and the pump.
#include <algorithm>
#include <cstring>
#include <mutex>

#include "host-shim/src/entry_points.h"

using semafoor::loader::enter;
using semafoor::loader::EventPump;
using semafoor::loader::null_argument;
using semafoor::loader::OpenStream;
using semafoor::loader::ProcessState;
using semafoor::loader::readable;
using semafoor::loader::report;
using semafoor::loader::stale_handle;

semafoor_status semafoor_shim_stream_open(semafoor_shim_instance* instance,
                                          const semafoor_span* method, const semafoor_span* request,
                                          const semafoor_call_options* options,
                                          semafoor_shim_stream** out, const semafoor_reply** head,
                                          const semafoor_error** error) noexcept {
  return enter(error, [&](ProcessState& state) -> semafoor_status {
    if (out == nullptr || !readable(method) || !readable(request))
      return report(null_argument(), error);
    *out = nullptr;
    if (head != nullptr) *head = nullptr;
    const auto found = state.instances.find(instance);
    if (!found) return report(stale_handle("an instance"), error);
    auto open = std::make_shared<OpenStream>();
    open->instance = found;
    const semafoor_status status =
        found->open_stream(*method, *request, options, &open->stream, head, error);
    if (status == SEMAFOOR_OK) *out = state.streams.add(std::move(open));
    return status;
  });
}

semafoor_status semafoor_shim_stream_read(semafoor_shim_stream* stream, uint8_t* buffer,
                                          size_t capacity, size_t* size,
                                          const semafoor_error** error) noexcept {
  return enter(error, [&](ProcessState& state) -> semafoor_status {
    if (size == nullptr || buffer == nullptr || capacity == 0)
      return report(null_argument(), error);
    *size = 0;
    const auto open = state.streams.find(stream);
    if (!open) return report(stale_handle("an open stream"), error);
    const std::unique_lock one_reader(open->reading, std::try_to_lock);
    if (!one_reader || open->stream == nullptr) {
      return report({SEMAFOOR_FAILED_PRECONDITION, "shim.stream_busy",
                     "another thread reads or closes this stream: one thread at a time"},
                    error);
    }
    return open->instance->read_stream(open->stream, buffer, capacity, size, error);
  });
}

void semafoor_shim_stream_close(semafoor_shim_stream* stream) noexcept {
  enter(nullptr, [&](ProcessState& state) {
    const auto open = state.streams.take(stream);
    if (!open) return SEMAFOOR_INVALID_ARGUMENT;
    // A reader that found the stream before we took it away may still be inside.
    const std::lock_guard last(open->reading);
    open->instance->close_stream(open->stream);
    open->stream = nullptr;
    return SEMAFOOR_OK;
  });
}

semafoor_status semafoor_shim_next(semafoor_shim_instance* instance, uint32_t wait_ms,
                                   const semafoor_event** out,
                                   const semafoor_error** error) noexcept {
  return enter(error, [&](ProcessState& state) -> semafoor_status {
    if (out == nullptr) return report(null_argument(), error);
    *out = nullptr;
    const auto found = state.instances.find(instance);
    return found ? found->next(wait_ms, out, error) : report(stale_handle("an instance"), error);
  });
}

semafoor_status semafoor_shim_ack(semafoor_shim_instance* instance, const semafoor_span* cursor,
                                  const semafoor_error** error) noexcept {
  return enter(error, [&](ProcessState& state) -> semafoor_status {
    if (!readable(cursor)) return report(null_argument(), error);
    const auto found = state.instances.find(instance);
    return found ? found->acknowledge(*cursor, error) : report(stale_handle("an instance"), error);
  });
}

semafoor_status semafoor_shim_pump_create(semafoor_shim_instance* instance,
                                          const semafoor_shim_pump_options* options,
                                          semafoor_shim_pump** out,
                                          const semafoor_error** error) noexcept {
  return enter(error, [&](ProcessState& state) -> semafoor_status {
    semafoor_shim_pump_options known{};
    if (options != nullptr)
      std::memcpy(&known, options, std::min<size_t>(options->struct_size, sizeof known));
    if (out == nullptr || known.on_event == nullptr) return report(null_argument(), error);
    *out = nullptr;
    const auto found = state.instances.find(instance);
    if (!found) return report(stale_handle("an instance"), error);
    if (!found->attach_pump()) {
      return report({SEMAFOOR_FAILED_PRECONDITION, "shim.pump_taken",
                     "this instance has a pump already: close that one first"},
                    error);
    }
    *out = state.pumps.add(std::make_shared<EventPump>(found, known));
    return SEMAFOOR_OK;
  });
}

semafoor_status semafoor_shim_pump_start(semafoor_shim_pump* pump,
                                         const semafoor_error** error) noexcept {
  return enter(error, [&](ProcessState& state) -> semafoor_status {
    const auto found = state.pumps.find(pump);
    return found ? found->start(error) : report(stale_handle("a pump"), error);
  });
}

semafoor_status semafoor_shim_pump_step(semafoor_shim_pump* pump, uint32_t wait_ms,
                                        const semafoor_error** error) noexcept {
  return enter(error, [&](ProcessState& state) -> semafoor_status {
    const auto found = state.pumps.find(pump);
    return found ? found->step(wait_ms, error) : report(stale_handle("a pump"), error);
  });
}

void semafoor_shim_pump_close(semafoor_shim_pump* pump) noexcept {
  enter(nullptr, [&](ProcessState& state) {
    const auto found = state.pumps.take(pump);
    if (found) found->close();
    return SEMAFOOR_OK;
  });
}
