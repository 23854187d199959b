// SPDX-License-Identifier: Apache-2.0
#include "gateway/domain/date.h"
#include "gateway/rpc/listing.h"
#include "gateway/rpc/requests.h"
#include "gateway/rpc/services.h"
#include "semafoor/v1/signals.grpc.pb.h"

namespace semafoor::rpc {
namespace {

constexpr int kMostMatches = 500;
constexpr int kMostDossiers = 50;
constexpr int kMostSuperseded = 500;
constexpr std::size_t kLongestForm = 32;

template <typename Enum>
Result<std::vector<Enum>> states_of(const google::protobuf::RepeatedField<int>& values,
                                    bool (*known)(int), const char* field) {
  std::vector<Enum> states;
  for (const int value : values) {
    if (value == 0 || !known(value))
      return invalid(field, std::string("A value of \"") + field + "\" is not known.");
    states.push_back(static_cast<Enum>(value));
  }
  return states;
}

Result<void> touching_of(const v1::ListSignalsRequest& request, store::SignalQuery& query) {
  auto from = day_of(request.touching().has_from(), request.touching().from(), "touching.from");
  if (!from.ok()) return from.error();
  auto to = day_of(request.touching().has_to(), request.touching().to(), "touching.to");
  if (!to.ok()) return to.error();
  query.touching_from = *from;
  query.touching_to = *to;
  return {};
}

// What `request` asks, without its page.
Result<store::SignalQuery> query_of(const v1::ListSignalsRequest& request) {
  auto query = page_query<store::SignalQuery>(request);
  if (!query.ok()) return query;
  auto states = states_of<v1::SignalState>(request.states(), &v1::SignalState_IsValid, "states");
  if (!states.ok()) return states.error();
  query->states = std::move(*states);
  auto matches =
      states_of<v1::MatchState>(request.match_states(), &v1::MatchState_IsValid, "matchStates");
  if (!matches.ok()) return matches.error();
  query->match_states = std::move(*matches);
  for (const std::string& type : request.signal_types()) {
    if (auto fine = check_id(type, "signalTypes"); !fine.ok()) return fine.error();
    query->signal_types.push_back(type);
  }
  if (!v1::Law_IsValid(request.law())) return invalid("law", "The law is not known.");
  if (request.law() != v1::LAW_UNSPECIFIED) query->law = request.law();
  if (auto fine = check_length(request.assignee_id(), 128, "assigneeId"); !fine.ok())
    return fine.error();
  query->assignee_id = request.assignee_id();
  auto person = person_of(request.has_person(), request.person(), "person");
  if (!person.ok()) return person.error();
  query->ssin = *std::move(person);
  if (auto fine = touching_of(request, *query); !fine.ok()) return fine.error();
  auto dossier = dossier_of(request.dossier_number());
  if (!dossier.ok()) return dossier.error();
  query->dossier = *std::move(dossier);
  if (auto fine = check_length(request.team(), 128, "team"); !fine.ok()) return fine.error();
  query->team = request.team();
  query->recalled_only = request.recalled_only();
  query->open_only = request.open_only();
  return query;
}

Result<void> check_supersession(const v1::SupersedeSignalsRequest& request) {
  if (request.signal_ids().empty() || request.signal_ids_size() > kMostSuperseded)
    return invalid("signalIds", "Send 1 to 500 signals in one call.");
  for (const std::string& id : request.signal_ids())
    if (auto fine = check_id(id, "signalIds"); !fine.ok()) return fine;
  if (request.form_reference().empty())
    return invalid("formReference", "Send the reference of the later form, 1 to 32 characters.");
  if (auto fine = check_length(request.form_reference(), kLongestForm, "formReference"); !fine.ok())
    return fine;
  if (auto fine = check_no_national_number(request.form_reference(), "formReference"); !fine.ok())
    return fine;
  if (request.has_since() && !domain::is_valid_date(request.since()))
    return invalid("since", "\"since\" is no date. Send one, or none.");
  return {};
}

Result<void> check_match(const v1::SignalMatch& match) {
  if (auto fine = check_id(match.signal_id(), "matches.signalId"); !fine.ok()) return fine;
  if (match.dossiers_size() > kMostDossiers)
    return invalid("matches.dossiers", "A signal is matched to more than 50 dossiers.");
  for (const v1::DossierReference& dossier : match.dossiers()) {
    if (dossier.reference().empty())
      return invalid("matches.dossiers.reference", "A dossier has no reference. Send its key.");
    if (auto fine = check_length(dossier.reference(), 128, "matches.dossiers.reference");
        !fine.ok())
      return fine;
    if (auto fine = check_length(dossier.label(), 256, "matches.dossiers.label"); !fine.ok())
      return fine;
    if (auto fine = check_actor(dossier.handler(), "matches.dossiers.handler"); !fine.ok())
      return fine;
  }
  return {};
}

class SignalsService final : public v1::Signals::CallbackService {
 public:
  SignalsService(Gate& gate, UseCases& rooms) : gate_(gate), rooms_(rooms) {}

