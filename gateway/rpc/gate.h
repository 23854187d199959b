// SPDX-License-Identifier: Apache-2.0
//
// Every call passes here: who is it, may it, is the module on; then one use case; then its end is
// counted and its error mapped.
#pragma once

#include <grpcpp/grpcpp.h>

#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "gateway/audit/refusals.h"
#include "gateway/domain/act.h"
#include "gateway/domain/result.h"
#include "gateway/rpc/admin_rules.h"
#include "gateway/rpc/authenticator.h"
#include "gateway/rpc/call_metrics.h"
#include "gateway/rpc/directory.h"
#include "gateway/rpc/errors.h"
#include "gateway/rpc/journal.h"
#include "gateway/rpc/methods.h"
#include "gateway/rpc/work_pool.h"
#include "semafoor/v1/common.pb.h"
#include "semafoor/v1/modules.pb.h"

namespace semafoor::rpc {

using Context = grpc::CallbackServerContext;

// What a method asks of its caller; of an administrator, see admin_rules.h.
struct Need {
  // Null: the call is about no organisation.
  const v1::CbeNumber* organisation = nullptr;
  // Unspecified: whatever is enabled.
  v1::Module module = v1::MODULE_UNSPECIFIED;
};

// An admitted call.
struct Call {
  std::shared_ptr<const Session> session;
  // Null when the call is about no organisation.
  std::shared_ptr<const v1::Organisation> organisation;
  const Context* context = nullptr;
  // Who does it and why, for the audit.
  domain::Act act;

  // Only when there is an organisation.
  const std::string& org() const { return organisation->organisation().value(); }
  // The person who acts, as the metadata says.
  v1::Actor actor() const;
};

// "organisation.foreign".
Error foreign_organisation(const std::string& org);

// Safe from several threads.
class Gate {
 public:
  // All outlive the object.
  Gate(Authenticator& authenticator, Directory& directory, WorkPool& pool, Journal& journal,
       audit::Refusals& refusals)
      : authenticator_(authenticator),
        directory_(directory),
        pool_(pool),
        journal_(journal),
        refusals_(refusals) {}

  // Unary calls, answered on gRPC's own thread: for what is in memory or one indexed read away.
  // `use` is Result<void>(const Call&).
  template <typename Use>
  grpc::ServerUnaryReactor* now(Context& context, Method method, const Need& need, Use&& use) {
    grpc::ServerUnaryReactor* reactor = context.DefaultReactor();
    auto call = admit(context, method, need);
    finish(context, *reactor, method,
           call.ok() ? guarded([&] { return use(*call); }) : Result<void>(call.error()));
    return reactor;
  }

  // Unary calls answered by the pool: for what may block. Request and response outlive the call.
  template <typename Use>
  grpc::ServerUnaryReactor* on_pool(Context& context, Method method, const Need& need, Use use) {
    grpc::ServerUnaryReactor* reactor = context.DefaultReactor();
    auto call = admit(context, method, need);
    if (!call.ok()) {
      finish(context, *reactor, method, call.error());
      return reactor;
    }
    auto work = [this, &context, reactor, method, call = std::move(*call),
                 use = std::move(use)]() mutable {
      finish(context, *reactor, method, guarded([&] { return use(call); }));
    };
    if (!pool_.try_post(std::move(work))) finish(context, *reactor, method, too_much());
    return reactor;
  }

  // Unary calls that end in a callback of their own. `use` is void(const Call&, Finish); Finish is
  // called exactly once, on any thread.
  using Finish = std::function<void(const Result<void>&)>;
  template <typename Use>
  grpc::ServerUnaryReactor* later(Context& context, Method method, const Need& need, Use&& use) {
    grpc::ServerUnaryReactor* reactor = context.DefaultReactor();
    auto call = admit(context, method, need);
    if (!call.ok())
      finish(context, *reactor, method, call.error());
    else
      use(*call, Finish([this, &context, reactor, method](const Result<void>& result) {
        finish(context, *reactor, method, result);
      }));
    return reactor;
  }

  // Unary calls of whoever comes, answered by the pool: what they may do, `use` sees for itself.
  // `limit` holds for all of them together. `use` is Result<void>().
  template <typename Use>
  grpc::ServerUnaryReactor* for_strangers(Context& context, Method method, RateLimit& limit,
                                          Use use) {
    grpc::ServerUnaryReactor* reactor = context.DefaultReactor();
    if (auto fine = admit_stranger(limit); !fine.ok()) {
      finish(context, *reactor, method, fine);
      return reactor;
    }
    auto work = [this, &context, reactor, method, use = std::move(use)]() mutable {
      const Result<void> result = guarded([&] { return use(); });
      // Whatever a stranger tried in vain.
      if (!result.ok()) refused(context, method, {}, {}, result.error());
      finish(context, *reactor, method, result);
    };
    if (!pool_.try_post(std::move(work))) finish(context, *reactor, method, too_much());
    return reactor;
  }

  // For reactors of their own kind (long polls, streams): admit() at the beginning, ended() exactly
  // once with what the call is to be finished with. What is refused for who calls, or for what, is
  // recorded.
  Result<Call> admit(const Context& context, Method method, const Need& need);
  grpc::Status ended(Context& context, Method method, const Result<void>& result);

  // Runs `use`; an exception becomes an error, and does not reach gRPC.
  template <typename Use>
  Result<void> guarded(Use&& use) {
    try {
      return use();
    } catch (const std::exception& exception) {
      return broken(exception.what());
    }
  }

  const CallMetrics& metrics() const { return metrics_; }
  WorkPool& pool() { return pool_; }
  Journal& journal() { return journal_; }

 private:
  // Fills `call` as far as it gets.
  Result<void> check(const Context& context, Method method, const Need& need, Call& call);
  void refused(const Context& context, Method method, const Need& need, const Call& call,
               const Error& error);
  void finish(Context& context, grpc::ServerUnaryReactor& reactor, Method method,
              const Result<void>& result) {
    reactor.Finish(ended(context, method, result));
  }
  Result<void> admit_stranger(RateLimit& limit);
  Error broken(const char* what);
  static Error too_much();

  Authenticator& authenticator_;
  Directory& directory_;
  WorkPool& pool_;
  Journal& journal_;
  audit::Refusals& refusals_;
  CallMetrics metrics_;
};

}  // namespace semafoor::rpc
