// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/soap/envelope.h"

#include <vector>

#include "gateway/upstream/http/api_error.h"
#include "gateway/upstream/soap/names.h"
#include "gateway/upstream/xml/writer.h"

namespace semafoor::upstream::soap {
namespace {

Error not_soap(const std::string& what) {
  return Error{.kind = ErrorKind::internal,
               .code = "soap.not_soap",
               .message = "Reading a SOAP message: " + what +
                          ". Check the address, or tell the support of the system that sent it"};
}

}  // namespace

Result<Envelope> read_envelope(const xml::Document& document) {
  const xml::Element root = document.root();
  if (!root.is(kSoap, "Envelope")) {
    return not_soap("it is a '" + shown_text(root.local_name()) + "' and no envelope of SOAP 1.1");
  }
  const std::vector<xml::Element> parts = root.children();
  std::optional<xml::Element> header;
  std::size_t at = 0;
  if (at < parts.size() && parts[at].is(kSoap, "Header")) header = parts[at++];
  if (at >= parts.size() || !parts[at].is(kSoap, "Body")) return not_soap("it has no Body");
  const xml::Element body = parts[at++];
  if (at != parts.size()) return not_soap("it has elements after its Body");
  const std::vector<xml::Element> content = body.children();
  if (content.size() > 1) return not_soap("its Body has several elements");
  return Envelope{.root = root,
                  .header = header,
                  .body = body,
                  .payload = content.empty() ? std::nullopt : std::optional(content.front())};
}

Result<std::string> write_envelope(std::string_view header_blocks, std::string_view payload,
                                   std::string_view body_id) {
  xml::Writer writer;
  writer.open("soapenv:Envelope").declare("soapenv", kSoap);
  if (!header_blocks.empty()) writer.open("soapenv:Header").fragment(header_blocks).close();
  writer.open("soapenv:Body");
  if (!body_id.empty()) writer.declare("wsu", kWsu).attribute("wsu:Id", body_id);
  writer.fragment(payload).close().close();
  return std::move(writer).finish();
}

}  // namespace semafoor::upstream::soap
