// SPDX-License-Identifier: Apache-2.0
#include "gateway/rpc/gate.h"

#include <openssl/rand.h>

#include <array>
#include <cstdio>
#include <string_view>
#include <utility>

#include "gateway/domain/cbe_number.h"
#include "gateway/rpc/call_act.h"
#include "gateway/rpc/network_door.h"

namespace semafoor::rpc {
namespace {

// What the caller sent, when it is harmless in a log line; else one of our own.
std::string correlation_id(const Context& context) {
  if (std::string sent = sent_correlation_id(context); !sent.empty()) return sent;
  std::array<unsigned char, 8> bytes{};
  RAND_bytes(bytes.data(), static_cast<int>(bytes.size()));
  std::string made;
  for (const unsigned char byte : bytes) {
    std::array<char, 3> digits{};
    std::snprintf(digits.data(), digits.size(), "%02x", byte);
    made += digits.data();
  }
  return made;
}

Result<void> within(RateLimit& limit) {
  const std::chrono::nanoseconds wait = limit.take(RateLimit::Clock::now());
  if (wait.count() == 0) return {};
  const auto ms = std::chrono::ceil<std::chrono::milliseconds>(wait).count();
  return Error{.kind = ErrorKind::resource_exhausted,
               .code = "rate.limited",
               .message =
                   "The call came from a caller that calls more often than it may. Come "
                   "back in " +
                   std::to_string(ms) +
                   " ms, or raise calls_per_second in [local] of the gateway's settings.",
               .retryable = true,
               .retry_after_ms = ms};
}

// What was merely wrong in a request, or came at a busy moment, is none.
bool is_attempt(const Error& error) {
  return error.kind == ErrorKind::unauthenticated || error.kind == ErrorKind::permission_denied ||
         error.kind == ErrorKind::failed_precondition || error.kind == ErrorKind::not_found ||
         error.code == "rate.limited" || error.code == "request.reason_missing";
}

Error lacks_role(const AdminRule& rule) {
  return failure(ErrorKind::permission_denied, "permission.role",
                 "The call " + std::string(rule.method) + " needs the role " + name_of(rule.role) +
                     ", which this caller has not. Let somebody with that role do it, or give it "
                     "in [[local.allow]] or with a pairing.");
}

Result<void> check_role(const AdminRule& rule, const Rights& rights) {
  if (!rights.administers())
    return failure(ErrorKind::permission_denied, "permission.admin",
                   "An administrator's call came from an account that is none. Run it under the "
                   "gateway's account or root, or give it a role in its [[local.allow]].");
  const bool may = rule.everywhere ? rights.has_everywhere(rule.role) : rights.has(rule.role);
  return may ? Result<void>() : Result<void>(lacks_role(rule));
}

}  // namespace

Error foreign_organisation(const std::string& org) {
  return failure(ErrorKind::permission_denied, "organisation.foreign",
                 "The call names organisation " + org +
                     ", for which this caller has no right. Add it to the caller's "
                     "[[local.allow]], or pair its machine anew.");
}

Result<std::shared_ptr<const Session>> TokenAuthenticator::identify(const Context& context) {
  constexpr std::string_view kScheme = "Bearer ";
  const std::string_view header = metadata(context, "authorization");
  const auto caller = door_.caller(context.peer());
  if (!caller)
    return failure(ErrorKind::unauthenticated, "session.missing",
                   "The call came over the network without a certificate of this gateway's. Pair "
                   "the machine (semafoorctl pair) and call with its certificate.");
  if (!header.starts_with(kScheme))
    return failure(ErrorKind::unauthenticated, "session.missing",
                   "The call bore no token. Ask the attestation socket for one and send it as "
                   "metadata \"authorization: Bearer <token>\".");
  auto session = sessions_.find(header.substr(kScheme.size()));
  if (!session.ok()) return session;
  if (!is_own(**session, *caller))
    return failure(ErrorKind::unauthenticated, "session.other_process",
                   "The call bore the token of process " + std::to_string((*session)->peer.pid) +
                       " and came from process " + std::to_string(caller->process->pid) +
                       ". Ask the attestation socket for a token of your own.");
  return session;
}

// Where the system did not tell when a process began, its number alone counts; where it told
// neither for the caller, TLS keeps the token to itself.
bool TokenAuthenticator::is_own(const Session& session, const LocalCaller& caller) const {
  if (!caller.process) return true;
  if (!bound_) return caller.account.empty() || caller.account == session.peer.account;
  if (session.peer.start_time != 0) return *caller.process == name_of(session.peer);
  return caller.process->start_time != 0 || caller.process->pid == session.peer.pid;
}

Result<std::shared_ptr<const Session>> AnyCaller::identify(const Context& context) {
  const std::string certificate = paired_ == nullptr ? std::string() : client_certificate(context);
  return certificate.empty() ? tokens_.identify(context) : paired_->identify(certificate);
}

v1::Actor Call::actor() const {
  v1::Actor actor;
  actor.set_id(act.actor_id);
  actor.set_name(act.actor_name);
  return actor;
}

Result<Call> Gate::admit(const Context& context, Method method, const Need& need) {
  if (!metrics_.begin()) return too_much();
  Call call{.session = nullptr, .organisation = nullptr, .context = &context, .act = {}};
  if (auto checked = check(context, method, need, call); !checked.ok()) {
    if (is_attempt(checked.error())) refused(context, method, need, call, checked.error());
    return checked.error();
  }
  return call;
}

Result<void> Gate::check(const Context& context, Method method, const Need& need, Call& call) {
  auto session = authenticator_.identify(context);
  if (!session.ok()) return session.error();
  call.session = std::move(*session);
  if (RateLimit* const rate = call.session->rate.get())
    if (auto fine = within(*rate); !fine.ok()) return fine;
  const auto& rule = rule_of(method);
  if (rule)
    if (auto fine = check_role(*rule, call.session->access); !fine.ok()) return fine;
  auto act = act_of(*call.session, context);
  if (!act.ok()) return act.error();
  call.act = std::move(*act);
  if (rule && rule->reason == Reason::metadata)
    if (auto given = act_with_reason(call, {}); !given.ok()) return given.error();
  if (need.organisation == nullptr) return {};
  const std::string& org = need.organisation->value();
  if (!domain::is_valid_cbe(org))
    return invalid("organisation",
                   "The call names no valid organisation: an enterprise number of ten digits with "
                   "its check number is needed.");
  // Before the store is asked: who may not see an organisation does not learn whether it exists.
  if (!call.session->access.may_use(org)) return foreign_organisation(org);
  const std::string module = module_name(need.module);
  if (rule && !call.session->access.has(rule->role, org, module)) return lacks_role(*rule);
  auto organisation = directory_.find(org);
  if (!organisation.ok()) return organisation.error();
  call.organisation = std::move(*organisation);
  if (!call.session->access.may_use(org, module))
    return failure(ErrorKind::permission_denied, "module.foreign",
                   "The call needs module " + module + " of organisation " + org +
                       ", for which this caller has no right. Add it to the modules of its "
                       "[[local.allow]] or of its pairing.");
  if (!module.empty() && !has_module(*call.organisation, need.module))
    return failure(ErrorKind::failed_precondition, "module.disabled",
                   "The call needs module " + module + ", which is not enabled for organisation " +
                       org + ". Ask the administrator for: semafoorctl modules enable " + org +
                       " " + module + ".");
  return {};
}

// Into the organisation's chain only what comes from who may use it: no other can fill that.
void Gate::refused(const Context& context, Method method, const Need& need, const Call& call,
                   const Error& error) {
  audit::Refusal refusal{.act = refused_act(call.session.get(), context),
                         .method = name_of(method),
                         .code = error.code};
  if (call.organisation) refusal.chain = call.org();
  if (need.organisation != nullptr && domain::is_valid_cbe(need.organisation->value()))
    refusal.organisation = need.organisation->value();
  refusals_.note(refusal);
}

Result<void> Gate::admit_stranger(RateLimit& limit) {
  if (!metrics_.begin()) return too_much();
  return within(limit);
}

grpc::Status Gate::ended(Context& context, Method method, const Result<void>& result) {
  struct End {
    ~End() { metrics.end(); }
    CallMetrics& metrics;
  } const end{metrics_};
  if (result.ok()) {
    metrics_.count(method, 0);
    return grpc::Status::OK;
  }
  const std::string correlation = correlation_id(context);
  const Error& error = result.error();
  metrics_.count(method, static_cast<int>(error.kind));
  const bool ours = error.kind == ErrorKind::internal || error.kind == ErrorKind::data_loss ||
                    error.kind == ErrorKind::unknown;
  journal_.note(ours ? Journal::Level::error : Journal::Level::debug, "call.failed", error.message,
                {{"method", name_of(method)}, {"code", error.code}, {"correlation", correlation}});
  return to_status(error, correlation, context);
}

Error Gate::broken(const char* what) {
  journal_.note(Journal::Level::error, "call.exception", what);
  return failure(ErrorKind::internal, "gateway.internal",
                 "The call was to be answered; the gateway failed inside. Report it with the "
                 "correlation id; the log has more.");
}

Error Gate::too_much() {
  return Error{.kind = ErrorKind::resource_exhausted,
               .code = "gateway.too_much_work",
               .message =
                   "The call came while the gateway has as much work as it takes on. Try "
                   "again in a moment.",
               .retryable = true,
               .retry_after_ms = 1000};
}

}  // namespace semafoor::rpc
