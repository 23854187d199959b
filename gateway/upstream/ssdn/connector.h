// SPDX-License-Identifier: Apache-2.0
//
// WebServiceConnector: one SOAP operation, sendXML, whose element holds a whole XML document as
// text. Legal for reading and for writing; the document inside is hardened against like the outer.
#pragma once

#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "gateway/domain/result.h"
#include "gateway/upstream/soap/client.h"
#include "gateway/upstream/ssdn/reply.h"
#include "gateway/upstream/ssdn/request.h"

namespace semafoor::upstream::ssdn {

// <xmlString> around `document`, for the Body.
Result<std::string> tunnelled(const std::string& document);

// The document in the <xmlString> of an answer. "ssdn.malformed", and those of xml::read_decoded.
Result<xml::Document> untunnelled(const xml::Element& payload);

struct Exchange {
  soap::Effect effect = soap::Effect::none;
  // A reply that says yes. Exactly one of the two.
  std::optional<Reply> reply;
  std::optional<Error> failure;
  // The failure is a reply or a fault of the service itself.
  bool refused = false;
  // As in soap::Exchange.
  std::string body;
};

// Sends `request` through `client`. A reply that says no is a failure: without effect when it
// blames the request, with an unknown one when it blames the KSZ or the source behind it.
Exchange send(soap::Client& client, const Request& request, const std::string& purpose,
              std::stop_token stop, const soap::Keep& keep = {});

// The reply in an answer of the connector that was kept as it came. Errors: those of reading, and
// "soap.not_soap"; whether it is a refusal is not looked at.
Result<Reply> read_kept(std::string_view body);

// The same of an answer that broke off, with those elements named `tag` that are whole
// (xml/mended.h).
Result<Reply> read_broken(std::string_view body, std::string_view tag);

}  // namespace semafoor::upstream::ssdn
