// SPDX-License-Identifier: Apache-2.0
#include "plugins/runtime/test_pairing_gateway.h"

#include <grpc/grpc_security_constants.h>
#include <grpcpp/grpcpp.h>

#include <chrono>
#include <ctime>
#include <mutex>
#include <stdexcept>

#include "semafoor/v1/errors.pb.h"
#include "semafoor/v1/pairing.grpc.pb.h"

namespace semafoor::runtime::testing {
namespace {

// How long a test's certificate is not to be renewed.
constexpr std::int64_t kRenewFrom = 600;

grpc::Status refused(grpc::ServerContext& context, grpc::StatusCode status, const char* code) {
  v1::ErrorDetail detail;
  detail.set_status(static_cast<int>(status));
  detail.set_code(code);
  context.AddTrailingMetadata("semafoor-error-bin", detail.SerializeAsString());
  return {status, std::string("refused: ") + code};
}

std::string certificate_of(const grpc::ServerContext& context) {
  const auto found = context.auth_context()->FindPropertyValues(GRPC_X509_PEM_CERT_PROPERTY_NAME);
  return found.empty() ? std::string() : std::string(found[0].data(), found[0].size());
}

}  // namespace

class PairingGateway::Service final : public v1::Pairing::Service {
 public:
  explicit Service(PairingGateway& gateway) : gateway_(gateway) {}

  grpc::Status Pair(grpc::ServerContext* context, const v1::PairRequest* request,
                    v1::PairResponse* response) override {
    ++gateway_.pairings_;
    if (gateway_.busy_) return {grpc::StatusCode::UNAVAILABLE, "busy"};
    const std::lock_guard lock(mutex_);
    if (used_.contains(request->code()))
      return refused(*context, grpc::StatusCode::UNAUTHENTICATED, "pairing.code_used");
    if (!codes_.contains(request->code()))
      return refused(*context, grpc::StatusCode::UNAUTHENTICATED, "pairing.code_wrong");
    used_.insert(request->code());
    return certified(request->certificate_request(), *response->mutable_certificate());
  }

  grpc::Status Renew(grpc::ServerContext* context, const v1::RenewRequest* request,
                     v1::RenewResponse* response) override {
    ++gateway_.renewals_;
    const std::lock_guard lock(mutex_);
    if (!known_.contains(certificate_of(*context)))
      return refused(*context, grpc::StatusCode::UNAUTHENTICATED, "session.certificate_unknown");
    if (request->certificate_request().empty())
      return refused(*context, grpc::StatusCode::FAILED_PRECONDITION, "pairing.too_early");
    if (gateway_.refuse_renewals_)
      return refused(*context, grpc::StatusCode::RESOURCE_EXHAUSTED, "store.disk_full");
    return certified(request->certificate_request(), *response->mutable_certificate());
  }

  void offer(const std::string& code) {
    const std::lock_guard lock(mutex_);
    codes_.insert(code);
  }

 private:
  // Under the mutex.
  grpc::Status certified(const std::string& request, v1::PairedCertificate& told) {
    const std::string made = gateway_.authority_.machine(request);
    if (!gateway_.forget_) known_.insert(made);
    if (gateway_.lose_answers_) return {grpc::StatusCode::UNAVAILABLE, "the line broke"};
    told.set_certificate(made);
    told.set_authority(gateway_.authority_.certificate());
    told.set_serial("01");
    told.mutable_expires_at()->set_unix_ms((std::time(nullptr) + 3600) * 1000);
    told.mutable_renew_from()->set_unix_ms((std::time(nullptr) + kRenewFrom) * 1000);
    return grpc::Status::OK;
  }

  PairingGateway& gateway_;
  std::mutex mutex_;
  std::set<std::string> codes_{kCode};
  std::set<std::string> used_;
  std::set<std::string> known_;
};

struct PairingGateway::Server {
  std::unique_ptr<grpc::Server> server;
};

PairingGateway::PairingGateway() : PairingGateway(TestIdentity{}) {}

PairingGateway::PairingGateway(const TestIdentity& shown, int port)
    : service_(std::make_unique<Service>(*this)), server_(std::make_unique<Server>()) {
  const TestIdentity identity = shown.key.empty() ? authority_.gateway() : shown;
  grpc::SslServerCredentialsOptions tls(GRPC_SSL_REQUEST_CLIENT_CERTIFICATE_AND_VERIFY);
  tls.pem_root_certs = authority_.certificate();
  tls.pem_key_cert_pairs.push_back({identity.key, identity.certificate});
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:" + std::to_string(port), grpc::SslServerCredentials(tls),
                           &port_);
  builder.RegisterService(service_.get());
  server_->server = builder.BuildAndStart();
  if (server_->server == nullptr) throw std::runtime_error("the test's gRPC server did not start");
}

PairingGateway::~PairingGateway() {
  server_->server->Shutdown(std::chrono::system_clock::now());
  server_->server->Wait();
}

void PairingGateway::offer(const std::string& code) {
  service_->offer(code);
}

}  // namespace semafoor::runtime::testing
