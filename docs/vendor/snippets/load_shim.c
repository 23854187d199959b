// SPDX-License-Identifier: Apache-2.0
//
// A host for Windows in C that links nothing of Semafoor: it loads semafoor_shim.dll by its path,
// as C#, Java and Delphi do. Prints the messages of an organisation's e-Box.
//
// usage: load_shim SHIM-DLL PLUGINS ORGANISATION PIPE
//   PLUGINS  absolute, with the plugins' DLLs and manifests
//   PIPE     the gateway's, for example \\.\pipe\semafoor-attest
#include <semafoor/shim.h>
#include <stdio.h>
#include <string.h>
#include <windows.h>

// The functions used here, as shim.h declares them.
typedef semafoor_status(SEMAFOOR_CALL* find_fn)(const semafoor_span*, size_t,
                                                semafoor_shim_catalogue**, const semafoor_error**);
typedef semafoor_status(SEMAFOOR_CALL* load_fn)(semafoor_shim_catalogue*, const semafoor_span*,
                                                semafoor_shim_plugin**, const semafoor_error**);
typedef semafoor_status(SEMAFOOR_CALL* create_fn)(semafoor_shim_plugin*, const semafoor_host*,
                                                  const semafoor_span*, semafoor_shim_instance**,
                                                  const semafoor_error**);
typedef semafoor_status(SEMAFOOR_CALL* start_fn)(semafoor_shim_instance*, const semafoor_error**);
typedef semafoor_status(SEMAFOOR_CALL* call_fn)(semafoor_shim_instance*, const semafoor_span*,
                                                const semafoor_span*, const semafoor_call_options*,
                                                const semafoor_reply**, const semafoor_error**);
typedef semafoor_status(SEMAFOOR_CALL* stop_fn)(semafoor_shim_instance*, uint32_t,
                                                const semafoor_error**);
typedef semafoor_status(SEMAFOOR_CALL* destroy_fn)(semafoor_shim_instance*, const semafoor_error**);

static semafoor_span span_of(const char* text) {
  const semafoor_span span = {(const uint8_t*)text, strlen(text)};
  return span;
}

// Says what went wrong, and gives the exit code.
static int failed(const semafoor_error* error) {
  if (error == NULL) return 1;
  fprintf(stderr, "%.*s\n", (int)error->message.size, (const char*)error->message.data);
  error->release(error);
  return 1;
}

// A backslash is written twice in JSON.
static void copy_escaped(char* to, size_t room, const char* from) {
  size_t used = 0;
  for (; *from != '\0' && used + 2 < room; ++from) {
    if (*from == '\\' || *from == '"') to[used++] = '\\';
    to[used++] = *from;
  }
  to[used] = '\0';
}

int main(int argc, char** argv) {
  if (argc != 5) {
    fprintf(stderr, "usage: load_shim SHIM-DLL PLUGINS ORGANISATION PIPE\n");
    return 2;
  }
  const HMODULE shim = LoadLibraryExA(argv[1], NULL, LOAD_WITH_ALTERED_SEARCH_PATH);
  if (shim == NULL) {
    fprintf(stderr, "%s was not loaded: error %lu\n", argv[1], GetLastError());
    return 1;
  }
  // By way of void*: C has no conversion between kinds of function.
  const find_fn find = (find_fn)(void*)GetProcAddress(shim, "semafoor_shim_find");
  const load_fn load = (load_fn)(void*)GetProcAddress(shim, "semafoor_shim_load");
  const create_fn create = (create_fn)(void*)GetProcAddress(shim, "semafoor_shim_create");
  const start_fn start = (start_fn)(void*)GetProcAddress(shim, "semafoor_shim_start");
  const call_fn call = (call_fn)(void*)GetProcAddress(shim, "semafoor_shim_call");
  const stop_fn stop = (stop_fn)(void*)GetProcAddress(shim, "semafoor_shim_stop");
  const destroy_fn destroy = (destroy_fn)(void*)GetProcAddress(shim, "semafoor_shim_destroy");
  if (!find || !load || !create || !start || !call || !stop || !destroy) {
    fprintf(stderr, "%s is another library\n", argv[1]);
    return 1;
  }

  char pipe[600];
  char config[1024];
  copy_escaped(pipe, sizeof pipe, argv[4]);
  snprintf(config, sizeof config,
           "{\"organisation\":\"%s\",\"host_name\":\"load-shim\","
           "\"gateway\":{\"attestation_socket\":\"%s\"}}",
           argv[3], pipe);

  const semafoor_span folder = span_of(argv[2]);
  const semafoor_span id = span_of("ebox");
  const semafoor_span settings = span_of(config);
  const semafoor_span method = span_of("Mailbox/ListMessages");
  const semafoor_span request = span_of("{\"pageSize\":5}");
  semafoor_shim_catalogue* catalogue = NULL;
  semafoor_shim_plugin* plugin = NULL;
  semafoor_shim_instance* instance = NULL;
  const semafoor_reply* reply = NULL;
  const semafoor_error* error = NULL;
  if (find(&folder, 1, &catalogue, &error) != SEMAFOOR_OK) return failed(error);
  if (load(catalogue, &id, &plugin, &error) != SEMAFOOR_OK) return failed(error);
  if (create(plugin, NULL, &settings, &instance, &error) != SEMAFOOR_OK) return failed(error);
  if (start(instance, &error) != SEMAFOOR_OK) return failed(error);
  int code = 0;
  if (call(instance, &method, &request, NULL, &reply, &error) == SEMAFOOR_OK) {
    printf("%.*s\n", (int)reply->body.size, (const char*)reply->body.data);
    reply->release(reply);
  } else {
    code = failed(error);
  }
  if (stop(instance, 5000, NULL) == SEMAFOOR_OK) destroy(instance, NULL);
  // Nothing is unloaded: what has run gRPC stays in the process (ABI.md).
  return code;
}