  grpc::ServerUnaryReactor* ListSignals(Context* context, const v1::ListSignalsRequest* request,
                                        v1::ListSignalsResponse* response) override {
    return gate_.on_pool(*context, Method::list_signals, need(*request),
                         [this, request, response](const Call& call) -> Result<void> {
                           return list(call, *request, *response);
                         });
  }

  grpc::ServerUnaryReactor* GetSignal(Context* context, const v1::GetSignalRequest* request,
                                      v1::GetSignalResponse* response) override {
    return gate_.now(*context, Method::get_signal, need(*request),
                     [&](const Call& call) -> Result<void> {
                       if (auto fine = check_id(request->signal_id(), "signalId"); !fine.ok())
                         return fine;
                       auto signal = rooms_.signals.get(call.org(), request->signal_id());
                       if (!signal.ok()) return signal.error();
                       *response->mutable_signal() = std::move(*signal);
                       return rooms_.recorder.record(
                           {.org = call.org(),
                            .entry = {.what = "signal.read",
                                      .act = call.act,
                                      .subject_kind = "signal",
                                      .subject_id = request->signal_id(),
                                      .persons = {response->signal().person().value()}}});
                     });
  }

  grpc::ServerUnaryReactor* MatchSignals(Context* context, const v1::MatchSignalsRequest* request,
                                         v1::MatchSignalsResponse* response) override {
    return gate_.on_pool(*context, Method::match_signals, need(*request),
                         [this, request, response](const Call& call) -> Result<void> {
                           if (request->matches().empty() || request->matches_size() > kMostMatches)
                             return invalid("matches", "Send 1 to 500 matches in one call.");
                           for (const v1::SignalMatch& match : request->matches())
                             if (auto fine = check_match(match); !fine.ok()) return fine;
                           auto matched = rooms_.signals.match(
                               call.org(), {request->matches().begin(), request->matches().end()},
                               call.act);
                           if (!matched.ok()) return matched.error();
                           for (v1::Signal& signal : *matched)
                             *response->add_signals() = std::move(signal);
                           return {};
                         });
  }

  grpc::ServerUnaryReactor* AssignSignal(Context* context, const v1::AssignSignalRequest* request,
                                         v1::AssignSignalResponse* response) override {
    return gate_.on_pool(
        *context, Method::assign_signal, need(*request),
        [this, request, response](const Call& call) -> Result<void> {
          if (auto fine = check_id(request->signal_id(), "signalId"); !fine.ok()) return fine;
          if (auto fine = check_actor(request->assignee(), "assignee"); !fine.ok()) return fine;
          return store_in(response->mutable_signal(),
                          rooms_.signals.assign(
                              call.org(), request->signal_id(),
                              request->has_assignee() ? &request->assignee() : nullptr, call.act));
        });
  }

  grpc::ServerUnaryReactor* MarkInvestigated(Context* context,
                                             const v1::MarkInvestigatedRequest* request,
                                             v1::MarkInvestigatedResponse* response) override {
    return gate_.on_pool(*context, Method::mark_investigated, need(*request),
                         [this, request, response](const Call& call) -> Result<void> {
                           if (auto fine = check_id(request->signal_id(), "signalId"); !fine.ok())
                             return fine;
                           return store_in(
                               response->mutable_signal(),
                               rooms_.signals.mark_investigated(call.org(), request->signal_id(),
                                                                call.actor(), call.act));
                         });
  }

