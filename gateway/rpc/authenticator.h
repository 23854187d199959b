// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <grpcpp/grpcpp.h>

#include <memory>

#include "gateway/domain/result.h"
#include "gateway/rpc/sessions.h"

namespace semafoor::rpc {

// Turns a call into the session it belongs to. Local callers bear a token; a paired machine
// (architecture, decision 13) will be known by the certificate in the call's auth context: another
// implementation of this, beside TokenAuthenticator.
class Authenticator {
 public:
  virtual ~Authenticator() = default;
  // Any thread, must not block. Errors are of kind unauthenticated.
  virtual Result<std::shared_ptr<const Session>> identify(
      const grpc::CallbackServerContext& context) = 0;
};

// Metadata "authorization: Bearer <token>". Errors "session.missing" and those of Sessions::find.
class TokenAuthenticator final : public Authenticator {
 public:
  // The sessions outlive the object.
  explicit TokenAuthenticator(Sessions& sessions) : sessions_(sessions) {}
  Result<std::shared_ptr<const Session>> identify(
      const grpc::CallbackServerContext& context) override;

 private:
  Sessions& sessions_;
};

}  // namespace semafoor::rpc
