// SPDX-License-Identifier: Apache-2.0
//
// Host extension "semafoor.secrets/1": keep a small secret for the plugin, such as the key of the
// certificate with which this host was paired to a gateway on another machine. A host without it
// leaves the secret to the user's protected store.
#ifndef SEMAFOOR_EXT_SECRETS_H
#define SEMAFOOR_EXT_SECRETS_H

#include "../base.h"
#include "../status.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SEMAFOOR_EXT_SECRETS "semafoor.secrets/1"

// Largest secret, in bytes.
#define SEMAFOOR_MAX_SECRET_BYTES 65536u

typedef struct semafoor_secrets_v1 {
  uint32_t struct_size;
  uint32_t reserved;
  // Writes the secret called `name` to the sink; NOT_FOUND when there is none. UNAVAILABLE when the
  // store is locked: a locked store is not an empty one, and the plugin will not overwrite it.
  // [any-thread]
  semafoor_status(SEMAFOOR_CALL* get)(void* context, const semafoor_span* name,
                                      semafoor_write_fn write, void* sink) SEMAFOOR_NOEXCEPT;
  // Keeps `value` under `name`, replacing an older one atomically; returns when it is durable.
  // [any-thread]
  semafoor_status(SEMAFOOR_CALL* put)(void* context, const semafoor_span* name,
                                      const semafoor_span* value) SEMAFOOR_NOEXCEPT;
  // Forgets the secret; OK also when there was none. [any-thread]
  semafoor_status(SEMAFOOR_CALL* remove)(void* context,
                                         const semafoor_span* name) SEMAFOOR_NOEXCEPT;
} semafoor_secrets_v1;
SEMAFOOR_LAYOUT_SIZE(semafoor_secrets_v1, 32, 20);

#ifdef __cplusplus
}
#endif

#endif  // SEMAFOOR_EXT_SECRETS_H
