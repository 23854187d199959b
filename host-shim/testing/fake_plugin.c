// SPDX-License-Identifier: Apache-2.0
//
// A well-behaved plugin without a gateway, for tests of the shim and of semafoor-host. Its id is
// FAKE_ID. It answers a few methods of its own ("Fake/...", see `answer`), and every other method
// "Service/Method" from the file Service.Method.json (with a page token X: Service.Method.X.json)
// in the folder that the environment variable SEMAFOOR_FAKE_ANSWERS names. A file that begins with
// "!STATUS TEXT" is an error. Requests are appended to requests.jsonl in that folder.
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "semafoor/semafoor.h"

#ifndef FAKE_ID
#define FAKE_ID "fake"
#endif

struct semafoor_instance {
  const semafoor_host* host;
  pthread_mutex_t mutex;
  pthread_cond_t changed;
  int stopping;
  int inside;
  uint64_t cancelled;
  // Events 1 to `events` exist; `fetched` were handed out, `acknowledged` were acknowledged.
  unsigned events, fetched, acknowledged;
  semafoor_status next_status;
  // 0, or how long each acknowledgement waits before it is late; and how many were asked.
  unsigned ack_hangs_ms, ack_tries;
};

struct semafoor_stream {
  size_t left;
};

typedef struct owned_reply {
  semafoor_reply face;
  char* body;
} owned_reply;

typedef struct owned_error {
  semafoor_error face;
  char message[512];
} owned_error;

typedef struct owned_event {
  semafoor_event face;
  char id[32], body[160];
} owned_event;

static semafoor_span span_of(const char* text) {
  semafoor_span span = {(const uint8_t*)text, strlen(text)};
  return span;
}

static int equals(const semafoor_span* span, const char* text) {
  return span->size == strlen(text) && memcmp(span->data, text, span->size) == 0;
}

static void SEMAFOOR_CALL release_error(const semafoor_error* self) {
  free((void*)self);
}

static semafoor_status fail(semafoor_status status, const char* code, const char* message,
                            const semafoor_error** out) {
  if (out == NULL) return status;
  owned_error* error = calloc(1, sizeof *error);
  snprintf(error->message, sizeof error->message, "%s", message);
  error->face.struct_size = sizeof error->face;
  error->face.status = status;
  error->face.retryable = status == SEMAFOOR_E_GATEWAY_ABSENT || status == SEMAFOOR_UNAVAILABLE;
  error->face.retry_after_ms = -1;
  error->face.domain = span_of("plugin");
  error->face.code = span_of(code);
  error->face.message = span_of(error->message);
  error->face.message_key = span_of(code);
  error->face.correlation_id = span_of("corr-1");
  error->face.details_json = span_of("{\"fake\":true}");
  error->face.release = release_error;
  *out = &error->face;
  return status;
}

static void SEMAFOOR_CALL release_reply(const semafoor_reply* self) {
  free(((owned_reply*)self)->body);
  free((void*)self);
}

static semafoor_status reply_with(const void* data, size_t size, const semafoor_reply** out) {
  owned_reply* reply = calloc(1, sizeof *reply);
  reply->body = malloc(size + 1);
  memcpy(reply->body, data, size);
  reply->face.struct_size = sizeof reply->face;
  reply->face.body.data = (const uint8_t*)reply->body;
  reply->face.body.size = size;
  reply->face.schema = span_of("fake.Reply");
  reply->face.release = release_reply;
  *out = &reply->face;
  return SEMAFOOR_OK;
}

static struct timespec in_ms(uint32_t ms) {
  struct timespec at;
  clock_gettime(CLOCK_REALTIME, &at);
  at.tv_sec += ms / 1000;
  at.tv_nsec += (long)(ms % 1000) * 1000000L;
  if (at.tv_nsec >= 1000000000L) {
    at.tv_nsec -= 1000000000L;
    ++at.tv_sec;
  }
  return at;
}

static unsigned number_of(const semafoor_span* span) {
  char text[16] = {0};
  memcpy(text, span->data, span->size < 15 ? span->size : 15);
  return (unsigned)strtoul(text, NULL, 10);
}

