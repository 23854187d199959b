// SPDX-License-Identifier: Apache-2.0
//
// Plugin extension "semafoor.call/1": ask something, get one answer. Implement this one first.
#ifndef SEMAFOOR_EXT_CALL_H
#define SEMAFOOR_EXT_CALL_H

#include "../base.h"
#include "../error.h"
#include "../host.h"
#include "../status.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SEMAFOOR_EXT_CALL "semafoor.call/1"

// Largest request a plugin accepts; a larger one is SEMAFOOR_INVALID_ARGUMENT.
#define SEMAFOOR_MAX_REQUEST_BYTES 4194304u
// A deadline of 0 means this; a longer one than the maximum is cut to it. Milliseconds.
#define SEMAFOOR_DEFAULT_DEADLINE_MS 30000u
#define SEMAFOOR_MAX_DEADLINE_MS 600000u

// Options of one call. The actor stands here and never on the instance: a server host has many
// users at once. Zero the struct, set struct_size, fill what is known.
typedef struct semafoor_call_options {
  uint32_t struct_size;
  uint32_t deadline_ms;
  // Chosen by the host for `cancel`; 0 = cannot be cancelled. Unique among the calls in flight.
  uint64_t operation_id;
  // Who asks: an identifier of the host's own (not a national number) and a name to show, each at
  // most 128 bytes; and why, for the audit, at most 256 bytes (128 before 1.1).
  semafoor_span actor_id;
  semafoor_span actor_name;
  semafoor_span purpose;
  // At most 36 bytes; made by the plugin when empty.
  semafoor_span correlation_id;
  // Since 1.1. On what legal ground a call about a person is made, as the KSZ names it
  // ("PCSA:SOCIAL_INQUIRY"), for the audit. Printable ASCII, at most 64 bytes; no national number.
  semafoor_span legal_context;
} semafoor_call_options;
SEMAFOOR_LAYOUT_SIZE(semafoor_call_options, 96, 56);
SEMAFOOR_LAYOUT_OFFSET(semafoor_call_options, operation_id, 8, 8);
SEMAFOOR_LAYOUT_OFFSET(semafoor_call_options, actor_id, 16, 16);
SEMAFOOR_LAYOUT_OFFSET(semafoor_call_options, legal_context, 80, 48);

// The answer: read-only, released by the host exactly once. [any-thread]
typedef struct semafoor_reply {
  uint32_t struct_size;
  uint32_t reserved;
  // In the instance's encoding: proto3 JSON, or protobuf.
  semafoor_span body;
  // Full name of the message in proto/semafoor/v1, for example "semafoor.v1.ListMessagesResponse".
  semafoor_span schema;
  void(SEMAFOOR_CALL* release)(const struct semafoor_reply* self) SEMAFOOR_NOEXCEPT;
} semafoor_reply;
SEMAFOOR_LAYOUT_SIZE(semafoor_reply, 48, 28);

typedef struct semafoor_call_v1 {
  uint32_t struct_size;
  uint32_t reserved;
  // `method` is "<Service>/<Method>" of proto/semafoor/v1, for example "Mailbox/ListMessages"; the
  // form
  // "/semafoor.v1.Mailbox/ListMessages" is accepted too. `request` is the method's request message;
  // empty bytes mean a message with nothing set. `options` may be null.
  // Errors: NOT_FOUND (unknown method: the text lists the known ones), INVALID_ARGUMENT (not UTF-8,
  // not JSON, another schema, too large: the text names the place), E_MODULE_DISABLED, E_GATEWAY_*,
  // E_STOPPED, DEADLINE_EXCEEDED, CANCELLED, and what the gateway answers.
  // [any-thread] [may-block <= deadline]
  semafoor_status(SEMAFOOR_CALL* call)(semafoor_instance* instance, const semafoor_span* method,
                                       const semafoor_span* request,
                                       const semafoor_call_options* options,
                                       const semafoor_reply** out,
                                       const semafoor_error** error) SEMAFOOR_NOEXCEPT;
  // Ends the calls and streams that bear this operation id; NOT_FOUND when there is none (it may
  // have just finished). A write that was already sent may still take effect. [any-thread]
  semafoor_status(SEMAFOOR_CALL* cancel)(semafoor_instance* instance,
                                         uint64_t operation_id) SEMAFOOR_NOEXCEPT;
} semafoor_call_v1;
SEMAFOOR_LAYOUT_SIZE(semafoor_call_v1, 24, 16);

#ifdef __cplusplus
}
#endif

#endif  // SEMAFOOR_EXT_CALL_H
