// SPDX-License-Identifier: Apache-2.0
//
// The runtime's C face: turns spans into values, problems into errors, and lets no exception out.
#include <algorithm>
#include <atomic>
#include <cstddef>
#include <utility>

#include "plugins/runtime/process.h"

using semafoor::runtime::AttestationRequest;
using semafoor::runtime::CallOptions;
using semafoor::runtime::Gateway;
using semafoor::runtime::Problem;
using semafoor::runtime::Process;
using semafoor::runtime::report;
using semafoor::runtime::Session;
using semafoor::runtime::Stream;
using semafoor::runtime::text_of;

struct sfr_session {
  std::shared_ptr<Gateway> gateway;
  std::shared_ptr<Session> session;
};

struct sfr_stream {
  std::unique_ptr<Stream> stream;
};

namespace {

std::atomic<int> calls_in_flight{0};

struct ReplyBox {
  sfr_reply shown{};
  grpc::Slice bytes;
};

void release_reply(const sfr_reply* self) noexcept {
  delete reinterpret_cast<const ReplyBox*>(self);
}

const sfr_reply* make_reply(grpc::Slice bytes) {
  auto box = std::make_unique<ReplyBox>();
  box->bytes = std::move(bytes);
  box->shown.struct_size = sizeof box->shown;
  box->shown.body = {box->bytes.begin(), box->bytes.size()};
  box->shown.release = &release_reply;
  return &box.release()->shown;
}

semafoor_status forked(const sfr_error** error) {
  return report(
      {.status = SEMAFOOR_E_FORKED,
       .message =
           "Called in a child made by fork(): its connections belong to the parent. Start a new "
           "program, or make instances only after the fork."},
      error);
}

// Runs `body` and lets nothing out but a status.
template <typename Body>
semafoor_status guarded(const sfr_error** error, Body&& body) noexcept {
  if (error != nullptr) *error = nullptr;
  try {
    if (Process::get().forked()) return forked(error);
    return body();
  } catch (const std::exception& failure) {
    return report({.status = SEMAFOOR_INTERNAL,
                   .message = std::string("The runtime failed: ") + failure.what()},
                  error);
  } catch (...) {
    return report({.status = SEMAFOOR_INTERNAL, .message = "The runtime failed in an unknown way."},
                  error);
  }
}

CallOptions options_of(const sfr_call_options* options) {
  CallOptions values;
  values.deadline = std::chrono::system_clock::now() +
                    std::chrono::milliseconds(std::max(options->deadline_ms, 1U));
  values.operation_id = options->operation_id;
  values.metadata.reserve(options->metadata_count);
  for (std::size_t i = 0; i < options->metadata_count; ++i)
    values.metadata.emplace_back(text_of(options->metadata[i].key),
                                 text_of(options->metadata[i].value));
  return values;
}

class Counted {
 public:
  Counted() { ++calls_in_flight; }
  ~Counted() { --calls_in_flight; }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;
};

semafoor_status SEMAFOOR_CALL open_session(const sfr_session_options* options, sfr_session** out,
                                           const sfr_error** error) noexcept {
  if (out != nullptr) *out = nullptr;
  return guarded(error, [&]() -> semafoor_status {
    if (options == nullptr || out == nullptr || options->struct_size < sizeof(sfr_session_options))
      return report({.status = SEMAFOOR_E_ABI,
                     .message = "Opened a session with options of another version."},
                    error);
    AttestationRequest request{.path = text_of(options->attestation_path),
                               .check_owner = options->check_owner != 0,
                               .owner_uid = options->owner_uid,
                               .host_name = text_of(options->host_name),
                               .client_name = text_of(options->client_name)};
    if (request.path.empty() || request.path.front() != '/') {
      return report({.status = SEMAFOOR_INVALID_ARGUMENT,
                     .message = "Opened a session to '" + request.path +
                                "': the attestation socket needs an absolute path."},
                    error);
    }
    auto session = std::make_unique<sfr_session>();
    session->gateway = Process::get().join(std::move(request));
    session->session = std::make_shared<Session>(session->gateway->connection);
    if (options->wake != nullptr) {
      session->gateway->watcher.add(session.get(), {.wake = options->wake,
                                                    .context = options->wake_context,
                                                    .key = text_of(options->watch_key)});
    }
    *out = session.release();
    return SEMAFOOR_OK;
  });
}

semafoor_status SEMAFOOR_CALL stop_session(sfr_session* session, uint32_t deadline_ms) noexcept {
  return guarded(nullptr, [&]() -> semafoor_status {
    session->gateway->watcher.remove(session);
    return session->session->stop(std::chrono::milliseconds(deadline_ms))
               ? SEMAFOOR_OK
               : SEMAFOOR_DEADLINE_EXCEEDED;
  });
}

void SEMAFOOR_CALL close_session(sfr_session* session) noexcept {
  if (session == nullptr) return;
  (void)guarded(nullptr, [&]() -> semafoor_status {
    const std::unique_ptr<sfr_session> owned(session);
    owned->gateway->watcher.remove(session);
    // The session holds the connection too: it goes first, so that the gateway's share is the last.
    owned->session.reset();
    Process::get().leave(std::move(owned->gateway));
    return SEMAFOOR_OK;
  });
}

semafoor_status SEMAFOOR_CALL call(sfr_session* session, const semafoor_span* method,
                                   const semafoor_span* request, const sfr_call_options* options,
                                   const sfr_reply** out, const sfr_error** error) noexcept {
  *out = nullptr;
  return guarded(error, [&]() -> semafoor_status {
    const Counted counted;
    auto answer = session->session->call(text_of(*method), *request, options_of(options));
    if (auto* problem = std::get_if<Problem>(&answer)) return report(std::move(*problem), error);
    *out = make_reply(std::move(std::get<grpc::Slice>(answer)));
    return SEMAFOOR_OK;
  });
}

semafoor_status SEMAFOOR_CALL cancel(sfr_session* session, uint64_t operation_id) noexcept {
  return guarded(nullptr, [&]() -> semafoor_status {
    return session->session->cancel(operation_id) ? SEMAFOOR_OK : SEMAFOOR_NOT_FOUND;
  });
}

semafoor_status SEMAFOOR_CALL stream_open(sfr_session* session, const semafoor_span* method,
                                          const semafoor_span* request,
                                          const sfr_call_options* options, sfr_stream** out,
                                          const sfr_error** error) noexcept {
  *out = nullptr;
  return guarded(error, [&]() -> semafoor_status {
    auto opened = Stream::open(session->session, text_of(*method), *request, options_of(options));
    if (auto* problem = std::get_if<Problem>(&opened)) return report(std::move(*problem), error);
    *out = new sfr_stream{std::move(std::get<std::unique_ptr<Stream>>(opened))};
    return SEMAFOOR_OK;
  });
}

semafoor_status SEMAFOOR_CALL stream_read(sfr_stream* stream, const sfr_reply** out,
                                          const sfr_error** error) noexcept {
  *out = nullptr;
  return guarded(error, [&]() -> semafoor_status {
    auto read = stream->stream->read();
    if (auto* problem = std::get_if<Problem>(&read)) return report(std::move(*problem), error);
    if (auto& slice = std::get<std::optional<grpc::Slice>>(read))
      *out = make_reply(std::move(*slice));
    return SEMAFOOR_OK;
  });
}

void SEMAFOOR_CALL stream_close(sfr_stream* stream) noexcept {
  (void)guarded(nullptr, [&]() -> semafoor_status {
    delete stream;
    return SEMAFOOR_OK;
  });
}

void SEMAFOOR_CALL stats(sfr_stats* out) noexcept {
  if (out == nullptr || out->struct_size < sizeof(sfr_stats)) return;
  (void)guarded(nullptr, [&]() -> semafoor_status {
    out->sessions = static_cast<uint32_t>(Process::get().sessions());
    out->channels = static_cast<uint32_t>(Process::get().channels());
    out->calls_in_flight = static_cast<uint32_t>(calls_in_flight.load());
    return SEMAFOOR_OK;
  });
}

constexpr sfr_api kApi{
    .struct_size = sizeof(sfr_api),
    .minor = 0,
    .open = &open_session,
    .stop = &stop_session,
    .close = &close_session,
    .call = &call,
    .cancel = &cancel,
    .stream_open = &stream_open,
    .stream_read = &stream_read,
    .stream_close = &stream_close,
    .stats = &stats,
};

}  // namespace

const sfr_api* SEMAFOOR_CALL semafoor_runtime_v1(void) noexcept {
  return &kApi;
}
