// SPDX-License-Identifier: Apache-2.0
//
// The front door: one exported function, and the tables it leads to.
#ifndef SEMAFOOR_PLUGIN_H
#define SEMAFOOR_PLUGIN_H

#include "base.h"
#include "error.h"
#include "host.h"
#include "status.h"

#ifdef __cplusplus
extern "C" {
#endif

// The plugin starts threads of its own once an instance is started (never while scanning).
#define SEMAFOOR_PLUGIN_STARTS_THREADS 1u

// What a plugin says of itself. The spans are constants of the library.
typedef struct semafoor_plugin_info {
  // Set by the host to the size it knows; the plugin fills no member beyond it.
  uint32_t struct_size;
  uint32_t flags;
  // Stable identifier: "ebox", "knipperlicht", "feedback". ASCII.
  semafoor_span id;
  // Semantic version of the plugin, for example "1.0.0".
  semafoor_span version;
  // English display name.
  semafoor_span name;
  // JSON Schema (draft 2020-12) of the document that `create` takes.
  semafoor_span config_schema;
} semafoor_plugin_info;
SEMAFOOR_LAYOUT_SIZE(semafoor_plugin_info, 72, 40);
SEMAFOOR_LAYOUT_OFFSET(semafoor_plugin_info, id, 8, 8);

// The life of an instance: create -> start -> (calls, events) -> stop -> destroy.
typedef struct semafoor_instance_api {
  uint32_t struct_size;
  uint32_t reserved;
  // Makes the instance ready. Does not wait for the gateway: a gateway that is absent shows in the
  // first call. [instance]
  semafoor_status(SEMAFOOR_CALL* start)(semafoor_instance* instance,
                                        const semafoor_error** error) SEMAFOOR_NOEXCEPT;
  // Cancels what is in flight (those calls return SEMAFOOR_E_STOPPED), waits until it has left and
  // lets nothing new in. After it returned no plugin thread touches the host on behalf of this
  // instance. SEMAFOOR_DEADLINE_EXCEEDED: something has not left yet; call again before destroy.
  // [instance] [may-block <= deadline]
  semafoor_status(SEMAFOOR_CALL* stop)(semafoor_instance* instance, uint32_t deadline_ms,
                                       const semafoor_error** error) SEMAFOOR_NOEXCEPT;
  // Frees the instance. Only after a successful stop, or without start; no call may overlap it
  // (H-4). [instance]
  void(SEMAFOOR_CALL* destroy)(semafoor_instance* instance) SEMAFOOR_NOEXCEPT;
  // A plugin extension such as "semafoor.call/1", or null. The table lives until destroy.
  // [any-thread]
  const void*(SEMAFOOR_CALL* get_extension)(semafoor_instance* instance,
                                            const semafoor_span* id)SEMAFOOR_NOEXCEPT;
} semafoor_instance_api;
SEMAFOOR_LAYOUT_SIZE(semafoor_instance_api, 40, 24);

// The constant table behind the entry. Calling the entry, `get_info` and the table's
// `get_extension` is scanning: no thread, no socket, no file, under 100 ms.
typedef struct semafoor_entry {
  uint32_t struct_size;
  uint32_t abi_minor;
  // The plugin at `index`, from 0; SEMAFOOR_NOT_FOUND behind the last. [any-thread]
  semafoor_status(SEMAFOOR_CALL* get_info)(uint32_t index,
                                           semafoor_plugin_info* out) SEMAFOOR_NOEXCEPT;
  // Makes an instance of plugin `id` for one organisation. `config` is one UTF-8 JSON document that
  // fits the plugin's schema; unknown keys are refused (SEMAFOOR_E_CONFIG). On failure *out is
  // null. Any number of instances may live at once. [any-thread]
  semafoor_status(SEMAFOOR_CALL* create)(const semafoor_host* host, const semafoor_span* id,
                                         const semafoor_span* config, semafoor_instance** out,
                                         const semafoor_error** error) SEMAFOOR_NOEXCEPT;
  // Serves every instance made by this library. Never null.
  const semafoor_instance_api* instance;
  // Extensions of the library as a whole, or null. Minor 0 defines none. [any-thread]
  const void*(SEMAFOOR_CALL* get_extension)(const semafoor_span* id)SEMAFOOR_NOEXCEPT;
} semafoor_entry;
SEMAFOOR_LAYOUT_SIZE(semafoor_entry, 40, 24);
SEMAFOOR_LAYOUT_OFFSET(semafoor_entry, instance, 24, 16);

// The only symbol a plugin exports. Never returns null. [any-thread]
#define SEMAFOOR_ENTRY_SYMBOL "semafoor_entry_v1"
typedef const semafoor_entry*(SEMAFOOR_CALL* semafoor_entry_fn)(void)SEMAFOOR_NOEXCEPT;
SEMAFOOR_EXPORT const semafoor_entry* SEMAFOOR_CALL semafoor_entry_v1(void) SEMAFOOR_NOEXCEPT;

#ifdef __cplusplus
}
#endif

#endif  // SEMAFOOR_PLUGIN_H
