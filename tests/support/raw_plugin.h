// SPDX-License-Identifier: Apache-2.0
//
// A plugin as a vendor without our shim would load it: dlopen and the C ABI, nothing else. For
// tests and benchmarks that must not measure or depend on host-shim.
#pragma once

#include <dlfcn.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>

#include "semafoor/semafoor.h"
#include "tests/support/usage.h"

namespace semafoor::testing {

inline semafoor_span span_of(const std::string& text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

[[noreturn]] inline void fail(const std::string& what) {
  std::fprintf(stderr, "%s\n", what.c_str());
  std::_Exit(1);
}

// Takes the error's text and releases it.
inline std::string text_of(const semafoor_error* error) {
  if (error == nullptr) return "no details";
  std::string text(reinterpret_cast<const char*>(error->message.data), error->message.size);
  error->release(error);
  return text;
}

struct RawPlugin {
  const semafoor_entry* entry = nullptr;
  semafoor_instance* instance = nullptr;
  const semafoor_call_v1* call = nullptr;

  template <typename Table>
  const Table* extension(const std::string& id) const {
    const semafoor_span name = span_of(id);
    return static_cast<const Table*>(entry->instance->get_extension(instance, &name));
  }
};

inline std::string config_json(const std::string& organisation, const std::string& place,
                               const std::string& encoding = "json") {
  std::string escaped;
  for (const char letter : place)
    escaped += letter == '\\' ? std::string("\\\\") : std::string(1, letter);
  return R"({"organisation":")" + organisation + R"(","gateway":{"attestation_socket":")" +
         escaped + R"("},"host_name":"raw-host","encoding":")" + encoding + R"("})";
}

// Loads the plugin from `folder`, makes and starts one instance; ends the process when it
// cannot.
inline RawPlugin load_raw(const std::string& folder, const std::string& id,
                          const semafoor_host& host, const std::string& config) {
  const std::string path = plugin_file(folder, id);
  void* library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) fail(std::string("cannot load: ") + dlerror());
  auto entry_of = reinterpret_cast<semafoor_entry_fn>(dlsym(library, SEMAFOOR_ENTRY_SYMBOL));
  if (entry_of == nullptr) fail(path + " has no entry");
  RawPlugin plugin{.entry = entry_of()};
  const semafoor_span id_span = span_of(id);
  const semafoor_span config_span = span_of(config);
  const semafoor_error* error = nullptr;
  if (plugin.entry->create(&host, &id_span, &config_span, &plugin.instance, &error) != SEMAFOOR_OK)
    fail("create " + id + ": " + text_of(error));
  if (plugin.entry->instance->start(plugin.instance, &error) != SEMAFOOR_OK)
    fail("start " + id + ": " + text_of(error));
  plugin.call = plugin.extension<semafoor_call_v1>(SEMAFOOR_EXT_CALL);
  if (plugin.call == nullptr) fail(id + " has no " SEMAFOOR_EXT_CALL);
  return plugin;
}

// One call; the answer's bytes go to `body` when it is given, the error's text to `problem`.
inline semafoor_status ask(const RawPlugin& plugin, const std::string& method,
                           const std::string& request, std::string* problem,
                           std::string* body = nullptr) {
  semafoor_call_options options{};
  options.struct_size = sizeof options;
  options.deadline_ms = 10'000;
  const semafoor_span method_span = span_of(method);
  const semafoor_span request_span = span_of(request);
  const semafoor_reply* reply = nullptr;
  const semafoor_error* error = nullptr;
  const semafoor_status status =
      plugin.call->call(plugin.instance, &method_span, &request_span, &options, &reply, &error);
  if (reply != nullptr) {
    if (body != nullptr)
      body->assign(reinterpret_cast<const char*>(reply->body.data), reply->body.size);
    reply->release(reply);
  }
  if (status != SEMAFOOR_OK) *problem = text_of(error);
  return status;
}

inline void must_answer(const RawPlugin& plugin, const std::string& method,
                        const std::string& request = {}) {
  std::string problem;
  if (ask(plugin, method, request, &problem) != SEMAFOOR_OK) fail(method + ": " + problem);
}

inline void stop_raw(RawPlugin& plugin) {
  const semafoor_error* error = nullptr;
  if (plugin.entry->instance->stop(plugin.instance, 5'000, &error) != SEMAFOOR_OK)
    fail("stop: " + text_of(error));
}

}  // namespace semafoor::testing
