// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "gateway/domain/uuid.h"
#include "gateway/upstream/podmi/carrier.h"
#include "gateway/upstream/ssdn/connector.h"

namespace semafoor::upstream::podmi {
namespace {

// Names of this project: those of the real service are not public.
constexpr char kService[] = "X-PodmiExchange";
constexpr char kVersion[] = "20260101";

// The element of `operation` in the first service that answers.
Result<Response> response_in(ssdn::Reply reply, const std::string& name) {
  for (const ssdn::ServiceReply& service : reply.services) {
    if (!service.content || !service.content->is(kWire, name + "Response")) continue;
    const xml::Element content = *service.content;
    return Response{std::move(reply.document), content};
  }
  return Error{.kind = ErrorKind::internal,
               .code = "ssdn.malformed",
               .message =
                   "the reply has no content of this operation. Check the address, or tell "
                   "the service desk of the KSZ",
               .retryable = true};
}

class SsdnCarrier final : public Carrier {
 public:
  SsdnCarrier(SoapClients clients, CarrierSettings settings)
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
    xml::Writer writer;
    writer.open("x:" + name + "Request").declare("x", kWire);
    members(writer);
    writer.close();
    Result<std::string> content = std::move(writer).finish();
    if (!content) {
      carried.failure = std::move(content).error();
      return carried;
    }
    const ssdn::Request request{
        .user = settings_.user,
        .reference = domain::uuid_v4(),
        .sent_ms = settings_.now_ms(),
        .services = {
            {.service_id = kService, .version = kVersion, .content = std::move(*content)}}};
    ssdn::Exchange exchange = ssdn::send(**client, request, purpose, std::move(stop), keep);
    carried.effect = exchange.effect;
    carried.body = std::move(exchange.body);
    carried.refused = exchange.refused;
    if (exchange.failure) {
      carried.failure = std::move(exchange.failure);
      return carried;
    }
    Result<Response> response = response_in(std::move(*exchange.reply), name);
    if (response) {
      carried.response = std::move(*response);
      return carried;
    }
    carried.effect = soap::Effect::unknown;
    carried.failure = std::move(response).error();
    carried.failure->message = purpose + ": " + carried.failure->message;
    return carried;
  }

  Result<Response> read_kept(const std::string& body, bool broke_off) override {
    Result<ssdn::Reply> reply =
        broke_off ? ssdn::read_broken(body, "message") : ssdn::read_kept(body);
    if (!reply) return std::move(reply).error();
    return response_in(std::move(*reply), name_of(Operation::fetch_messages));
  }

 private:
  const SoapClients clients_;
  const CarrierSettings settings_;
};

}  // namespace

std::unique_ptr<Carrier> make_ssdn_carrier(SoapClients clients, CarrierSettings settings) {
  return std::make_unique<SsdnCarrier>(std::move(clients), std::move(settings));
}

}  // namespace semafoor::upstream::podmi
