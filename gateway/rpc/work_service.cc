// SPDX-License-Identifier: Apache-2.0
#include <set>
#include <utility>

#include "gateway/rpc/error_texts.h"
#include "gateway/rpc/listing.h"
#include "gateway/rpc/requests.h"
#include "gateway/rpc/services.h"
#include "gateway/work/work.h"
#include "semafoor/v1/work.grpc.pb.h"

namespace semafoor::rpc {
namespace {

constexpr int kMostSignals = 500;
constexpr std::size_t kLongestActorId = 128;

Result<void> check_actor_id(const std::string& id, const std::string& field) {
  if (id.empty()) return invalid(field, "\"" + field + "\" is empty. Send the id of a colleague.");
  if (auto fine = check_length(id, kLongestActorId, field); !fine.ok()) return fine;
  return check_no_national_number(id, field);
}

Result<void> check_ids(const google::protobuf::RepeatedPtrField<std::string>& ids) {
  if (ids.size() > kMostSignals) return invalid("signalIds", "Send 1 to 500 signals in one call.");
  std::set<std::string> seen;
  for (const std::string& id : ids) {
    if (auto fine = check_id(id, "signalIds"); !fine.ok()) return fine;
    if (!seen.insert(id).second) return invalid("signalIds", "A signal is named twice.");
  }
  return {};
}

Result<store::EntryQuery> query_of(const v1::ListRemindersRequest& request) {
  auto query = page_query<store::EntryQuery>(request);
  if (!query.ok()) return query;
  if (auto fine = check_length(request.assignee_id(), kLongestActorId, "assigneeId"); !fine.ok())
    return fine.error();
  query->subject = request.assignee_id();
  return query;
}

// What a person reads of each signal that stayed as it was.
void add_texts(google::protobuf::RepeatedPtrField<v1::WorkResult>& results) {
  for (v1::WorkResult& result : results)
    if (result.has_problem())
      *result.mutable_problem()->mutable_text() =
          text_for(result.problem().code(), ErrorKind::failed_precondition);
}

class WorkService final : public v1::Work::CallbackService {
 public:
  WorkService(Gate& gate, UseCases& rooms) : gate_(gate), rooms_(rooms) {}

  grpc::ServerUnaryReactor* GetWorkRules(Context* context, const v1::GetWorkRulesRequest* request,
                                         v1::GetWorkRulesResponse* response) override {
    return on_pool(*context, Method::get_work_rules, *request,
                   [response](work::Work& work, const Call& call) {
                     return store_in(*response->mutable_rules(), work.rules(call.org()));
                   });
  }

  grpc::ServerUnaryReactor* SetWorkRules(Context* context, const v1::SetWorkRulesRequest* request,
                                         v1::SetWorkRulesResponse* response) override {
    return on_pool(*context, Method::set_work_rules, *request,
                   [request, response](work::Work& work, const Call& call) {
                     return store_in(
                         *response->mutable_rules(),
                         work.set_rules(call.org(), request->rules(), request->expected_version(),
                                        request->spread_waiting(), call.act));
                   });
  }

  grpc::ServerUnaryReactor* TakeSignals(Context* context, const v1::TakeSignalsRequest* request,
                                        v1::TakeSignalsResponse* response) override {
    return on_pool(*context, Method::take_signals, *request,
                   [request, response](work::Work& work, const Call& call) -> Result<void> {
                     if (auto fine = check_ids(request->signal_ids()); !fine.ok()) return fine;
                     if (request->signal_ids().empty())
                       return invalid("signalIds", "Send 1 to 500 signals in one call.");
                     auto taken = work.take(
                         call.org(), {request->signal_ids().begin(), request->signal_ids().end()},
                         call.act);
                     if (!taken.ok()) return taken.error();
                     response->mutable_results()->Assign(taken->begin(), taken->end());
                     add_texts(*response->mutable_results());
                     return {};
                   });
  }

