// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/soap/fault.h"

#include "gateway/upstream/soap/common.h"
#include "gateway/upstream/soap/names.h"

namespace semafoor::upstream::soap {
namespace {

std::string local_part(std::string name) {
  if (const std::size_t colon = name.find(':'); colon != std::string::npos) {
    name.erase(0, colon + 1);
  }
  if (const std::size_t dot = name.find('.'); dot != std::string::npos) name.erase(dot);
  return name;
}

void read_system_error(const xml::Element& error, Fault& fault) {
  fault.reference = error.attribute("", "Id").value_or(std::string());
  fault.reasons.push_back({.severity = Severity::error,
                           .code = error.child_text(kSystemErrors, "Code"),
                           .text = error.child_text(kSystemErrors, "Message"),
                           .author = error.child_text(kSystemErrors, "Origin"),
                           .fields = {}});
}

// <retrieveTIGroupsFault> and its kin: the name is the service's, the content is CBSSFaultType.
void read_authority_fault(const xml::Element& element, Fault& fault) {
  if (const auto authority = element.child("", "informationCBSS")) {
    fault.reference = authority->child_text("", "ticketCBSS");
  }
  for (const xml::Element& one : element.children("", "detail")) {
    if (fault.reasons.size() == kMostReasons) return;
    fault.reasons.push_back({.severity = severity_of(one.child_text("", "severity")),
                             .code = one.child_text("", "reasonCode"),
                             .text = one.child_text("", "diagnostic"),
                             .author = one.child_text("", "authorCode"),
                             .fields = read_fields(one)});
  }
}

}  // namespace

std::optional<Fault> fault_of(const Envelope& envelope) {
  if (!envelope.payload || !envelope.payload->is(kSoap, "Fault")) return std::nullopt;
  const xml::Element& element = *envelope.payload;
  Fault fault{.code = local_part(element.child_text("", "faultcode")),
              .text = element.child_text("", "faultstring"),
              .reference = {},
              .reasons = {}};
  if (const auto detail = element.child("", "detail")) {
    for (const xml::Element& one : detail->children()) {
      if (one.is(kSystemErrors, "SystemError")) {
        read_system_error(one, fault);
      } else {
        read_authority_fault(one, fault);
      }
    }
  }
  // The platform repeats its code as faultstring, which is all that a short fault has.
  if (fault.reasons.empty()) {
    const bool is_code = fault.text.starts_with("SOA-") || fault.text.starts_with("MSG");
    fault.reasons.push_back({.severity = Severity::error,
                             .code = is_code ? fault.text : fault.code,
                             .text = is_code ? std::string() : fault.text,
                             .author = {},
                             .fields = {}});
  }
  return fault;
}

bool leaves_outcome_open(const Fault& fault) {
  return fault.code != "Client" && fault.code != "VersionMismatch" &&
         fault.code != "MustUnderstand";
}

Error error_of(const Fault& fault) {
  return error_of(fault.reasons, leaves_outcome_open(fault) ? Blame::upstream : Blame::request,
                  fault.reference);
}

}  // namespace semafoor::upstream::soap
