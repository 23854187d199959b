// SPDX-License-Identifier: Apache-2.0
#include "tests/sandbox/ksz/ssdn.h"

#include <vector>

#include "tests/sandbox/content/random.h"
#include "tests/sandbox/ksz/moment.h"
#include "tests/sandbox/ksz/names.h"
#include "tests/sandbox/ksz/ssdn_request.h"
#include "tests/sandbox/ksz/writer.h"

namespace semafoor::sandbox::ksz {
namespace {

// ResultSummary.xsd; an empty code: all is well.
std::string summary(const std::string& code, const std::string& diagnostic) {
  bool well = code.empty();
  Writer writer;
  writer.open("common:ResultSummary", {{"xmlns:common", kSsdnCommon}, {"ok", well ? "YES" : "NO"}})
      .leaf("common:ReturnCode", well ? "0" : "10000");
  if (!well) {
    writer.open("common:Detail")
        .leaf("common:Severity", "ERROR")
        .leaf("common:ReasonCode", code)
        .leaf("common:Diagnostic", diagnostic)
        .leaf("common:AuthorCodeList", "CBSS")
        .close();
  }
  return writer.take();
}

http::Reply reply_with(const SsdnRequest& request, const std::string& whole,
                       const std::string& services, std::int64_t now) {
  Writer inner;
  inner.open("ssdn:SSDNReply", {{"xmlns:ssdn", kSsdn}})
      .open("ssdn:ReplyContext")
      .raw(whole)
      .open("ssdn:Message");
  if (request.reference) inner.leaf("ssdn:Reference", *request.reference);
  inner.leaf("ssdn:Ticket", content::fresh_uuid());
  if (request.time) inner.leaf("ssdn:TimeRequest", *request.time);
  inner.leaf("ssdn:TimeReceive", compact_date_time(now))
      .leaf("ssdn:TimeResponse", compact_date_time(now))
      .close()
      .close()
      .raw(services);
  Writer outer;
  outer.leaf("con:xmlString", "<?xml version=\"1.0\" encoding=\"UTF-8\"?>" + inner.take(),
             {{"xmlns:con", kConnector}});
  return envelope_reply(outer.take());
}

http::Reply refusal(const SsdnRequest& request, const std::string& code,
                    const std::string& diagnostic, std::int64_t now) {
  return reply_with(request, summary(code, diagnostic), "", now);
}

Outcome wrong_content(const std::string& what) {
  Outcome outcome;
  outcome.accepted = false;
  outcome.code = kContentWrong;
  outcome.description = what;
  return outcome;
}

bool is_tunnel(const Node& payload) {
  return payload.is(kConnector, "xmlString") && payload.children().empty();
}

}  // namespace

http::Reply Ssdn::supplier_away(const http::Call& call, std::int64_t now) {
  SystemError error;
  auto envelope = read_envelope(call, error);
  SsdnRequest request;
  if (envelope && is_tunnel(envelope->payload)) request = read_ssdn_request(envelope->payload);
  return refusal(request, kSourceAway, "Supplier not available", now);
}

http::Reply Ssdn::serve(const http::Call& call, const Admitted& asked, std::int64_t now) {
  const auto& payload = asked.envelope.payload;
  if (!is_tunnel(payload)) {
    return system_fault({.code = "SOA-03005",
                         .message = "WSDL compliance failure: the Body must be an xmlString with "
                                    "text alone."});
  }
  const auto action = std::string(kConnector) + "/sendXML";
  if (Gate::action(call) != action) {
    return system_fault(
        {.code = "SOA-03005", .message = "WSDL compliance failure: SOAPAction is not " + action});
  }
  auto request = read_ssdn_request(payload);
  if (!request.wrong.empty()) return refusal(request, kContentWrong, request.wrong, now);
  if (request.organisation != asked.organisation) {
    return refusal(request, kNotAllowed, "OrgUnit is not the organisation that is authenticated",
                   now);
  }
  if (request.matrix_id != kMatrixId || request.matrix_sub_id != kMatrixSubId) {
    return refusal(request, kNotAllowed, "MatrixID and MatrixSubID of an OCMW are 17 and 1", now);
  }

  Writer services;
  std::vector<std::function<void()>> delivered;
  std::string worst, worst_text;
  for (const auto& service : request.services) {
    auto operation = operation_of(service.content, kPodmi);
    Outcome outcome;
    if (service.id != kServiceId || service.version != kServiceVersion) {
      outcome = wrong_content("no service " + service.id + " of version " + service.version);
    } else if (!operation) {
      outcome = wrong_content("the service has no operation " + service.content.name());
    } else {
      Fields fields(service.content);
      auto asked_for = read_request(*operation, fields);
      auto wrong = fields.end();
      outcome = wrong ? wrong_content(*wrong) : exchange_.perform(asked.organisation, asked_for);
    }
    const auto code = outcome.accepted ? std::string() : outcome.code;
    if (worst.empty()) {
      worst = code;
      worst_text = outcome.description;
    }
    services.open("ssdn:ServiceReply")
        .raw(summary(code, outcome.description))
        .leaf("ssdn:ServiceId", service.id)
        .leaf("ssdn:Version", service.version);
    if (outcome.accepted) {
      services.open(std::string("x:") + name_of(*operation) + "Response", {{"xmlns:x", kPodmi}})
          .raw(outcome.members)
          .close();
    }
    services.close();
    if (outcome.on_delivered) delivered.push_back(std::move(outcome.on_delivered));
  }
  auto reply = reply_with(request, summary(worst, worst_text), services.take(), now);
  reply.on_delivered = [all = std::move(delivered)] {
    for (const auto& one : all) one();
  };
  return reply;
}

}  // namespace semafoor::sandbox::ksz
