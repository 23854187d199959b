// SPDX-License-Identifier: Apache-2.0
#include "gateway/domain/cbe_number.h"
#include "gateway/feedback/decisions.h"
#include "gateway/os/utf8_path.h"
#include "gateway/rpc/answers_shown.h"
#include "gateway/rpc/audit_calls.h"
#include "gateway/rpc/credential_calls.h"
#include "gateway/rpc/list_calls.h"
#include "gateway/rpc/listing.h"
#include "gateway/rpc/merger_calls.h"
#include "gateway/rpc/organisation_settings.h"
#include "gateway/rpc/organisation_status.h"
#include "gateway/rpc/pairing_calls.h"
#include "gateway/rpc/read_policy_calls.h"
#include "gateway/rpc/requests.h"
#include "gateway/rpc/retention_calls.h"
#include "gateway/rpc/services.h"
#include "gateway/rpc/upload_stream.h"
#include "gateway/rpc/upstream_test_stream.h"
#include "semafoor/v1/admin.grpc.pb.h"

namespace semafoor::rpc {
namespace {

std::string module_list(const v1::Organisation& organisation) {
  std::string list;
  for (const int module : organisation.enabled_modules())
    list += (list.empty() ? "" : " ") + v1::Module_Name(static_cast<v1::Module>(module));
  return list;
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
        *context, Method::get_status, {}, [this, response](const Call& call) -> Result<void> {
          response->set_gateway_version(facts_.version);
          response->set_ready(facts_.ready());
          response->mutable_started_at()->set_unix_ms(facts_.started_at_ms);
          sessions_.sweep();
          response->set_sessions(static_cast<std::int32_t>(sessions_.count()));
          response->set_store_bytes(rooms_.store.size_bytes());
          *response->mutable_disk() = facts_.disk();
          if (facts_.clock) *response->mutable_clock() = facts_.clock();
          if (facts_.alarms)
            for (v1::Alarm& one : facts_.alarms()) *response->add_alarms() = std::move(one);
          return rooms_.store.read([&](store::Reader& reader) -> Result<void> {
            auto all = reader.organisations();
            if (!all.ok()) return all.error();
            for (const v1::Organisation& one : *all) {
              if (!call.session->access.may_use(one.organisation().value())) continue;
              auto& status = *response->add_organisations();
              if (auto filled = fill_status(reader, rooms_.mailbox_sync, one, status); !filled.ok())
                return filled;
              if (has_module(one, v1::MODULE_EBOX))
                *status.mutable_expiry() = rooms_.expiry.report(one.organisation().value());
            }
            return {};
          });
        });
  }

  grpc::ServerUnaryReactor* ListOrganisations(Context* context, const v1::ListOrganisationsRequest*,
                                              v1::ListOrganisationsResponse* response) override {
    return gate_.on_pool(*context, Method::list_organisations, {},
                         [this, response](const Call& call) -> Result<void> {
                           return rooms_.store.read([&](store::Reader& reader) -> Result<void> {
                             auto all = reader.organisations();
                             if (!all.ok()) return all.error();
                             for (v1::Organisation& one : *all)
                               if (call.session->access.may_use(one.organisation().value()))
                                 *response->add_organisations() = std::move(one);
                             return {};
                           });
                         });
  }

  // What is left out stays as it is; modules, read policies and retention have calls of their own.
  grpc::ServerUnaryReactor* PutOrganisation(Context* context,
                                            const v1::PutOrganisationRequest* request,
                                            v1::PutOrganisationResponse* response) override {
    return gate_.later(
        *context, Method::put_organisation, {}, [&](const Call& call, const Gate::Finish& finish) {
          v1::Organisation wanted(request->organisation());
          const bool ends = request->end_representation();
          if (auto fine = check_settings(wanted); !fine.ok()) return finish(fine);
          if (auto fine = check_representative(wanted, ends); !fine.ok()) return finish(fine);
          if (auto fine = check_account(wanted); !fine.ok()) return finish(fine);
          if (auto fine = check_nis_codes(wanted); !fine.ok()) return finish(fine);
          if (!call.session->access.has(Role::operating, wanted.organisation().value()))
            return finish(foreign_organisation(wanted.organisation().value()));
          change(
              wanted.organisation().value(), call,
              {.what = "organisation.put", .subject_kind = "organisation"},
              response->mutable_organisation(), finish,
              [wanted, ends](std::optional<v1::Organisation> stored) -> Result<v1::Organisation> {
                if (!stored) {
                  v1::Organisation added(wanted);
                  added.clear_enabled_modules();
                  added.clear_read_policies();
                  added.clear_retentions();
                  if (added.technical_account().user().empty()) added.clear_technical_account();
                  set_nis_codes(wanted, added);
                  return added;
                }
                merge_name(wanted.name(), *stored->mutable_name());
                if (!wanted.client_id().empty()) stored->set_client_id(wanted.client_id());
                if (!wanted.key_name().empty()) stored->set_key_name(wanted.key_name());
                if (wanted.has_representative())
                  *stored->mutable_representative() = wanted.representative();
                if (ends) stored->clear_representative();
                if (wanted.has_technical_account())
                  *stored->mutable_technical_account() = wanted.technical_account();
                if (stored->technical_account().user().empty()) stored->clear_technical_account();
                set_nis_codes(wanted, *stored);
                return *std::move(stored);
              });
        });
  }

