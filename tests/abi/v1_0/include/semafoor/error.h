// SPDX-License-Identifier: Apache-2.0
#ifndef SEMAFOOR_ERROR_H
#define SEMAFOOR_ERROR_H

#include "base.h"
#include "status.h"

#ifdef __cplusplus
extern "C" {
#endif

// Why a call failed. Made by the plugin, read by the host, released by the host. [any-thread]
//
// Wherever a function takes `const semafoor_error** error`, the host may pass null (it wants no
// details); otherwise it receives either null or one error that it must release exactly once.
// No member ever holds a national number or a secret, so the whole struct may be logged.
typedef struct semafoor_error {
  uint32_t struct_size;
  semafoor_status status;
  // 1 when the same call may succeed later without change, 0 when it needs another input or a
  // human.
  uint32_t retryable;
  uint32_t reserved;
  // Milliseconds to wait before a retry; -1 when nothing is known. Source: Retry-After of the
  // upstream (RFC 9110, 10.2.3) or the gateway's own back-off.
  int64_t retry_after_ms;
  // Who speaks: "plugin", "runtime", "gateway", "upstream".
  semafoor_span domain;
  // Machine-readable, stable, ASCII, for example "feedback.code_expired".
  semafoor_span code;
  // English text for the log: what was tried, what happened, what to do.
  semafoor_span message;
  // Key of the text for the user; nl/fr/de texts stand in the published message catalogue.
  semafoor_span message_key;
  // Follows the request through the gateway's log and, as BelGov-Trace-Id, to the upstream.
  semafoor_span correlation_id;
  // JSON object with further facts (for example the field that was wrong); may be empty.
  semafoor_span details_json;
  void(SEMAFOOR_CALL* release)(const struct semafoor_error* self) SEMAFOOR_NOEXCEPT;
} semafoor_error;
SEMAFOOR_LAYOUT_OFFSET(semafoor_error, retry_after_ms, 16, 16);
SEMAFOOR_LAYOUT_OFFSET(semafoor_error, domain, 24, 24);
SEMAFOOR_LAYOUT_OFFSET(semafoor_error, release, 120, 72);
// 32-bit Windows aligns the 64-bit member to 8 and pads the end; 32-bit Linux does not.
SEMAFOOR_STATIC_ASSERT(sizeof(void*) == 8
                           ? sizeof(semafoor_error) == 128
                           : sizeof(semafoor_error) == 76 || sizeof(semafoor_error) == 80,
                       "size of semafoor_error changed: that is an ABI break");

#ifdef __cplusplus
}
#endif

#endif  // SEMAFOOR_ERROR_H
