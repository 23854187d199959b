// SPDX-License-Identifier: Apache-2.0
//
// The plugin's front door: the tables of plugin-api, each function guarded. Compiled into every
// plugin, never archived, so that the one exported symbol is there.
#include <google/protobuf/descriptor.h>

#include <algorithm>
#include <memory>

#include "plugins/kit/codec.h"
#include "plugins/kit/guard.h"
#include "plugins/kit/instance.h"
#include "plugins/kit/spans.h"
#include "plugins/kit/text.h"
#include "semafoor/semafoor.h"

using semafoor::kit::Answer;
using semafoor::kit::AttachmentStream;
using semafoor::kit::Done;
using semafoor::kit::Failure;
using semafoor::kit::guarded;
using semafoor::kit::guarded_value;
using semafoor::kit::Host;
using semafoor::kit::Instance;
using semafoor::kit::Nothing;
using semafoor::kit::null_failure;
using semafoor::kit::Result;
using semafoor::kit::span_of;
using semafoor::kit::view_of;

struct semafoor_stream {
  std::unique_ptr<AttachmentStream> stream;
};

namespace {

Instance& of(semafoor_instance* instance) {
  return *reinterpret_cast<Instance*>(instance);
}

bool equals(const semafoor_span* span, std::string_view text) {
  return span != nullptr && semafoor::kit::readable(*span) && view_of(*span) == text;
}

Result<std::string_view> text_of(const semafoor_span* span, const char* argument) {
  if (span == nullptr) return std::string_view();
  if (!semafoor::kit::readable(*span)) return null_failure(argument);
  return view_of(*span);
}

struct ReplyBox {
  semafoor_reply shown{};
  Answer answer;
};

void SEMAFOOR_CALL release_reply(const semafoor_reply* self) noexcept {
  const auto* box = reinterpret_cast<const ReplyBox*>(self);
  if (box->answer.raw != nullptr) box->answer.raw->release(box->answer.raw);
  delete box;
}

const semafoor_reply* give(Answer answer) {
  auto box = std::make_unique<ReplyBox>();
  box->answer = std::move(answer);
  box->shown.struct_size = sizeof box->shown;
  box->shown.body = box->answer.raw != nullptr ? box->answer.raw->body : span_of(box->answer.text);
  box->shown.schema = span_of(box->answer.type->full_name());
  box->shown.release = &release_reply;
  return &box.release()->shown;
}

struct EventBox {
  semafoor_event shown{};
  semafoor::v1::Event event;
  std::string body;
};

void SEMAFOOR_CALL release_event(const semafoor_event* self) noexcept {
  delete reinterpret_cast<const EventBox*>(self);
}

semafoor_status SEMAFOOR_CALL start(semafoor_instance* instance,
                                    const semafoor_error** error) noexcept {
  return guarded(error, [&]() -> Done {
    if (instance == nullptr) return null_failure("instance");
    return of(instance).start();
  });
}

semafoor_status SEMAFOOR_CALL stop(semafoor_instance* instance, uint32_t deadline_ms,
                                   const semafoor_error** error) noexcept {
  return guarded(error, [&]() -> Done {
    if (instance == nullptr) return null_failure("instance");
    return of(instance).stop(deadline_ms);
  });
}

void SEMAFOOR_CALL destroy(semafoor_instance* instance) noexcept {
  guarded_value(0, [&] {
    if (instance == nullptr) return 0;
    if (!of(instance).may_be_destroyed()) {
      // Freeing it now could crash a call that is still inside; a leak is the smaller harm.
      of(instance).host().misbehaving(
          of(instance).definition().id,
          "H-4: destroy without a successful stop. The instance is kept.");
      return 0;
    }
    delete &of(instance);
    return 0;
  });
}

semafoor_status SEMAFOOR_CALL call(semafoor_instance* instance, const semafoor_span* method,
                                   const semafoor_span* request,
                                   const semafoor_call_options* options, const semafoor_reply** out,
                                   const semafoor_error** error) noexcept {
  return guarded(error, [&]() -> Done {
    if (instance == nullptr) return null_failure("instance");
    if (method == nullptr) return null_failure("method");
    if (out == nullptr) return null_failure("out");
    *out = nullptr;
    auto name = text_of(method, "method");
    if (!name) return std::move(name.failure());
    auto body = text_of(request, "request");
    if (!body) return std::move(body.failure());
    auto context = semafoor::kit::read_options(options, of(instance).config().deadline_ms);
    if (!context) return std::move(context.failure());
    auto answer = of(instance).call(*name, *body, *context);
    if (!answer) return std::move(answer.failure());
    *out = give(std::move(*answer));
    return Nothing{};
  });
}

semafoor_status SEMAFOOR_CALL cancel(semafoor_instance* instance, uint64_t operation_id) noexcept {
  return guarded(nullptr, [&]() -> Result<semafoor_status> {
    if (instance == nullptr) return null_failure("instance");
    return of(instance).cancel(operation_id) ? SEMAFOOR_OK : SEMAFOOR_NOT_FOUND;
  });
}

semafoor_status SEMAFOOR_CALL next(semafoor_instance* instance, uint32_t wait_ms,
                                   const semafoor_event** out,
                                   const semafoor_error** error) noexcept {
  return guarded(error, [&]() -> Result<semafoor_status> {
    if (instance == nullptr) return null_failure("instance");
    if (out == nullptr) return null_failure("out");
    *out = nullptr;
    auto event = of(instance).next_event(wait_ms);
    if (!event && event.failure().status == SEMAFOOR_E_AGAIN) return SEMAFOOR_E_AGAIN;
    if (!event) return std::move(event.failure());
    auto box = std::make_unique<EventBox>();
    box->event = **event;
    auto body =
        semafoor::kit::encode(of(instance).config().encoding, box->event.SerializeAsString(),
                              *semafoor::v1::Event::descriptor());
    if (!body) return std::move(body.failure());
    box->body = std::move(*body);
    semafoor_event& shown = box->shown;
    shown.struct_size = sizeof shown;
    shown.sequence = static_cast<uint64_t>(box->event.sequence());
    shown.time_ms = box->event.time().unix_ms();
    shown.id = span_of(box->event.event_id());
    shown.type = span_of(box->event.type());
    shown.subject_id = span_of(box->event.subject_id());
    shown.subject_version = static_cast<uint64_t>(box->event.subject_version());
    shown.cursor = span_of(box->event.cursor());
    shown.body = span_of(box->body);
    shown.release = &release_event;
    *out = &box.release()->shown;
    of(instance).event_given();
    return SEMAFOOR_OK;
  });
}

semafoor_status SEMAFOOR_CALL ack(semafoor_instance* instance, const semafoor_span* cursor,
                                  const semafoor_error** error) noexcept {
  return guarded(error, [&]() -> Done {
    if (instance == nullptr) return null_failure("instance");
    if (cursor == nullptr) return null_failure("cursor");
    auto text = text_of(cursor, "cursor");
    if (!text) return std::move(text.failure());
    return of(instance).acknowledge(*text);
  });
}

semafoor_status SEMAFOOR_CALL open_stream(semafoor_instance* instance, const semafoor_span* method,
                                          const semafoor_span* request,
                                          const semafoor_call_options* options,
                                          semafoor_stream** out, const semafoor_reply** head,
                                          const semafoor_error** error) noexcept {
  return guarded(error, [&]() -> Done {
    if (instance == nullptr) return null_failure("instance");
    if (method == nullptr) return null_failure("method");
    if (out == nullptr) return null_failure("out");
    *out = nullptr;
    if (head != nullptr) *head = nullptr;
    auto name = text_of(method, "method");
    if (!name) return std::move(name.failure());
    auto body = text_of(request, "request");
    if (!body) return std::move(body.failure());
    auto context = semafoor::kit::read_options(options, of(instance).config().deadline_ms);
    if (!context) return std::move(context.failure());
    auto opened = of(instance).open_stream(*name, *body, *context);
    if (!opened) return std::move(opened.failure());
    if (head != nullptr) {
      const auto& type = (*opened)->type();
      auto text =
          semafoor::kit::encode(of(instance).config().encoding, (*opened)->head_bytes(), type);
      if (!text) return std::move(text.failure());
      *head = give({.text = std::move(*text), .type = &type});
    }
    *out = new semafoor_stream{std::move(*opened)};
    return Nothing{};
  });
}

semafoor_status SEMAFOOR_CALL read_stream(semafoor_stream* stream, uint8_t* buffer, size_t capacity,
                                          size_t* size, const semafoor_error** error) noexcept {
  return guarded(error, [&]() -> Done {
    if (stream == nullptr) return null_failure("stream");
    if (size == nullptr) return null_failure("size");
    *size = 0;
    if (buffer == nullptr || capacity == 0) return null_failure("buffer");
    auto read = stream->stream->read({buffer, capacity});
    if (!read) return std::move(read.failure());
    *size = *read;
    return Nothing{};
  });
}

void SEMAFOOR_CALL close_stream(semafoor_stream* stream) noexcept {
  guarded_value(0, [&] {
    delete stream;
    return 0;
  });
}

const void* SEMAFOOR_CALL instance_extension(semafoor_instance* /*instance*/,
                                             const semafoor_span* id) noexcept {
  static constexpr semafoor_call_v1 kCall{
      .struct_size = sizeof(semafoor_call_v1), .reserved = 0, .call = &call, .cancel = &cancel};
  static constexpr semafoor_events_v1 kEvents{
      .struct_size = sizeof(semafoor_events_v1), .reserved = 0, .next = &next, .ack = &ack};
  static constexpr semafoor_stream_v1 kStream{.struct_size = sizeof(semafoor_stream_v1),
                                              .reserved = 0,
                                              .open = &open_stream,
                                              .read = &read_stream,
                                              .close = &close_stream};
  if (equals(id, SEMAFOOR_EXT_CALL)) return &kCall;
  if (equals(id, SEMAFOOR_EXT_EVENTS)) return &kEvents;
  if (equals(id, SEMAFOOR_EXT_STREAM)) return &kStream;
  return nullptr;
}

semafoor_status SEMAFOOR_CALL get_info(uint32_t index, semafoor_plugin_info* out) noexcept {
  return guarded(nullptr, [&]() -> Result<semafoor_status> {
    if (out == nullptr) return null_failure("out");
    if (index > 0) return SEMAFOOR_NOT_FOUND;
    const auto& definition = semafoor::kit::definition();
    // Never destroyed: the spans point into it for the life of the process.
    static const auto* const schema =
        new std::string(semafoor::kit::config_schema(definition.id, definition.own_keys));
    const semafoor_plugin_info info{.struct_size = out->struct_size,
                                    .flags = SEMAFOOR_PLUGIN_STARTS_THREADS,
                                    .id = span_of(definition.id),
                                    .version = span_of(semafoor::kit::kPluginVersion),
                                    .name = span_of(definition.name),
                                    .config_schema = span_of(*schema)};
    if (out->struct_size < offsetof(semafoor_plugin_info, version))
      return semafoor::kit::size_failure("semafoor_plugin_info", out->struct_size);
    std::copy_n(reinterpret_cast<const char*>(&info),
                std::min<std::size_t>(out->struct_size, sizeof info), reinterpret_cast<char*>(out));
    return SEMAFOOR_OK;
  });
}

semafoor_status SEMAFOOR_CALL create(const semafoor_host* host, const semafoor_span* id,
                                     const semafoor_span* config, semafoor_instance** out,
                                     const semafoor_error** error) noexcept {
  return guarded(error, [&]() -> Done {
    if (out == nullptr) return null_failure("out");
    *out = nullptr;
    if (host == nullptr) return null_failure("host");
    if (id == nullptr) return null_failure("id");
    if (config == nullptr) return null_failure("config");
    const auto& definition = semafoor::kit::definition();
    if (!equals(id, definition.id)) {
      return Failure{
          .status = SEMAFOOR_NOT_FOUND,
          .code = "plugin.unknown",
          .message = "Made an instance of a plugin that this library does not hold. It holds: " +
                     std::string(definition.id) + "."};
    }
    auto known_host = Host::from(*host);
    if (!known_host) return std::move(known_host.failure());
    auto document = text_of(config, "config");
    if (!document) return std::move(document.failure());
    auto parsed = semafoor::kit::parse_config(*document, definition.id, definition.own_keys);
    if (!parsed) return std::move(parsed.failure());
    semafoor::kit::remember_process();
    *out = (new Instance(definition, *known_host, std::move(*parsed)))->handle();
    return Nothing{};
  });
}

const void* SEMAFOOR_CALL library_extension(const semafoor_span* /*id*/) noexcept {
  return nullptr;
}

constexpr semafoor_instance_api kInstanceApi{.struct_size = sizeof(semafoor_instance_api),
                                             .reserved = 0,
                                             .start = &start,
                                             .stop = &stop,
                                             .destroy = &destroy,
                                             .get_extension = &instance_extension};

constexpr semafoor_entry kEntry{.struct_size = sizeof(semafoor_entry),
                                .abi_minor = SEMAFOOR_ABI_MINOR,
                                .get_info = &get_info,
                                .create = &create,
                                .instance = &kInstanceApi,
                                .get_extension = &library_extension};

}  // namespace

const semafoor_entry* SEMAFOOR_CALL semafoor_entry_v1(void) noexcept {
  return &kEntry;
}