  grpc::ServerUnaryReactor* SetModule(Context* context, const v1::SetModuleRequest* request,
                                      v1::SetModuleResponse* response) override {
    return gate_.later(
        *context, Method::set_module, {.organisation = &request->organisation()},
        [&](const Call& call, const Gate::Finish& finish) {
          const v1::Module module = request->module();
          if (module == v1::MODULE_UNSPECIFIED || !v1::Module_IsValid(module))
            return finish(invalid("module",
                                  "The module is not known. Send MODULE_EBOX, "
                                  "MODULE_KNIPPERLICHT or MODULE_FEEDBACK."));
          const bool enabled = request->enabled();
          change(call.org(), call,
                 {.what = "module.set",
                  .subject_kind = "organisation",
                  .detail = v1::Module_Name(module) + (enabled ? " on" : " off")},
                 response->mutable_organisation(), finish,
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
                         {.organisation = &request->organisation()},
                         [this, response](const Call& call) -> Result<void> {
                           const v1::Organisation& organisation = *call.organisation;
                           if (has_module(organisation, v1::MODULE_KNIPPERLICHT) ||
                               has_module(organisation, v1::MODULE_FEEDBACK))
                             if (auto asked = fetch_signals(call); !asked.ok()) return asked;
                           if (!has_module(organisation, v1::MODULE_EBOX)) return {};
                           auto started = rooms_.mailbox_sync.synchronise(call.org(), call.act);
                           if (!started.ok()) return started.error();
                           response->set_operation_id(started->operation_id);
                           return {};
                         });
  }

  grpc::ServerUnaryReactor* ListOutbox(Context* context, const v1::ListOutboxRequest* request,
                                       v1::ListOutboxResponse* response) override {
    return gate_.on_pool(
        *context, Method::list_outbox, {.organisation = &request->organisation()},
        [this, request, response](const Call& call) -> Result<void> {
          auto listed = list_page(
              *request, *response, query_of(*request),
              [&](const auto& query) { return rooms_.feedback.list(call.org(), query); },
              [](auto& to) { return to.add_feedback(); });
          for (auto& item : *response->mutable_feedback()) leave_out_content(item);
          if (!listed.ok()) return listed;
          return record_answers(rooms_.recorder, call, "outbox.list", response->feedback());
        });
  }

  grpc::ServerUnaryReactor* ReplayFeedback(Context* context,
                                           const v1::ReplayFeedbackRequest* request,
                                           v1::ReplayFeedbackResponse* response) override {
    return decide(*context, Method::replay_feedback, *request, *response,
                  feedback::DecisionKind::replay, "outbox.replayed",
                  "An administrator had an answer sent again.");
  }

  grpc::ServerUnaryReactor* DiscardFeedback(Context* context,
                                            const v1::DiscardFeedbackRequest* request,
                                            v1::DiscardFeedbackResponse* response) override {
    return decide(*context, Method::discard_feedback, *request, *response,
                  feedback::DecisionKind::discard, "outbox.discarded",
                  "An administrator discarded an answer.");
  }

  grpc::ServerUnaryReactor* StartBackup(Context* context, const v1::StartBackupRequest* request,
                                        v1::StartBackupResponse* response) override {
    return gate_.on_pool(
        *context, Method::start_backup, {},
        [this, request, response](const Call& call) -> Result<void> {
          if (auto fine = check_length(request->folder(), 4000, "folder"); !fine.ok()) return fine;
          auto started = rooms_.backups.start(os::path_of(request->folder()), call.act);
          if (!started.ok()) return started.error();
          gate_.journal().note(Journal::Level::info, "backup.started",
                               "An administrator asked for a backup.",
                               {{"folder", request->folder()},
                                {"account", call.session->peer.account},
                                {"reason", call.act.reason}});
          *response->mutable_operation() = std::move(*started);
          return {};
        });
  }

  grpc::ServerUnaryReactor* GetBackup(Context* context, const v1::GetBackupRequest* request,
                                      v1::GetBackupResponse* response) override {
    return gate_.now(*context, Method::get_backup, {}, [&](const Call&) -> Result<void> {
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

  grpc::ServerUnaryReactor* GetReadPolicy(Context* context, const v1::GetReadPolicyRequest* request,
                                          v1::GetReadPolicyResponse* response) override {
    return gate_.now(*context, Method::get_read_policy, {.organisation = &request->organisation()},
                     [&](const Call& call) -> Result<void> {
                       *response->mutable_policies() =
                           policies_in_force(rooms_.read, *call.organisation);
                       return {};
                     });
  }

  grpc::ServerUnaryReactor* SetReadPolicy(Context* context, const v1::SetReadPolicyRequest* request,
                                          v1::SetReadPolicyResponse* response) override {
    return gate_.later(
        *context, Method::set_read_policy, {.organisation = &request->organisation()},
        [&](const Call& call, const Gate::Finish& finish) {
          if (auto fine = check_policies(*request); !fine.ok()) return finish(fine);
          auto changed = std::make_shared<v1::Organisation>();
          const auto done = [this, changed, response, finish,
                             org = call.org()](const Result<void>& stored) {
            if (stored.ok()) {
              *response->mutable_policies() = policies_in_force(rooms_.read, *changed);
              rooms_.expiry.trigger(org);
            }
            finish(stored);
          };
          std::string asked;
          for (const auto& one : request->policies())
            asked += (asked.empty() ? "" : " ") + v1::MessageFamily_Name(one.family()) + "=" +
                     v1::ReadPolicy_Name(one.policy());
          change(call.org(), call,
                 {.what = "read_policy.set", .subject_kind = "organisation", .detail = asked},
                 changed.get(), done,
                 [wanted = request->policies(),
                  changed](std::optional<v1::Organisation> stored) -> Result<v1::Organisation> {
                   if (!stored)
                     return failure(ErrorKind::not_found, "organisation.unknown",
                                    "A read policy was to be set for an organisation that is not "
                                    "served here any more.");
                   for (const auto& one : wanted) mailbox::set_read_policy(*stored, one);
                   return *std::move(stored);
                 });
        });
  }

  grpc::ServerUnaryReactor* GetRetention(Context* context, const v1::GetRetentionRequest* request,
                                         v1::GetRetentionResponse* response) override {
    return gate_.now(*context, Method::get_retention, {.organisation = &request->organisation()},
                     [&](const Call& call) -> Result<void> {
                       *response->mutable_retentions() =
                           retentions_in_force(rooms_.retention, *call.organisation);
                       return {};
                     });
  }

  grpc::ServerUnaryReactor* SetRetention(Context* context, const v1::SetRetentionRequest* request,
                                         v1::SetRetentionResponse* response) override {
    return gate_.later(
        *context, Method::set_retention, {.organisation = &request->organisation()},
        [&](const Call& call, const Gate::Finish& finish) {
          if (auto fine = check_retentions(*request); !fine.ok()) return finish(fine);
          auto changed = std::make_shared<v1::Organisation>();
          const auto done = [this, changed, response, finish](const Result<void>& stored) {
            if (stored.ok())
              *response->mutable_retentions() = retentions_in_force(rooms_.retention, *changed);
            finish(stored);
          };
          change(call.org(), call,
                 {.what = "retention.set",
                  .subject_kind = "organisation",
                  .detail = retention_list(request->retentions())},
                 changed.get(), done,
                 [wanted = request->retentions(),
                  changed](std::optional<v1::Organisation> stored) -> Result<v1::Organisation> {
                   if (!stored)
                     return failure(ErrorKind::not_found, "organisation.unknown",
                                    "A retention was to be set for an organisation that is not "
                                    "served here any more.");
                   for (const auto& one : wanted) mailbox::set_retention(*stored, one);
                   return *std::move(stored);
                 });
        });
  }

  grpc::ServerUnaryReactor* PreviewRetention(Context* context,
                                             const v1::PreviewRetentionRequest* request,
                                             v1::PreviewRetentionResponse* response) override {
    return gate_.on_pool(*context, Method::preview_retention,
                         {.organisation = &request->organisation()},
                         [this, request, response](const Call& call) {
                           return preview_retention(rooms_.retention, call, *request, *response);
                         });
  }

  grpc::ServerUnaryReactor* GetListReadings(Context* context,
                                            const v1::GetListReadingsRequest* request,
                                            v1::GetListReadingsResponse* response) override {
    return gate_.on_pool(*context, Method::get_list_readings,
                         {.organisation = &request->organisation()},
                         [this, request, response](const Call& call) {
                           return get_list_readings(rooms_, call, *request, *response);
                         });
  }

  grpc::ServerUnaryReactor* ReadListsAgain(Context* context,
                                           const v1::ReadListsAgainRequest* request,
                                           v1::ReadListsAgainResponse* response) override {
    return gate_.on_pool(*context, Method::read_lists_again,
                         {.organisation = &request->organisation()},
                         [this, request, response](const Call& call) {
                           return read_lists_again(rooms_, call, *request, *response);
                         });
  }

  grpc::ServerUnaryReactor* MergeOrganisations(Context* context,
                                               const v1::MergeOrganisationsRequest* request,
                                               v1::MergeOrganisationsResponse* response) override {
    return gate_.on_pool(*context, Method::merge_organisations,
                         {.organisation = &request->organisation()},
                         [this, request, response](const Call& call) {
                           return merge_organisations(rooms_.mergers, call, *request, *response);
                         });
  }

  grpc::ServerUnaryReactor* ListMergers(Context* context, const v1::ListMergersRequest* request,
                                        v1::ListMergersResponse* response) override {
    return gate_.on_pool(*context, Method::list_mergers, {.organisation = &request->organisation()},
                         [this, response](const Call& call) {
                           return list_mergers(rooms_.mergers, call, *response);
                         });
  }

  grpc::ServerReadReactor<v1::UploadMessageRequest>* UploadMessage(
      Context* context, v1::UploadMessageResponse* response) override {
    return upload_message(gate_, rooms_.filing, *context, *response);
  }

  grpc::ServerWriteReactor<v1::TestUpstreamResponse>* TestUpstream(
      Context* context, const v1::TestUpstreamRequest* request) override {
    const rpc::TestUpstream& walk =
        request->prepared_keys() ? rooms_.test_prepared : rooms_.test_upstream;
    return test_upstream(gate_, walk, walkers_, *context, *request);
  }

  grpc::ServerUnaryReactor* ListCredentials(Context* context, const v1::ListCredentialsRequest*,
                                            v1::ListCredentialsResponse* response) override {
    return list_credentials(gate_, rooms_, *context, *response);
  }
  grpc::ServerUnaryReactor* ImportCredential(Context* context,
                                             const v1::ImportCredentialRequest* request,
                                             v1::ImportCredentialResponse* response) override {
    return import_credential(gate_, rooms_, *context, *request, *response);
  }
  grpc::ServerUnaryReactor* TestCredential(Context* context,
                                           const v1::TestCredentialRequest* request,
                                           v1::TestCredentialResponse* response) override {
    return test_credential(gate_, rooms_, *context, *request, *response);
  }
  grpc::ServerUnaryReactor* StepCredential(Context* context,
                                           const v1::StepCredentialRequest* request,
                                           v1::StepCredentialResponse* response) override {
    return step_credential(gate_, rooms_, *context, *request, *response);
  }
  grpc::ServerUnaryReactor* EraseOrganisation(Context* context,
                                              const v1::EraseOrganisationRequest* request,
                                              v1::EraseOrganisationResponse* response) override {
    return erase_organisation(gate_, rooms_, directory_, *context, *request, *response);
  }

  grpc::ServerUnaryReactor* StartPairing(Context* context, const v1::StartPairingRequest* request,
                                         v1::StartPairingResponse* response) override {
    return gate_.on_pool(*context, Method::start_pairing, {},
                         [this, request, response](const Call& call) {
                           return start_pairing(rooms_, call, gate_.journal(), *request, *response);
                         });
  }

  grpc::ServerUnaryReactor* ListPaired(Context* context, const v1::ListPairedRequest*,
                                       v1::ListPairedResponse* response) override {
    return gate_.now(*context, Method::list_paired, {}, [&](const Call& call) {
      return list_paired(rooms_.pairing, call, *response);
    });
  }

  grpc::ServerUnaryReactor* RevokePaired(Context* context, const v1::RevokePairedRequest* request,
                                         v1::RevokePairedResponse* response) override {
    return gate_.on_pool(*context, Method::revoke_paired, {},
                         [this, request, response](const Call& call) {
                           return revoke_paired(rooms_, call, gate_.journal(), *request, *response);
                         });
  }

  grpc::ServerWriteReactor<v1::VerifyAuditResponse>* VerifyAudit(
      Context* context, const v1::VerifyAuditRequest* request) override {
    return verify_audit(gate_, rooms_, *context, *request);
  }
  grpc::ServerWriteReactor<v1::ExportAuditResponse>* ExportAudit(
      Context* context, const v1::ExportAuditRequest* request) override {
    return export_audit(gate_, rooms_, *context, *request);
  }
  grpc::ServerWriteReactor<v1::WhoSawResponse>* WhoSaw(Context* context,
                                                       const v1::WhoSawRequest* request) override {
    return who_saw(gate_, rooms_, *context, *request);
  }
  grpc::ServerUnaryReactor* ResolveAuditPerson(Context* context,
                                               const v1::ResolveAuditPersonRequest* request,
                                               v1::ResolveAuditPersonResponse* response) override {
    return gate_.on_pool(*context, Method::resolve_audit_person,
                         {.organisation = &request->organisation()},
                         [this, request, response](const Call& call) {
                           return resolve_person(rooms_, call, *request, *response);
                         });
  }

 private:
  template <typename Request, typename Response>
  grpc::ServerUnaryReactor* decide(Context& context, Method method, const Request& request,
                                   Response& response, feedback::DecisionKind kind,
                                   const char* event, const char* sentence) {
    return gate_.later(
        context, method, {.organisation = &request.organisation()},
        [&](const Call& call, const Gate::Finish& finish) {
          if (auto fine = check_decision(request.client_id(), request.reason()); !fine.ok())
            return finish(fine);
          feedback::Decision decision;
          decision.by = call.session->peer.account;
          decision.reason = request.reason();
          domain::Act act = call.act;
          act.reason = request.reason();
          rooms_.feedback.decide(call.org(), request.client_id(), kind, decision, act,
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

  Result<void> fetch_signals(const Call& call) {
    auto recorded = rooms_.store.write_and_wait([&](store::Transaction& tx) {
      return tx.append_audit(call.org(), {.what = "signals.synchronise",
                                          .act = call.act,
                                          .subject_kind = "organisation",
                                          .subject_id = call.org()});
    });
    if (recorded.ok()) rooms_.signal_intake.trigger(call.org());
    return recorded;
  }

  using Edit = std::function<Result<v1::Organisation>(std::optional<v1::Organisation>)>;

  // Stores what `edit` makes of the present settings; finishes after the commit.
  void change(const std::string& org, const Call& call, store::AuditEntry entry,
              v1::Organisation* out, const Gate::Finish& finish, Edit edit) {
    entry.act = call.act;
    entry.subject_id = org;
    rooms_.store.write(
        [org, out, entry = std::move(entry),
         edit = std::move(edit)](store::Transaction& tx) -> Result<void> {
          auto stored = tx.organisation(org);
          if (!stored.ok()) return stored.error();
          auto changed = edit(std::move(*stored));
          if (!changed.ok()) return changed.error();
          *out = *changed;
          if (auto put = tx.put_organisation(*changed); !put.ok()) return put;
          return tx.append_audit(org, entry);
        },
        [this, org, out, session = call.session, finish](const Result<void>& done) {
          directory_.forget(org);
          if (done.ok())
            gate_.journal().note(Journal::Level::info, "organisation.changed",
                                 "An administrator changed the settings of an organisation.",
                                 {{"organisation", org},
                                  {"account", session->peer.account},
                                  {"modules", module_list(*out)},
                                  {"client_id", out->client_id()},
                                  {"key_name", out->key_name()},
                                  {"representative", out->representative().client_id()},
                                  {"technical_account", out->technical_account().user()},
                                  {"read_policies", policy_list(*out)},
                                  {"retentions", retention_list(out->retentions())}});

          finish(done);
        });
  }

  Gate& gate_;
  UseCases& rooms_;
  Directory& directory_;
  Sessions& sessions_;
  const GatewayFacts& facts_;
  Walkers walkers_;
};

}  // namespace

std::unique_ptr<grpc::Service> make_admin_service(Gate& gate, UseCases& rooms, Directory& directory,
                                                  Sessions& sessions, const GatewayFacts& facts) {
  return std::make_unique<AdminService>(gate, rooms, directory, sessions, facts);
}

}  // namespace semafoor::rpc
