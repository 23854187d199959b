// SPDX-License-Identifier: Apache-2.0
//
// The C face of host-shim: finds, checks and loads Semafoor plugins, and keeps the host's half of
// the plugin ABI (requirements H-1, H-3 to H-5, H-9, H-10 of plugin-api/ABI.md) on the host's
// behalf. For hosts in C and for every language that can call C; shim.hpp is the C++ face.
//
// Handles are numbers in disguise: never dereference one. A handle that was already destroyed or
// closed is recognised and refused, at any time, from any thread.
//
// Functions that fail return a status and, when `error` is not null, one error that the host
// releases exactly once. Errors of the shim itself have the domain "shim"; the plugin's errors are
// passed on as they came. Thread tags as in base.h; every function may also be called in a forked
// child, where it only answers SEMAFOOR_E_FORKED.
#ifndef SEMAFOOR_SHIM_H
#define SEMAFOOR_SHIM_H

#include "semafoor/semafoor.h"

#if defined(SEMAFOOR_SHIM_BUILD)
#define SEMAFOOR_SHIM_API SEMAFOOR_EXPORT
#elif defined(_WIN32) && defined(SEMAFOOR_SHIM_SHARED)
#define SEMAFOOR_SHIM_API __declspec(dllimport)
#else
#define SEMAFOOR_SHIM_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

// Folders in which plugins were looked for.
typedef struct semafoor_shim_catalogue semafoor_shim_catalogue;
// A loaded plugin. Never unloaded: the handle is valid for the life of the process.
typedef struct semafoor_shim_plugin semafoor_shim_plugin;
// A plugin instance: one organisation.
typedef struct semafoor_shim_instance semafoor_shim_instance;
typedef struct semafoor_shim_stream semafoor_shim_stream;
// Fetches events and hands them to the host, on a thread of its own or on the host's.
typedef struct semafoor_shim_pump semafoor_shim_pump;

// "1.0.0"; a constant of the library. [any-thread]
SEMAFOOR_SHIM_API const char* SEMAFOOR_CALL semafoor_shim_version(void) SEMAFOOR_NOEXCEPT;

// "E_GATEWAY_ABSENT" for SEMAFOOR_E_GATEWAY_ABSENT; "UNKNOWN" for a number it does not know.
// [any-thread]
SEMAFOOR_SHIM_API const char* SEMAFOOR_CALL semafoor_shim_status_name(semafoor_status status)
    SEMAFOOR_NOEXCEPT;

// Finding and loading ---------------------------------------------------------------------------

// Reads the manifests (*.json) in `folders`, in that order; on equal ids the first one wins. Loads
// nothing. A folder must be an absolute path; one that is absent or unreadable is no error here,
// but is named when a plugin is not found. [any-thread]
SEMAFOOR_SHIM_API semafoor_status SEMAFOOR_CALL
semafoor_shim_find(const semafoor_span* folders, size_t folder_count, semafoor_shim_catalogue** out,
                   const semafoor_error** error) SEMAFOOR_NOEXCEPT;

// Writes one JSON document:
// {"plugins":[{"id","name","version","abi_major","abi_minor","architecture","library","sha256",
//              "state":"found"|"loaded","manifest"}],
//  "skipped":[{"path","reason"}]}
// [any-thread]
SEMAFOOR_SHIM_API semafoor_status SEMAFOOR_CALL
semafoor_shim_describe(semafoor_shim_catalogue* catalogue, semafoor_write_fn write, void* sink,
                       const semafoor_error** error) SEMAFOOR_NOEXCEPT;

// Forgets the catalogue; plugins loaded from it stay. Null is allowed. [any-thread]
SEMAFOOR_SHIM_API void SEMAFOOR_CALL semafoor_shim_forget(semafoor_shim_catalogue* catalogue)
    SEMAFOOR_NOEXCEPT;

// Checks the plugin `id` (manifest, ABI major, architecture, file, SHA-256), loads it and checks
// its entry. Loading the same file again gives the same plugin. Errors, each one sentence that says
// what to do: NOT_FOUND (unknown id: names the known ones and every place that was tried; library
// file missing), E_ABI (other major, architecture, not a library, no entry, a table that is not
// one), DATA_LOSS (truncated, wrong SHA-256), FAILED_PRECONDITION (the system's loader refused).
// The SHA-256 finds damaged and mixed-up installations; it is no defence against somebody who may
// write into the folder. [any-thread]
SEMAFOOR_SHIM_API semafoor_status SEMAFOOR_CALL
semafoor_shim_load(semafoor_shim_catalogue* catalogue, const semafoor_span* id,
                   semafoor_shim_plugin** out, const semafoor_error** error) SEMAFOOR_NOEXCEPT;

