// SPDX-License-Identifier: Apache-2.0
//
// A plugin that does everything right and nothing useful. Each file beside this one defines one
// macro, includes it, and is thereby a plugin with exactly one misdeed. C and C++.
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "semafoor/semafoor.h"

#ifndef BEAST_ID
#define BEAST_ID FAKE_ID
#endif
#ifndef BEAST_VERSION
#define BEAST_VERSION "1.0.0"
#endif
#ifndef BEAST_ENTRY_SIZE
#define BEAST_ENTRY_SIZE sizeof(semafoor_entry)
#endif
#ifndef BEAST_API_SIZE
#define BEAST_API_SIZE sizeof(semafoor_instance_api)
#endif
#ifndef BEAST_API
#define BEAST_API &api
#endif
#ifndef BEAST_CREATE_FUNCTION
#define BEAST_CREATE_FUNCTION beast_create
#endif
#ifndef BEAST_STOP_FUNCTION
#define BEAST_STOP_FUNCTION beast_stop
#endif
#ifndef BEAST_ENTRY
#define BEAST_ENTRY return &entry;
#endif
#ifndef BEAST_INFO
#define BEAST_INFO \
  if (index > 0) return SEMAFOOR_NOT_FOUND;
#endif
#ifndef BEAST_NAME
#define BEAST_NAME span_of("A beast")
#endif
#ifndef BEAST_CREATE
#define BEAST_CREATE                    \
  *out = (semafoor_instance*)malloc(1); \
  return SEMAFOOR_OK;
#endif
#ifndef BEAST_CALL
#define BEAST_CALL return SEMAFOOR_UNIMPLEMENTED;
#endif
#ifndef BEAST_STOP
#define BEAST_STOP return SEMAFOOR_OK;
#endif
#ifndef BEAST_READ
#define BEAST_READ *size = 0;
#endif

#ifdef __cplusplus
extern "C" {
#endif

static semafoor_span span_of(const char* text) {
  semafoor_span span;
  span.data = (const uint8_t*)text;
  span.size = strlen(text);
  return span;
}

static semafoor_status SEMAFOOR_CALL beast_info(uint32_t index, semafoor_plugin_info* out) {
  (void)index;
  BEAST_INFO
  out->flags = 0;
  out->id = span_of(BEAST_ID);
  out->version = span_of(BEAST_VERSION);
  out->name = BEAST_NAME;
  out->config_schema = span_of("{}");
  return SEMAFOOR_OK;
}

static semafoor_status SEMAFOOR_CALL beast_create(const semafoor_host* host,
                                                  const semafoor_span* id,
                                                  const semafoor_span* config,
                                                  semafoor_instance** out,
                                                  const semafoor_error** error) {
  (void)host;
  (void)id;
  (void)config;
  (void)out;
  (void)error;
  BEAST_CREATE
}

static semafoor_status SEMAFOOR_CALL beast_start(semafoor_instance* instance,
                                                 const semafoor_error** error) {
  (void)instance;
  (void)error;
  return SEMAFOOR_OK;
}

static semafoor_status SEMAFOOR_CALL beast_stop(semafoor_instance* instance, uint32_t deadline_ms,
                                                const semafoor_error** error) {
  (void)instance;
  (void)deadline_ms;
  (void)error;
  BEAST_STOP
}

static void SEMAFOOR_CALL beast_destroy(semafoor_instance* instance) {
  free(instance);
}

static semafoor_status SEMAFOOR_CALL beast_call(semafoor_instance* instance,
                                                const semafoor_span* method,
                                                const semafoor_span* request,
                                                const semafoor_call_options* options,
                                                const semafoor_reply** out,
                                                const semafoor_error** error) {
  (void)instance;
  (void)method;
  (void)request;
  (void)options;
  (void)out;
  (void)error;
  BEAST_CALL
}

static semafoor_status SEMAFOOR_CALL beast_cancel(semafoor_instance* instance, uint64_t id) {
  (void)instance;
  (void)id;
  return SEMAFOOR_NOT_FOUND;
}

static semafoor_status SEMAFOOR_CALL beast_open(semafoor_instance* instance,
                                                const semafoor_span* method,
                                                const semafoor_span* request,
                                                const semafoor_call_options* options,
                                                semafoor_stream** out, const semafoor_reply** head,
                                                const semafoor_error** error) {
  (void)instance;
  (void)method;
  (void)request;
  (void)options;
  (void)head;
  (void)error;
  *out = (semafoor_stream*)malloc(1);
  return SEMAFOOR_OK;
}

static semafoor_status SEMAFOOR_CALL beast_read(semafoor_stream* stream, uint8_t* buffer,
                                                size_t capacity, size_t* size,
                                                const semafoor_error** error) {
  (void)stream;
  (void)buffer;
  (void)capacity;
  (void)error;
  BEAST_READ
  return SEMAFOOR_OK;
}

static void SEMAFOOR_CALL beast_close(semafoor_stream* stream) {
  free(stream);
}

static const void* SEMAFOOR_CALL beast_extension(semafoor_instance* instance,
                                                 const semafoor_span* id) {
  static const semafoor_call_v1 call = {sizeof(semafoor_call_v1), 0, beast_call, beast_cancel};
  static const semafoor_stream_v1 stream = {sizeof(semafoor_stream_v1), 0, beast_open, beast_read,
                                            beast_close};
  (void)instance;
  if (id->size == strlen(SEMAFOOR_EXT_CALL) && memcmp(id->data, SEMAFOOR_EXT_CALL, id->size) == 0)
    return &call;
  if (id->size == strlen(SEMAFOOR_EXT_STREAM) &&
      memcmp(id->data, SEMAFOOR_EXT_STREAM, id->size) == 0)
    return &stream;
  return NULL;
}

SEMAFOOR_EXPORT const semafoor_entry* SEMAFOOR_CALL semafoor_entry_v1(void) {
  static const semafoor_instance_api api = {
      BEAST_API_SIZE, 0, beast_start, BEAST_STOP_FUNCTION, beast_destroy, beast_extension};
  static const semafoor_entry entry = {BEAST_ENTRY_SIZE,      0,         beast_info,
                                       BEAST_CREATE_FUNCTION, BEAST_API, NULL};
  (void)api;
  (void)entry;
  (void)beast_create;
  (void)beast_stop;
  BEAST_ENTRY
}

#ifdef __cplusplus
}
#endif
