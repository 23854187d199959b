// SPDX-License-Identifier: Apache-2.0
//
// Plugin extension "semafoor.events/1": what changed, pulled by the host.
//
// An event is a hint with an address: type, subject, version. The state itself is read by a call,
// so a lost event is never a lost fact. Delivery is at least once; a repeated event bears the same
// id.
#ifndef SEMAFOOR_EXT_EVENTS_H
#define SEMAFOOR_EXT_EVENTS_H

#include "../base.h"
#include "../error.h"
#include "../host.h"
#include "../status.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SEMAFOOR_EXT_EVENTS "semafoor.events/1"

// Longest wait of `next`; a longer one is cut to it. Milliseconds.
#define SEMAFOOR_MAX_WAIT_MS 60000u

// One event: read-only, released by the host exactly once. [any-thread]
typedef struct semafoor_event {
  uint32_t struct_size;
  uint32_t reserved;
  // Gapless per organisation, from 1.
  uint64_t sequence;
  // When it was committed: milliseconds since 1970-01-01 UTC.
  int64_t time_ms;
  // Equal for a redelivery of the same event.
  semafoor_span id;
  // For example "message.stored", "signal.received", "feedback.accepted", "operation.progress".
  semafoor_span type;
  // The local id of what it is about, and that thing's version after the change (0: no version).
  semafoor_span subject_id;
  uint64_t subject_version;
  // Opaque; hand it to `ack` after the host has stored what it made of the event.
  semafoor_span cursor;
  // The whole message semafoor.v1.Event in the instance's encoding.
  semafoor_span body;
  void(SEMAFOOR_CALL* release)(const struct semafoor_event* self) SEMAFOOR_NOEXCEPT;
  // Keeps the struct's end on an 8-byte boundary on every processor.
  const void* reserved_end;
} semafoor_event;
SEMAFOOR_LAYOUT_OFFSET(semafoor_event, sequence, 8, 8);
SEMAFOOR_LAYOUT_OFFSET(semafoor_event, subject_version, 72, 48);
SEMAFOOR_LAYOUT_OFFSET(semafoor_event, release, 112, 72);
SEMAFOOR_LAYOUT_SIZE(semafoor_event, 128, 80);

typedef struct semafoor_events_v1 {
  uint32_t struct_size;
  uint32_t reserved;
  // The next event of this instance's consumer. SEMAFOOR_E_AGAIN when none came within `wait_ms`
  // (0: do not wait). Events are handed out in order of `sequence`; those not acknowledged come
  // again after a restart. Errors: E_CURSOR_EXPIRED, E_CONSUMER_BUSY, E_MODULE_DISABLED,
  // E_GATEWAY_*, E_STOPPED. [instance] [may-block <= wait_ms]
  semafoor_status(SEMAFOOR_CALL* next)(semafoor_instance* instance, uint32_t wait_ms,
                                       const semafoor_event** out,
                                       const semafoor_error** error) SEMAFOOR_NOEXCEPT;
  // Everything up to `cursor` has been stored by the host. Returns after the gateway has made that
  // durable. Acknowledging an older cursor again does nothing. [instance] [may-block <= 30 s]
  semafoor_status(SEMAFOOR_CALL* ack)(semafoor_instance* instance, const semafoor_span* cursor,
                                      const semafoor_error** error) SEMAFOOR_NOEXCEPT;
} semafoor_events_v1;
SEMAFOOR_LAYOUT_SIZE(semafoor_events_v1, 24, 16);

#ifdef __cplusplus
}
#endif

#endif  // SEMAFOOR_EXT_EVENTS_H
