// SPDX-License-Identifier: Apache-2.0
#include "host-shim/src/entry_scan.h"

#include <cstddef>
#include <optional>
#include <string>

#include "host-shim/src/guarded.h"

namespace semafoor::loader {
namespace {

// More plugins than this in one library, and `get_info` does not come to an end.
constexpr uint32_t kMostPlugins = 64;

// Sizes of version 1.0: nothing valid is smaller.
constexpr uint32_t kEntrySize = sizeof(semafoor_entry);
constexpr uint32_t kInstanceApiSize = sizeof(semafoor_instance_api);

Problem broken(const Manifest& manifest, const std::string& what) {
  return {SEMAFOOR_E_ABI, "shim.bad_entry",
          "plugin " + manifest.id + " in " + manifest.library_path().string() +
              " is broken: " + what + "; install another release of it"};
}

bool is_text(const semafoor_span& span) {
  return span.data != nullptr || span.size == 0;
}

std::string text_of(const semafoor_span& span) {
  return span.size == 0 ? std::string{}
                        : std::string(reinterpret_cast<const char*>(span.data), span.size);
}

std::string small(const char* what, uint32_t size, uint32_t wanted) {
  return std::string(what) + " says it has " + std::to_string(size) + " bytes, fewer than the " +
         std::to_string(wanted) + " of version 1.0";
}

std::optional<std::string> fault_of_tables(const semafoor_entry* entry) {
  if (entry == nullptr) return "its entry returned nothing";
  if (entry->struct_size < kEntrySize) return small("its table", entry->struct_size, kEntrySize);
  if (entry->get_info == nullptr || entry->create == nullptr)
    return "its table lacks get_info or create";
  const semafoor_instance_api* api = entry->instance;
  if (api == nullptr) return "its table has no functions for instances";
  if (api->struct_size < kInstanceApiSize)
    return small("its table of instance functions", api->struct_size, kInstanceApiSize);
  if (api->start == nullptr || api->stop == nullptr || api->destroy == nullptr ||
      api->get_extension == nullptr)
    return "its table of instance functions lacks start, stop, destroy or get_extension";
  return std::nullopt;
}

}  // namespace

Result<ScannedEntry> scan_entry(const EntryFunction& entry_of, const Manifest& manifest) {
  const auto entry = guarded_call([&] { return entry_of(); });
  if (!entry) return broken(manifest, "its entry let an exception out (P-3)");
  if (const auto fault = fault_of_tables(*entry)) return broken(manifest, *fault);

  std::string said;
  for (uint32_t index = 0; index <= kMostPlugins; ++index) {
    semafoor_plugin_info info{};
    info.struct_size = sizeof info;
    const auto status = guarded((*entry)->get_info, index, &info);
    if (!status) return broken(manifest, "get_info let an exception out (P-3)");
    if (*status == SEMAFOOR_NOT_FOUND) {
      return broken(manifest, said.empty() ? "it describes no plugin"
                                           : "it says it is " + said + ", not " + manifest.id);
    }
    if (*status != SEMAFOOR_OK)
      return broken(manifest, "get_info answers status " + std::to_string(*status));
    if (!is_text(info.id) || !is_text(info.version) || !is_text(info.name) ||
        !is_text(info.config_schema))
      return broken(manifest, "get_info gives a text without bytes");
    if (text_of(info.id) == manifest.id) {
      if (text_of(info.version) != manifest.version)
        return broken(manifest, "it says it is version " + text_of(info.version) +
                                    ", its manifest says " + manifest.version);
      return ScannedEntry{*entry, index};
    }
    if (said.size() < 200) said += (said.empty() ? "" : ", ") + text_of(info.id).substr(0, 64);
  }
  return broken(manifest, "get_info never comes to an end");
}

}  // namespace semafoor::loader
