// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "gateway/upstream/json/encoding.h"
#include "gateway/upstream/json/members.h"
#include "gateway/upstream/podmi/event.h"
#include "gateway/upstream/podmi/payload.h"

namespace semafoor::upstream::podmi {
namespace {

using nlohmann::json;

bool is_client_id(std::string_view id) {
  return !id.empty() && id.size() <= 36;
}

Result<MailboxContent> read_result(const MailboxItem& item, const json& event, const json& data,
                                   const std::string& organisation) {
  if (text(event, "relatedtosource") != "urn:cbe:" + organisation) {
    return unusable(item, "podmi.malformed", "relatedtosource",
                    "it answers to another sender than this organisation");
  }
  MailboxContent::FeedbackResult named;
  named.client_id = text(event, "relatedto");
  if (!is_client_id(named.client_id)) {
    return unusable(item, "podmi.malformed", "relatedto",
                    "it does not name the answer that it belongs to");
  }
  return result_of(item, data, std::move(named));
}

// `data`, or `data_base64` decoded (CloudEvents JSON format 1.0, section 3.1).
json payload_of(const json& event) {
  const std::string encoded = text(event, "data_base64");
  if (encoded.empty()) return member(event, "data");
  const auto decoded = base64_decoded(encoded);
  return decoded ? json::parse(*decoded, nullptr, false) : json();
}

Error reason(const std::string& what) {
  return Error{.kind = ErrorKind::data_loss, .code = "podmi.malformed", .message = what};
}

}  // namespace

std::string cursor_of(std::string_view element) {
  return text(json::parse(element, nullptr, false), "xcursor");
}

Result<MailboxItem> read_item(std::string_view element) {
  const json event = json::parse(element, nullptr, false);
  if (!event.is_object()) return reason("is not a well-formed JSON object");
  // CloudEvents 1.0 section 3: required attributes; consumers accept every 1.x (Belgif guide).
  if (!text(event, "specversion").starts_with("1.")) {
    return reason("is not a CloudEvent of version 1");
  }
  MailboxItem item{.source = text(event, "source"),
                   .id = text(event, "id"),
                   .type = text(event, "type"),
                   .cursor = text(event, "xcursor"),
                   .raw = std::string(element),
                   .sequence = 0};
  const json data = payload_of(event);
  const json& sequence = member(data, "sequence");
  if (sequence.is_number_integer() && sequence > 0 && sequence <= INT64_MAX) {
    item.sequence = sequence.get<std::int64_t>();
  }
  constexpr std::size_t kLongest = 512;
  for (const auto& [name, value] :
       {std::pair("source", &item.source), std::pair("id", &item.id), std::pair("type", &item.type),
        std::pair("xcursor", &item.cursor)}) {
    if (value->empty() || value->size() > kLongest) {
      return reason(std::string("has no usable attribute ") + name);
    }
  }
  return item;
}

Result<MailboxContent> read_content(const MailboxItem& item, const std::string& organisation) {
  const bool signal = item.type == kSignalCreated;
  if (!signal && item.type != kFeedbackResult) {
    return unusable(item, "podmi.unknown_type", "type", "this version does not know its type");
  }
  const json event = json::parse(item.raw, nullptr, false);
  const json data = payload_of(event);
  if (!data.is_object()) {
    return unusable(item, "podmi.malformed", "data", "its data is not a JSON object");
  }
  const char* schema = signal ? "X-signal/1" : "X-feedback-result/1";
  if (text(data, "schema") != schema) {
    return unusable(item, "podmi.unknown_type", "data.schema",
                    std::string("its schema is not ") + schema);
  }
  return signal ? signal_of(item, data, organisation)
                : read_result(item, event, data, organisation);
}

Result<MailboxContent::FeedbackResult> read_status(std::string_view body,
                                                   const std::string& client_id) {
  const json data = json::parse(body, nullptr, false);
  if (!data.is_object()) return reason("is not a JSON object");
  if (text(data, "id") != client_id) return reason("its member id is another answer's");
  return standing_of(data, "status", {.client_id = client_id});
}

Result<std::optional<MailboxContent::FeedbackResult>> read_receipt(std::string_view body,
                                                                   const std::string& client_id) {
  const json receipt = json::parse(body, nullptr, false);
  const json& result = member(receipt, "result");
  if (result.is_null()) return std::optional<MailboxContent::FeedbackResult>();
  auto judged = standing_of(result, "evaluation", {.client_id = client_id});
  if (!judged) return std::move(judged).error();
  return std::optional(std::move(*judged));
}

}  // namespace semafoor::upstream::podmi