  grpc::ServerUnaryReactor* SetAbsence(Context* context, const v1::SetAbsenceRequest* request,
                                       v1::SetAbsenceResponse* response) override {
    return on_pool(*context, Method::set_absence, *request,
                   [request, response](work::Work& work, const Call& call) {
                     return store_in(*response->mutable_absences(),
                                     work.set_absence(call.org(), *request, call.act));
                   });
  }

  grpc::ServerUnaryReactor* ListAbsences(Context* context, const v1::ListAbsencesRequest* request,
                                         v1::ListAbsencesResponse* response) override {
    return on_pool(*context, Method::list_absences, *request,
                   [response](work::Work& work, const Call& call) -> Result<void> {
                     auto all = work.absences(call.org());
                     if (!all.ok()) return all.error();
                     response->mutable_absences()->Assign(all->begin(), all->end());
                     return {};
                   });
  }

  grpc::ServerUnaryReactor* TakeOver(Context* context, const v1::TakeOverRequest* request,
                                     v1::TakeOverResponse* response) override {
    return on_pool(
        *context, Method::take_over, *request,
        [request, response](work::Work& work, const Call& call) -> Result<void> {
          if (auto fine = check_actor_id(request->assignee_id(), "assigneeId"); !fine.ok())
            return fine;
          if (request->has_to()) {
            if (auto fine = check_actor_id(request->to().id(), "to.id"); !fine.ok()) return fine;
            if (auto fine = check_actor(request->to(), "to"); !fine.ok()) return fine;
          }
          if (auto fine = check_ids(request->signal_ids()); !fine.ok()) return fine;
          auto done = store_in(*response, work.take_over(call.org(), *request, call.act));
          add_texts(*response->mutable_results());
          return done;
        });
  }

  grpc::ServerUnaryReactor* ListReminders(Context* context, const v1::ListRemindersRequest* request,
                                          v1::ListRemindersResponse* response) override {
    return on_pool(
        *context, Method::list_reminders, *request,
        [this, request, response](work::Work& work, const Call& call) -> Result<void> {
          auto listed = list_page(
              *request, *response, query_of(*request),
              [&](const auto& query) { return work.reminders(call.org(), query); },
              [](auto& to) { return to.add_reminders(); });
          if (!listed.ok() || response->reminders().empty()) return listed;
          audit::Reading reading{
              .org = call.org(),
              .entry = {.what = "reminder.list", .act = call.act, .subject_kind = "signal"},
              .signals = {}};
          for (const v1::Reminder& one : response->reminders())
            reading.signals.push_back(one.signal_id());
          reading.entry.detail = std::to_string(response->reminders_size()) + " shown";
          return rooms_.recorder.record(std::move(reading));
        });
  }

  grpc::ServerUnaryReactor* GetWorkload(Context* context, const v1::GetWorkloadRequest* request,
                                        v1::GetWorkloadResponse* response) override {
    return on_pool(*context, Method::get_workload, *request,
                   [response](work::Work& work, const Call& call) {
                     return store_in(*response, work.workload(call.org()));
                   });
  }

 private:
  template <typename Request, typename Use>
  grpc::ServerUnaryReactor* on_pool(Context& context, Method method, const Request& request,
                                    Use use) {
    return gate_.on_pool(
        context, method,
        {.organisation = &request.organisation(), .module = v1::MODULE_KNIPPERLICHT},
        [this, use = std::move(use)](const Call& call) -> Result<void> {
          if (rooms_.work == nullptr)
            return failure(ErrorKind::unimplemented, "work.none",
                           "A call about who treats what came to a gateway without that room.");
          return use(*rooms_.work, call);
        });
  }

  template <typename Value>
  static Result<void> store_in(Value& out, Result<Value> value) {
    if (!value.ok()) return value.error();
    out = std::move(*value);
    return {};
  }

  Gate& gate_;
  UseCases& rooms_;
};

}  // namespace

std::unique_ptr<grpc::Service> make_work_service(Gate& gate, UseCases& rooms) {
  return std::make_unique<WorkService>(gate, rooms);
}

}  // namespace semafoor::rpc