// What the plugin says of itself; set out->struct_size first. [any-thread]
SEMAFOOR_SHIM_API semafoor_status SEMAFOOR_CALL
semafoor_shim_info(semafoor_shim_plugin* plugin, semafoor_plugin_info* out,
                   const semafoor_error** error) SEMAFOOR_NOEXCEPT;

// Instances -------------------------------------------------------------------------------------

// Makes an instance for one organisation. `host` may be null (it offers nothing); the struct is
// copied, what its members point to must live until destroy returned OK (H-2). [any-thread]
SEMAFOOR_SHIM_API semafoor_status SEMAFOOR_CALL semafoor_shim_create(
    semafoor_shim_plugin* plugin, const semafoor_host* host, const semafoor_span* config,
    semafoor_shim_instance** out, const semafoor_error** error) SEMAFOOR_NOEXCEPT;

// Once per instance. The gateway may still be absent. [any-thread]: the shim serialises.
SEMAFOOR_SHIM_API semafoor_status SEMAFOOR_CALL semafoor_shim_start(
    semafoor_shim_instance* instance, const semafoor_error** error) SEMAFOOR_NOEXCEPT;

// Ends what is in flight and waits for it. SEMAFOOR_DEADLINE_EXCEEDED: something has not left yet,
// or the plugin does not return; call again before destroy. Runs the plugin's stop on a thread of
// the shim, so that a plugin that hangs does not hang the host. Stopping twice is OK.
// [any-thread] [may-block <= deadline + 1 s]
SEMAFOOR_SHIM_API semafoor_status SEMAFOOR_CALL
semafoor_shim_stop(semafoor_shim_instance* instance, uint32_t deadline_ms,
                   const semafoor_error** error) SEMAFOOR_NOEXCEPT;

// Frees the instance. Refused with FAILED_PRECONDITION, and then nothing has happened, while it is
// started (H-4), a call runs (H-4), or a stream or pump is open (H-5). Replies, events and errors
// that were not released yet stay valid; the host's log hears of them as of a mistake (H-5).
// [any-thread]
SEMAFOOR_SHIM_API semafoor_status SEMAFOOR_CALL semafoor_shim_destroy(
    semafoor_shim_instance* instance, const semafoor_error** error) SEMAFOOR_NOEXCEPT;

// The plugin's own handle, as it comes to the host's `wake`, and an extension's table, for
// extensions the shim does not know. What is done with them is not checked. Null: none.
// [any-thread]
SEMAFOOR_SHIM_API semafoor_instance* SEMAFOOR_CALL
semafoor_shim_raw(semafoor_shim_instance* instance) SEMAFOOR_NOEXCEPT;
SEMAFOOR_SHIM_API const void* SEMAFOOR_CALL semafoor_shim_extension(
    semafoor_shim_instance* instance, const semafoor_span* id) SEMAFOOR_NOEXCEPT;

// "semafoor.call/1"; parameters and errors as in ext/call.h. UNIMPLEMENTED when the plugin does not
// have the extension. [any-thread] [may-block <= deadline]
SEMAFOOR_SHIM_API semafoor_status SEMAFOOR_CALL
semafoor_shim_call(semafoor_shim_instance* instance, const semafoor_span* method,
                   const semafoor_span* request, const semafoor_call_options* options,
                   const semafoor_reply** out, const semafoor_error** error) SEMAFOOR_NOEXCEPT;
SEMAFOOR_SHIM_API semafoor_status SEMAFOOR_CALL
semafoor_shim_cancel(semafoor_shim_instance* instance, uint64_t operation_id) SEMAFOOR_NOEXCEPT;

// "semafoor.stream/1"; as in ext/stream.h. One thread at a time reads: a second reader is refused
// with FAILED_PRECONDITION, a close waits for the running read. [any-thread] [may-block <=
// deadline]
SEMAFOOR_SHIM_API semafoor_status SEMAFOOR_CALL semafoor_shim_stream_open(
    semafoor_shim_instance* instance, const semafoor_span* method, const semafoor_span* request,
    const semafoor_call_options* options, semafoor_shim_stream** out, const semafoor_reply** head,
    const semafoor_error** error) SEMAFOOR_NOEXCEPT;
SEMAFOOR_SHIM_API semafoor_status SEMAFOOR_CALL
semafoor_shim_stream_read(semafoor_shim_stream* stream, uint8_t* buffer, size_t capacity,
                          size_t* size, const semafoor_error** error) SEMAFOOR_NOEXCEPT;
