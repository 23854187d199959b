// SPDX-License-Identifier: Apache-2.0
#include "gateway/rpc/channel_calls.h"
#include "gateway/rpc/services.h"
#include "semafoor/v1/channels.grpc.pb.h"

namespace semafoor::rpc {
namespace {

template <typename Request, typename Response>
using Use = Result<void> (*)(UseCases&, const Call&, const Request&, Response&);

enum class Person { may_be_nobody, somebody };

// A call of one of the two services, answered by the pool.
class Desk {
 public:
  // `module` unspecified: for administrators.
  Desk(Gate& gate, UseCases& rooms, v1::Module module)
      : gate_(gate), rooms_(rooms), module_(module) {}

  template <typename Request, typename Response>
  grpc::ServerUnaryReactor* call(Context* context, Method method, const Request* request,
                                 Response* response, Use<Request, Response> use,
                                 Person person = Person::may_be_nobody) {
    return gate_.on_pool(*context, method,
                         {.organisation = &request->organisation(), .module = module_},
                         [this, request, response, use, person](const Call& admitted) {
                           if (person == Person::somebody)
                             if (auto named = check_person(admitted); !named.ok()) return named;
                           return use(rooms_, admitted, *request, *response);
                         });
  }

 private:
  Gate& gate_;
  UseCases& rooms_;
  const v1::Module module_;
};

class ChannelsService final : public v1::Channels::CallbackService {
 public:
  ChannelsService(Gate& gate, UseCases& rooms) : desk_(gate, rooms, v1::MODULE_FEEDBACK) {}

  grpc::ServerUnaryReactor* GetChannel(Context* context, const v1::GetChannelRequest* request,
                                       v1::GetChannelResponse* response) override {
    return desk_.call(context, Method::get_channel, request, response, &get_channel);
  }
  grpc::ServerUnaryReactor* GetReconciliation(Context* context,
                                              const v1::GetReconciliationRequest* request,
                                              v1::GetReconciliationResponse* response) override {
    return desk_.call(context, Method::get_reconciliation, request, response, &get_reconciliation);
  }
  grpc::ServerUnaryReactor* ListReturns(Context* context, const v1::ListReturnsRequest* request,
                                        v1::ListReturnsResponse* response) override {
    return desk_.call(context, Method::list_returns, request, response, &list_returns);
  }
  grpc::ServerUnaryReactor* PrepareReturn(Context* context, const v1::PrepareReturnRequest* request,
                                          v1::PrepareReturnResponse* response) override {
    return desk_.call(context, Method::prepare_return, request, response, &prepare_return);
  }
  grpc::ServerUnaryReactor* ListReturnRows(Context* context,
                                           const v1::ListReturnRowsRequest* request,
                                           v1::ListReturnRowsResponse* response) override {
    return desk_.call(context, Method::list_return_rows, request, response, &list_return_rows);
  }
  grpc::ServerUnaryReactor* GetReturnFile(Context* context, const v1::GetReturnFileRequest* request,
                                          v1::GetReturnFileResponse* response) override {
    return desk_.call(context, Method::get_return_file, request, response, &get_return_file,
                      request->preview() ? Person::may_be_nobody : Person::somebody);
  }
  grpc::ServerUnaryReactor* SendReturn(Context* context, const v1::SendReturnRequest* request,
                                       v1::SendReturnResponse* response) override {
    return desk_.call(context, Method::send_return, request, response, &send_return,
                      Person::somebody);
  }
  grpc::ServerUnaryReactor* ConfirmReturn(Context* context, const v1::ConfirmReturnRequest* request,
                                          v1::ConfirmReturnResponse* response) override {
    return desk_.call(context, Method::confirm_return, request, response, &confirm_return,
                      Person::somebody);
  }

 private:
  Desk desk_;
};

// The account is the person.
class ChannelsAdminService final : public v1::ChannelsAdmin::CallbackService {
 public:
  ChannelsAdminService(Gate& gate, UseCases& rooms)
      : gate_(gate), rooms_(rooms), desk_(gate, rooms, v1::MODULE_UNSPECIFIED) {}

  grpc::ServerUnaryReactor* GetChannel(Context* context, const v1::GetChannelRequest* request,
                                       v1::GetChannelResponse* response) override {
    return desk_.call(context, Method::admin_get_channel, request, response, &get_channel);
  }
  grpc::ServerUnaryReactor* SetChannel(Context* context, const v1::SetChannelRequest* request,
                                       v1::SetChannelResponse* response) override {
    return gate_.on_pool(*context, Method::set_channel, {.organisation = &request->organisation()},
                         [this, request, response](const Call& call) {
                           auto set = set_channel(rooms_, call, *request, *response);
                           if (set.ok())
                             gate_.journal().note(
                                 Journal::Level::info, "channel.set",
                                 "An administrator changed the channel of an organisation.",
                                 {{"organisation", call.org()},
                                  {"account", call.session->peer.account},
                                  {"mode", v1::ChannelMode_Name(response->channel().mode())}});
                           return set;
                         });
  }
  grpc::ServerUnaryReactor* GetReconciliation(Context* context,
                                              const v1::GetReconciliationRequest* request,
                                              v1::GetReconciliationResponse* response) override {
    return desk_.call(context, Method::admin_get_reconciliation, request, response,
                      &get_reconciliation);
  }
  grpc::ServerUnaryReactor* ListReturns(Context* context, const v1::ListReturnsRequest* request,
                                        v1::ListReturnsResponse* response) override {
    return desk_.call(context, Method::admin_list_returns, request, response, &list_returns);
  }
  grpc::ServerUnaryReactor* PrepareReturn(Context* context, const v1::PrepareReturnRequest* request,
                                          v1::PrepareReturnResponse* response) override {
    return desk_.call(context, Method::admin_prepare_return, request, response,
                      &prepare_return_blind);
  }
  grpc::ServerUnaryReactor* GetReturnFile(Context* context, const v1::GetReturnFileRequest* request,
                                          v1::GetReturnFileResponse* response) override {
    return desk_.call(context, Method::admin_get_return_file, request, response, &get_return_file);
  }
  grpc::ServerUnaryReactor* SendReturn(Context* context, const v1::SendReturnRequest* request,
                                       v1::SendReturnResponse* response) override {
    return desk_.call(context, Method::admin_send_return, request, response, &send_return);
  }
  grpc::ServerUnaryReactor* ConfirmReturn(Context* context, const v1::ConfirmReturnRequest* request,
                                          v1::ConfirmReturnResponse* response) override {
    return desk_.call(context, Method::admin_confirm_return, request, response, &confirm_return);
  }

 private:
  Gate& gate_;
  UseCases& rooms_;
  Desk desk_;
};

}  // namespace

std::unique_ptr<grpc::Service> make_channels_service(Gate& gate, UseCases& rooms) {
  return std::make_unique<ChannelsService>(gate, rooms);
}

std::unique_ptr<grpc::Service> make_channels_admin_service(Gate& gate, UseCases& rooms) {
  return std::make_unique<ChannelsAdminService>(gate, rooms);
}

}  // namespace semafoor::rpc
