// SPDX-License-Identifier: Apache-2.0
//
// The frozen plugin of ABI 1.0: written against the headers beside it, never edited. It echoes,
// counts three events, streams bytes, and answers with a status of the future.
#include <stdlib.h>
#include <string.h>

#include "semafoor/semafoor.h"

#define BYTES(text) {(const uint8_t*)(text), sizeof(text) - 1}

struct semafoor_instance {
  const semafoor_host* host;
  uint64_t next_event;
  uint64_t acknowledged;
};

struct semafoor_stream {
  size_t position;
  size_t size;
};

static int is(const semafoor_span* span, const char* text) {
  return span->size == strlen(text) && memcmp(span->data, text, span->size) == 0;
}

static void SEMAFOOR_CALL keep_error(const semafoor_error* self) { (void)self; }

static const semafoor_error kUnknownMethod = {
    sizeof kUnknownMethod, SEMAFOOR_NOT_FOUND, 0, 0, -1, BYTES("plugin"), BYTES("twin.unknown"),
    BYTES("The twin was asked for a method it does not have. It has Twin/Echo and Twin/Future."),
    BYTES("twin.unknown"), {NULL, 0}, {NULL, 0}, keep_error};

static const semafoor_error kFuture = {
    sizeof kFuture, 9999, 1, 0, 1500, BYTES("plugin"), BYTES("twin.future"),
    BYTES("The twin answers with a status that nobody knows yet."),
    BYTES("twin.future"), BYTES("correlation"), BYTES("{\"twin\":1}"), keep_error};

static semafoor_status fail(const semafoor_error* why, const semafoor_error** error) {
  if (error != NULL) *error = why;
  return why->status;
}

static void SEMAFOOR_CALL free_reply(const semafoor_reply* self) { free((void*)self); }

static const semafoor_reply* make_reply(const uint8_t* data, size_t size) {
  semafoor_reply* reply = calloc(1, sizeof *reply + size);
  if (size > 0) memcpy(reply + 1, data, size);
  reply->struct_size = sizeof *reply;
  reply->body.data = (const uint8_t*)(reply + 1);
  reply->body.size = size;
  reply->release = free_reply;
  return reply;
}

static semafoor_status SEMAFOOR_CALL twin_call(semafoor_instance* instance,
                                               const semafoor_span* method,
                                               const semafoor_span* request,
                                               const semafoor_call_options* options,
                                               const semafoor_reply** out,
                                               const semafoor_error** error) {
  (void)instance;
  (void)options;
  if (is(method, "Twin/Future")) return fail(&kFuture, error);
  if (!is(method, "Twin/Echo")) return fail(&kUnknownMethod, error);
  *out = make_reply(request->data, request->size);
  return SEMAFOOR_OK;
}

static semafoor_status SEMAFOOR_CALL twin_cancel(semafoor_instance* instance, uint64_t id) {
  (void)instance;
  (void)id;
  return SEMAFOOR_NOT_FOUND;
}

static void SEMAFOOR_CALL free_event(const semafoor_event* self) { free((void*)self); }

static semafoor_status SEMAFOOR_CALL twin_next(semafoor_instance* instance, uint32_t wait_ms,
                                               const semafoor_event** out,
                                               const semafoor_error** error) {
  static const char* const kNumbers[] = {"1", "2", "3"};
  (void)wait_ms;
  (void)error;
  if (instance->next_event == 3) return SEMAFOOR_E_AGAIN;
  semafoor_event* event = calloc(1, sizeof *event);
  const semafoor_span number = {(const uint8_t*)kNumbers[instance->next_event], 1};
  const semafoor_span type = BYTES("twin.event");
  event->struct_size = sizeof *event;
  event->sequence = ++instance->next_event;
  event->time_ms = 1700000000000;
  event->id = number;
  event->type = type;
  event->subject_id = number;
  event->subject_version = 1;
  event->cursor = number;
  event->body = number;
  event->release = free_event;
  *out = event;
  return SEMAFOOR_OK;
}

static semafoor_status SEMAFOOR_CALL twin_ack(semafoor_instance* instance,
                                              const semafoor_span* cursor,
                                              const semafoor_error** error) {
  (void)error;
  instance->acknowledged = (uint64_t)(cursor->data[0] - '0');
  return SEMAFOOR_OK;
}

