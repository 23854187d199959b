// SPDX-License-Identifier: Apache-2.0
#include "gateway/domain/cbe_number.h"
#include "gateway/feedback/decisions.h"
#include "gateway/os/utf8_path.h"
#include "gateway/rpc/listing.h"
#include "gateway/rpc/requests.h"
#include "gateway/rpc/services.h"
#include "semafoor/v1/admin.grpc.pb.h"

namespace semafoor::rpc {
namespace {

// A file name without any path in it.
bool harmless_name(const std::string& name) {
  return name.empty() ||
         (name.front() != '.' && name.find_first_of(std::string("/\\\0", 3)) == std::string::npos);
}

// Mends how the number is written ("0212.214.917").
Result<void> check_settings(v1::Organisation& wanted) {
  const auto number = domain::CbeNumber::parse(wanted.organisation().value());
  if (!number)
    return invalid("organisation.organisation",
                   "An organisation was to be set under something that is no enterprise number. "
                   "Give its ten digits.");
  wanted.mutable_organisation()->set_value(number->value());
  if (auto fine = check_length(wanted.client_id(), 256, "organisation.clientId"); !fine.ok())
    return fine;
  if (auto fine = check_length(wanted.key_name(), 128, "organisation.keyName"); !fine.ok())
    return fine;
  if (!harmless_name(wanted.key_name()))
    return invalid("organisation.keyName",
                   "The key's name holds a path. Give the name of a file in the gateway's key "
                   "folder, without folder and without \".pem\".");
  for (const std::string* name :
       {&wanted.name().nl(), &wanted.name().fr(), &wanted.name().de(), &wanted.name().en()})
    if (auto fine = check_length(*name, 256, "organisation.name"); !fine.ok()) return fine;
  return {};
}

// Language by language: who corrects the Dutch name keeps the French one.
void merge_name(const v1::LocalizedText& wanted, v1::LocalizedText& name) {
  if (!wanted.nl().empty()) name.set_nl(wanted.nl());
  if (!wanted.fr().empty()) name.set_fr(wanted.fr());
  if (!wanted.de().empty()) name.set_de(wanted.de());
  if (!wanted.en().empty()) name.set_en(wanted.en());
}

std::string module_list(const v1::Organisation& organisation) {
  std::string list;
  for (const int module : organisation.enabled_modules())
    list += (list.empty() ? "" : " ") + v1::Module_Name(static_cast<v1::Module>(module));
  return list;
}

Result<void> fill_status(store::Reader& reader, const v1::Organisation& organisation,
                         v1::OrganisationStatus& status) {
  const std::string& org = organisation.organisation().value();
  *status.mutable_organisation() = organisation;
  auto counters = reader.counters(org);
  if (!counters.ok()) return counters.error();
  status.set_messages(counters->messages);
  status.set_attachments_stored(counters->attachments_stored);
  status.set_attachments_pending(counters->attachments_pending);
  status.set_attachments_failed(counters->attachments_failed);
  status.set_signals_open(counters->signals_open);
  status.set_signals_total(counters->signals_total);
  status.set_feedback_queued(counters->feedback_queued);
  status.set_feedback_sent(counters->feedback_sent);
  status.set_feedback_accepted(counters->feedback_accepted);
  status.set_feedback_refused(counters->feedback_refused);
  status.set_feedback_unknown(counters->feedback_unknown);
  status.set_feedback_dead(counters->feedback_dead);
  status.set_duplicates_suppressed(counters->duplicates_suppressed);
  auto duties = reader.duties(org);
  if (!duties.ok()) return duties.error();
  for (v1::DutyStatus& duty : *duties) *status.add_duties() = std::move(duty);
  return {};
}

Result<store::FeedbackQuery> query_of(const v1::ListOutboxRequest& request) {
  store::FeedbackQuery query;
  auto limit = page_size(request.page_size(), 100, 500);
  if (!limit.ok()) return limit.error();
  query.limit = *limit;
  for (const int state : request.states()) {
    if (state == 0 || !v1::FeedbackState_IsValid(state))
      return invalid("states", "A value of \"states\" is not known.");
    query.states.push_back(static_cast<v1::FeedbackState>(state));
  }
  if (query.states.empty()) {
    query.states = {v1::FEEDBACK_STATE_QUEUED, v1::FEEDBACK_STATE_SENDING, v1::FEEDBACK_STATE_SENT,
                    v1::FEEDBACK_STATE_OUTCOME_UNKNOWN, v1::FEEDBACK_STATE_DEAD_LETTER};
  }
  return query;
}

// What a social worker wrote is not the administrator's business.
void leave_out_content(v1::FeedbackItem& item) {
  item.clear_remark();
  item.clear_decision_reference();
  item.clear_decision_date();
  item.clear_submitted_by();
}

Result<void> check_decision(const std::string& client_id, const std::string& reason) {
  if (auto fine = check_id(client_id, "clientId"); !fine.ok()) return fine;
  if (reason.find_first_not_of(" \t\r\n") == std::string::npos)
    return invalid("reason", "A decision by hand needs its reason; none was given.");
  return check_length(reason, 256, "reason");
}

class AdminService final : public v1::Admin::CallbackService {
 public:
  AdminService(Gate& gate, UseCases& rooms, Directory& directory, Sessions& sessions,
               const GatewayFacts& facts)
      : gate_(gate), rooms_(rooms), directory_(directory), sessions_(sessions), facts_(facts) {}