static semafoor_status canned(const semafoor_span* method, const semafoor_span* request,
                              const semafoor_reply** out, const semafoor_error** error) {
  const char* folder = getenv("SEMAFOOR_FAKE_ANSWERS");
  char name[128] = {0}, token[32] = {0}, path[4096];
  memcpy(name, method->data, method->size < 127 ? method->size : 127);
  for (char* c = name; *c; ++c)
    if (*c == '/') *c = '.';
  if (folder == NULL) return fail(SEMAFOOR_NOT_FOUND, "plugin.unknown_method", name, error);
  char* text = calloc(1, request->size + 1);
  if (request->size > 0) memcpy(text, request->data, request->size);
  const char* found = strstr(text, "\"pageToken\":\"");
  if (found != NULL) sscanf(found + 13, "%30[^\"]", token);
  snprintf(path, sizeof path, "%s/requests.jsonl", folder);
  FILE* log = fopen(path, "a");
  if (log != NULL) {
    fprintf(log, "{\"method\":\"%s\",\"request\":%s}\n", name, request->size > 0 ? text : "{}");
    fclose(log);
  }
  free(text);
  snprintf(path, sizeof path, "%s/%s%s%s.json", folder, name, token[0] ? "." : "", token);
  FILE* file = fopen(path, "rb");
  if (file == NULL) return fail(SEMAFOOR_NOT_FOUND, "plugin.unknown_method", name, error);
  static const size_t kMost = 1 << 20;
  char* content = calloc(1, kMost + 1);
  const size_t size = fread(content, 1, kMost, file);
  fclose(file);
  semafoor_status status = SEMAFOOR_OK;
  int skipped = 0;
  if (sscanf(content, "!%d %n", &status, &skipped) == 1) {
    content[strcspn(content, "\n")] = 0;
    fail(status, "fake.canned", content + skipped, error);
  } else {
    reply_with(content, size, out);
  }
  free(content);
  return status;
}

// Waits until stop, cancel or the deadline.
static semafoor_status block(semafoor_instance* self, const semafoor_call_options* options,
                             const semafoor_error** error) {
  const struct timespec until =
      in_ms(options != NULL && options->deadline_ms > 0 ? options->deadline_ms : 30000);
  const uint64_t id = options != NULL ? options->operation_id : 0;
  semafoor_status status = SEMAFOOR_OK;
  pthread_mutex_lock(&self->mutex);
  ++self->inside;
  pthread_cond_broadcast(&self->changed);
  while (status == SEMAFOOR_OK) {
    if (self->stopping) {
      status = SEMAFOOR_E_STOPPED;
    } else if (id != 0 && self->cancelled == id) {
      status = SEMAFOOR_CANCELLED;
    } else if (pthread_cond_timedwait(&self->changed, &self->mutex, &until) == ETIMEDOUT) {
      status = SEMAFOOR_DEADLINE_EXCEEDED;
    }
  }
  --self->inside;
  pthread_cond_broadcast(&self->changed);
  pthread_mutex_unlock(&self->mutex);
  return fail(status, "fake.blocked", "the call was blocked until it was ended", error);
}

typedef struct sink {
  char text[4096];
  size_t size;
} sink;

static void SEMAFOOR_CALL write_to_sink(void* context, const uint8_t* data, size_t size) {
  sink* target = context;
  if (size > sizeof target->text - target->size) return;
  memcpy(target->text + target->size, data, size);
  target->size += size;
}

static semafoor_status resolve(semafoor_instance* self, const semafoor_span* request,
                               const semafoor_reply** out, const semafoor_error** error) {
  const semafoor_span id = span_of(SEMAFOOR_EXT_DOSSIERS);
  const semafoor_dossiers_v1* dossiers = self->host->get_extension != NULL
                                             ? self->host->get_extension(self->host->context, &id)
                                             : NULL;
  if (dossiers == NULL)
    return fail(SEMAFOOR_FAILED_PRECONDITION, "fake.no_dossiers", "the host has none", error);
  sink answer = {{0}, 0};
  const semafoor_status status =
      dossiers->resolve(self->host->context, request, write_to_sink, &answer);
  if (status != SEMAFOOR_OK) return fail(status, "fake.dossiers", "the host could not say", error);
  return reply_with(answer.text, answer.size, out);
}

