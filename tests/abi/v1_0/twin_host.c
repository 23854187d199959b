// SPDX-License-Identifier: Apache-2.0
//
// The frozen host of ABI 1.0: written against the headers beside it, never edited.
// usage: twin_host LIBRARY ID CONFIG
// Loads the plugin, makes an instance, asks for a method that cannot exist, looks for an event,
// stops and destroys. Needs no gateway. Exit code 0: everything kept to ABI 1.0.
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "semafoor/semafoor.h"

#define CHECK(condition, what)                                                \
  do {                                                                        \
    if (!(condition)) {                                                       \
      fprintf(stderr, "twin host: %s (line %d)\n", what, __LINE__);           \
      exit(1);                                                                \
    }                                                                         \
  } while (0)

static semafoor_span span_of(const char* text) {
  const semafoor_span span = {(const uint8_t*)text, strlen(text)};
  return span;
}

static void SEMAFOOR_CALL hear(void* context, int32_t severity, const semafoor_span* line) {
  (void)context;
  CHECK(severity != SEMAFOOR_LOG_HOST_MISBEHAVING, "the plugin says this host misbehaves");
  CHECK(line != NULL && line->size > 0, "an empty log line");
}

static void use(const semafoor_error* error, semafoor_status status) {
  if (error == NULL) return;
  CHECK(error->struct_size >= sizeof *error, "an error smaller than in 1.0");
  CHECK(error->status == status, "an error of another status than the call");
  CHECK(error->message.size > 0, "an error without a sentence");
  CHECK(error->release != NULL, "an error that cannot be released");
  printf("  %d %.*s\n", (int)status, (int)error->message.size, (const char*)error->message.data);
  error->release(error);
}

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  void* library = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
  if (library == NULL) fprintf(stderr, "%s\n", dlerror());
  CHECK(library != NULL, "the library does not load");
  void* symbol = dlsym(library, SEMAFOOR_ENTRY_SYMBOL);
  CHECK(symbol != NULL, "no entry");
  semafoor_entry_fn entry_of;
  memcpy(&entry_of, &symbol, sizeof entry_of);
  const semafoor_entry* entry = entry_of();
  CHECK(entry != NULL && entry->struct_size >= sizeof *entry, "an entry smaller than in 1.0");

  semafoor_plugin_info info = {0};
  info.struct_size = sizeof info;
  CHECK(entry->get_info(0, &info) == SEMAFOOR_OK, "get_info(0) failed");
  CHECK(info.id.size == strlen(argv[2]) && memcmp(info.id.data, argv[2], info.id.size) == 0,
        "another plugin than asked for");
  CHECK(entry->get_info(1000, &info) == SEMAFOOR_NOT_FOUND, "get_info has no end");

  semafoor_host host = {0};
  host.struct_size = sizeof host;
  host.abi_minor = SEMAFOOR_ABI_MINOR;
  host.log = hear;
  const semafoor_span id = span_of(argv[2]);
  const semafoor_span config = span_of(argv[3]);
  const semafoor_span nonsense = span_of("no such plugin");
  semafoor_instance* instance = NULL;
  const semafoor_error* error = NULL;
  semafoor_status status = entry->create(&host, &nonsense, &config, &instance, &error);
  CHECK(status != SEMAFOOR_OK && instance == NULL, "an unknown id was accepted");
  use(error, status);
  error = NULL;
  status = entry->create(&host, &id, &config, &instance, &error);
  use(error, status);
  CHECK(status == SEMAFOOR_OK && instance != NULL, "create failed");
  const semafoor_instance_api* api = entry->instance;
  CHECK(api != NULL && api->struct_size >= sizeof *api, "an instance table smaller than in 1.0");
  CHECK(api->start(instance, NULL) == SEMAFOOR_OK, "start failed");

  const semafoor_span unknown = span_of("semafoor.no-such-thing/1");
  CHECK(api->get_extension(instance, &unknown) == NULL, "an extension that does not exist");
  const semafoor_span call_id = span_of(SEMAFOOR_EXT_CALL);
  const semafoor_call_v1* calls = api->get_extension(instance, &call_id);
  CHECK(calls != NULL && calls->struct_size >= sizeof *calls, "no semafoor.call/1 as of 1.0");
  const semafoor_span method = span_of("Nowhere/Nothing");
  const semafoor_span request = span_of("{}");
  semafoor_call_options options = {0};
  options.struct_size = sizeof options;
  options.deadline_ms = 2000;
  options.operation_id = 1;
  const semafoor_reply* reply = NULL;
  error = NULL;
  status = calls->call(instance, &method, &request, &options, &reply, &error);
  CHECK(status == SEMAFOOR_NOT_FOUND && reply == NULL, "an unknown method was not NOT_FOUND");
  CHECK(error != NULL, "an unknown method without a reason");
  use(error, status);
  CHECK(calls->call(instance, &method, &request, NULL, &reply, NULL) == SEMAFOOR_NOT_FOUND,
        "options and error may be null");
  CHECK(calls->cancel(instance, 12345) == SEMAFOOR_NOT_FOUND, "cancel of nothing");

  const semafoor_span events_id = span_of(SEMAFOOR_EXT_EVENTS);
  const semafoor_events_v1* events = api->get_extension(instance, &events_id);
  if (events != NULL) {
    CHECK(events->struct_size >= sizeof *events, "semafoor.events/1 smaller than in 1.0");
    const semafoor_event* event = NULL;
    error = NULL;
    status = events->next(instance, 0, &event, &error);
    use(error, status);
    CHECK((status == SEMAFOOR_OK) == (event != NULL), "an event without OK, or OK without one");
    if (event != NULL) {
      CHECK(event->struct_size >= sizeof *event, "an event smaller than in 1.0");
      CHECK(events->ack(instance, &event->cursor, NULL) == SEMAFOOR_OK, "ack failed");
      event->release(event);
    }
  }
  CHECK(api->stop(instance, 5000, NULL) == SEMAFOOR_OK, "stop failed");
  status = calls->call(instance, &method, &request, &options, &reply, NULL);
  CHECK(status != SEMAFOOR_OK, "a call after stop succeeded");
  api->destroy(instance);
  printf("%s keeps to ABI 1.0\n", argv[2]);
  return 0;
}
