// SPDX-License-Identifier: Apache-2.0
#include "gateway/rpc/audit_calls.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "gateway/audit/export.h"
#include "gateway/audit/records_of_person.h"
#include "gateway/audit/verification.h"
#include "gateway/domain/ssin.h"
#include "gateway/rpc/call_act.h"
#include "gateway/rpc/step_stream.h"

namespace semafoor::rpc {
namespace {

constexpr std::size_t kPersonHashBytes = 16;

// What belongs to no organisation, or to all, is for who has the role for all of them.
Result<void> check_reach(const Call& call, Role role) {
  if (call.organisation || call.session->access.has_everywhere(role)) return {};
  return failure(ErrorKind::permission_denied, "permission.role",
                 "The gateway's own audit, or that of every organisation, was asked for by who has "
                 "that role for some. Name an organisation, or let somebody do it who has it for "
                 "all of them.");
}

// Of an organisation that is left out, the gateway's own chain is meant, or all of them.
template <typename Request>
Need need_of(const Request& request) {
  return {.organisation = request.has_organisation() ? &request.organisation() : nullptr};
}

}  // namespace

grpc::ServerWriteReactor<v1::VerifyAuditResponse>* verify_audit(
    Gate& gate, UseCases& rooms, Context& context, const v1::VerifyAuditRequest& request) {
  using Stream = StepStream<v1::VerifyAuditResponse>;
  return Stream::start(gate, context, Method::verify_audit, need_of(request),
                       [&rooms](const Call& call) -> Result<Stream::Step> {
                         if (auto fine = check_reach(call, Role::reader); !fine.ok())
                           return fine.error();
                         std::optional<store::Org> only;
                         if (call.organisation) only = call.org();
                         auto anchors = rooms.anchors();
                         if (!anchors.ok()) return anchors.error();
                         auto work = std::make_shared<audit::Verification>(
                             rooms.store, std::move(*anchors), std::move(only));
                         return Stream::Step([work](v1::VerifyAuditResponse& response) {
                           return work->step(response);
                         });
                       });
}

grpc::ServerWriteReactor<v1::ExportAuditResponse>* export_audit(
    Gate& gate, UseCases& rooms, Context& context, const v1::ExportAuditRequest& request) {
  using Stream = StepStream<v1::ExportAuditResponse>;
  return Stream::start(
      gate, context, Method::export_audit, need_of(request),
      [&rooms, reason = request.reason()](const Call& call) -> Result<Stream::Step> {
        if (auto fine = check_reach(call, Role::security_officer); !fine.ok()) return fine.error();
        auto act = act_with_reason(call, reason);
        if (!act.ok()) return act.error();
        const store::Org chain = call.organisation ? call.org() : store::kGatewayChain;
        auto recorded = record(rooms.store, chain,
                               {.what = "audit.export", .act = *act, .subject_kind = "audit"});
        if (!recorded.ok()) return recorded.error();
        auto work = std::make_shared<audit::Export>(rooms.store, chain);
        return Stream::Step(
            [work](v1::ExportAuditResponse& response) { return work->step(response); });
      });
}

grpc::ServerWriteReactor<v1::WhoSawResponse>* who_saw(Gate& gate, UseCases& rooms, Context& context,
                                                      const v1::WhoSawRequest& request) {
  using Stream = StepStream<v1::WhoSawResponse>;
  return Stream::start(
      gate, context, Method::who_saw, {.organisation = &request.organisation()},
      [&rooms, person = request.person().value(),
       reason = request.reason()](const Call& call) -> Result<Stream::Step> {
        // The number itself is not repeated in the error.
        if (!domain::is_valid_ssin(person))
          return invalid("person",
                         "\"person\" is no national number. Send eleven digits with their check "
                         "number.");
        auto act = act_with_reason(call, reason);
        if (!act.ok()) return act.error();
        auto recorded = record(
            rooms.store, call.org(),
            {.what = "audit.who_saw", .act = *act, .subject_kind = "audit", .persons = {person}});
        if (!recorded.ok()) return recorded.error();
        auto anchors = rooms.anchors();
        if (!anchors.ok()) return anchors.error();
        auto work = std::make_shared<audit::RecordsOfPerson>(rooms.store, call.org(), person,
                                                             anchors->chains[call.org()]);
        return Stream::Step([work](v1::WhoSawResponse& response) { return work->step(response); });
      });
}

Result<void> resolve_person(UseCases& rooms, const Call& call,
                            const v1::ResolveAuditPersonRequest& request,
                            v1::ResolveAuditPersonResponse& response) {
  if (request.person_hash().size() != kPersonHashBytes)
    return invalid("personHash", "\"personHash\" has not 16 bytes. Send one of a record.");
  auto act = act_with_reason(call, request.reason());
  if (!act.ok()) return act.error();
  std::optional<std::string> found;
  auto looked = rooms.store.read([&](store::Reader& reader) -> Result<void> {
    auto person = reader.audit_person(call.org(), request.person_hash());
    if (!person.ok()) return person.error();
    found = std::move(*person);
    return {};
  });
  if (!looked.ok()) return looked;
  store::AuditEntry entry{.what = "audit.resolve", .act = *act, .subject_kind = "audit"};
  if (found)
    entry.persons.push_back(*found);
  else
    entry.result = "audit.person_unknown";
  if (auto recorded = record(rooms.store, call.org(), entry); !recorded.ok()) return recorded;
  if (!found)
    return failure(ErrorKind::not_found, "audit.person_unknown",
                   "The person behind a hash of the audit was asked for; the gateway knows none: "
                   "it is of another organisation, or its data was erased.");
  response.mutable_person()->set_value(*found);
  return {};
}

}  // namespace semafoor::rpc
