// SPDX-License-Identifier: Apache-2.0
#include "gateway/rpc/call_act.h"

#include <algorithm>
#include <cctype>
#include <utility>

#include "gateway/domain/text.h"
#include "gateway/rpc/requests.h"

namespace semafoor::rpc {
namespace {

constexpr std::size_t kMostActorBytes = 128;
constexpr std::size_t kMostPurposeBytes = 256;
constexpr std::size_t kMostReasonBytes = 1024;
constexpr std::size_t kMostLegalContextBytes = 64;

domain::Caller caller_of(const Session& session) {
  const PeerIdentity& peer = session.peer;
  if (!session.certificate.empty())
    return {.kind = domain::Caller::Kind::certificate,
            .certificate = session.certificate,
            .name = session.host};
  return {.kind = domain::Caller::Kind::process,
          .account = peer.account,
          .program = peer.image,
          .pid = peer.pid};
}

// `field` is what an error names.
Result<void> check_text(std::string_view text, std::size_t most, const char* field) {
  if (text.size() > most)
    return invalid(field, std::string("The call's ") + field + " has more than " +
                              std::to_string(most) + " bytes. Send a shorter one.");
  if (!domain::is_utf8(text))
    return invalid(
        field, std::string("The call's ") + field + " is in bytes that are not UTF-8. Send UTF-8.");
  return check_no_national_number(std::string(text), field);
}

}  // namespace

std::string_view metadata(const Context& context, const char* key) {
  const auto& all = context.client_metadata();
  const auto found = all.find(key);
  return found == all.end() ? std::string_view()
                            : std::string_view(found->second.data(), found->second.size());
}

std::string sent_correlation_id(const Context& context) {
  const std::string_view sent = metadata(context, kCorrelationMetadata);
  const bool harmless = std::all_of(sent.begin(), sent.end(), [](unsigned char byte) {
    return std::isalnum(byte) != 0 || byte == '-' || byte == '_' || byte == '.';
  });
  return sent.size() <= 64 && harmless ? std::string(sent) : std::string();
}

Result<domain::Act> act_of(const Session& session, const Context& context) {
  domain::Act act{.caller = caller_of(session)};
  for (const auto& [key, most, field, out] :
       {std::tuple(kActorIdMetadata, kMostActorBytes, "actor", &act.actor_id),
        std::tuple(kActorNameMetadata, kMostActorBytes, "actor", &act.actor_name),
        std::tuple(kPurposeMetadata, kMostPurposeBytes, "purpose", &act.purpose),
        std::tuple(kReasonMetadata, kMostReasonBytes, "reason", &act.reason),
        std::tuple(kLegalContextMetadata, kMostLegalContextBytes, "legalContext",
                   &act.legal_context)}) {
    const std::string_view text = metadata(context, key);
    if (auto fine = check_text(text, most, field); !fine.ok()) return fine.error();
    *out = std::string(text);
  }
  act.correlation_id = sent_correlation_id(context);
  return act;
}

Result<domain::Act> act_with_reason(const Call& call, const std::string& reason) {
  domain::Act act = call.act;
  if (!reason.empty()) act.reason = reason;
  if (act.reason.find_first_not_of(" \t\r\n") == std::string::npos)
    return Error{.kind = ErrorKind::invalid_argument,
                 .code = "request.reason_missing",
                 .message =
                     "The call needs a reason, which is recorded; none was given. Say why "
                     "(semafoorctl --reason).",
                 .field = "reason"};
  if (auto fine = check_text(act.reason, kMostReasonBytes, "reason"); !fine.ok())
    return fine.error();
  return act;
}

domain::Act refused_act(const Session* session, const Context& context) {
  domain::Act act;
  if (session != nullptr) act.caller = caller_of(*session);
  act.correlation_id = sent_correlation_id(context);
  return act;
}

Result<void> record(store::Store& store, const store::Org& chain, const store::AuditEntry& entry) {
  return store.write_and_wait(
      [&](store::Transaction& tx) { return tx.append_audit(chain, entry); });
}

}  // namespace semafoor::rpc
