// SPDX-License-Identifier: Apache-2.0
//
// SSDNReply: what the KSZ says of the request, and of each service in it (SSDNReply.xsd).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "gateway/domain/result.h"
#include "gateway/upstream/soap/reason.h"
#include "gateway/upstream/xml/document.h"

namespace semafoor::upstream::ssdn {

struct ResultSummary {
  // YES, NO or WARNING.
  std::string ok;
  // 0 OK, 1 warning, 10000 error.
  int return_code = 0;
  std::vector<soap::Reason> reasons;
};

struct ServiceReply {
  ResultSummary summary;
  std::string service_id;
  std::string version;
  // The service's own element, a view into the document.
  std::optional<xml::Element> content;
};

struct Reply {
  xml::Document document;
  ResultSummary summary;
  // Repeats the request's.
  std::string reference;
  // Of the KSZ; its support asks for it.
  std::string ticket;
  std::vector<ServiceReply> services;
};

// Takes over `document`. "ssdn.malformed" when it is no SSDNReply, or has no usable ResultSummary.
Result<Reply> read_reply(xml::Document document);

// Whether the KSZ did what was asked; WARNING is yes. `ticket` is for the error.
Result<void> judged(const ResultSummary& summary, const std::string& ticket);

// The reply as a whole and every service in it; "ssdn.other_reply" when it answers another
// reference.
Result<void> judged(const Reply& reply, const std::string& reference);

}  // namespace semafoor::upstream::ssdn
