// SPDX-License-Identifier: Apache-2.0
//
// The C face: finding, loading, instances, calls. Streams and events are in c_face_flow.cc.
#include <algorithm>
#include <cstring>
#include <nlohmann/json.hpp>
#include <vector>

#include "host-shim/src/entry_points.h"
#include "host-shim/src/guarded.h"
#include "host-shim/src/status_names.h"

using semafoor::loader::Catalogue;
using semafoor::loader::enter;
using semafoor::loader::Instance;
using semafoor::loader::Manifest;
using semafoor::loader::null_argument;
using semafoor::loader::ProcessState;
using semafoor::loader::readable;
using semafoor::loader::report;
using semafoor::loader::stale_handle;
using semafoor::loader::text_of;

namespace {

nlohmann::json describe(const Manifest& manifest, bool loaded) {
  return {{"id", manifest.id},
          {"name", manifest.name},
          {"version", manifest.version},
          {"abi_major", manifest.abi_major},
          {"abi_minor", manifest.abi_minor},
          {"architecture", manifest.architecture},
          {"library", manifest.library_path().string()},
          {"sha256", manifest.sha256},
          {"manifest", manifest.path.string()},
          {"state", loaded ? "loaded" : "found"}};
}

}  // namespace

const char* semafoor_shim_version() noexcept {
  return SEMAFOOR_SHIM_VERSION;
}

const char* semafoor_shim_status_name(semafoor_status status) noexcept {
  const char* name = semafoor::loader::status_name(status);
  return name != nullptr ? name : "UNKNOWN";
}

semafoor_status semafoor_shim_find(const semafoor_span* folders, size_t folder_count,
                                   semafoor_shim_catalogue** out,
                                   const semafoor_error** error) noexcept {
  return enter(error, [&](ProcessState& state) -> semafoor_status {
    if (out == nullptr || (folders == nullptr && folder_count > 0) ||
        !std::all_of(folders, folders + folder_count, [](const auto& f) { return readable(&f); }))
      return report(null_argument(), error);
    *out = nullptr;
    std::vector<std::string> places;
    for (size_t i = 0; i < folder_count; ++i) places.push_back(text_of(folders[i]));
    auto catalogue = Catalogue::read(places);
    if (!catalogue) return report(std::move(catalogue.problem()), error);
    *out = state.catalogues.add(std::make_shared<const Catalogue>(*std::move(catalogue)));
    return SEMAFOOR_OK;
  });
}

semafoor_status semafoor_shim_describe(semafoor_shim_catalogue* catalogue, semafoor_write_fn write,
                                       void* sink, const semafoor_error** error) noexcept {
  return enter(error, [&](ProcessState& state) -> semafoor_status {
    if (write == nullptr) return report(null_argument(), error);
    const auto found = state.catalogues.find(catalogue);
    if (!found) return report(stale_handle("a catalogue"), error);
    auto plugins = nlohmann::json::array();
    for (const Manifest& manifest : found->plugins())
      plugins.push_back(describe(manifest, state.libraries.is_loaded(manifest)));
    auto skipped = nlohmann::json::array();
    for (const auto& entry : found->skipped())
      skipped.push_back({{"path", entry.path.string()}, {"reason", entry.reason}});
    const std::string text = nlohmann::json{{"plugins", plugins}, {"skipped", skipped}}.dump(
        -1, ' ', false, nlohmann::json::error_handler_t::replace);
    write(sink, reinterpret_cast<const uint8_t*>(text.data()), text.size());
    return SEMAFOOR_OK;
  });
}

void semafoor_shim_forget(semafoor_shim_catalogue* catalogue) noexcept {
  enter(nullptr, [&](ProcessState& state) {
    state.catalogues.take(catalogue);
    return SEMAFOOR_OK;
  });
}

semafoor_status semafoor_shim_load(semafoor_shim_catalogue* catalogue, const semafoor_span* id,
                                   semafoor_shim_plugin** out,
                                   const semafoor_error** error) noexcept {
  return enter(error, [&](ProcessState& state) -> semafoor_status {
    if (out == nullptr || !readable(id)) return report(null_argument(), error);
    *out = nullptr;
    const auto found = state.catalogues.find(catalogue);
    if (!found) return report(stale_handle("a catalogue"), error);
    auto manifest = found->find(text_of(*id));
    if (!manifest) return report(std::move(manifest.problem()), error);
    auto plugin = state.libraries.load(*manifest);
    if (!plugin) return report(std::move(plugin.problem()), error);
    *out = state.plugin_handle(*plugin);
    return SEMAFOOR_OK;
  });
}

