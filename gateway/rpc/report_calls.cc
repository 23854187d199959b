// SPDX-License-Identifier: Apache-2.0
#include "gateway/rpc/report_calls.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "gateway/reports/reports.h"
#include "gateway/rpc/call_act.h"
#include "gateway/rpc/errors.h"
#include "gateway/rpc/step_stream.h"

namespace semafoor::rpc {
namespace {

constexpr std::size_t kChunk = 64 * 1024;
// In one record of the audit.
constexpr std::size_t kPersonsInRecord = 1'000;

Error no_reports() {
  return failure(ErrorKind::unimplemented, "reports.none", "This gateway makes no reports.");
}

// Who called, where nobody says who acts.
std::string caller_of(const domain::Act& act) {
  if (!act.actor_name.empty()) return act.actor_name;
  if (!act.actor_id.empty()) return act.actor_id;
  return act.caller.name.empty() ? act.caller.account : act.caller.name;
}

Result<void> say_who_and_what_for(const domain::Act& act) {
  if (act.actor_id.empty())
    return failure(ErrorKind::invalid_argument, "reports.who",
                   "An inspection file was asked for, and nobody is named who asks. Send the "
                   "actor with the call.");
  if (act.purpose.empty())
    return failure(ErrorKind::invalid_argument, "reports.what_for",
                   "An inspection file was asked for without what it is for. Send a purpose "
                   "with the call.");
  return {};
}

// In one transaction: all of the export is recorded, or nothing is shown.
Result<void> record_export(store::Store& store, const store::Org& org, const domain::Act& act,
                           const reports::Inspection& inspection) {
  const auto& head = inspection.head();
  const auto& persons = inspection.persons();
  return store.write_and_wait([&](store::Transaction& tx) -> Result<void> {
    std::size_t from = 0;
    do {
      const std::size_t to = std::min(persons.size(), from + kPersonsInRecord);
      store::AuditEntry entry{.what = "inspection.export",
                              .act = act,
                              .subject_kind = "inspection",
                              .persons = {persons.begin() + static_cast<std::ptrdiff_t>(from),
                                          persons.begin() + static_cast<std::ptrdiff_t>(to)},
                              .detail = std::to_string(head.beneficiaries_shown()) +
                                        " beneficiaries, " + std::to_string(head.signals_shown()) +
                                        " signals, " + head.file_name()};
      if (auto added = tx.append_audit(org, entry); !added.ok()) return added;
      from = to;
    } while (from < persons.size());
    return {};
  });
}

template <typename Response>
using StepOf = typename StepStream<Response>::Step;

// First the head, then the chunks.
template <typename Response>
StepOf<Response> steps_of(std::shared_ptr<reports::Inspection> inspection) {
  return [inspection = std::move(inspection),
          begun = false](Response& response) mutable -> Result<bool> {
    if (!begun) {
      begun = true;
      *response.mutable_head() = inspection->head();
      return true;
    }
    return inspection->next(*response.mutable_chunk(), kChunk);
  };
}

template <typename Response>
Result<StepOf<Response>> begin(UseCases& rooms, const store::Org& org,
                               const v1::InspectionWish& wish, const domain::Act& act,
                               const std::string& what_for) {
  if (rooms.reports == nullptr) return no_reports();
  auto inspection =
      rooms.reports->inspection(org, wish, {.who = caller_of(act), .what_for = what_for});
  if (!inspection.ok()) return inspection.error();
  if (auto recorded = record_export(rooms.store, org, act, **inspection); !recorded.ok())
    return recorded.error();
  return steps_of<Response>(std::move(*inspection));
}

}  // namespace

Result<void> show_statistics(UseCases& rooms, const Call& call, const v1::Period& period,
                             v1::Statistics& statistics) {
  if (rooms.reports == nullptr) return no_reports();
  auto counted = rooms.reports->statistics(call.org(), period);
  if (!counted.ok()) return counted.error();
  statistics = std::move(*counted);
  return {};
}

grpc::ServerWriteReactor<v1::ExportInspectionResponse>* export_inspection(
    Gate& gate, UseCases& rooms, Context& context, const v1::ExportInspectionRequest& request) {
  using Response = v1::ExportInspectionResponse;
  return StepStream<Response>::start(
      gate, context, Method::export_inspection,
      {.organisation = &request.organisation(), .module = v1::MODULE_KNIPPERLICHT},
      [&rooms, wish = request.wish()](const Call& call) -> Result<StepOf<Response>> {
        if (auto said = say_who_and_what_for(call.act); !said.ok()) return said.error();
        return begin<Response>(rooms, call.org(), wish, call.act, call.act.purpose);
      });
}

grpc::ServerWriteReactor<v1::MakeInspectionResponse>* make_inspection(
    Gate& gate, UseCases& rooms, Context& context, const v1::MakeInspectionRequest& request) {
  using Response = v1::MakeInspectionResponse;
  return StepStream<Response>::start(
      gate, context, Method::make_inspection, {.organisation = &request.organisation()},
      [&rooms, wish = request.wish(),
       reason = request.reason()](const Call& call) -> Result<StepOf<Response>> {
        auto act = act_with_reason(call, reason);
        if (!act.ok()) return act.error();
        return begin<Response>(rooms, call.org(), wish, *act, act->reason);
      });
}

}  // namespace semafoor::rpc
