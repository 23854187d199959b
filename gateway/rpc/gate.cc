// SPDX-License-Identifier: Apache-2.0
#include "gateway/rpc/gate.h"

#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>
#include <string_view>

#include "gateway/domain/cbe_number.h"
#include "gateway/domain/text.h"
#include "gateway/rpc/requests.h"

namespace semafoor::rpc {
namespace {

constexpr std::size_t kMaxActorBytes = 128;

std::string_view metadata(const Context& context, const char* key) {
  const auto& all = context.client_metadata();
  const auto found = all.find(key);
  return found == all.end() ? std::string_view()
                            : std::string_view(found->second.data(), found->second.size());
}

// What the caller sent, when it is harmless in a log line; else one of our own.
std::string correlation_id(const Context& context) {
  const std::string_view sent = metadata(context, "semafoor-correlation-id");
  const bool harmless = std::all_of(sent.begin(), sent.end(), [](unsigned char byte) {
    return std::isalnum(byte) != 0 || byte == '-' || byte == '_' || byte == '.';
  });
  if (!sent.empty() && sent.size() <= 64 && harmless) return std::string(sent);
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

const char* module_name(v1::Module module) {
  switch (module) {
    case v1::MODULE_EBOX:
      return "ebox";
    case v1::MODULE_KNIPPERLICHT:
      return "knipperlicht";
    case v1::MODULE_FEEDBACK:
      return "feedback";
    default:
      return "unknown";
  }
}

}  // namespace

Result<std::shared_ptr<const Session>> TokenAuthenticator::identify(const Context& context) {
  constexpr std::string_view kScheme = "Bearer ";
  const std::string_view header = metadata(context, "authorization");
  if (!header.starts_with(kScheme))
    return failure(ErrorKind::unauthenticated, "session.missing",
                   "The call bore no token. Ask the attestation socket for one and send it as "
                   "metadata \"authorization: Bearer <token>\".");
  return sessions_.find(header.substr(kScheme.size()));
}

Result<v1::Actor> Call::actor() const {
  v1::Actor actor;
  actor.set_id(std::string(metadata(*context, "semafoor-actor-id-bin")));
  actor.set_name(std::string(metadata(*context, "semafoor-actor-name-bin")));
  if (actor.id().size() > kMaxActorBytes || actor.name().size() > kMaxActorBytes)
    return invalid("actor",
                   "The call names an actor in more than 128 bytes. Send a shorter "
                   "identifier and name.");
  if (!domain::is_utf8(actor.id()) || !domain::is_utf8(actor.name()))
    return invalid("actor", "The call names an actor in bytes that are not UTF-8. Send UTF-8.");
  for (const std::string* text : {&actor.id(), &actor.name()})
    if (auto fine = check_no_national_number(*text, "actor"); !fine.ok()) return fine.error();
  return actor;
}

Result<Call> Gate::admit(const Context& context, const Need& need) {
  if (!metrics_.begin()) return too_much();
  auto session = authenticator_.identify(context);
  if (!session.ok()) return session.error();
  Call call{.session = std::move(*session), .organisation = nullptr, .context = &context};
  if (need.admin && !call.session->access.admin)
    return failure(ErrorKind::permission_denied, "permission.admin",
                   "An administrator's call came from an account that is none. Run it under the "
                   "gateway's account or root, or set admin = true in its [[local.allow]].");
  if (need.organisation == nullptr) return call;
  const std::string& org = need.organisation->value();
  if (!domain::is_valid_cbe(org))
    return invalid("organisation",
                   "The call names no valid organisation: an enterprise number of ten digits with "
                   "its check number is needed.");
  // Before the store is asked: who may not see an organisation does not learn whether it exists.
  if (!call.session->access.may_use(org))
    return failure(ErrorKind::permission_denied, "organisation.foreign",
                   "The call names organisation " + org +
                       ", for which this account has no right. Add it to the account's "
                       "[[local.allow]].");
  auto organisation = directory_.find(org);
  if (!organisation.ok()) return organisation.error();
  call.organisation = std::move(*organisation);
  if (need.module != v1::MODULE_UNSPECIFIED && !has_module(*call.organisation, need.module))
    return failure(ErrorKind::failed_precondition, "module.disabled",
                   std::string("The call needs module ") + module_name(need.module) +
                       ", which is not enabled for organisation " + org +
                       ". Ask the administrator for: semafoorctl modules enable " + org + " " +
                       module_name(need.module) + ".");
  return call;
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
