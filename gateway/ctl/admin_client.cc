// SPDX-License-Identifier: Apache-2.0
#include "gateway/ctl/admin_client.h"

#include <chrono>

#include "gateway/ctl/attestation_client.h"
#include "semafoor/v1/errors.pb.h"

namespace semafoor::ctl {

std::unique_ptr<AdminClient> AdminClient::connect(const std::string& socket, Failure& failure) {
  std::string problem;
  const auto introduction = introduce(socket, problem);
  if (!introduction) {
    failure = {kUnreachable, "gateway.unreachable", problem};
    return nullptr;
  }
  return std::unique_ptr<AdminClient>(new AdminClient(introduction->address, introduction->token));
}

AdminClient::AdminClient(const std::string& address, std::string token) : token_(std::move(token)) {
  auto channel = grpc::CreateChannel(address, grpc::InsecureChannelCredentials());
  admin_ = v1::Admin::NewStub(channel);
  modules_ = v1::Modules::NewStub(channel);
}

void AdminClient::prepare(grpc::ClientContext& context) const {
  context.AddMetadata("authorization", "Bearer " + token_);
  context.AddMetadata("semafoor-purpose-bin", "administration");
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
}

bool AdminClient::explain(const grpc::ClientContext& context, const grpc::Status& status,
                          Failure& failure) {
  failure = {kRefused, "grpc." + std::to_string(status.error_code()), status.error_message()};
  if (status.error_code() == grpc::StatusCode::UNAVAILABLE)
    failure = {kUnreachable, "gateway.unreachable",
               "The gateway went away during the call: " + status.error_message()};
  const auto& trailing = context.GetServerTrailingMetadata();
  if (const auto found = trailing.find("semafoor-error-bin"); found != trailing.end()) {
    v1::ErrorDetail detail;
    if (detail.ParseFromArray(found->second.data(), static_cast<int>(found->second.size())) &&
        !detail.code().empty())
      failure.code = detail.code();
  }
  return false;
}

}  // namespace semafoor::ctl