static semafoor_status SEMAFOOR_CALL twin_open(semafoor_instance* instance,
                                               const semafoor_span* method,
                                               const semafoor_span* request,
                                               const semafoor_call_options* options,
                                               semafoor_stream** out, const semafoor_reply** head,
                                               const semafoor_error** error) {
  (void)instance;
  (void)request;
  (void)options;
  if (!is(method, "Twin/Read")) return fail(&kUnknownMethod, error);
  *out = calloc(1, sizeof **out);
  (*out)->size = 100000;
  if (head != NULL) *head = make_reply((const uint8_t*)"{}", 2);
  return SEMAFOOR_OK;
}

static semafoor_status SEMAFOOR_CALL twin_read(semafoor_stream* stream, uint8_t* buffer,
                                               size_t capacity, size_t* size,
                                               const semafoor_error** error) {
  (void)error;
  const size_t left = stream->size - stream->position;
  *size = left < capacity ? left : capacity;
  for (size_t i = 0; i < *size; ++i) buffer[i] = (uint8_t)(stream->position++ * 31);
  return SEMAFOOR_OK;
}

static void SEMAFOOR_CALL twin_close(semafoor_stream* stream) { free(stream); }

static semafoor_status SEMAFOOR_CALL twin_start(semafoor_instance* instance,
                                                const semafoor_error** error) {
  (void)instance;
  (void)error;
  return SEMAFOOR_OK;
}

static semafoor_status SEMAFOOR_CALL twin_stop(semafoor_instance* instance, uint32_t deadline_ms,
                                               const semafoor_error** error) {
  (void)instance;
  (void)deadline_ms;
  (void)error;
  return SEMAFOOR_OK;
}

static void SEMAFOOR_CALL twin_destroy(semafoor_instance* instance) { free(instance); }

static const void* SEMAFOOR_CALL twin_extension(semafoor_instance* instance,
                                                const semafoor_span* id) {
  static const semafoor_call_v1 kCall = {sizeof kCall, 0, twin_call, twin_cancel};
  static const semafoor_events_v1 kEvents = {sizeof kEvents, 0, twin_next, twin_ack};
  static const semafoor_stream_v1 kStream = {sizeof kStream, 0, twin_open, twin_read, twin_close};
  (void)instance;
  if (is(id, SEMAFOOR_EXT_CALL)) return &kCall;
  if (is(id, SEMAFOOR_EXT_EVENTS)) return &kEvents;
  if (is(id, SEMAFOOR_EXT_STREAM)) return &kStream;
  return NULL;
}

static const semafoor_instance_api kInstance = {
    sizeof kInstance, 0, twin_start, twin_stop, twin_destroy, twin_extension};

static semafoor_status SEMAFOOR_CALL twin_info(uint32_t index, semafoor_plugin_info* out) {
  static const semafoor_plugin_info kInfo = {sizeof kInfo,  0,
                                             BYTES("twin"), BYTES("1.0.0"),
                                             BYTES("Twin"), BYTES("{\"type\":\"object\"}")};
  if (index > 0) return SEMAFOOR_NOT_FOUND;
  const uint32_t size = out->struct_size < sizeof kInfo ? out->struct_size : (uint32_t)sizeof kInfo;
  memcpy(out, &kInfo, size);
  out->struct_size = size;
  return SEMAFOOR_OK;
}

static semafoor_status SEMAFOOR_CALL twin_create(const semafoor_host* host, const semafoor_span* id,
                                                 const semafoor_span* config,
                                                 semafoor_instance** out,
                                                 const semafoor_error** error) {
  (void)config;
  *out = NULL;
  if (!is(id, "twin")) return fail(&kUnknownMethod, error);
  *out = calloc(1, sizeof **out);
  (*out)->host = host;
  return SEMAFOOR_OK;
}

const semafoor_entry* SEMAFOOR_CALL semafoor_entry_v1(void) {
  static const semafoor_entry kEntry = {sizeof kEntry, SEMAFOOR_ABI_MINOR, twin_info, twin_create,
                                        &kInstance,    NULL};
  return &kEntry;
}