  grpc::ServerUnaryReactor* GetStatus(Context* context, const v1::GetStatusRequest*,
                                      v1::GetStatusResponse* response) override {
    return gate_.on_pool(
        *context, Method::get_status, {.admin = true},
        [this, response](const Call&) -> Result<void> {
          response->set_gateway_version(facts_.version);
          response->set_ready(facts_.ready());
          response->mutable_started_at()->set_unix_ms(facts_.started_at_ms);
          sessions_.sweep();
          response->set_sessions(static_cast<std::int32_t>(sessions_.count()));
          response->set_store_bytes(rooms_.store.size_bytes());
          *response->mutable_disk() = facts_.disk();
          return rooms_.store.read([&](store::Reader& reader) -> Result<void> {
            auto all = reader.organisations();
            if (!all.ok()) return all.error();
            for (const v1::Organisation& one : *all)
              if (auto filled = fill_status(reader, one, *response->add_organisations());
                  !filled.ok())
                return filled;
            return {};
          });
        });
  }

  grpc::ServerUnaryReactor* ListOrganisations(Context* context, const v1::ListOrganisationsRequest*,
                                              v1::ListOrganisationsResponse* response) override {
    return gate_.on_pool(*context, Method::list_organisations, {.admin = true},
                         [this, response](const Call&) -> Result<void> {
                           return rooms_.store.read([&](store::Reader& reader) -> Result<void> {
                             auto all = reader.organisations();
                             if (!all.ok()) return all.error();
                             for (v1::Organisation& one : *all)
                               *response->add_organisations() = std::move(one);
                             return {};
                           });
                         });
  }

  // What is left out stays as it is; modules are switched by SetModule alone.
  grpc::ServerUnaryReactor* PutOrganisation(Context* context,
                                            const v1::PutOrganisationRequest* request,
                                            v1::PutOrganisationResponse* response) override {
    return gate_.later(
        *context, Method::put_organisation, {.admin = true},
        [&](const Call& call, const Gate::Finish& finish) {
          v1::Organisation wanted(request->organisation());
          if (auto fine = check_settings(wanted); !fine.ok()) return finish(fine);
          change(wanted.organisation().value(), call.session, response->mutable_organisation(),
                 finish,
                 [wanted](std::optional<v1::Organisation> stored) -> Result<v1::Organisation> {
                   if (!stored) {
                     v1::Organisation added(wanted);
                     added.clear_enabled_modules();
                     return added;
                   }
                   merge_name(wanted.name(), *stored->mutable_name());
                   if (!wanted.client_id().empty()) stored->set_client_id(wanted.client_id());
                   if (!wanted.key_name().empty()) stored->set_key_name(wanted.key_name());
                   return *std::move(stored);
                 });
        });
  }

