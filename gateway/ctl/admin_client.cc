// SPDX-License-Identifier: Apache-2.0
#include "gateway/ctl/admin_client.h"

#include <algorithm>
#include <chrono>
#include <string_view>

#include "gateway/ctl/attestation_client.h"
#include "semafoor/v1/errors.pb.h"

namespace semafoor::ctl {
namespace {

constexpr std::string_view kTls = "tls:";
// The gateway makes its certificate for this name.
constexpr char kPinnedName[] = "gateway.semafoor.internal";

// Null for an address that leads away from this machine: the token that goes along is a credential.
std::shared_ptr<grpc::Channel> channel_to(const Introduction& introduction) {
  if (introduction.address.starts_with("unix:"))
    return grpc::CreateChannel(introduction.address, grpc::InsecureChannelCredentials());
  const std::string target =
      introduction.address.substr(std::min(kTls.size(), introduction.address.size()));
  if (!introduction.address.starts_with(kTls) || !target.starts_with("127.0.0.1:") ||
      introduction.certificate.empty())
    return nullptr;
  grpc::ChannelArguments arguments;
  arguments.SetSslTargetNameOverride(kPinnedName);
  grpc::SslCredentialsOptions options;
  options.pem_root_certs = introduction.certificate;
  return grpc::CreateCustomChannel(target, grpc::SslCredentials(options), arguments);
}

}  // namespace

std::unique_ptr<AdminClient> AdminClient::connect(const std::string& socket, Failure& failure,
                                                  std::string reason) {
  std::string problem;
  const auto introduction = introduce(socket, problem);
  if (!introduction) {
    failure = {kUnreachable, "gateway.unreachable", problem};
    return nullptr;
  }
  const auto channel = channel_to(*introduction);
  if (!channel) {
    failure = {kUnreachable, "gateway.address",
               "The gateway (version " + introduction->gateway_version +
                   ") asked to be called at " + introduction->address +
                   ", which this program does not do. Use semafoorctl of the same release."};
    return nullptr;
  }
  return std::unique_ptr<AdminClient>(
      new AdminClient(channel, introduction->token, std::move(reason)));
}

AdminClient::AdminClient(const std::shared_ptr<grpc::Channel>& channel, std::string token,
                         std::string reason)
    : channel_(channel), token_(std::move(token)), reason_(std::move(reason)) {
  admin_ = v1::Admin::NewStub(channel);
  modules_ = v1::Modules::NewStub(channel);
}

void AdminClient::prepare(grpc::ClientContext& context) const {
  context.AddMetadata("authorization", "Bearer " + token_);
  context.AddMetadata("semafoor-purpose-bin", "administration");
  if (!reason_.empty()) context.AddMetadata("semafoor-reason-bin", reason_);
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
}

bool AdminClient::upload(const v1::UploadHead& head, const Next& next,
                         v1::UploadMessageResponse& response, Failure& failure) {
  grpc::ClientContext context;
  prepare(context);
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::minutes(10));
  const auto stream = admin_->UploadMessage(&context, &response);
  v1::UploadMessageRequest request;
  *request.mutable_head() = head;
  // A refusal ends the writing; Finish() says which.
  bool goes_on = stream->Write(request);
  while (goes_on) {
    request.Clear();
    if (!next(*request.mutable_chunk(), failure)) {
      context.TryCancel();
      (void)stream->Finish();
      return false;
    }
    if (request.chunk().empty()) break;
    goes_on = stream->Write(request);
  }
  stream->WritesDone();
  const grpc::Status status = stream->Finish();
  return status.ok() || explain(context, status, failure);
}

bool AdminClient::test_upstream(const v1::TestUpstreamRequest& request, const OnStep& on_step,
                                Failure& failure) {
  grpc::ClientContext context;
  prepare(context);
  // Each connection has a minute at most, and a registry 64 providers at most.
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::minutes(70));
  const auto stream = admin_->TestUpstream(&context, request);
  v1::TestUpstreamResponse response;
  while (stream->Read(&response)) on_step(response.step());
  const grpc::Status status = stream->Finish();
  return status.ok() || explain(context, status, failure);
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
  } else if (status.error_code() == grpc::StatusCode::UNIMPLEMENTED) {
    // By gRPC itself, of a method that the server does not have.
    failure = {kRefused, "gateway.too_old",
               "The gateway does not know this command: it is of an older release than this "
               "program. Update the gateway, or use the semafoorctl of its release."};
  }
  return false;
}

}  // namespace semafoor::ctl
