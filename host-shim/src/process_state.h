// SPDX-License-Identifier: Apache-2.0
//
// The only state of the process: which libraries are loaded, and which handles are out. Made at the
// first use, never destroyed: a destructor at exit would run while other threads, or the plugins'
// own, still use what it frees (design, rules 7 and 9).
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>

#include "host-shim/src/catalogue.h"
#include "host-shim/src/event_pump.h"
#include "host-shim/src/handle_table.h"
#include "host-shim/src/instance.h"
#include "host-shim/src/library_registry.h"
#include "semafoor/shim.h"

namespace semafoor::loader {

// An open stream, with the instance it belongs to.
struct OpenStream {
  std::shared_ptr<Instance> instance;
  semafoor_stream* stream = nullptr;
  // Held while one thread reads.
  std::mutex reading;
};

struct ProcessState {
  explicit ProcessState(uint64_t now) : process(now) {}

  // The process in which this was made: in a forked child no lock of ours may be touched (H-10).
  const uint64_t process;
  LibraryRegistry libraries;
  HandleTable<semafoor_shim_catalogue, const Catalogue> catalogues;
  HandleTable<semafoor_shim_plugin, const LoadedPlugin> plugins;
  HandleTable<semafoor_shim_instance, Instance> instances;
  HandleTable<semafoor_shim_stream, OpenStream> streams;
  HandleTable<semafoor_shim_pump, EventPump> pumps;

  // Loading the same plugin again gives the same handle.
  semafoor_shim_plugin* plugin_handle(const LoadedPlugin* plugin);

  std::mutex plugin_handles_mutex;
  std::map<const LoadedPlugin*, semafoor_shim_plugin*> plugin_handles;
};

ProcessState& process_state();

}  // namespace semafoor::loader
