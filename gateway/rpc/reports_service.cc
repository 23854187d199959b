// SPDX-License-Identifier: Apache-2.0
#include "gateway/rpc/report_calls.h"
#include "gateway/rpc/services.h"
#include "semafoor/v1/reports.grpc.pb.h"

namespace semafoor::rpc {
namespace {

class ReportsService final : public v1::Reports::CallbackService {
 public:
  ReportsService(Gate& gate, UseCases& rooms) : gate_(gate), rooms_(rooms) {}

  grpc::ServerUnaryReactor* GetStatistics(Context* context, const v1::GetStatisticsRequest* request,
                                          v1::GetStatisticsResponse* response) override {
    return gate_.on_pool(
        *context, Method::get_statistics,
        {.organisation = &request->organisation(), .module = v1::MODULE_KNIPPERLICHT},
        [this, request, response](const Call& call) -> Result<void> {
          return show_statistics(rooms_, call, request->period(), *response->mutable_statistics());
        });
  }

  grpc::ServerWriteReactor<v1::ExportInspectionResponse>* ExportInspection(
      Context* context, const v1::ExportInspectionRequest* request) override {
    return export_inspection(gate_, rooms_, *context, *request);
  }

 private:
  Gate& gate_;
  UseCases& rooms_;
};

class ReportsAdminService final : public v1::ReportsAdmin::CallbackService {
 public:
  ReportsAdminService(Gate& gate, UseCases& rooms) : gate_(gate), rooms_(rooms) {}

  grpc::ServerUnaryReactor* ShowStatistics(Context* context,
                                           const v1::ShowStatisticsRequest* request,
                                           v1::ShowStatisticsResponse* response) override {
    return gate_.on_pool(
        *context, Method::show_statistics, {.organisation = &request->organisation()},
        [this, request, response](const Call& call) -> Result<void> {
          return show_statistics(rooms_, call, request->period(), *response->mutable_statistics());
        });
  }

  grpc::ServerWriteReactor<v1::MakeInspectionResponse>* MakeInspection(
      Context* context, const v1::MakeInspectionRequest* request) override {
    return make_inspection(gate_, rooms_, *context, *request);
  }

 private:
  Gate& gate_;
  UseCases& rooms_;
};

}  // namespace

std::unique_ptr<grpc::Service> make_reports_service(Gate& gate, UseCases& rooms) {
  return std::make_unique<ReportsService>(gate, rooms);
}

std::unique_ptr<grpc::Service> make_reports_admin_service(Gate& gate, UseCases& rooms) {
  return std::make_unique<ReportsAdminService>(gate, rooms);
}

}  // namespace semafoor::rpc
