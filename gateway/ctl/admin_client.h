// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <grpcpp/grpcpp.h>

#include <memory>
#include <optional>
#include <string>

#include "semafoor/v1/admin.grpc.pb.h"
#include "semafoor/v1/modules.grpc.pb.h"

namespace semafoor::ctl {

// Documented in --help and docs/administrator.md.
enum ExitCode { kDone = 0, kRefused = 1, kUsage = 2, kUnreachable = 3 };

struct Failure {
  ExitCode exit = kRefused;
  // "organisation.unknown", "permission.admin", ...
  std::string code;
  std::string message;
};

// The Admin service with this process's token. One per command.
class AdminClient {
 public:
  // Nothing when no gateway answers; `failure` says why.
  static std::unique_ptr<AdminClient> connect(const std::string& socket, Failure& failure);

  // Calls `method` of the stub; true on success, otherwise fills `failure`.
  template <typename Stub, typename Request, typename Response>
  bool call(Stub& stub,
            grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
            const Request& request, Response& response, Failure& failure) {
    grpc::ClientContext context;
    prepare(context);
    const grpc::Status status = (stub.*method)(&context, request, &response);
    return status.ok() || explain(context, status, failure);
  }

  v1::Admin::Stub& admin() { return *admin_; }
  v1::Modules::Stub& modules() { return *modules_; }

 private:
  AdminClient(const std::shared_ptr<grpc::Channel>& channel, std::string token);
  void prepare(grpc::ClientContext& context) const;
  // Always false.
  static bool explain(const grpc::ClientContext& context, const grpc::Status& status,
                      Failure& failure);

  std::string token_;
  std::unique_ptr<v1::Admin::Stub> admin_;
  std::unique_ptr<v1::Modules::Stub> modules_;
};

}  // namespace semafoor::ctl