  grpc::ServerUnaryReactor* SetModule(Context* context, const v1::SetModuleRequest* request,
                                      v1::SetModuleResponse* response) override {
    return gate_.later(
        *context, Method::set_module, {.organisation = &request->organisation(), .admin = true},
        [&](const Call& call, const Gate::Finish& finish) {
          const v1::Module module = request->module();
          if (module == v1::MODULE_UNSPECIFIED || !v1::Module_IsValid(module))
            return finish(invalid("module",
                                  "The module is not known. Send MODULE_EBOX, "
                                  "MODULE_KNIPPERLICHT or MODULE_FEEDBACK."));
          const bool enabled = request->enabled();
          change(call.org(), call.session, response->mutable_organisation(), finish,
                 [module, enabled, org = call.org()](
                     std::optional<v1::Organisation> stored) -> Result<v1::Organisation> {
                   if (!stored)
                     return failure(ErrorKind::not_found, "organisation.unknown",
                                    "A module of organisation " + org +
                                        " was to be switched; it is not served here any more.");
                   v1::Organisation changed(*stored);
                   changed.clear_enabled_modules();
                   for (const int other : stored->enabled_modules())
                     if (other != module)
                       changed.add_enabled_modules(static_cast<v1::Module>(other));
                   if (enabled) changed.add_enabled_modules(module);
                   return changed;
                 });
        });
  }

  grpc::ServerUnaryReactor* SynchroniseOrganisation(
      Context* context, const v1::SynchroniseOrganisationRequest* request,
      v1::SynchroniseOrganisationResponse* response) override {
    return gate_.on_pool(*context, Method::synchronise_organisation,
                         {.organisation = &request->organisation(), .admin = true},
                         [this, response](const Call& call) -> Result<void> {
                           const v1::Organisation& organisation = *call.organisation;
                           if (has_module(organisation, v1::MODULE_KNIPPERLICHT) ||
                               has_module(organisation, v1::MODULE_FEEDBACK))
                             rooms_.signal_intake.trigger(call.org());
                           if (!has_module(organisation, v1::MODULE_EBOX)) return {};
                           auto started = rooms_.mailbox_sync.synchronise(call.org());
                           if (!started.ok()) return started.error();
                           response->set_operation_id(started->operation_id);
                           return {};
                         });
  }

  grpc::ServerUnaryReactor* ListOutbox(Context* context, const v1::ListOutboxRequest* request,
                                       v1::ListOutboxResponse* response) override {
    return gate_.on_pool(
        *context, Method::list_outbox, {.organisation = &request->organisation(), .admin = true},
        [this, request, response](const Call& call) -> Result<void> {
          auto listed = list_page(
              *request, *response, query_of(*request),
              [&](const auto& query) { return rooms_.feedback.list(call.org(), query); },
              [](auto& to) { return to.add_feedback(); });
          for (auto& item : *response->mutable_feedback()) leave_out_content(item);
          return listed;
        });
  }

  grpc::ServerUnaryReactor* ReplayFeedback(Context* context,
                                           const v1::ReplayFeedbackRequest* request,
                                           v1::ReplayFeedbackResponse* response) override {
    return decide(*context, Method::replay_feedback, *request, *response, feedback::replay,
                  "outbox.replayed", "An administrator had an answer sent again.");
  }

  grpc::ServerUnaryReactor* DiscardFeedback(Context* context,
                                            const v1::DiscardFeedbackRequest* request,
                                            v1::DiscardFeedbackResponse* response) override {
    return decide(*context, Method::discard_feedback, *request, *response, feedback::discard,
                  "outbox.discarded", "An administrator discarded an answer.");
  }