SEMAFOOR_SHIM_API void SEMAFOOR_CALL semafoor_shim_stream_close(semafoor_shim_stream* stream)
    SEMAFOOR_NOEXCEPT;

// Events ----------------------------------------------------------------------------------------

// "semafoor.events/1" by hand; as in ext/events.h. A long wait is cut into short ones, so that
// stop, ack and other [instance] functions take their turn in between. [any-thread] [may-block <=
// wait_ms]
SEMAFOOR_SHIM_API semafoor_status SEMAFOOR_CALL
semafoor_shim_next(semafoor_shim_instance* instance, uint32_t wait_ms, const semafoor_event** out,
                   const semafoor_error** error) SEMAFOOR_NOEXCEPT;
SEMAFOOR_SHIM_API semafoor_status SEMAFOOR_CALL
semafoor_shim_ack(semafoor_shim_instance* instance, const semafoor_span* cursor,
                  const semafoor_error** error) SEMAFOOR_NOEXCEPT;

// States of a pump, for `on_state`.
#define SEMAFOOR_SHIM_PUMP_FLOWING 1u
// No events at the moment for the reason in `error`; the pump tries again by itself, calmly.
#define SEMAFOOR_SHIM_PUMP_WAITING 2u
// It ended: stopped (error null), or for a reason that a retry cannot mend, such as
// SEMAFOOR_E_CURSOR_EXPIRED (rebuild from the list calls, then make a new pump).
#define SEMAFOOR_SHIM_PUMP_ENDED 3u

typedef struct semafoor_shim_pump_options {
  uint32_t struct_size;
  // Acknowledge after this many events at the latest, and whenever no event waits; 0 means 100.
  uint32_t ack_every;
  void* context;
  // Store the event, then return SEMAFOOR_OK: it will be acknowledged. SEMAFOOR_E_AGAIN: hand me
  // the same event again in a while. Any other status ends the pump, without acknowledging this
  // event. The event is borrowed for the call. Required. Called on the pump's thread, one event at
  // a time, in order.
  semafoor_status(SEMAFOOR_CALL* on_event)(void* context,
                                           const semafoor_event* event) SEMAFOOR_NOEXCEPT;
  // May be null. `error` is borrowed for the call.
  void(SEMAFOOR_CALL* on_state)(void* context, uint32_t state,
                                const semafoor_error* error) SEMAFOOR_NOEXCEPT;
  // Not 0: fetch and hand over, but never acknowledge.
  uint32_t never_ack;
  uint32_t reserved;
} semafoor_shim_pump_options;
SEMAFOOR_LAYOUT_SIZE(semafoor_shim_pump_options, 40, 28);

// Makes a pump; it does nothing yet. One pump per instance. [any-thread]
SEMAFOOR_SHIM_API semafoor_status SEMAFOOR_CALL semafoor_shim_pump_create(
    semafoor_shim_instance* instance, const semafoor_shim_pump_options* options,
    semafoor_shim_pump** out, const semafoor_error** error) SEMAFOOR_NOEXCEPT;
// Either: gives it a thread of its own. When the gateway is away it waits 0.25 s, then longer, at
// most 30 s, and goes on by itself. [any-thread]
SEMAFOOR_SHIM_API semafoor_status SEMAFOOR_CALL
semafoor_shim_pump_start(semafoor_shim_pump* pump, const semafoor_error** error) SEMAFOOR_NOEXCEPT;
// Or: drives it on the caller's thread, from a timer or a loop, for about `wait_ms`: hands over
// what comes, acknowledges, returns OK; E_AGAIN when nothing came; the reason when it has ended.
// One thread at a time. [may-block <= wait_ms]
SEMAFOOR_SHIM_API semafoor_status SEMAFOOR_CALL semafoor_shim_pump_step(
    semafoor_shim_pump* pump, uint32_t wait_ms, const semafoor_error** error) SEMAFOOR_NOEXCEPT;
// Ends it: the event in hand is finished, what was stored is acknowledged, the thread is joined.
// From within on_event it only asks for the end. Frees the handle. [any-thread] [may-block <= the
// host's on_event + 30 s]
SEMAFOOR_SHIM_API void SEMAFOOR_CALL semafoor_shim_pump_close(semafoor_shim_pump* pump)
    SEMAFOOR_NOEXCEPT;

#ifdef __cplusplus
}
#endif

#endif  // SEMAFOOR_SHIM_H
