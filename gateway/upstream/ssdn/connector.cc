// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/ssdn/connector.h"

#include <utility>

#include "gateway/upstream/ssdn/names.h"
#include "gateway/upstream/xml/mended.h"
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

Result<xml::Document> inner_document(const std::optional<xml::Element>& payload) {
  if (payload) return untunnelled(*payload);
  return Error{.kind = ErrorKind::internal,
               .code = "ssdn.malformed",
               .message = "the answer has an empty Body. Tell the support of the KSZ",
               .retryable = true};
}

// `body` is what came, whatever it is.
Exchange sent_and_judged(soap::Client& client, const Request& request, const std::string& purpose,
                         std::stop_token stop, const soap::Keep& keep, std::string& body) {
  const Result<std::string> document = write_request(request);
  if (!document) return failed(soap::Effect::none, document.error());
  Result<std::string> payload = tunnelled(*document);
  if (!payload) return failed(soap::Effect::none, std::move(payload).error());
  soap::Exchange exchange = client.call(
      {.purpose = purpose, .action = kSendXml, .payload = std::move(*payload), .keep = keep}, stop);
  body = std::move(exchange.body);
  if (exchange.failure) {
    Exchange without = failed(exchange.effect, std::move(*exchange.failure));
    without.refused = exchange.fault;
    return without;
  }

  const auto placed = [&](Error error) {
    error.message = purpose + ": " + error.message + exchange.trace;
    return error;
  };
  Result<xml::Document> inner = inner_document(exchange.answer->envelope.payload);
  if (!inner) return failed(soap::Effect::unknown, placed(std::move(inner).error()));
  Result<Reply> reply = read_reply(std::move(*inner));
  if (!reply) return failed(soap::Effect::unknown, placed(std::move(reply).error()));
  if (Result<void> verdict = judged(*reply, request.reference); !verdict) {
    const bool theirs = verdict.error().retryable;
    Exchange refused = failed(theirs ? soap::Effect::unknown : soap::Effect::none,
                              placed(std::move(verdict).error()));
    refused.refused = true;
    return refused;
  }
  Exchange done;
  done.effect = soap::Effect::answered;
  done.reply = std::move(*reply);
  return done;
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
              std::stop_token stop, const soap::Keep& keep) {
  std::string body;
  Exchange exchange = sent_and_judged(client, request, purpose, stop, keep, body);
  exchange.body = std::move(body);
  return exchange;
}

Result<Reply> read_kept(std::string_view body) {
  const Result<xml::Document> document = xml::read(body);
  if (!document) return document.error();
  const Result<soap::Envelope> envelope = soap::read_envelope(*document);
  if (!envelope) return envelope.error();
  Result<xml::Document> inner = inner_document(envelope->payload);
  if (!inner) return std::move(inner).error();
  return read_reply(std::move(*inner));
}

Result<Reply> read_broken(std::string_view body, std::string_view tag) {
  const Result<xml::Document> document = xml::read(xml::mended(body, ""));
  if (!document) return document.error();
  const Result<soap::Envelope> envelope = soap::read_envelope(*document);
  if (!envelope) return envelope.error();
  const std::string text = envelope->payload ? envelope->payload->text() : std::string();
  Result<xml::Document> inner = xml::read_decoded(xml::mended(xml::trimmed(text), tag));
  if (!inner) return std::move(inner).error();
  return read_reply(std::move(*inner));
}

}  // namespace semafoor::upstream::ssdn
