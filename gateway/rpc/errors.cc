// SPDX-License-Identifier: Apache-2.0
#include "gateway/rpc/errors.h"

#include <map>

#include "gateway/domain/masking.h"
#include "gateway/rpc/error_texts.h"

namespace semafoor::rpc {
namespace {

// HTTP/2 peers commonly refuse more than 8 KiB of metadata; texts are cut well before.
constexpr std::size_t kMaxMessage = 1024;

// Numbers of plugin-api's status.h, which are never reused; proto/ is all that both sides include.
constexpr int kConflict = 107;
constexpr int kCursorExpired = 108;
constexpr int kModuleDisabled = 109;
constexpr int kConsumerBusy = 111;

int abi_status_of(const Error& error) {
  if (error.abi_status != 0) return error.abi_status;
  static const std::map<std::string, int, std::less<>> kFiner{
      {"module.disabled", kModuleDisabled},
      {"events.cursor_expired", kCursorExpired},
      {"events.consumer_busy", kConsumerBusy},
      {"feedback.conflict", kConflict},
  };
  const auto found = kFiner.find(error.code);
  return found == kFiner.end() ? 0 : found->second;
}

// At most kMaxMessage bytes, not ending inside a UTF-8 sequence.
std::string cut(std::string text) {
  if (text.size() <= kMaxMessage) return text;
  std::size_t end = kMaxMessage;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  text.resize(end);
  return text;
}

}  // namespace

v1::ErrorDetail detail_of(const Error& error, const std::string& correlation_id) {
  v1::ErrorDetail detail;
  detail.set_status(abi_status_of(error));
  detail.set_code(error.code);
  detail.set_message_key(error.code);
  *detail.mutable_text() = text_for(error.code, error.kind);
  detail.set_retryable(error.retryable);
  detail.set_retry_after_ms(error.retry_after_ms.value_or(-1));
  detail.set_correlation_id(correlation_id);
  detail.set_field(error.field);
  const bool upstream = error.upstream_status != 0 || error.code.starts_with("upstream.");
  detail.set_domain(upstream ? "upstream" : "gateway");
  if (error.upstream_status != 0)
    (*detail.mutable_facts())["upstream_status"] = std::to_string(error.upstream_status);
  return detail;
}

grpc::Status to_status(const Error& error, const std::string& correlation_id,
                       grpc::CallbackServerContext& context) {
  context.AddTrailingMetadata(kErrorMetadata, detail_of(error, correlation_id).SerializeAsString());
  return {static_cast<grpc::StatusCode>(error.kind),
          cut(domain::mask_national_numbers(error.message))};
}

Error invalid(std::string field, std::string message) {
  return Error{.kind = ErrorKind::invalid_argument,
               .code = "request.invalid",
               .message = std::move(message),
               .field = std::move(field)};
}

Error failure(ErrorKind kind, std::string code, std::string message) {
  return Error{.kind = kind, .code = std::move(code), .message = std::move(message)};
}

}  // namespace semafoor::rpc
