// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <grpcpp/grpcpp.h>

#include <memory>

#include "gateway/domain/result.h"
#include "gateway/rpc/door.h"
#include "gateway/rpc/paired_callers.h"
#include "gateway/rpc/sessions.h"

namespace semafoor::rpc {

// Turns a call into the session it belongs to (architecture, decision 13).
class Authenticator {
 public:
  virtual ~Authenticator() = default;
  // Any thread, must not block. Errors are of kind unauthenticated.
  virtual Result<std::shared_ptr<const Session>> identify(
      const grpc::CallbackServerContext& context) = 0;
};

// Callers of this machine: metadata "authorization: Bearer <token>". Errors "session.missing",
// "session.other_process" (the token of another process than the one that made the connection), and
// those of Sessions::find.
class TokenAuthenticator final : public Authenticator {
 public:
  // `bound` false: another process of the same account may bear it. Both outlive the object.
  TokenAuthenticator(Sessions& sessions, const Door& door, bool bound)
      : sessions_(sessions), door_(door), bound_(bound) {}
  Result<std::shared_ptr<const Session>> identify(
      const grpc::CallbackServerContext& context) override;

 private:
  bool is_own(const Session& session, const LocalCaller& caller) const;

  Sessions& sessions_;
  const Door& door_;
  const bool bound_;
};

// Machines of the network by their certificate, where there are any; all others by their token.
class AnyCaller final : public Authenticator {
 public:
  // `paired` may be null; all outlive the object.
  AnyCaller(Sessions& sessions, const Door& door, bool bound, PairedCallers* paired)
      : tokens_(sessions, door, bound), paired_(paired) {}
  Result<std::shared_ptr<const Session>> identify(
      const grpc::CallbackServerContext& context) override;

 private:
  TokenAuthenticator tokens_;
  PairedCallers* const paired_;
};

}  // namespace semafoor::rpc
