// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/ssdn/connector.h"

#include <utility>

#include "gateway/upstream/ssdn/names.h"
#include "gateway/upstream/xml/reader.h"
#include "gateway/upstream/xml/writer.h"

namespace semafoor::upstream::ssdn {
namespace {

Exchange failed(soap::Effect effect, Error error) {
  Exchange exchange;
  exchange.effect = effect;
  exchange.failure = std::move(error);
  return exchange;
}

}  // namespace

Result<std::string> tunnelled(const std::string& document) {
  xml::Writer writer;
  writer.open("con:xmlString").declare("con", kConnector).text(document).close();
  return std::move(writer).finish();
}

Result<xml::Document> untunnelled(const xml::Element& payload) {
  if (!payload.is(kConnector, "xmlString") || !payload.children().empty()) {
    return Error{.kind = ErrorKind::internal,
                 .code = "ssdn.malformed",
                 .message =
                     "Reading an SSDN reply: the Body has no xmlString with text alone. "
                     "Check the address, or tell the support of the KSZ",
                 .retryable = true};
  }
  return xml::read_decoded(payload.trimmed_text());
}

Exchange send(soap::Client& client, const Request& request, const std::string& purpose,
              std::stop_token stop) {
  const Result<std::string> document = write_request(request);
  if (!document) return failed(soap::Effect::none, document.error());
  Result<std::string> payload = tunnelled(*document);
  if (!payload) return failed(soap::Effect::none, std::move(payload).error());
  soap::Exchange exchange =
      client.call({.purpose = purpose, .action = kSendXml, .payload = std::move(*payload)}, stop);
  if (exchange.failure) return failed(exchange.effect, std::move(*exchange.failure));

  const auto placed = [&](Error error) {
    error.message = purpose + ": " + error.message + exchange.trace;
    return error;
  };
  const auto& content = exchange.answer->envelope.payload;
  Result<xml::Document> inner =
      content ? untunnelled(*content)
              : Result<xml::Document>(Error{.kind = ErrorKind::internal,
                                            .code = "ssdn.malformed",
                                            .message = "the answer has an empty Body. Tell the "
                                                       "support of the KSZ",
                                            .retryable = true});
  if (!inner) return failed(soap::Effect::unknown, placed(std::move(inner).error()));
  Result<Reply> reply = read_reply(std::move(*inner));
  if (!reply) return failed(soap::Effect::unknown, placed(std::move(reply).error()));
  if (Result<void> verdict = judged(*reply, request.reference); !verdict) {
    const bool theirs = verdict.error().retryable;
    return failed(theirs ? soap::Effect::unknown : soap::Effect::none,
                  placed(std::move(verdict).error()));
  }
  Exchange done;
  done.effect = soap::Effect::answered;
  done.reply = std::move(*reply);
  return done;
}

}  // namespace semafoor::upstream::ssdn
