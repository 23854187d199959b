// SPDX-License-Identifier: Apache-2.0
#include "plugins/kit/instance.h"

#include <google/protobuf/descriptor.h>

#include <algorithm>

#include "plugins/kit/codec.h"
#include "plugins/kit/process.h"
#include "plugins/kit/spans.h"
#include "plugins/kit/text.h"
#include "plugins/kit/uuid.h"

namespace semafoor::kit {
namespace {

constexpr std::uint32_t kReleaseDeadlineMs = 500;
// sfr_api::minor.
constexpr std::uint32_t kRuntimeWithNetwork = 1;

// The first byte that a request for a stream asks for; 0 where there is no such question.
std::int64_t offset_of(const google::protobuf::Message& request) {
  const auto* field = request.GetDescriptor()->FindFieldByName("offset");
  return field == nullptr ? 0 : request.GetReflection()->GetInt64(request, field);
}

Failure not_started() {
  return {.status = SEMAFOOR_FAILED_PRECONDITION,
          .code = "instance.not_started",
          .message = "Called an instance that was not started. Call start first."};
}

Failure too_large(std::size_t size) {
  return {.status = SEMAFOOR_INVALID_ARGUMENT,
          .code = "request.too_large",
          .message = "Sent a request of " + std::to_string(size) + " bytes: at most " +
                     std::to_string(SEMAFOOR_MAX_REQUEST_BYTES) + " are taken. Send it in parts."};
}

// "/semafoor.v1.Mailbox/ListMessages" and "Mailbox/ListMessages" are the same method.
std::string_view short_name(std::string_view method) {
  constexpr std::string_view kLong = "/semafoor.v1.";
  return method.substr(0, kLong.size()) == kLong ? method.substr(kLong.size()) : method;
}

std::unique_ptr<google::protobuf::Message> make(const google::protobuf::Descriptor* type) {
  return std::unique_ptr<google::protobuf::Message>(
      google::protobuf::MessageFactory::generated_factory()->GetPrototype(type)->New());
}

void SEMAFOOR_CALL wake(void* context) noexcept {
  auto* instance = static_cast<Instance*>(context);
  instance->host().wake(instance->handle());
}

}  // namespace

Instance::Instance(const Definition& definition, Host host, Config config)
    : definition_(definition),
      host_(host),
      config_(std::move(config)),
      state_(definition.make_state == nullptr ? nullptr : definition.make_state()),
      holder_(make_uuid()) {}

Instance::Caller::Caller(Instance& instance) : instance_(instance) {
  const std::lock_guard lock(instance_.callers_mutex_);
  ++instance_.callers_;
}

Instance::Caller::~Caller() {
  // Notified under the lock: the waiter in stop() may free the instance as soon as it sees zero.
  const std::lock_guard lock(instance_.callers_mutex_);
  --instance_.callers_;
  instance_.caller_left_.notify_all();
}

Instance::~Instance() {
  if (session_ != nullptr) runtime_->close(session_);
}

Done Instance::start() {
  if (session_ != nullptr) {
    return Failure{
        .status = SEMAFOOR_FAILED_PRECONDITION,
        .code = "instance.started",
        .message = "Started an instance that was started before. Make a new instance after stop."};
  }
  auto api = kit::runtime();
  if (!api) return std::move(api.failure());
  runtime_ = *api;
  const bool network = !config_.network_address.empty();
  // The first copy of the runtime that a process loads serves all: it may be of an older release.
  if (network && runtime_->minor < kRuntimeWithNetwork) {
    return Failure{
        .status = SEMAFOOR_E_ABI,
        .code = "runtime.too_old",
        .message =
            "Started an instance whose gateway is on another machine: the Semafoor runtime "
            "in this process is older and cannot go there. Install all plugins of this host "
            "from one release."};
  }
  const std::string client = std::string(definition_.id) + "/" + std::string(kPluginVersion);
  const sfr_session_options options{
      .struct_size = sizeof(sfr_session_options),
      .attestation_path = network ? semafoor_span{} : span_of(config_.attestation_socket),
      .check_owner = config_.owner_uid ? 1U : 0U,
      .owner_uid = config_.owner_uid.value_or(0),
      .host_name = span_of(config_.host_name),
      .client_name = span_of(client),
      .wake = host_.wants_wake() ? &wake : nullptr,
      .wake_context = this,
      .watch_key = span_of(config_.organisation),
      .network_address = span_of(config_.network_address),
      .identity_folder = span_of(config_.identity_folder),
      .pairing_code = span_of(config_.pairing_code),
      .authority_fingerprint = span_of(config_.authority_fingerprint)};
  const sfr_error* error = nullptr;
  const semafoor_status status = runtime_->open(&options, &session_, &error);
  if (status != SEMAFOOR_OK) return failure_of(error, status, context_for(1));
  return Nothing{};
}

Done Instance::stop(std::uint32_t deadline_ms) {
  if (session_ == nullptr) {
    stopped_ = true;
    return Nothing{};
  }
  const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(deadline_ms);
  // The queue is free for the next holder at once, not only after the lease has ended.
  if (pulled_ && !stopped_ && shaken_) {
    v1::PullEventsRequest request;
    request.mutable_organisation()->set_value(config_.organisation);
    request.set_module(definition_.module);
    request.set_consumer(config_.consumer);
    request.set_holder(holder_);
    request.set_release(true);
    v1::PullEventsResponse response;
    (void)ask("/semafoor.v1.Modules/PullEvents", request, response,
              context_for(std::min(kReleaseDeadlineMs, std::max(deadline_ms, 1U))));
  }
  stopped_ = true;
  // What waits for the runtime leaves it at once; what is between two calls of it leaves then.
  const bool runtime_left = runtime_->stop(session_, deadline_ms) == SEMAFOOR_OK;
  std::unique_lock lock(callers_mutex_);
  left_ = runtime_left && caller_left_.wait_until(lock, until, [this] { return callers_ == 0; });
  if (!left_) {
    return Failure{.status = SEMAFOOR_DEADLINE_EXCEEDED,
                   .code = "instance.stopping",
                   .message = "Stopped the instance: a call has not left within " +
                              std::to_string(deadline_ms) + " ms. Call stop again before destroy.",
                   .retryable = true};
  }
  return Nothing{};
}

Result<const Method*> Instance::find(std::string_view name) const {
  const std::string_view wanted = short_name(name);
  for (const Method& method : definition_.methods)
    if (method.name == wanted) return &method;
  std::string known;
  for (const Method& method : definition_.methods)
    known += (known.empty() ? "" : ", ") + method.name;
  const std::string shown = valid_utf8(wanted) ? without_numbers(cut(wanted, 80)) : "(not UTF-8)";
  return Failure{.status = SEMAFOOR_NOT_FOUND,
                 .code = "method.unknown",
                 .message = "Called the method " + shown + ": plugin " +
                            std::string(definition_.id) + " has no such method. It has: " + known +
                            "."};
}

Done Instance::fill_organisation(google::protobuf::Message& request) const {
  const auto* field = request.GetDescriptor()->FindFieldByNumber(1);
  if (field == nullptr || field->name() != "organisation") return Nothing{};
  auto* organisation = request.GetReflection()->MutableMessage(&request, field);
  const auto* value = organisation->GetDescriptor()->FindFieldByNumber(1);
  const std::string given = organisation->GetReflection()->GetString(*organisation, value);
  if (given.empty()) {
    organisation->GetReflection()->SetString(organisation, value, config_.organisation);
    return Nothing{};
  }
  if (given == config_.organisation) return Nothing{};
  return Failure{
      .status = SEMAFOOR_INVALID_ARGUMENT,
      .code = "request.organisation",
      .message = "Asked for another organisation than this instance serves (" +
                 config_.organisation +
                 "). Leave the field out, or make an instance for the other organisation.",
      .details_json = R"({"field":"organisation"})"};
}

Result<std::unique_ptr<google::protobuf::Message>> Instance::read_request(
    const Method& method, std::string_view request) const {
  if (request.size() > SEMAFOOR_MAX_REQUEST_BYTES) return too_large(request.size());
  auto message = make(method.request);
  if (auto decoded = decode(config_.encoding, request, *message); !decoded)
    return std::move(decoded.failure());
  if (auto filled = fill_organisation(*message); !filled) return std::move(filled.failure());
  return message;
}

Done Instance::ready(const CallContext& context) {
  if (session_ == nullptr) return not_started();
  if (shaken_.load(std::memory_order_acquire)) return Nothing{};
  // One caller asks, the others wait for its answer, each as long as its own deadline.
  std::unique_lock lock(greeting_mutex_);
  if (!greeted_.wait_until(lock, context.deadline, [this] { return !greeting_; })) {
    return Failure{.status = SEMAFOOR_DEADLINE_EXCEEDED,
                   .code = "call.deadline",
                   .message =
                       "Waited for another call's greeting of the gateway: it took longer "
                       "than the deadline. Nothing was sent; try again.",
                   .retryable = true};
  }
  if (shaken_) return Nothing{};
  greeting_ = true;
  lock.unlock();
  // Also when memory is gone in the middle.
  struct Ended {
    ~Ended() {
      const std::lock_guard guard(instance.greeting_mutex_);
      instance.greeting_ = false;
      instance.greeted_.notify_all();
    }
    Instance& instance;
  } const ended{*this};
  auto done = handshake(context);
  if (done) shaken_ = true;
  return done;
}

Done Instance::handshake(const CallContext& context) {
  v1::HandshakeRequest request;
  request.mutable_organisation()->set_value(config_.organisation);
  request.set_module(definition_.module);
  request.set_plugin_version(std::string(kPluginVersion));
  request.set_protocol_minor(kProtocolMinor);
  request.set_host_name(config_.host_name);
  auto reply = forward("/semafoor.v1.Modules/Handshake", request.SerializeAsString(), context);
  if (!reply) return std::move(reply.failure());
  v1::HandshakeResponse response;
  const bool readable =
      response.ParseFromArray((*reply)->body.data, static_cast<int>((*reply)->body.size));
  (*reply)->release(*reply);
  const std::string versions =
      "Plugin " + std::string(definition_.id) + " " + std::string(kPluginVersion) + " (protocol " +
      std::to_string(kProtocolMinor) + ") met gateway " + response.gateway_version() +
      " (protocol " + std::to_string(response.protocol_minor_lowest()) + " to " +
      std::to_string(response.protocol_minor_highest()) + "): ";
  if (!readable || kProtocolMinor < response.protocol_minor_lowest()) {
    return Failure{
        .status = SEMAFOOR_E_GATEWAY_TOO_NEW,
        .code = "gateway.too_new",
        .message = versions + "the gateway is too new for this plugin. Update the plugins."};
  }
  if (kProtocolMinor > response.protocol_minor_highest() + 1) {
    return Failure{
        .status = SEMAFOOR_E_GATEWAY_TOO_OLD,
        .code = "gateway.too_old",
        .message = versions + "the gateway is too old for this plugin. Update the gateway."};
  }
  const auto& enabled = response.enabled_modules();
  if (std::find(enabled.begin(), enabled.end(), definition_.module) == enabled.end()) {
    return Failure{
        .status = SEMAFOOR_E_MODULE_DISABLED,
        .code = "module.disabled",
        .message = "Used module " + std::string(definition_.id) + " for organisation " +
                   config_.organisation +
                   ": the administrator has not enabled it (semafoorctl modules enable " +
                   config_.organisation + " " + std::string(definition_.id) + ")."};
  }
  return Nothing{};
}

Result<const sfr_reply*> Instance::forward(std::string_view path, std::string_view request,
                                           const CallContext& context) {
  const Metadata metadata(context);
  const sfr_call_options options = metadata.options();
  const semafoor_span method_span = span_of(path);
  const semafoor_span request_span = span_of(request);
  const sfr_reply* reply = nullptr;
  const sfr_error* error = nullptr;
  const semafoor_status status =
      runtime_->call(session_, &method_span, &request_span, &options, &reply, &error);
  if (status == SEMAFOOR_OK) return reply;
  Failure failure = failure_of(error, status, context);
  // Whoever comes back may be another version.
  if (failure.status == SEMAFOOR_E_GATEWAY_ABSENT || failure.status == SEMAFOOR_UNAVAILABLE)
    shaken_ = false;
  return failure;
}

Done Instance::ask(std::string_view path, const google::protobuf::Message& request,
                   google::protobuf::Message& response, const CallContext& context) {
  if (auto prepared = ready(context); !prepared) return prepared;
  auto reply = forward(path, request.SerializeAsString(), context);
  if (!reply) return std::move(reply.failure());
  const bool readable =
      response.ParseFromArray((*reply)->body.data, static_cast<int>((*reply)->body.size));
  (*reply)->release(*reply);
  if (readable) return Nothing{};
  return Failure{.status = SEMAFOOR_INTERNAL,
                 .code = "answer.unreadable",
                 .message = "Called " + std::string(path) +
                            ": the gateway's answer could not be read. Versions may not fit."};
}

Result<Answer> Instance::call(std::string_view name, std::string_view request,
                              const CallContext& context) {
  const Caller caller(*this);
  auto method = find(name);
  if (!method) return std::move(method.failure());
  const Method& found = **method;
  if (found.streaming) {
    return Failure{.status = SEMAFOOR_INVALID_ARGUMENT,
                   .code = "method.streaming",
                   .message = "Called " + found.name +
                              ", which is a stream: open it with " SEMAFOOR_EXT_STREAM "."};
  }
  if (stopped_) {
    return Failure{.status = SEMAFOOR_E_STOPPED,
                   .code = "instance.stopped",
                   .message = "Called " + found.name +
                              " on an instance that is stopped. Make a new instance."};
  }
  auto message = read_request(found, request);
  if (!message) return std::move(message.failure());
  if (found.local != nullptr) {
    if (session_ == nullptr) return not_started();
    const auto response = make(found.response);
    if (auto done = found.local(*this, **message, *response, context); !done)
      return std::move(done.failure());
    auto text = encode(config_.encoding, response->SerializeAsString(), *found.response);
    if (!text) return std::move(text.failure());
    return Answer{.text = std::move(*text), .type = found.response};
  }
  if (found.before != nullptr) {
    if (auto done = found.before(*this, **message); !done) return std::move(done.failure());
  }
  auto reply = [&]() -> Result<const sfr_reply*> {
    if (auto prepared = ready(context); !prepared) return std::move(prepared.failure());
    return forward(found.path, (*message)->SerializeAsString(), context);
  }();
  if (!reply) {
    if (found.after_failure != nullptr) found.after_failure(*this, **message, reply.failure());
    return std::move(reply.failure());
  }
  if (config_.encoding == Encoding::protobuf) return Answer{.raw = *reply, .type = found.response};
  auto text = encode(config_.encoding, view_of((*reply)->body), *found.response);
  (*reply)->release(*reply);
  if (!text) return std::move(text.failure());
  return Answer{.text = std::move(*text), .type = found.response};
}

bool Instance::cancel(std::uint64_t operation_id) {
  return session_ != nullptr && operation_id != 0 &&
         runtime_->cancel(session_, operation_id) == SEMAFOOR_OK;
}

Result<std::unique_ptr<AttachmentStream>> Instance::open_stream(std::string_view name,
                                                                std::string_view request,
                                                                const CallContext& context) {
  auto method = find(name);
  if (!method) return std::move(method.failure());
  const Method& found = **method;
  if (!found.streaming) {
    return Failure{.status = SEMAFOOR_INVALID_ARGUMENT,
                   .code = "method.not_streaming",
                   .message = "Opened " + found.name +
                              " as a stream: it gives one answer. Use " SEMAFOOR_EXT_CALL "."};
  }
  auto message = read_request(found, request);
  if (!message) return std::move(message.failure());
  return open_path(found.path, *found.response, **message, context);
}

Result<std::unique_ptr<AttachmentStream>> Instance::open_path(
    std::string_view path, const google::protobuf::Descriptor& answers,
    const google::protobuf::Message& request, const CallContext& context) {
  const Caller caller(*this);
  if (auto prepared = ready(context); !prepared) return std::move(prepared.failure());
  const Metadata metadata(context);
  const sfr_call_options options = metadata.options();
  const std::string bytes = request.SerializeAsString();
  const semafoor_span method_span = span_of(path);
  const semafoor_span request_span = span_of(bytes);
  sfr_stream* stream = nullptr;
  const sfr_error* error = nullptr;
  const semafoor_status status =
      runtime_->stream_open(session_, &method_span, &request_span, &options, &stream, &error);
  if (status != SEMAFOOR_OK) return failure_of(error, status, context);
  auto opened =
      std::make_unique<AttachmentStream>(*runtime_, stream, answers, offset_of(request), context);
  if (auto head = opened->read_head(); !head) return std::move(head.failure());
  return opened;
}

Result<const v1::Event*> Instance::next_event(std::uint32_t wait_ms) {
  const Caller caller(*this);
  if (fetched_.empty()) {
    v1::PullEventsRequest request;
    request.mutable_organisation()->set_value(config_.organisation);
    request.set_module(definition_.module);
    request.set_consumer(config_.consumer);
    request.set_holder(holder_);
    request.set_wait_ms(static_cast<int>(std::min(wait_ms, SEMAFOOR_MAX_WAIT_MS)));
    request.set_after(read_ahead_);
    v1::PullEventsResponse response;
    pulled_ = true;
    // Beyond the wait itself, time for the way there and back.
    if (auto done = ask("/semafoor.v1.Modules/PullEvents", request, response,
                        context_for(std::min(wait_ms, SEMAFOOR_MAX_WAIT_MS) + 5'000));
        !done) {
      // What we read ahead is not where the gateway's log is: from the acknowledged position again.
      if (done.failure().status == SEMAFOOR_E_CURSOR_EXPIRED) read_ahead_.clear();
      return std::move(done.failure());
    }
    for (auto& event : *response.mutable_events()) fetched_.push_back(std::move(event));
    if (fetched_.empty()) return Failure{.status = SEMAFOOR_E_AGAIN, .code = "events.none"};
    read_ahead_ = fetched_.back().cursor();
  }
  const v1::Event& event = fetched_.front();
  if (definition_.on_event != nullptr) definition_.on_event(*this, event);
  return &event;
}

Done Instance::acknowledge(std::string_view cursor) {
  const Caller caller(*this);
  v1::AcknowledgeEventsRequest request;
  request.mutable_organisation()->set_value(config_.organisation);
  request.set_module(definition_.module);
  request.set_consumer(config_.consumer);
  request.set_holder(holder_);
  request.set_cursor(std::string(cursor));
  v1::AcknowledgeEventsResponse response;
  return ask("/semafoor.v1.Modules/AcknowledgeEvents", request, response, context_for(30'000));
}

}  // namespace semafoor::kit
