// SPDX-License-Identifier: Apache-2.0
#include "gateway/ctl/commands.h"

#include <chrono>
#include <filesystem>
#include <iostream>
#include <thread>

#include "gateway/ctl/answers.h"
#include "gateway/ctl/render.h"
#include "gateway/ctl/terminal.h"
#include "gateway/os/utf8_path.h"

namespace semafoor::ctl {
namespace {

bool ended(v1::OperationState state) {
  return state == v1::OPERATION_STATE_SUCCEEDED || state == v1::OPERATION_STATE_PARTIAL ||
         state == v1::OPERATION_STATE_FAILED;
}

void show_progress(const v1::Operation& operation) {
  std::cerr << "\r" << operation.phase() << " " << operation.done();
  if (operation.total() > 0) std::cerr << " of " << operation.total();
  std::cerr << "        " << std::flush;
}

// Asks for the operation's state until it has ended. The Admin service has no event stream, so this
// polls, gently.
int follow(const Common& common, AdminClient& client, const std::string& cbe,
           const std::string& id) {
  v1::GetOperationRequest request;
  request.mutable_organisation()->set_value(cbe);
  request.set_operation_id(id);
  v1::GetOperationResponse response;
  Failure failure;
  std::int64_t shown = -1;
  do {
    if (shown >= 0) std::this_thread::sleep_for(std::chrono::milliseconds(100));
    if (!client.call(client.modules(), &v1::Modules::Stub::GetOperation, request, response,
                     failure))
      return fail(common, failure);
    if (!common.json && response.operation().version() != shown)
      show_progress(response.operation());
    shown = response.operation().version();
  } while (!ended(response.operation().state()));
  const v1::Operation& operation = response.operation();
  if (!common.json) std::cerr << "\n";
  const bool good = operation.state() == v1::OPERATION_STATE_SUCCEEDED;
  std::string text =
      (good ? "Synchronised: " : "Not complete: ") + std::to_string(operation.done()) + " items";
  if (!operation.problem().empty()) text += "; " + operation.problem();
  done(common, response, text + "\n");
  return good ? kDone : kRefused;
}

template <typename Request, typename Response, typename Method>
int decide(const Common& common, const OutboxDecision& decision, Method method, const char* word) {
  Failure failure;
  const auto client = AdminClient::connect(common.socket, failure);
  Request request;
  request.mutable_organisation()->set_value(decision.cbe);
  request.set_client_id(decision.client_id);
  request.set_reason(decision.reason);
  Response response;
  if (!client || !client->call(client->admin(), method, request, response, failure))
    return fail(common, failure);
  return done(common, response, std::string(word) + ": " + outbox_line(response.feedback()) + "\n");
}

}  // namespace

int list_organisations(const Common& common) {
  Failure failure;
  const auto client = AdminClient::connect(common.socket, failure);
  v1::ListOrganisationsResponse response;
  if (!client || !client->call(client->admin(), &v1::Admin::Stub::ListOrganisations,
                               v1::ListOrganisationsRequest(), response, failure))
    return fail(common, failure);
  std::string text;
  for (const auto& one : response.organisations()) text += organisation_line(one) + "\n";
  if (text.empty()) text = "No organisation yet.\n";
  return done(common, response, text);
}

int put_organisation(const Common& common, const OrganisationSettings& settings) {
  Failure failure;
  const auto client = AdminClient::connect(common.socket, failure);
  v1::PutOrganisationRequest request;
  v1::Organisation& organisation = *request.mutable_organisation();
  organisation.mutable_organisation()->set_value(settings.cbe);
  organisation.mutable_name()->set_nl(settings.name_nl);
  organisation.mutable_name()->set_fr(settings.name_fr);
  organisation.mutable_name()->set_de(settings.name_de);
  if (settings.representative) {
    organisation.mutable_representative()->set_client_id(settings.client_id);
    organisation.mutable_representative()->set_key_name(settings.key_name);
  } else {
    organisation.set_client_id(settings.client_id);
    organisation.set_key_name(settings.key_name);
  }
  for (const std::string& code : settings.nis_codes) organisation.add_nis_codes(code);
  request.set_end_representation(settings.end_representation);
  v1::PutOrganisationResponse response;
  if (!client ||
      !client->call(client->admin(), &v1::Admin::Stub::PutOrganisation, request, response, failure))
    return fail(common, failure);
  return done(common, response, organisation_line(response.organisation()) + "\n");
}

int put_account(const Common& common, const AccountSettings& settings) {
  Failure failure;
  const auto client = AdminClient::connect(common.socket, failure);
  v1::PutOrganisationRequest request;
  v1::Organisation& organisation = *request.mutable_organisation();
  organisation.mutable_organisation()->set_value(settings.cbe);
  v1::TechnicalAccount& account = *organisation.mutable_technical_account();
  account.set_user(settings.user);
  account.set_password_name(settings.password_name);
  account.set_user_id(settings.user_id);
  account.set_email(settings.email);
  v1::PutOrganisationResponse response;
  if (!client ||
      !client->call(client->admin(), &v1::Admin::Stub::PutOrganisation, request, response, failure))
    return fail(common, failure);
  return done(common, response, organisation_line(response.organisation()) + "\n");
}

int backup(const Common& common, const std::string& folder) {
  Failure failure;
  // Made every night by something that has no other reason.
  const auto client = AdminClient::connect(
      common.socket, failure, common.reason.empty() ? "a backup as usual" : common.reason);
  if (!client) return fail(common, failure);
  std::error_code problem;
  std::filesystem::path target =
      std::filesystem::absolute(os::path_of(folder), problem).lexically_normal();
  if (!target.has_filename()) target = target.parent_path();
  v1::StartBackupRequest start;
  start.set_folder(target.string());
  v1::StartBackupResponse started;
  if (!client->call(client->admin(), &v1::Admin::Stub::StartBackup, start, started, failure))
    return fail(common, failure);
  v1::GetBackupRequest request;
  request.set_operation_id(started.operation().operation_id());
  v1::GetBackupResponse response;
  std::int64_t shown = -1;
  do {
    if (shown >= 0) std::this_thread::sleep_for(std::chrono::milliseconds(100));
    if (!client->call(client->admin(), &v1::Admin::Stub::GetBackup, request, response, failure))
      return fail(common, failure);
    if (!common.json && response.operation().version() != shown)
      show_progress(response.operation());
    shown = response.operation().version();
  } while (!ended(response.operation().state()));
  if (!common.json) std::cerr << "\n";
  const v1::Operation& operation = response.operation();
  std::string text;
  if (operation.state() != v1::OPERATION_STATE_FAILED)
    text = "Backup in " + response.folder() + ": " + std::to_string(response.attachments()) +
           " attachments, " + std::to_string(response.bytes()) + " bytes.\n";
  if (!operation.problem().empty()) text += operation.problem() + "\n";
  done(common, response, text);
  return operation.state() == v1::OPERATION_STATE_SUCCEEDED ? kDone : kRefused;
}

int set_modules(const Common& common, const std::string& cbe,
                const std::vector<std::string>& modules, bool enabled) {
  Failure failure;
  const auto client = AdminClient::connect(common.socket, failure);
  if (!client) return fail(common, failure);
  v1::SetModuleResponse response;
  for (const std::string& name : modules) {
    v1::SetModuleRequest request;
    request.mutable_organisation()->set_value(cbe);
    request.set_module(module_of(name));
    request.set_enabled(enabled);
    if (!client->call(client->admin(), &v1::Admin::Stub::SetModule, request, response, failure))
      return fail(common, failure);
  }
  return done(common, response, organisation_line(response.organisation()) + "\n");
}

int show_status(const Common& common) {
  Failure failure;
  const auto client = AdminClient::connect(common.socket, failure);
  v1::GetStatusResponse response;
  if (!client || !client->call(client->admin(), &v1::Admin::Stub::GetStatus, v1::GetStatusRequest(),
                               response, failure))
    return fail(common, failure);
  done(common, response, status_page(response, !common.json && shows_colours()));
  return response.ready() ? kDone : kRefused;
}

int synchronise(const Common& common, const std::string& cbe, bool wait) {
  Failure failure;
  const auto client = AdminClient::connect(common.socket, failure);
  v1::SynchroniseOrganisationRequest request;
  request.mutable_organisation()->set_value(cbe);
  v1::SynchroniseOrganisationResponse response;
  if (!client || !client->call(client->admin(), &v1::Admin::Stub::SynchroniseOrganisation, request,
                               response, failure))
    return fail(common, failure);
  if (response.operation_id().empty()) {
    return fail(common, {.code = "module.disabled",
                         .message = "Nothing to fetch for " + cbe +
                                    ": no module is enabled. Enable what it uses: semafoorctl "
                                    "modules enable " +
                                    cbe + " ebox knipperlicht feedback."});
  }
  if (wait) return follow(common, *client, cbe, response.operation_id());
  return done(common, response, "Started.\n");
}

int list_outbox(const Common& common, const std::string& cbe, const std::string& state) {
  Failure failure;
  const auto client = AdminClient::connect(common.socket, failure);
  if (!client) return fail(common, failure);
  v1::ListOutboxRequest request;
  request.mutable_organisation()->set_value(cbe);
  request.set_page_size(500);
  if (!state.empty()) request.add_states(answer_state_of(state));
  v1::ListOutboxResponse all;
  do {
    v1::ListOutboxResponse page;
    if (!client->call(client->admin(), &v1::Admin::Stub::ListOutbox, request, page, failure))
      return fail(common, failure);
    all.mutable_feedback()->MergeFrom(page.feedback());
    all.set_total_count(page.total_count());
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  return done(common, all, outbox_page(all));
}

int replay_answer(const Common& common, const OutboxDecision& decision) {
  return decide<v1::ReplayFeedbackRequest, v1::ReplayFeedbackResponse>(
      common, decision, &v1::Admin::Stub::ReplayFeedback, "Sent again");
}

int discard_answer(const Common& common, const OutboxDecision& decision) {
  return decide<v1::DiscardFeedbackRequest, v1::DiscardFeedbackResponse>(
      common, decision, &v1::Admin::Stub::DiscardFeedback, "Discarded");
}

}  // namespace semafoor::ctl
