// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <grpcpp/grpcpp.h>

#include <chrono>
#include <functional>
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

// The services for administrators, with this process's token. One per command.
class AdminClient {
 public:
  // Nothing when no gateway answers; `failure` says why. `reason` goes along with each call, for
  // acts that need one.
  static std::unique_ptr<AdminClient> connect(const std::string& socket, Failure& failure,
                                              std::string reason = {});

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

  // The same of any service, for which it makes the stub.
  template <typename Stub, typename Request, typename Response>
  bool ask(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
           const Request& request, Response& response, Failure& failure) {
    Stub stub(channel_);
    return call(stub, method, request, response, failure);
  }

  // Sends `head` and then the bytes that `next` gives, until it gives none; `next` says no when it
  // cannot go on, and has filled `failure` then.
  using Next = std::function<bool(std::string& chunk, Failure& failure)>;
  bool upload(const v1::UploadHead& head, const Next& next, v1::UploadMessageResponse& response,
              Failure& failure);

  // Hears of each step of the upstreams of an organisation, until the last.
  using OnStep = std::function<void(const v1::UpstreamStep&)>;
  bool test_upstream(const v1::TestUpstreamRequest& request, const OnStep& on_step,
                     Failure& failure);

  // Hears each answer of a stream, until the last. `hear` is void(const Response&).
  template <typename Stub, typename Request, typename Response, typename Hear>
  bool stream(std::unique_ptr<grpc::ClientReader<Response>> (Stub::*method)(grpc::ClientContext*,
                                                                            const Request&),
              const Request& request, Hear&& hear, Failure& failure) {
    Stub stub(channel_);
    grpc::ClientContext context;
    prepare(context);
    // A chain of years, on a slow disk.
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::hours(12));
    const auto answers = (stub.*method)(&context, request);
    Response response;
    while (answers->Read(&response)) hear(response);
    const grpc::Status status = answers->Finish();
    return status.ok() || explain(context, status, failure);
  }

  v1::Admin::Stub& admin() { return *admin_; }
  v1::Modules::Stub& modules() { return *modules_; }

 private:
  AdminClient(const std::shared_ptr<grpc::Channel>& channel, std::string token, std::string reason);
  void prepare(grpc::ClientContext& context) const;
  // Always false.
  static bool explain(const grpc::ClientContext& context, const grpc::Status& status,
                      Failure& failure);

  std::shared_ptr<grpc::Channel> channel_;
  std::string token_;
  std::string reason_;
  std::unique_ptr<v1::Admin::Stub> admin_;
  std::unique_ptr<v1::Modules::Stub> modules_;
};

}  // namespace semafoor::ctl