  grpc::ServerUnaryReactor* GetSignalHistory(Context* context,
                                             const v1::GetSignalHistoryRequest* request,
                                             v1::GetSignalHistoryResponse* response) override {
    return gate_.now(
        *context, Method::get_signal_history, need(*request),
        [&](const Call& call) -> Result<void> {
          if (auto fine = check_id(request->signal_id(), "signalId"); !fine.ok()) return fine;
          auto story = rooms_.signals.story(call.org(), request->signal_id());
          if (!story.ok()) return story.error();
          *response->mutable_history() = std::move(story->history);
          return rooms_.recorder.record({.org = call.org(),
                                         .entry = {.what = "signal.history",
                                                   .act = call.act,
                                                   .subject_kind = "signal",
                                                   .subject_id = request->signal_id(),
                                                   .persons = {story->signal.person().value()}}});
        });
  }

  grpc::ServerUnaryReactor* SupersedeSignals(Context* context,
                                             const v1::SupersedeSignalsRequest* request,
                                             v1::SupersedeSignalsResponse* response) override {
    return gate_.on_pool(*context, Method::supersede_signals, need(*request),
                         [this, request, response](const Call& call) -> Result<void> {
                           if (auto fine = check_supersession(*request); !fine.ok()) return fine;
                           v1::Supersession form;
                           form.set_form_reference(request->form_reference());
                           if (request->has_since()) *form.mutable_since() = request->since();
                           *form.mutable_recorded_by() = call.actor();
                           auto superseded = rooms_.signals.supersede(
                               call.org(),
                               {request->signal_ids().begin(), request->signal_ids().end()}, form,
                               call.act);
                           if (!superseded.ok()) return superseded.error();
                           for (v1::Signal& signal : *superseded)
                             *response->add_signals() = std::move(signal);
                           return {};
                         });
  }

  grpc::ServerUnaryReactor* ReplacePersonNumber(
      Context* context, const v1::ReplacePersonNumberRequest* request,
      v1::ReplacePersonNumberResponse* response) override {
    return gate_.on_pool(*context, Method::replace_person_number, need(*request),
                         [this, request, response](const Call& call) -> Result<void> {
                           if (auto fine = check_ssin(request->former(), "former"); !fine.ok())
                             return fine;
                           if (auto fine = check_ssin(request->current(), "current"); !fine.ok())
                             return fine;
                           const v1::Actor actor = call.actor();
                           auto changed = rooms_.signals.replace_person_number(
                               call.org(),
                               {.former = request->former().value(),
                                .current = request->current().value(),
                                .recorded_by = &actor},
                               call.act);
                           if (!changed.ok()) return changed.error();
                           response->mutable_person()->set_value(changed->person);
                           for (std::string& id : changed->signal_ids)
                             response->add_signal_ids(std::move(id));
                           return {};
                         });
  }

  grpc::ServerUnaryReactor* ListSignalTypes(Context* context,
                                            const v1::ListSignalTypesRequest* request,
                                            v1::ListSignalTypesResponse* response) override {
    return gate_.now(*context, Method::list_signal_types, need(*request),
                     [&](const Call&) -> Result<void> {
                       auto types = rooms_.signals.types();
                       if (!types.ok()) return types.error();
                       for (v1::SignalType& type : *types) *response->add_types() = std::move(type);
                       return {};
                     });
  }

 private:
  template <typename Request>
  static Need need(const Request& request) {
    return {.organisation = &request.organisation(), .module = v1::MODULE_KNIPPERLICHT};
  }

  static Result<void> store_in(v1::Signal* out, Result<v1::Signal> signal) {
    if (!signal.ok()) return signal.error();
    *out = std::move(*signal);
    return {};
  }

  Result<void> list(const Call& call, const v1::ListSignalsRequest& request,
                    v1::ListSignalsResponse& response) {
    auto listed = list_page(
        request, response, query_of(request),
        [&](const auto& query) { return rooms_.signals.list(call.org(), query); },
        [](auto& to) { return to.add_signals(); });
    if (!listed.ok()) return listed;
    store::AuditEntry entry{.what = "signal.list", .act = call.act, .subject_kind = "signal"};
    // Who searched for a person has consulted data about them, also where there is none.
    if (request.has_person()) entry.persons.push_back(request.person().value());
    for (const v1::Signal& signal : response.signals())
      entry.persons.push_back(signal.person().value());
    if (entry.persons.empty()) return {};
    entry.detail = std::to_string(response.signals_size()) + " shown";
    return rooms_.recorder.record({.org = call.org(), .entry = std::move(entry)});
  }

  Gate& gate_;
  UseCases& rooms_;
};

}  // namespace

std::unique_ptr<grpc::Service> make_signals_service(Gate& gate, UseCases& rooms) {
  return std::make_unique<SignalsService>(gate, rooms);
}

}  // namespace semafoor::rpc
