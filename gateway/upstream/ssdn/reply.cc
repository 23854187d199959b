// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/ssdn/reply.h"

#include <charconv>
#include <utility>

#include "gateway/upstream/http/api_error.h"
#include "gateway/upstream/ssdn/names.h"

namespace semafoor::upstream::ssdn {
namespace {

constexpr int kErrorCode = 10000;
constexpr std::size_t kMostServices = 100;

Error malformed_reply(const std::string& what) {
  return Error{.kind = ErrorKind::internal,
               .code = "ssdn.malformed",
               .message = "Reading an SSDN reply: " + what + ". Tell the support of the KSZ",
               .retryable = true};
}

soap::Reason read_detail(const xml::Element& detail) {
  soap::Reason reason{.severity = soap::severity_of(detail.child_text(kCommon, "Severity")),
                      .code = detail.child_text(kCommon, "ReasonCode"),
                      .text = detail.child_text(kCommon, "Diagnostic"),
                      .author = detail.child_text(kCommon, "AuthorCodeList"),
                      .fields = {}};
  for (const xml::Element& one : detail.children(kCommon, "Information")) {
    if (reason.fields.size() == soap::kMostFields) break;
    reason.fields.emplace_back(one.child_text(kCommon, "FieldName"),
                               one.child_text(kCommon, "FieldValue"));
  }
  return reason;
}

Result<ResultSummary> read_summary(const xml::Element& parent) {
  const auto element = parent.child(kCommon, "ResultSummary");
  if (!element) return malformed_reply("it has no ResultSummary");
  ResultSummary summary{.ok = element->attribute("", "ok").value_or(std::string())};
  if (summary.ok != "YES" && summary.ok != "NO" && summary.ok != "WARNING") {
    return malformed_reply("its ResultSummary is '" + shown_text(summary.ok) + "'");
  }
  const std::string code = element->child_text(kCommon, "ReturnCode");
  const auto [end, problem] =
      std::from_chars(code.data(), code.data() + code.size(), summary.return_code);
  if (problem != std::errc() || end != code.data() + code.size()) {
    return malformed_reply("its ReturnCode is no number");
  }
  for (const xml::Element& one : element->children(kCommon, "Detail")) {
    if (summary.reasons.size() == soap::kMostReasons) break;
    summary.reasons.push_back(read_detail(one));
  }
  return summary;
}

Result<ServiceReply> read_service(const xml::Element& element) {
  Result<ResultSummary> summary = read_summary(element);
  if (!summary) return std::move(summary).error();
  ServiceReply reply{.summary = std::move(*summary),
                     .service_id = element.child_text(kService, "ServiceId"),
                     .version = element.child_text(kService, "Version"),
                     .content = {}};
  for (const xml::Element& one : element.children()) {
    if (one.is(kCommon, "ResultSummary") || one.is(kService, "ServiceId") ||
        one.is(kService, "Version")) {
      continue;
    }
    if (reply.content) return malformed_reply("a service answers with several elements");
    reply.content = one;
  }
  return reply;
}

}  // namespace

Result<Reply> read_reply(xml::Document document) {
  const xml::Element root = document.root();
  if (!root.is(kService, "SSDNReply")) {
    return malformed_reply("it is a '" + shown_text(root.local_name()) + "'");
  }
  const auto context = root.child(kService, "ReplyContext");
  if (!context) return malformed_reply("it has no ReplyContext");
  Result<ResultSummary> summary = read_summary(*context);
  if (!summary) return std::move(summary).error();
  Reply reply{.document = std::move(document),
              .summary = std::move(*summary),
              .reference = {},
              .ticket = {},
              .services = {}};
  if (const auto message = context->child(kService, "Message")) {
    reply.reference = message->child_text(kService, "Reference");
    reply.ticket = message->child_text(kService, "Ticket");
  }
  for (const xml::Element& one : root.children(kService, "ServiceReply")) {
    if (reply.services.size() == kMostServices) return malformed_reply("it has too many services");
    Result<ServiceReply> service = read_service(one);
    if (!service) return std::move(service).error();
    reply.services.push_back(std::move(*service));
  }
  return reply;
}

Result<void> judged(const ResultSummary& summary, const std::string& ticket) {
  // Where the two disagree, the worse one counts.
  if (summary.ok != "NO" && summary.return_code < kErrorCode) return {};
  return soap::error_of(summary.reasons, soap::Blame::request, ticket);
}

Result<void> judged(const Reply& reply, const std::string& reference) {
  if (!reply.reference.empty() && reply.reference != reference) {
    return Error{.kind = ErrorKind::internal,
                 .code = "ssdn.other_reply",
                 .message =
                     "it answers another reference than the one that was sent, so that its "
                     "content is not used. Tell the support of the KSZ",
                 .retryable = true};
  }
  // A service says more of what is wrong than the whole does.
  for (const ServiceReply& service : reply.services) {
    if (Result<void> verdict = judged(service.summary, reply.ticket); !verdict) return verdict;
  }
  return judged(reply.summary, reply.ticket);
}

}  // namespace semafoor::upstream::ssdn
