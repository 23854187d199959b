// SPDX-License-Identifier: Apache-2.0
#include "gateway/rpc/event_calls.h"
#include "gateway/rpc/requests.h"
#include "gateway/rpc/services.h"
#include "semafoor/v1/modules.grpc.pb.h"

namespace semafoor::rpc {
namespace {

class ModulesService final : public v1::Modules::CallbackService {
 public:
  ModulesService(Gate& gate, UseCases& rooms, EventHub& hub, Consumers& consumers,
                 const GatewayFacts& facts)
      : gate_(gate),
        rooms_(rooms),
        facts_(facts),
        sources_{.gate = gate, .store = rooms.store, .hub = hub, .consumers = consumers} {}

  // A module that is off is no failure here: the answer says so, and the plugin decides.
  grpc::ServerUnaryReactor* Handshake(Context* context, const v1::HandshakeRequest* request,
                                      v1::HandshakeResponse* response) override {
    return gate_.now(
        *context, Method::handshake, {.organisation = &request->organisation()},
        [&](const Call& call) -> Result<void> {
          for (const auto& [text, field] : {std::pair(&request->plugin_version(), "pluginVersion"),
                                            std::pair(&request->host_name(), "hostName")})
            if (auto fine = check_length(*text, 256, field); !fine.ok()) return fine;
          response->set_gateway_version(facts_.version);
          response->set_protocol_minor_lowest(kProtocolMinorLowest);
          response->set_protocol_minor_highest(kProtocolMinorHighest);
          for (const int one : call.organisation->enabled_modules()) {
            const auto module = static_cast<v1::Module>(one);
            if (call.session->access.may_use(call.org(), module_name(module)))
              response->add_enabled_modules(module);
          }
          *response->mutable_organisation_name() = call.organisation->name();
          return {};
        });
  }

  grpc::ServerUnaryReactor* PullEvents(Context* context, const v1::PullEventsRequest* request,
                                       v1::PullEventsResponse* response) override {
    return pull_events(sources_, *context, *request, *response);
  }

  grpc::ServerWriteReactor<v1::StreamEventsResponse>* StreamEvents(
      Context* context, const v1::StreamEventsRequest* request) override {
    return stream_events(sources_, *context, *request);
  }

  grpc::ServerUnaryReactor* AcknowledgeEvents(Context* context,
                                              const v1::AcknowledgeEventsRequest* request,
                                              v1::AcknowledgeEventsResponse*) override {
    return gate_.later(
        *context, Method::acknowledge_events,
        {.organisation = &request->organisation(), .module = request->module()},
        [&](const Call& call, const Gate::Finish& finish) {
          auto key =
              consumer_key(call.org(), request->module(), request->consumer(), request->holder());
          if (!key.ok()) return finish(key.error());
          auto sequence = read_cursor(request->cursor(), "cursor");
          if (!sequence.ok()) return finish(sequence.error());
          if (!*sequence)
            return finish(invalid("cursor", "The cursor is missing. Send that of an event."));
          sources_.consumers.acknowledge(*key, request->holder(), **sequence, finish);
        });
  }

  grpc::ServerWriteReactor<v1::WatchResponse>* Watch(Context* context,
                                                     const v1::WatchRequest*) override {
    return watch(sources_, *context);
  }

  grpc::ServerUnaryReactor* GetOperation(Context* context, const v1::GetOperationRequest* request,
                                         v1::GetOperationResponse* response) override {
    return gate_.now(*context, Method::get_operation, {.organisation = &request->organisation()},
                     [&](const Call& call) -> Result<void> {
                       if (auto fine = check_id(request->operation_id(), "operationId"); !fine.ok())
                         return fine;
                       return rooms_.store.read([&](store::Reader& reader) -> Result<void> {
                         auto operation = reader.operation(call.org(), request->operation_id());
                         if (!operation.ok()) return operation.error();
                         if (!*operation)
                           return failure(
                               ErrorKind::not_found, "operation.unknown",
                               "An operation was asked for that this organisation does not have. "
                               "Use an id that Synchronise gave.");
                         *response->mutable_operation() = std::move(**operation);
                         return {};
                       });
                     });
  }

 private:
  Gate& gate_;
  UseCases& rooms_;
  const GatewayFacts& facts_;
  EventSources sources_;
};

}  // namespace

std::unique_ptr<grpc::Service> make_modules_service(Gate& gate, UseCases& rooms, EventHub& hub,
                                                    Consumers& consumers,
                                                    const GatewayFacts& facts) {
  return std::make_unique<ModulesService>(gate, rooms, hub, consumers, facts);
}

}  // namespace semafoor::rpc