static semafoor_status answer(semafoor_instance* self, const semafoor_span* method,
                              const semafoor_span* request, const semafoor_call_options* options,
                              const semafoor_reply** out, const semafoor_error** error) {
  char text[64];
  if (equals(method, "Fake/Echo")) return reply_with(request->data, request->size, out);
  if (equals(method, "Fake/Block")) return block(self, options, error);
  if (equals(method, "Fake/Status"))
    return fail((semafoor_status)number_of(request), "fake.asked", "you asked for it", error);
  if (equals(method, "Fake/Silent")) return SEMAFOOR_UNAVAILABLE;
  if (equals(method, "Fake/Resolve") || equals(method, "LocalSignals/AskHost"))
    return resolve(self, request, out, error);
  pthread_mutex_lock(&self->mutex);
  int known = 1;
  int length = 0;
  if (equals(method, "Fake/AddEvents")) {
    self->events += number_of(request);
  } else if (equals(method, "Fake/NextStatus")) {
    self->next_status = (semafoor_status)number_of(request);
  } else if (equals(method, "Fake/AckHangs")) {
    self->ack_hangs_ms = number_of(request);
  } else if (equals(method, "Fake/AckTries")) {
    while (self->ack_tries == 0 && !self->stopping) pthread_cond_wait(&self->changed, &self->mutex);
    length = snprintf(text, sizeof text, "%u", self->ack_tries);
  } else if (equals(method, "Fake/Acknowledged")) {
    length = snprintf(text, sizeof text, "%u", self->acknowledged);
  } else if (equals(method, "Fake/Actor")) {
    length = snprintf(text, sizeof text, "%.*s", options != NULL ? (int)options->actor_id.size : 0,
                      options != NULL ? (const char*)options->actor_id.data : "");
  } else if (equals(method, "Fake/LegalContext")) {
    // A host of 1.0 has none.
    const size_t end = offsetof(semafoor_call_options, legal_context) + sizeof(semafoor_span);
    const int has = options != NULL && options->struct_size >= end;
    length = snprintf(
        text, sizeof text, "%.*s", has ? (int)options->legal_context.size : 0,
        has && options->legal_context.size > 0 ? (const char*)options->legal_context.data : "");
  } else {
    known = 0;
  }
  pthread_cond_broadcast(&self->changed);
  pthread_mutex_unlock(&self->mutex);
  return known ? reply_with(text, (size_t)length, out) : canned(method, request, out, error);
}

static semafoor_status SEMAFOOR_CALL fake_cancel(semafoor_instance* self, uint64_t id) {
  pthread_mutex_lock(&self->mutex);
  self->cancelled = id;
  pthread_cond_broadcast(&self->changed);
  pthread_mutex_unlock(&self->mutex);
  return SEMAFOOR_OK;
}

static void SEMAFOOR_CALL release_event(const semafoor_event* self) {
  free((void*)self);
}

static semafoor_status SEMAFOOR_CALL fake_next(semafoor_instance* self, uint32_t wait_ms,
                                               const semafoor_event** out,
                                               const semafoor_error** error) {
  const struct timespec until = in_ms(wait_ms);
  pthread_mutex_lock(&self->mutex);
  while (self->fetched >= self->events && self->next_status == SEMAFOOR_OK && !self->stopping) {
    if (pthread_cond_timedwait(&self->changed, &self->mutex, &until) == ETIMEDOUT) break;
  }
  const semafoor_status status = self->next_status;
  const unsigned number =
      status == SEMAFOOR_OK && self->fetched < self->events ? ++self->fetched : 0;
  pthread_mutex_unlock(&self->mutex);
  if (status != SEMAFOOR_OK) return fail(status, "fake.asked", "events do not flow now", error);
  if (number == 0) return SEMAFOOR_E_AGAIN;
  owned_event* event = calloc(1, sizeof *event);
  snprintf(event->id, sizeof event->id, "event-%u", number);
  snprintf(
      event->body, sizeof event->body,
      "{\"sequence\":\"%u\",\"eventId\":\"%s\",\"type\":\"message.stored\",\"subjectId\":\"s%u\"}",
      number, event->id, number);
  event->face.struct_size = sizeof event->face;
  event->face.sequence = number;
  event->face.time_ms = 1700000000000;
  event->face.id = span_of(event->id);
  event->face.type = span_of("message.stored");
  event->face.subject_id = span_of("s");
  event->face.subject_version = 1;
  event->face.cursor = span_of(event->id + strlen("event-"));
  event->face.body = span_of(event->body);
  event->face.release = release_event;
  *out = &event->face;
  return SEMAFOOR_OK;
}

static semafoor_status SEMAFOOR_CALL fake_ack(semafoor_instance* self, const semafoor_span* cursor,
                                              const semafoor_error** error) {
  pthread_mutex_lock(&self->mutex);
  const struct timespec until = in_ms(self->ack_hangs_ms);
  const int late = self->ack_hangs_ms > 0;
  ++self->ack_tries;
  pthread_cond_broadcast(&self->changed);
  while (late && pthread_cond_timedwait(&self->changed, &self->mutex, &until) != ETIMEDOUT) {
  }
  if (!late) self->acknowledged = number_of(cursor);
  pthread_mutex_unlock(&self->mutex);
  return late ? fail(SEMAFOOR_DEADLINE_EXCEEDED, "fake.late", "no answer in time", error)
              : SEMAFOOR_OK;
}