  grpc::ServerUnaryReactor* StartBackup(Context* context, const v1::StartBackupRequest* request,
                                        v1::StartBackupResponse* response) override {
    return gate_.on_pool(
        *context, Method::start_backup, {.admin = true},
        [this, request, response](const Call& call) -> Result<void> {
          if (auto fine = check_length(request->folder(), 4000, "folder"); !fine.ok()) return fine;
          auto started = rooms_.backups.start(os::path_of(request->folder()));
          if (!started.ok()) return started.error();
          gate_.journal().note(
              Journal::Level::info, "backup.started", "An administrator asked for a backup.",
              {{"folder", request->folder()}, {"account", call.session->peer.account}});
          *response->mutable_operation() = std::move(*started);
          return {};
        });
  }

  grpc::ServerUnaryReactor* GetBackup(Context* context, const v1::GetBackupRequest* request,
                                      v1::GetBackupResponse* response) override {
    return gate_.now(*context, Method::get_backup, {.admin = true},
                     [&](const Call&) -> Result<void> {
                       auto standing = rooms_.backups.standing(request->operation_id());
                       if (!standing.ok()) return standing.error();
                       *response->mutable_operation() = std::move(standing->operation);
                       response->set_folder(standing->folder);
                       response->set_bytes(standing->bytes);
                       response->set_attachments(standing->attachments);
                       response->set_attachments_missing(standing->attachments_missing);
                       return {};
                     });
  }

 private:
  template <typename Request, typename Response>
  grpc::ServerUnaryReactor* decide(Context& context, Method method, const Request& request,
                                   Response& response, feedback::Act act, const char* event,
                                   const char* sentence) {
    return gate_.later(
        context, method, {.organisation = &request.organisation(), .admin = true},
        [&](const Call& call, const Gate::Finish& finish) {
          if (auto fine = check_decision(request.client_id(), request.reason()); !fine.ok())
            return finish(fine);
          feedback::Decision decision;
          decision.by = call.session->peer.account;
          decision.reason = request.reason();
          rooms_.feedback.decide(call.org(), request.client_id(), act, decision,
                                 [this, org = call.org(), decision, event, sentence, finish,
                                  &response](Result<v1::FeedbackItem> item) {
                                   if (!item) return finish(item.error());
                                   gate_.journal().note(Journal::Level::info, event, sentence,
                                                        {{"organisation", org},
                                                         {"client_id", item->client_id()},
                                                         {"by", decision.by},
                                                         {"reason", decision.reason}});
                                   leave_out_content(*item);
                                   *response.mutable_feedback() = std::move(*item);
                                   finish({});
                                 });
        });
  }

  using Edit = std::function<Result<v1::Organisation>(std::optional<v1::Organisation>)>;

  // Stores what `edit` makes of the present settings; finishes after the commit.
  void change(const std::string& org, const std::shared_ptr<const Session>& session,
              v1::Organisation* out, const Gate::Finish& finish, Edit edit) {
    rooms_.store.write(
        [org, out, edit = std::move(edit)](store::Transaction& tx) -> Result<void> {
          auto stored = tx.organisation(org);
          if (!stored.ok()) return stored.error();
          auto changed = edit(std::move(*stored));
          if (!changed.ok()) return changed.error();
          *out = *changed;
          return tx.put_organisation(*changed);
        },
        [this, org, out, session, finish](const Result<void>& done) {
          directory_.forget(org);
          if (done.ok())
            gate_.journal().note(Journal::Level::info, "organisation.changed",
                                 "An administrator changed the settings of an organisation.",
                                 {{"organisation", org},
                                  {"account", session->peer.account},
                                  {"modules", module_list(*out)},
                                  {"client_id", out->client_id()},
                                  {"key_name", out->key_name()}});
          finish(done);
        });
  }

  Gate& gate_;
  UseCases& rooms_;
  Directory& directory_;
  Sessions& sessions_;
  const GatewayFacts& facts_;
};

}  // namespace

std::unique_ptr<grpc::Service> make_admin_service(Gate& gate, UseCases& rooms, Directory& directory,
                                                  Sessions& sessions, const GatewayFacts& facts) {
  return std::make_unique<AdminService>(gate, rooms, directory, sessions, facts);
}

}  // namespace semafoor::rpc
