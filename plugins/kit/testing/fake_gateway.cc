// SPDX-License-Identifier: Apache-2.0
#include "plugins/kit/testing/fake_gateway.h"

#include <cstdlib>
#include <memory>

#include "plugins/kit/process.h"
#include "plugins/kit/spans.h"

struct sfr_session {
  bool stopped = false;
};

struct sfr_stream {
  std::vector<std::string> messages;
  semafoor::kit::testing::Outcome end;
  std::size_t next = 0;
};

namespace semafoor::kit::testing {
namespace {

FakeGateway* current = nullptr;

struct ReplyBox {
  sfr_reply shown{};
  std::string bytes;
};

void SEMAFOOR_CALL release_reply(const sfr_reply* self) noexcept {
  delete reinterpret_cast<const ReplyBox*>(self);
}

const sfr_reply* reply(std::string bytes) {
  auto box = std::make_unique<ReplyBox>();
  box->bytes = std::move(bytes);
  box->shown.struct_size = sizeof box->shown;
  box->shown.body = span_of(box->bytes);
  box->shown.release = &release_reply;
  return &box.release()->shown;
}

struct ErrorBox {
  sfr_error shown{};
  std::string domain;
  std::string message;
  std::string details;
  std::string code;
};

void SEMAFOOR_CALL release_error(const sfr_error* self) noexcept {
  delete reinterpret_cast<const ErrorBox*>(self);
}

semafoor_status fail(const Outcome& outcome, const sfr_error** error) {
  auto box = std::make_unique<ErrorBox>();
  box->domain = outcome.detail.code().empty() ? "runtime" : "gateway";
  box->message = outcome.message;
  box->code = outcome.code;
  if (!outcome.detail.code().empty()) box->details = outcome.detail.SerializeAsString();
  box->shown.struct_size = sizeof box->shown;
  box->shown.status = outcome.status;
  box->shown.retry_after_ms = -1;
  box->shown.domain = span_of(box->domain);
  box->shown.message = span_of(box->message);
  box->shown.details = span_of(box->details);
  box->shown.code = span_of(box->code);
  box->shown.release = &release_error;
  *error = &box.release()->shown;
  return outcome.status;
}

Seen seen_of(const semafoor_span* method, const semafoor_span* request,
             const sfr_call_options* options) {
  Seen seen{.method = std::string(view_of(*method)), .request = std::string(view_of(*request))};
  for (std::size_t i = 0; i < options->metadata_count; ++i)
    seen.metadata.emplace(view_of(options->metadata[i].key), view_of(options->metadata[i].value));
  return seen;
}

}  // namespace

struct FakeRuntime {
  static semafoor_status SEMAFOOR_CALL open(const sfr_session_options* options, sfr_session** out,
                                            const sfr_error** /*error*/) noexcept {
    current->opened_ = {
        .attestation_path = std::string(view_of(options->attestation_path)),
        .network_address = std::string(view_of(options->network_address)),
        .identity_folder = std::string(view_of(options->identity_folder)),
        .pairing_code = std::string(view_of(options->pairing_code)),
        .authority_fingerprint = std::string(view_of(options->authority_fingerprint))};
    *out = new sfr_session;
    return SEMAFOOR_OK;
  }
  static semafoor_status SEMAFOOR_CALL stop(sfr_session* session,
                                            uint32_t /*deadline_ms*/) noexcept {
    session->stopped = current->stop_status_ == SEMAFOOR_OK;
    return current->stop_status_;
  }
  static void SEMAFOOR_CALL close(sfr_session* session) noexcept { delete session; }

  static semafoor_status SEMAFOOR_CALL call(sfr_session* /*session*/, const semafoor_span* method,
                                            const semafoor_span* request,
                                            const sfr_call_options* options, const sfr_reply** out,
                                            const sfr_error** error) noexcept {
    const Outcome outcome = current->handle(seen_of(method, request, options));
    if (outcome.status != SEMAFOOR_OK) return fail(outcome, error);
    *out = reply(outcome.bytes);
    return SEMAFOOR_OK;
  }
  static semafoor_status SEMAFOOR_CALL cancel(sfr_session* /*session*/,
                                              uint64_t /*operation_id*/) noexcept {
    return SEMAFOOR_NOT_FOUND;
  }

