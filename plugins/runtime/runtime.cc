// SPDX-License-Identifier: Apache-2.0
//
// The runtime's C face: turns spans into values and problems into errors.
#include <algorithm>
#include <cstddef>
#include <cstring>
#include <utility>

#include "plugins/runtime/guard.h"
#include "plugins/runtime/reply.h"
#include "plugins/runtime/stream.h"

namespace semafoor::runtime {
namespace {

// The sizes of the first release: a plugin of that release stays welcome when a struct has grown.
constexpr std::size_t kSessionOptionsV0 =
    offsetof(sfr_session_options, watch_key) + sizeof(semafoor_span);
constexpr std::size_t kCallOptionsV0 =
    offsetof(sfr_call_options, metadata_count) + sizeof(std::size_t);

Problem invalid(const char* message) {
  return {.status = SEMAFOOR_INVALID_ARGUMENT, .message = message};
}

// The caller's struct as this version knows it: what lies beyond its size is zero.
template <typename Options>
std::variant<Options, Problem> read_options(const Options* given, std::size_t first_size) {
  if (given == nullptr) return invalid("Called without options.");
  if (given->struct_size < first_size)
    return Problem{.status = SEMAFOOR_E_ABI,
                   .message = "Called with options of " + std::to_string(given->struct_size) +
                              " bytes; the smallest version has " + std::to_string(first_size) +
                              ". Plugin and runtime do not belong together: install both anew."};
  Options options{};
  std::memcpy(&options, given, std::min<std::size_t>(given->struct_size, sizeof options));
  return options;
}

// Names one gateway, and all that it takes to get there. Nothing when all is well.
std::optional<Problem> check_place(const GatewayKey& key) {
  const NetworkPlace& network = key.network;
  if (network.address.empty()) {
    if (!network.folder.empty() || !network.code.empty() || !network.fingerprint.empty())
      return invalid("Opened a session with an identity and without the gateway's address.");
    if (names_gateway(key.path)) return std::nullopt;
    return Problem{.status = SEMAFOOR_INVALID_ARGUMENT,
                   .message = "Opened a session to '" + key.path + "': the gateway's " +
                              gateway_naming_rule() + "."};
  }
  if (!key.path.empty() || key.check_owner)
    return invalid("Opened a session to a gateway of the network and to one of this machine.");
  if (!names_network_gateway(network.address))
    return Problem{.status = SEMAFOOR_INVALID_ARGUMENT,
                   .message = "Opened a session to '" + network.address +
                              "': a gateway of the network is named by host and port."};
  if (network.folder.empty() || network.folder.find('\0') != std::string::npos)
    return invalid("Opened a session to the network without a folder for this machine's identity.");
  if (!network.code.empty() && plain_fingerprint(network.fingerprint).size() != 64)
    return invalid(
        "Opened a session with a pairing code and without the authority's fingerprint, 64 "
        "hexadecimal digits.");
  return std::nullopt;
}

bool readable(const semafoor_span* span) {
  return span != nullptr && (span->data != nullptr || span->size == 0);
}

std::variant<CallOptions, Problem> call_options(const sfr_call_options* given,
                                                const semafoor_span* method,
                                                const semafoor_span* request) {
  auto read = read_options(given, kCallOptionsV0);
  if (auto* problem = std::get_if<Problem>(&read)) return std::move(*problem);
  const auto& options = std::get<sfr_call_options>(read);
  if (!readable(method) || !readable(request))
    return invalid("Called without a method or without a request.");
  if (options.deadline_ms == 0)
    return invalid("Called without a deadline. Give one of at least a millisecond.");
  if (options.metadata == nullptr && options.metadata_count != 0)
    return invalid("Called with a count of metadata but without metadata.");
  CallOptions values;
  values.deadline =
      std::chrono::steady_clock::now() + std::chrono::milliseconds(options.deadline_ms);
  values.operation_id = options.operation_id;
  values.metadata.reserve(options.metadata_count);
  for (std::size_t i = 0; i < options.metadata_count; ++i) {
    const sfr_metadata& entry = options.metadata[i];
    if (!readable(&entry.key) || !readable(&entry.value))
      return invalid("Called with metadata that has a size but no data.");
    values.metadata.emplace_back(text_of(entry.key), text_of(entry.value));
  }
  return values;
}

}  // namespace
}  // namespace semafoor::runtime