static semafoor_status SEMAFOOR_CALL fake_open(semafoor_instance* self, const semafoor_span* method,
                                               const semafoor_span* request,
                                               const semafoor_call_options* options,
                                               semafoor_stream** out, const semafoor_reply** head,
                                               const semafoor_error** error) {
  (void)self;
  (void)options;
  if (!equals(method, "Fake/Stream"))
    return fail(SEMAFOOR_NOT_FOUND, "plugin.unknown_method", "no such stream", error);
  *out = calloc(1, sizeof **out);
  (*out)->left = number_of(request);
  if (head != NULL) reply_with("{\"head\":{}}", 11, head);
  return SEMAFOOR_OK;
}

static semafoor_status SEMAFOOR_CALL fake_read(semafoor_stream* stream, uint8_t* buffer,
                                               size_t capacity, size_t* size,
                                               const semafoor_error** error) {
  (void)error;
  *size = stream->left < capacity ? stream->left : capacity;
  if (*size > 3) --*size;
  memset(buffer, 'x', *size);
  stream->left -= *size;
  return SEMAFOOR_OK;
}

static void SEMAFOOR_CALL fake_close(semafoor_stream* stream) {
  free(stream);
}

static semafoor_status SEMAFOOR_CALL fake_start(semafoor_instance* self,
                                                const semafoor_error** error) {
  (void)self;
  (void)error;
  return SEMAFOOR_OK;
}

static semafoor_status SEMAFOOR_CALL fake_stop(semafoor_instance* self, uint32_t deadline_ms,
                                               const semafoor_error** error) {
  const struct timespec until = in_ms(deadline_ms);
  int late = 0;
  pthread_mutex_lock(&self->mutex);
  self->stopping = 1;
  pthread_cond_broadcast(&self->changed);
  while (self->inside > 0 && !late)
    late = pthread_cond_timedwait(&self->changed, &self->mutex, &until) == ETIMEDOUT;
  pthread_mutex_unlock(&self->mutex);
  return late ? fail(SEMAFOOR_DEADLINE_EXCEEDED, "fake.late", "a call has not left", error)
              : SEMAFOOR_OK;
}

static void SEMAFOOR_CALL fake_destroy(semafoor_instance* self) {
  pthread_cond_destroy(&self->changed);
  pthread_mutex_destroy(&self->mutex);
  free(self);
}

static const void* SEMAFOOR_CALL fake_extension(semafoor_instance* self, const semafoor_span* id) {
  static const semafoor_call_v1 call = {sizeof call, 0, answer, fake_cancel};
  static const semafoor_events_v1 events = {sizeof events, 0, fake_next, fake_ack};
  static const semafoor_stream_v1 stream = {sizeof stream, 0, fake_open, fake_read, fake_close};
  (void)self;
  if (equals(id, SEMAFOOR_EXT_CALL)) return &call;
  if (equals(id, SEMAFOOR_EXT_EVENTS)) return &events;
  if (equals(id, SEMAFOOR_EXT_STREAM)) return &stream;
  return NULL;
}

static semafoor_status SEMAFOOR_CALL get_info(uint32_t index, semafoor_plugin_info* out) {
  if (index != 0) return SEMAFOOR_NOT_FOUND;
  out->flags = 0;
  out->id = span_of(FAKE_ID);
  out->version = span_of("1.0.0");
  out->name = span_of("Fake plugin " FAKE_ID);
  out->config_schema = span_of("{}");
  return SEMAFOOR_OK;
}

static semafoor_status SEMAFOOR_CALL create(const semafoor_host* host, const semafoor_span* id,
                                            const semafoor_span* config, semafoor_instance** out,
                                            const semafoor_error** error) {
  if (!equals(id, FAKE_ID)) return fail(SEMAFOOR_NOT_FOUND, "plugin.unknown_id", "not me", error);
  if (config->size == 0 || config->data[0] != '{')
    return fail(SEMAFOOR_E_CONFIG, "plugin.config", "the configuration is not an object", error);
  semafoor_instance* self = calloc(1, sizeof *self);
  self->host = host;
  pthread_mutex_init(&self->mutex, NULL);
  pthread_cond_init(&self->changed, NULL);
  const char* events = getenv("SEMAFOOR_FAKE_EVENTS");
  if (events != NULL) self->events = (unsigned)strtoul(events, NULL, 10);
  *out = self;
  return SEMAFOOR_OK;
}

const semafoor_entry* SEMAFOOR_CALL semafoor_entry_v1(void) {
  static const semafoor_instance_api api = {sizeof api,    0, fake_start, fake_stop, fake_destroy,
                                            fake_extension};
  static const semafoor_entry entry = {sizeof entry, SEMAFOOR_ABI_MINOR, get_info, create, &api,
                                       NULL};
  return &entry;
}