  static semafoor_status SEMAFOOR_CALL
  stream_open(sfr_session* /*session*/, const semafoor_span* method, const semafoor_span* request,
              const sfr_call_options* options, sfr_stream** out, const sfr_error** error) noexcept {
    const Seen seen = seen_of(method, request, options);
    const std::lock_guard lock(current->mutex_);
    current->seen_.push_back(seen);
    const auto found = current->streams_.find(seen.method);
    if (found == current->streams_.end())
      return fail({.status = SEMAFOOR_UNIMPLEMENTED, .message = "no stream " + seen.method}, error);
    *out = new sfr_stream{found->second.first, found->second.second};
    ++current->streams_open_;
    return SEMAFOOR_OK;
  }
  static semafoor_status SEMAFOOR_CALL stream_read(sfr_stream* stream, const sfr_reply** out,
                                                   const sfr_error** error) noexcept {
    *out = nullptr;
    if (stream->next < stream->messages.size()) {
      *out = reply(stream->messages[stream->next++]);
      return SEMAFOOR_OK;
    }
    return stream->end.status == SEMAFOOR_OK ? SEMAFOOR_OK : fail(stream->end, error);
  }
  static void SEMAFOOR_CALL stream_close(sfr_stream* stream) noexcept {
    const std::lock_guard lock(current->mutex_);
    --current->streams_open_;
    delete stream;
  }
  static void SEMAFOOR_CALL stats(sfr_stats* /*out*/) noexcept {}
};

FakeGateway::FakeGateway() {
  if (current != nullptr) std::abort();
  current = this;
  handshake_.set_gateway_version("9.9.9");
  for (const auto module : {v1::MODULE_EBOX, v1::MODULE_KNIPPERLICHT, v1::MODULE_FEEDBACK})
    handshake_.add_enabled_modules(module);
}

FakeGateway::~FakeGateway() {
  current = nullptr;
}

void FakeGateway::on(const std::string& method, Handler handler) {
  const std::lock_guard lock(mutex_);
  handlers_[method] = std::move(handler);
}

void FakeGateway::answer(const std::string& method, const google::protobuf::Message& response) {
  on(method,
     [bytes = response.SerializeAsString()](const Seen&) { return Outcome{.bytes = bytes}; });
}

void FakeGateway::stream(const std::string& method, std::vector<std::string> messages,
                         Outcome end) {
  const std::lock_guard lock(mutex_);
  streams_[method] = {std::move(messages), std::move(end)};
}

std::vector<Seen> FakeGateway::seen(const std::string& method) const {
  const std::lock_guard lock(mutex_);
  std::vector<Seen> found;
  for (const Seen& one : seen_)
    if (one.method == method) found.push_back(one);
  return found;
}

Outcome FakeGateway::handle(const Seen& call) {
  Handler handler;
  {
    const std::lock_guard lock(mutex_);
    seen_.push_back(call);
    const auto found = handlers_.find(call.method);
    if (found == handlers_.end() && call.method == "/semafoor.v1.Modules/Handshake")
      return {.bytes = handshake_.SerializeAsString()};
    if (found == handlers_.end())
      return {.status = SEMAFOOR_UNIMPLEMENTED, .message = "no method " + call.method};
    handler = found->second;
  }
  return handler(call);
}

}  // namespace semafoor::kit::testing

namespace semafoor::kit {

// Instead of posix/runtime_library.cc.
Result<const sfr_api*> runtime() {
  using testing::FakeRuntime;
  static constexpr sfr_api kApi{.struct_size = sizeof(sfr_api),
                                .minor = 1,
                                .open = &FakeRuntime::open,
                                .stop = &FakeRuntime::stop,
                                .close = &FakeRuntime::close,
                                .call = &FakeRuntime::call,
                                .cancel = &FakeRuntime::cancel,
                                .stream_open = &FakeRuntime::stream_open,
                                .stream_read = &FakeRuntime::stream_read,
                                .stream_close = &FakeRuntime::stream_close,
                                .stats = &FakeRuntime::stats};
  return &kApi;
}

}  // namespace semafoor::kit