// Handles. Each holds its object by a shared pointer, which a call copies on its way in.
struct sfr_session {
  std::shared_ptr<semafoor::runtime::Session> session;
};

struct sfr_stream {
  std::shared_ptr<semafoor::runtime::Stream> stream;
};

namespace semafoor::runtime {
namespace {

semafoor_status SEMAFOOR_CALL open(const sfr_session_options* given, sfr_session** out,
                                   const sfr_error** error) noexcept {
  if (out != nullptr) *out = nullptr;
  return guarded(error, [&]() -> semafoor_status {
    if (out == nullptr) return report(invalid("Opened a session without a place for it."), error);
    auto read = read_options(given, kSessionOptionsV0);
    if (auto* problem = std::get_if<Problem>(&read)) return report(std::move(*problem), error);
    const auto& options = std::get<sfr_session_options>(read);
    for (const semafoor_span* span :
         {&options.attestation_path, &options.host_name, &options.client_name, &options.watch_key,
          &options.network_address, &options.identity_folder, &options.pairing_code,
          &options.authority_fingerprint})
      if (!readable(span)) return report(invalid("A text has a size but no data."), error);
    const GatewayKey key{.path = text_of(options.attestation_path),
                         .check_owner = options.check_owner != 0,
                         .owner_uid = options.check_owner != 0 ? options.owner_uid : 0,
                         .network = {.address = text_of(options.network_address),
                                     .folder = text_of(options.identity_folder),
                                     .code = text_of(options.pairing_code),
                                     .fingerprint = text_of(options.authority_fingerprint)}};
    if (auto problem = check_place(key)) return report(std::move(*problem), error);
    auto handle = std::make_unique<sfr_session>();
    handle->session = std::make_shared<Session>(
        key, Caller{text_of(options.host_name), text_of(options.client_name)});
    if (options.wake != nullptr)
      handle->session->watch({.wake = options.wake,
                              .context = options.wake_context,
                              .key = text_of(options.watch_key)});
    ++Process::get().sessions;
    *out = handle.release();
    return SEMAFOOR_OK;
  });
}

semafoor_status SEMAFOOR_CALL stop(sfr_session* session, uint32_t deadline_ms) noexcept {
  return guarded(nullptr, [&]() -> semafoor_status {
    if (session == nullptr) return SEMAFOOR_INVALID_ARGUMENT;
    const auto kept = session->session;
    return kept->stop(std::chrono::milliseconds(deadline_ms)) ? SEMAFOOR_OK
                                                              : SEMAFOOR_DEADLINE_EXCEEDED;
  });
}

// How long a close waits for a host that did not stop first.
constexpr std::chrono::milliseconds kCloseTime{1'000};

void SEMAFOOR_CALL close(sfr_session* session) noexcept {
  if (session == nullptr) return;
  (void)guarded(nullptr, [&]() -> semafoor_status {
    // What is still inside would use memory of a session that is gone: better to lose it.
    if (!session->session->stop(kCloseTime)) return SEMAFOOR_FAILED_PRECONDITION;
    delete session;
    --Process::get().sessions;
    return SEMAFOOR_OK;
  });
}

semafoor_status SEMAFOOR_CALL call(sfr_session* session, const semafoor_span* method,
                                   const semafoor_span* request, const sfr_call_options* given,
                                   const sfr_reply** out, const sfr_error** error) noexcept {
  if (out != nullptr) *out = nullptr;
  return guarded(error, [&]() -> semafoor_status {
    if (session == nullptr || out == nullptr)
      return report(invalid("Called without a session or without a place for the reply."), error);
    auto options = call_options(given, method, request);
    if (auto* problem = std::get_if<Problem>(&options)) return report(std::move(*problem), error);
    const auto kept = session->session;
    auto answer = kept->call(text_of(*method), *request, std::get<CallOptions>(options));
    if (auto* problem = std::get_if<Problem>(&answer)) return report(std::move(*problem), error);
    *out = make_reply(std::get<grpc::ByteBuffer>(answer));
    return SEMAFOOR_OK;
  });
}

semafoor_status SEMAFOOR_CALL cancel(sfr_session* session, uint64_t operation_id) noexcept {
  return guarded(nullptr, [&]() -> semafoor_status {
    if (session == nullptr) return SEMAFOOR_INVALID_ARGUMENT;
    return session->session->cancel(operation_id) ? SEMAFOOR_OK : SEMAFOOR_NOT_FOUND;
  });
}

semafoor_status SEMAFOOR_CALL stream_open(sfr_session* session, const semafoor_span* method,
                                          const semafoor_span* request,
                                          const sfr_call_options* given, sfr_stream** out,
                                          const sfr_error** error) noexcept {
  if (out != nullptr) *out = nullptr;
  return guarded(error, [&]() -> semafoor_status {
    if (session == nullptr || out == nullptr)
      return report(invalid("Opened a stream without a session or without a place for it."), error);
    auto options = call_options(given, method, request);
    if (auto* problem = std::get_if<Problem>(&options)) return report(std::move(*problem), error);
    auto handle = std::make_unique<sfr_stream>();
    auto opened =
        Stream::open(session->session, text_of(*method), *request, std::get<CallOptions>(options));
    if (auto* problem = std::get_if<Problem>(&opened)) return report(std::move(*problem), error);
    handle->stream = std::get<std::shared_ptr<Stream>>(std::move(opened));
    *out = handle.release();
    return SEMAFOOR_OK;
  });
}

semafoor_status SEMAFOOR_CALL stream_read(sfr_stream* stream, const sfr_reply** out,
                                          const sfr_error** error) noexcept {
  if (out != nullptr) *out = nullptr;
  return guarded(error, [&]() -> semafoor_status {
    if (stream == nullptr || out == nullptr)
      return report(invalid("Read without a stream or without a place for the message."), error);
    const auto kept = stream->stream;
    auto read = kept->read();
    if (auto* problem = std::get_if<Problem>(&read)) return report(std::move(*problem), error);
    const auto& message = std::get<std::optional<grpc::ByteBuffer>>(read);
    if (message) *out = make_reply(*message);
    return SEMAFOOR_OK;
  });
}

void SEMAFOOR_CALL stream_close(sfr_stream* stream) noexcept {
  if (stream == nullptr) return;
  (void)guarded(nullptr, [&]() -> semafoor_status {
    stream->stream->close();
    delete stream;
    return SEMAFOOR_OK;
  });
}

void SEMAFOOR_CALL stats(sfr_stats* out) noexcept {
  if (out == nullptr || out->struct_size < sizeof out->struct_size) return;
  const Process& process = Process::get();
  sfr_stats known{};
  known.struct_size = static_cast<uint32_t>(std::min<std::size_t>(out->struct_size, sizeof known));
  known.sessions = process.sessions;
  known.channels = process.channels;
  known.calls_in_flight = process.calls_in_flight;
  std::memcpy(out, &known, known.struct_size);
}

constexpr sfr_api kApi{
    .struct_size = sizeof(sfr_api),
    .minor = 1,
    .open = &open,
    .stop = &stop,
    .close = &close,
    .call = &call,
    .cancel = &cancel,
    .stream_open = &stream_open,
    .stream_read = &stream_read,
    .stream_close = &stream_close,
    .stats = &stats,
};

}  // namespace
}  // namespace semafoor::runtime

const sfr_api* SEMAFOOR_CALL semafoor_runtime_v1(void) noexcept {
  return &semafoor::runtime::kApi;
}
