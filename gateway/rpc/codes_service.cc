// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <utility>

#include "gateway/codes/codes.h"
#include "gateway/rpc/requests.h"
#include "gateway/rpc/services.h"
#include "semafoor/v1/codes.grpc.pb.h"

namespace semafoor::rpc {
namespace {

Error fixed() {
  return failure(ErrorKind::failed_precondition, "codes.fixed",
                 "A code table was asked for; this gateway keeps those of its settings.");
}

template <typename Response>
Result<void> answer(Result<Response> outcome, Response& response) {
  if (!outcome.ok()) return outcome.error();
  response = std::move(*outcome);
  return {};
}

class CodesService final : public v1::CodesAdmin::CallbackService {
 public:
  CodesService(Gate& gate, codes::Codes* codes) : gate_(gate), codes_(codes) {}

  grpc::ServerUnaryReactor* ListCodes(Context* context, const v1::ListCodesRequest* request,
                                      v1::ListCodesResponse* response) override {
    return ask(*context, Method::list_codes,
               [this, request, response](const Call&) -> Result<void> {
                 auto day = day_of(request->has_valid_on(), request->valid_on(), "validOn");
                 if (!day.ok()) return day.error();
                 return answer(codes_->list(request->kind(), *day), *response);
               });
  }

  grpc::ServerUnaryReactor* LoadCodes(Context* context, const v1::LoadCodesRequest* request,
                                      v1::LoadCodesResponse* response) override {
    return ask(*context, Method::load_codes,
               [this, request, response](const Call& call) -> Result<void> {
                 return load(call, *request, *response);
               });
  }

  grpc::ServerUnaryReactor* WithdrawCodes(Context* context, const v1::WithdrawCodesRequest* request,
                                          v1::WithdrawCodesResponse* response) override {
    return ask(*context, Method::withdraw_codes,
               [this, request, response](const Call& call) -> Result<void> {
                 auto withdrawn = answer(codes_->withdraw(request->kind(), call.act), *response);
                 if (withdrawn.ok())
                   note(call, "codes.withdrawn", "An administrator withdrew a prepared code table.",
                        response->withdrawn().table());
                 return withdrawn;
               });
  }

  grpc::ServerUnaryReactor* RollbackCodes(Context* context, const v1::RollbackCodesRequest* request,
                                          v1::RollbackCodesResponse* response) override {
    return ask(*context, Method::rollback_codes,
               [this, request, response](const Call& call) -> Result<void> {
                 auto rolled = answer(codes_->rollback(request->kind(), call.act), *response);
                 if (rolled.ok())
                   note(call, "codes.rolled_back",
                        "An administrator put the code table of before in force again.",
                        response->period().table());
                 return rolled;
               });
  }

  grpc::ServerUnaryReactor* CompareCodes(Context* context, const v1::CompareCodesRequest* request,
                                         v1::CompareCodesResponse* response) override {
    return ask(*context, Method::compare_codes, [this, request, response](const Call&) {
      return answer(codes_->compare(request->kind(), request->content()), *response);
    });
  }

 private:
  // All may wait for the store.
  template <typename Use>
  grpc::ServerUnaryReactor* ask(Context& context, Method method, Use use) {
    return gate_.on_pool(context, method, {},
                         [this, use = std::move(use)](const Call& call) -> Result<void> {
                           return codes_ == nullptr ? Result<void>(fixed()) : use(call);
                         });
  }

  Result<void> load(const Call& call, const v1::LoadCodesRequest& request,
                    v1::LoadCodesResponse& response) {
    auto day = day_of(request.has_from(), request.from(), "from");
    if (!day.ok()) return day.error();
    auto loaded = answer(
        codes_->load(request.content(), *day, call.session->peer.account, call.act), response);
    if (loaded.ok())
      note(call, *day ? "codes.prepared" : "codes.loaded",
           *day ? "An administrator prepared a code table."
                : "An administrator loaded a code table.",
           response.period().table());
    return loaded;
  }

  void note(const Call& call, const char* event, const char* sentence, const v1::CodeTable& table) {
    gate_.journal().note(Journal::Level::info, event, sentence,
                         {{"kind", std::string(codes::name_of(table.kind()))},
                          {"version", table.version()},
                          {"table", table.table_id()},
                          {"account", call.session->peer.account},
                          {"reason", call.act.reason}});
  }

  Gate& gate_;
  codes::Codes* const codes_;
};

}  // namespace

std::unique_ptr<grpc::Service> make_codes_service(Gate& gate, UseCases& rooms) {
  return std::make_unique<CodesService>(gate, rooms.codes);
}

}  // namespace semafoor::rpc
