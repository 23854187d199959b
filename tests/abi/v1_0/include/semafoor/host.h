// SPDX-License-Identifier: Apache-2.0
#ifndef SEMAFOOR_HOST_H
#define SEMAFOOR_HOST_H

#include "base.h"

#ifdef __cplusplus
extern "C" {
#endif

// The plugin's handle for one organisation. Opaque to the host.
typedef struct semafoor_instance semafoor_instance;

// Severities of `log`.
#define SEMAFOOR_LOG_DEBUG 10
#define SEMAFOOR_LOG_INFO 20
#define SEMAFOOR_LOG_WARNING 30
#define SEMAFOOR_LOG_ERROR 40
// The host broke a rule of this ABI; the line names the requirement (H-n).
#define SEMAFOOR_LOG_HOST_MISBEHAVING 50

// What the host offers. Owned by the host, unchanged and valid until `destroy` of the last instance
// made with it has returned. Every member but `struct_size` and `context` may be null.
typedef struct semafoor_host {
  uint32_t struct_size;
  // What the host was compiled against: information only.
  uint32_t abi_minor;
  void* context;
  // A host extension such as "semafoor.dossiers/1", or null. [any-thread]
  // The pointer lives as long as this struct.
  const void*(SEMAFOOR_CALL* get_extension)(void* context,
                                            const semafoor_span* id)SEMAFOOR_NOEXCEPT;
  // "Call next() soon." Spurious and coalesced hints are legal. [plugin-thread]
  void(SEMAFOOR_CALL* wake)(void* context, semafoor_instance* instance) SEMAFOOR_NOEXCEPT;
  // One JSON object, UTF-8, without line end, without national numbers. [any-thread]
  void(SEMAFOOR_CALL* log)(void* context, int32_t severity,
                           const semafoor_span* json_line) SEMAFOOR_NOEXCEPT;
} semafoor_host;
SEMAFOOR_LAYOUT_SIZE(semafoor_host, 40, 24);
SEMAFOOR_LAYOUT_OFFSET(semafoor_host, context, 8, 8);

#ifdef __cplusplus
}
#endif

#endif  // SEMAFOOR_HOST_H
