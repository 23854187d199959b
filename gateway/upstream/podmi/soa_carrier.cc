// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "gateway/domain/uuid.h"
#include "gateway/upstream/podmi/carrier.h"
#include "gateway/upstream/soap/common.h"
#include "gateway/upstream/xml/mended.h"
#include "gateway/upstream/xml/reader.h"

namespace semafoor::upstream::podmi {
namespace {

Error other_content() {
  return Error{.kind = ErrorKind::internal,
               .code = "upstream.malformed",
               .message =
                   "the answer is not the one of this operation. Check the address, or tell "
                   "the service desk of the KSZ",
               .retryable = true};
}

class SoaCarrier final : public Carrier {
 public:
  SoaCarrier(SoapClients clients, CarrierSettings settings)
      : clients_(std::move(clients)), settings_(std::move(settings)) {}

  Carried call(Operation operation, const Members& members, const std::string& purpose,
               std::stop_token stop, const soap::Keep& keep) override {
    Carried carried;
    const Result<std::unique_ptr<soap::Client>> client = clients_();
    if (!client) {
      carried.failure = client.error();
      return carried;
    }
    const std::string name = name_of(operation);
    const std::string ticket = domain::uuid_v4();
    xml::Writer writer;
    writer.open("x:" + name + "Request").declare("x", kSoaWire);
    if (auto header =
            soap::write_request_header(writer, {.ticket = ticket,
                                                .sent_ms = settings_.now_ms(),
                                                .cbe_number = settings_.organisation,
                                                .legal_context = settings_.legal_context});
        !header) {
      carried.failure = std::move(header).error();
      return carried;
    }
    members(writer);
    writer.close();
    Result<std::string> payload = std::move(writer).finish();
    if (!payload) {
      carried.failure = std::move(payload).error();
      return carried;
    }
    soap::Exchange exchange = (*client)->call({.purpose = purpose,
                                               .action = std::string(kSoaWire) + "/" + name,
                                               .payload = std::move(*payload),
                                               .keep = keep},
                                              std::move(stop));
    carried.effect = exchange.effect;
    carried.body = std::move(exchange.body);
    if (exchange.failure) {
      carried.refused = exchange.fault;
      carried.failure = std::move(exchange.failure);
      return carried;
    }
    judge(carried, std::move(*exchange.answer), name, ticket, purpose, exchange.trace);
    return carried;
  }

  Result<Response> read_kept(const std::string& body, bool broke_off) override {
    Result<xml::Document> document =
        broke_off ? xml::read(xml::mended(body, "message")) : xml::read(body);
    if (!document) return std::move(document).error();
    const Result<soap::Envelope> envelope = soap::read_envelope(*document);
    if (!envelope) return envelope.error();
    const auto& payload = envelope->payload;
    if (!payload || !payload->is(kSoaWire, "fetchMessagesResponse")) return other_content();
    return Response{std::move(*document), *payload};
  }

 private:
  static void judge(Carried& carried, soap::Answer answer, const std::string& name,
                    const std::string& ticket, const std::string& purpose,
                    const std::string& trace) {
    const auto fail = [&](soap::Effect effect, Error error) {
      error.message = purpose + ": " + error.message + trace;
      carried.effect = effect;
      carried.failure = std::move(error);
    };
    const auto& payload = answer.envelope.payload;
    if (!payload || !payload->is(kSoaWire, name + "Response")) {
      return fail(soap::Effect::unknown, other_content());
    }
    const auto common = soap::read_common_answer(*payload);
    if (auto verdict = soap::judged(common, ticket); !verdict) {
      // What blames the KSZ or the source behind it says nothing of the request.
      const bool theirs = verdict.error().retryable;
      carried.refused = true;
      return fail(theirs ? soap::Effect::unknown : soap::Effect::none, std::move(verdict).error());
    }
    carried.response = Response{std::move(answer.document), *payload};
  }

  const SoapClients clients_;
  const CarrierSettings settings_;
};

}  // namespace

std::unique_ptr<Carrier> make_soa_carrier(SoapClients clients, CarrierSettings settings) {
  return std::make_unique<SoaCarrier>(std::move(clients), std::move(settings));
}

}  // namespace semafoor::upstream::podmi
