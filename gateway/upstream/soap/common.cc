// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/soap/common.h"

#include <optional>

#include "gateway/domain/cbe_number.h"
#include "gateway/upstream/http/api_error.h"
#include "gateway/upstream/soap/encoding.h"

namespace semafoor::upstream::soap {
namespace {

constexpr std::size_t kLongestTicket = 36;
constexpr std::size_t kLongestLegalContext = 64;

Error bad_header(const std::string& what) {
  return Error{.kind = ErrorKind::failed_precondition,
               .code = "soap.bad_header",
               .message = "Writing a request to the KSZ: " + what};
}

// xsd:maxLength counts characters, not bytes.
std::size_t characters(std::string_view utf8) {
  std::size_t count = 0;
  for (const char c : utf8) count += (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  return count;
}

}  // namespace

Result<void> write_request_header(xml::Writer& writer, const RequestHeader& header) {
  if (header.ticket.empty() || characters(header.ticket) > kLongestTicket) {
    return bad_header("the ticket has not 1 to 36 characters. Use a UUID");
  }
  if (!domain::is_valid_cbe(header.cbe_number)) {
    return bad_header("the number of the organisation is no CBE number of ten digits. Correct it");
  }
  if (header.legal_context.empty() || characters(header.legal_context) > kLongestLegalContext) {
    return bad_header(
        "the legal context has not 1 to 64 characters. Set the one that the KSZ agreed on");
  }
  writer.open("informationCustomer")
      .leaf("ticket", header.ticket)
      .leaf("timestampSent", date_time(header.sent_ms))
      .open("customerIdentification")
      .leaf("cbeNumber", header.cbe_number)
      .close()
      .close()
      .leaf("legalContext", header.legal_context);
  return {};
}

std::vector<std::pair<std::string, std::string>> read_fields(const xml::Element& element) {
  std::vector<std::pair<std::string, std::string>> fields;
  for (const xml::Element& one : element.children("", "information")) {
    if (fields.size() == kMostFields) break;
    fields.emplace_back(one.child_text("", "fieldName"), one.child_text("", "fieldValue"));
  }
  return fields;
}

CommonAnswer read_common_answer(const xml::Element& payload) {
  CommonAnswer answer;
  if (const auto customer = payload.child("", "informationCustomer")) {
    answer.ticket = customer->child_text("", "ticket");
  }
  if (const auto authority = payload.child("", "informationCBSS")) {
    answer.authority_ticket = authority->child_text("", "ticketCBSS");
  }
  if (const auto status = payload.child("", "status")) {
    answer.status = status->child_text("", "value");
    answer.status_code = status->child_text("", "code");
    answer.status_text = status->child_text("", "description");
    if (answer.status == "NOK" || answer.status == "NO_RESULT") {
      answer.reasons.push_back({.severity = Severity::error,
                                .code = answer.status_code,
                                .text = answer.status_text,
                                .author = {},
                                .fields = read_fields(*status)});
    }
  }
  if (const auto anomalies = payload.child("", "businessAnomalies")) {
    for (const xml::Element& one : anomalies->children("", "businessAnomaly")) {
      if (answer.reasons.size() == kMostReasons) break;
      answer.reasons.push_back({.severity = severity_of(one.child_text("", "severity")),
                                .code = one.child_text("", "code"),
                                .text = one.child_text("", "description"),
                                .author = {},
                                .fields = read_fields(one)});
    }
  }
  return answer;
}

Result<void> judged(const CommonAnswer& answer, const std::string& ticket) {
  if (!answer.ticket.empty() && answer.ticket != ticket) {
    return Error{.kind = ErrorKind::internal,
                 .code = "soap.other_answer",
                 .message =
                     "it answers another ticket than the one that was sent, so that its "
                     "content is not used. Tell the support of the KSZ",
                 .retryable = true};
  }
  for (const Reason& one : answer.reasons) {
    if (one.severity == Severity::error) {
      return error_of(answer.reasons, Blame::request, answer.authority_ticket);
    }
  }
  if (answer.status == "OK" || answer.status == "DATA_FOUND" || answer.status == "NO_DATA_FOUND") {
    return {};
  }
  return Error{.kind = ErrorKind::internal,
               .code = "soap.no_status",
               .message = "its status is '" + shown_text(answer.status) +
                          "', which CommonV3 does not have. Tell the support of the KSZ",
               .retryable = true};
}

}  // namespace semafoor::upstream::soap