semafoor_status semafoor_shim_info(semafoor_shim_plugin* plugin, semafoor_plugin_info* out,
                                   const semafoor_error** error) noexcept {
  return enter(error, [&](ProcessState& state) -> semafoor_status {
    const auto loaded = state.plugins.find(plugin);
    if (!loaded) return report(stale_handle("a plugin"), error);
    if (out == nullptr || out->struct_size < sizeof out->struct_size)
      return report(null_argument(), error);
    semafoor_plugin_info info{};
    info.struct_size = sizeof info;
    const auto status = semafoor::loader::guarded(loaded->entry->get_info, loaded->index, &info);
    if (status != SEMAFOOR_OK) {
      return report({SEMAFOOR_E_ABI, "shim.plugin_misbehaves",
                     "plugin " + loaded->manifest.id + " no longer says what it is"},
                    error);
    }
    const uint32_t size = std::min<uint32_t>(out->struct_size, sizeof info);
    info.struct_size = size;
    std::memcpy(out, &info, size);
    return SEMAFOOR_OK;
  });
}

semafoor_status semafoor_shim_create(semafoor_shim_plugin* plugin, const semafoor_host* host,
                                     const semafoor_span* config, semafoor_shim_instance** out,
                                     const semafoor_error** error) noexcept {
  return enter(error, [&](ProcessState& state) -> semafoor_status {
    if (out == nullptr || !readable(config)) return report(null_argument(), error);
    *out = nullptr;
    const auto loaded = state.plugins.find(plugin);
    if (!loaded) return report(stale_handle("a plugin"), error);
    std::shared_ptr<Instance> instance;
    const semafoor_status status = Instance::create(*loaded, host, *config, &instance, error);
    if (status == SEMAFOOR_OK) *out = state.instances.add(std::move(instance));
    return status;
  });
}

semafoor_status semafoor_shim_start(semafoor_shim_instance* instance,
                                    const semafoor_error** error) noexcept {
  return enter(error, [&](ProcessState& state) -> semafoor_status {
    const auto found = state.instances.find(instance);
    return found ? found->start(error) : report(stale_handle("an instance"), error);
  });
}

semafoor_status semafoor_shim_stop(semafoor_shim_instance* instance, uint32_t deadline_ms,
                                   const semafoor_error** error) noexcept {
  return enter(error, [&](ProcessState& state) -> semafoor_status {
    const auto found = state.instances.find(instance);
    return found ? found->stop(deadline_ms, error) : report(stale_handle("an instance"), error);
  });
}

semafoor_status semafoor_shim_destroy(semafoor_shim_instance* instance,
                                      const semafoor_error** error) noexcept {
  return enter(error, [&](ProcessState& state) -> semafoor_status {
    const auto found = state.instances.find(instance);
    if (!found) return report(stale_handle("an instance"), error);
    const semafoor_status status = found->destroy(error);
    if (status == SEMAFOOR_OK) state.instances.take(instance);
    return status;
  });
}

semafoor_instance* semafoor_shim_raw(semafoor_shim_instance* instance) noexcept {
  semafoor_instance* raw = nullptr;
  enter(nullptr, [&](ProcessState& state) {
    if (const auto found = state.instances.find(instance)) raw = found->raw();
    return SEMAFOOR_OK;
  });
  return raw;
}

const void* semafoor_shim_extension(semafoor_shim_instance* instance,
                                    const semafoor_span* id) noexcept {
  const void* table = nullptr;
  enter(nullptr, [&](ProcessState& state) {
    const auto found = state.instances.find(instance);
    if (found && readable(id)) table = found->extension(*id);
    return SEMAFOOR_OK;
  });
  return table;
}

semafoor_status semafoor_shim_call(semafoor_shim_instance* instance, const semafoor_span* method,
                                   const semafoor_span* request,
                                   const semafoor_call_options* options, const semafoor_reply** out,
                                   const semafoor_error** error) noexcept {
  return enter(error, [&](ProcessState& state) -> semafoor_status {
    if (out == nullptr || !readable(method) || !readable(request))
      return report(null_argument(), error);
    *out = nullptr;
    const auto found = state.instances.find(instance);
    return found ? found->call(*method, *request, options, out, error)
                 : report(stale_handle("an instance"), error);
  });
}

semafoor_status semafoor_shim_cancel(semafoor_shim_instance* instance,
                                     uint64_t operation_id) noexcept {
  return enter(nullptr, [&](ProcessState& state) -> semafoor_status {
    const auto found = state.instances.find(instance);
    return found ? found->cancel(operation_id) : SEMAFOOR_INVALID_ARGUMENT;
  });
}
