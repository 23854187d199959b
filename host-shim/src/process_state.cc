// SPDX-License-Identifier: Apache-2.0
#include "host-shim/src/process_state.h"

#include "host-shim/src/platform.h"

namespace semafoor::loader {

ProcessState& process_state() {
  static auto* const state = new ProcessState(process_id());
  return *state;
}

semafoor_shim_plugin* ProcessState::plugin_handle(const LoadedPlugin* plugin) {
  const std::lock_guard lock(plugin_handles_mutex);
  auto& handle = plugin_handles[plugin];
  // A plugin is never unloaded: its handle does not own it.
  if (handle == nullptr)
    handle = plugins.add(std::shared_ptr<const LoadedPlugin>(std::shared_ptr<void>(), plugin));
  return handle;
}

}  // namespace semafoor::loader
