// SPDX-License-Identifier: Apache-2.0
#include "plugins/kit/gateway_call.h"

#include <algorithm>
#include <cstddef>
#include <nlohmann/json.hpp>

#include "plugins/kit/spans.h"
#include "plugins/kit/text.h"
#include "plugins/kit/uuid.h"
#include "semafoor/v1/errors.pb.h"

namespace semafoor::kit {
namespace {

// As the gateway has them (gateway/rpc/call_act.cc).
constexpr std::size_t kMostActorBytes = 128;
constexpr std::size_t kMostPurposeBytes = 256;
constexpr std::size_t kMostLegalContextBytes = 64;
constexpr std::size_t kMostCorrelationBytes = 36;
constexpr char kNoCode[] = "call.failed";

Failure bad_option(const char* name, const std::string& rule) {
  return {.status = SEMAFOOR_INVALID_ARGUMENT,
          .code = "call.option",
          .message = std::string("Called with the option ") + name + ": " + rule + "."};
}

Done take_text(const semafoor_span& span, const char* name, std::size_t limit, std::string& into) {
  if (!readable(span)) return bad_option(name, "its pointer is null but its size is not 0");
  const std::string_view text = view_of(span);
  if (text.size() > limit)
    return bad_option(name, "it may have at most " + std::to_string(limit) + " bytes");
  if (!valid_utf8(text)) return bad_option(name, "it is not UTF-8");
  into.assign(text);
  return Nothing{};
}

}  // namespace

std::uint32_t CallContext::milliseconds_left() const {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
                        deadline - std::chrono::steady_clock::now())
                        .count();
  return static_cast<std::uint32_t>(std::max<std::int64_t>(left, 1));
}

CallContext context_for(std::uint32_t deadline_ms) {
  return {.deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(deadline_ms),
          .correlation_id = make_uuid()};
}

Result<CallContext> read_options(const semafoor_call_options* options,
                                 std::uint32_t default_deadline_ms) {
  std::uint32_t deadline_ms = default_deadline_ms;
  if (options != nullptr && has(*options, &semafoor_call_options::deadline_ms) &&
      options->deadline_ms != 0)
    deadline_ms = std::min(options->deadline_ms, SEMAFOOR_MAX_DEADLINE_MS);
  CallContext context;
  context.deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(deadline_ms);
  if (options != nullptr) {
    const semafoor_span none{};
    context.operation_id =
        member_or(*options, &semafoor_call_options::operation_id, std::uint64_t{0});
    const struct {
      semafoor_span semafoor_call_options::*member;
      const char* name;
      std::size_t limit;
      std::string* into;
    } texts[] = {
        {&semafoor_call_options::actor_id, "actor_id", kMostActorBytes, &context.actor_id},
        {&semafoor_call_options::actor_name, "actor_name", kMostActorBytes, &context.actor_name},
        {&semafoor_call_options::purpose, "purpose", kMostPurposeBytes, &context.purpose},
        {&semafoor_call_options::correlation_id, "correlation_id", kMostCorrelationBytes,
         &context.correlation_id},
        {&semafoor_call_options::legal_context, "legal_context", kMostLegalContextBytes,
         &context.legal_context},
    };
    for (const auto& text : texts) {
      if (auto taken =
              take_text(member_or(*options, text.member, none), text.name, text.limit, *text.into);
          !taken)
        return std::move(taken.failure());
    }
    if (!printable_ascii(context.correlation_id))
      return bad_option("correlation_id", "it must be printable ASCII");
    if (!printable_ascii(context.legal_context))
      return bad_option("legal_context", "it must be printable ASCII");
  }
  if (context.correlation_id.empty()) context.correlation_id = make_uuid();
  return context;
}

Metadata::Metadata(const CallContext& context) : context_(context) {
  const auto add = [this](std::string_view key, const std::string& value) {
    if (!value.empty()) entries_[count_++] = {span_of(key), span_of(value)};
  };
  add("semafoor-correlation-id", context.correlation_id);
  add("semafoor-actor-id-bin", context.actor_id);
  add("semafoor-actor-name-bin", context.actor_name);
  add("semafoor-purpose-bin", context.purpose);
  add("semafoor-legal-context", context.legal_context);
}

sfr_call_options Metadata::options() const {
  return {.struct_size = sizeof(sfr_call_options),
          .deadline_ms = context_.milliseconds_left(),
          .operation_id = context_.operation_id,
          .metadata = entries_,
          .metadata_count = count_};
}

nlohmann::json texts_of(const v1::LocalizedText& text) {
  nlohmann::json texts = nlohmann::json::object();
  const auto put = [&](const char* language, const std::string& its) {
    if (!its.empty()) texts[language] = its;
  };
  put("nl", text.nl());
  put("fr", text.fr());
  put("de", text.de());
  put("en", text.en());
  return texts;
}

Failure failure_of(const sfr_error* error, semafoor_status status, const CallContext& context) {
  Failure failure{.status = status, .code = kNoCode, .correlation_id = context.correlation_id};
  if (error == nullptr) {
    failure.message = "The call failed with status " + std::to_string(status) + " and no details.";
    return failure;
  }
  failure.message = std::string(view_of(error->message));
  failure.retryable = error->retryable != 0;
  failure.retry_after_ms = error->retry_after_ms;
  failure.domain = std::string(view_of(error->domain));
  // An older runtime has none.
  if (error->struct_size >= offsetof(sfr_error, code) + sizeof error->code)
    failure.code = view_of(error->code).empty() ? failure.code : std::string(view_of(error->code));
  v1::ErrorDetail detail;
  const std::string_view bytes = view_of(error->details);
  if (!bytes.empty() && detail.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    if (detail.status() != 0) failure.status = detail.status();
    failure.code = detail.code();
    failure.message_key = detail.message_key();
    failure.retryable = detail.retryable();
    failure.retry_after_ms = detail.retry_after_ms();
    if (!detail.domain().empty()) failure.domain = detail.domain();
    if (!detail.correlation_id().empty()) failure.correlation_id = detail.correlation_id();
    nlohmann::json details = nlohmann::json::object();
    if (!detail.field().empty()) details["field"] = detail.field();
    for (const auto& [key, value] : detail.facts()) details[key] = value;
    if (detail.has_text()) details["text"] = texts_of(detail.text());
    if (!details.empty())
      failure.details_json = details.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
  } else if (failure.code != kNoCode) {
    // The runtime's own.
  } else if (status == SEMAFOOR_E_GATEWAY_ABSENT) {
    failure.code = "gateway.absent";
  } else if (status == SEMAFOOR_E_STOPPED) {
    failure.code = "instance.stopped";
  }
  error->release(error);
  return failure;
}

}  // namespace semafoor::kit
