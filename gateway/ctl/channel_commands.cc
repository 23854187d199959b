// SPDX-License-Identifier: Apache-2.0
#include "gateway/ctl/channel_commands.h"

#include <CLI/CLI.hpp>

#include "gateway/ctl/answers.h"
#include "gateway/ctl/ask.h"
#include "gateway/ctl/channel_page.h"
#include "gateway/ctl/days.h"
#include "gateway/ctl/new_file.h"
#include "semafoor/v1/channels.grpc.pb.h"

namespace semafoor::ctl {
namespace {

std::string sent_page(const v1::SendReturnResponse& response) {
  return return_line(response.list_return()) +
         "It leaves by itself; look again with \"channel lists\".\n";
}

std::string confirmed_page(const v1::ConfirmReturnResponse& response) {
  return return_line(response.list_return());
}

// What is there may be a list that went already.
bool is_new(const NewFile& file, const std::string& name, Failure& failure) {
  if (!file.is_there()) return true;
  failure = {kUsage, "usage.file", "The file " + name + " exists. Name one that does not."};
  return false;
}

bool write_file(NewFile& file, const std::string& name, const std::string& bytes,
                Failure& failure) {
  if (file.open()) {
    file.write(bytes);
    if (file.finish()) return true;
  }
  failure = {kRefused, "usage.file",
             "The file " + name +
                 " could not be written. The return is fetched all the same: name another file, or "
                 "say \"channel confirm CBE RETURN never-went\"."};
  return false;
}

}  // namespace

ChannelCommands::ChannelCommands(CLI::App& app) {
  auto* channel = app.add_subcommand(
      "channel",
      "by which way knipperlichten come and answers go back: lists, parallel, electronic");
  channel->require_subcommand(1);
  show_ = channel->add_subcommand("show", "the channel, since when, by whom and why");
  set_ = channel->add_subcommand("set", "changes it; may be changed back");
  report_ = channel->add_subcommand(
      "report", "which signals came by one way only and why; whether to adopt the electronic flow");
  lists_ = channel->add_subcommand("lists", "half-yearly lists and what became of their returns");
  return_ = channel->add_subcommand(
      "return", "fills a half-yearly list from the answers given; sends it or saves the file");
  confirm_ = channel->add_subcommand("confirm", "says what became of a return that left");
  for (auto* command : {show_, set_, report_, lists_, return_, confirm_})
    command->add_option("CBE", cbe_, "enterprise number of the organisation")->required();
  set_->add_option("CHANNEL", mode_, "lists, parallel or electronic")
      ->required()
      ->check(CLI::IsMember({"lists", "parallel", "electronic"}));
  set_->footer("Needs --reason. Leaving the lists queues the answers that waited for one.");
  auto* from = report_->add_option("--from", from_, "first month, yyyy-mm");
  report_->add_option("--to", to_, "last month, yyyy-mm; at most 24 months")->needs(from);
  report_->add_option("--differences", differences_, "how many signals are shown (100)")
      ->check(CLI::Range(1, 500));
  return_->add_option("LIST", list_, "id of the list, as \"channel lists\" shows it")->required();
  auto* file = return_->add_option("--file", file_, "new file for the list with its codes");
  return_->add_option("--format", format_, "csv or xlsx")
      ->check(CLI::IsMember({"csv", "xlsx"}))
      ->needs(file);
  return_->add_flag("--preview", preview_, "only to look at: the return stays as it is")
      ->needs(file);
  return_->add_flag("--send", send_now_, "as a reply in the e-Box, where the message takes one")
      ->excludes(file);
  return_->add_flag("--incomplete", incomplete_, "also when rows are missing");
  return_->footer(
      "Without --send and --file it is prepared and shown, and nothing leaves. Both need --reason. "
      "A list goes back once: a repeat changes nothing.");
  confirm_->add_option("RETURN", return_id_, "id of the return")->required();
  confirm_->add_option("OUTCOME", outcome_, "arrived (it was uploaded) or never-went")
      ->required()
      ->check(CLI::IsMember({"arrived", "never-went"}));
  confirm_->add_option("--on", on_, "when it arrived, yyyy-mm-dd; without: today");
  confirm_->footer("Needs --reason.");
}

std::optional<int> ChannelCommands::run(const Common& common) const {
  if (show_->parsed()) return show(common);
  if (set_->parsed()) return set(common);
  if (report_->parsed()) return report(common);
  if (lists_->parsed()) return lists(common);
  if (return_->parsed()) return give_back(common);
  if (confirm_->parsed()) return confirm(common);
  return std::nullopt;
}

int ChannelCommands::show(const Common& common) const {
  v1::GetChannelRequest request;
  request.mutable_organisation()->set_value(cbe_);
  return ask(common, &v1::ChannelsAdmin::Stub::GetChannel, request, &channel_page);
}

int ChannelCommands::set(const Common& common) const {
  v1::SetChannelRequest request;
  request.mutable_organisation()->set_value(cbe_);
  request.set_mode(channel_of(mode_));
  return ask(common, &v1::ChannelsAdmin::Stub::SetChannel, request, &channel_page);
}

int ChannelCommands::report(const Common& common) const {
  v1::GetReconciliationRequest request;
  request.mutable_organisation()->set_value(cbe_);
  request.set_most_differences(differences_);
  if (!from_.empty()) {
    auto& period = *request.mutable_period();
    if (!read_month(from_, false, *period.mutable_from()) ||
        !read_month(to_.empty() ? from_ : to_, true, *period.mutable_to()))
      return fail(common, {kUsage, "usage.month", "A month is written yyyy-mm, as 2026-10."});
  }
  return ask(common, &v1::ChannelsAdmin::Stub::GetReconciliation, request, &reconciliation_page);
}

int ChannelCommands::lists(const Common& common) const {
  v1::ListReturnsRequest request;
  request.mutable_organisation()->set_value(cbe_);
  return ask(common, &v1::ChannelsAdmin::Stub::ListReturns, request, &returns_page);
}

int ChannelCommands::give_back(const Common& common) const {
  Failure failure;
  const auto client = AdminClient::connect(common.socket, failure, common.reason);
  v1::PrepareReturnRequest request;
  request.mutable_organisation()->set_value(cbe_);
  request.set_list_id(list_);
  v1::PrepareReturnResponse response;
  if (!client || !client->ask(&v1::ChannelsAdmin::Stub::PrepareReturn, request, response, failure))
    return fail(common, failure);
  const std::string& id = response.list_return().return_id();
  if (send_now_) return send(common, *client, id);
  if (!file_.empty()) return save(common, *client, id);
  return done(common, response, return_page(response));
}

int ChannelCommands::send(const Common& common, AdminClient& client,
                          const std::string& return_id) const {
  v1::SendReturnRequest request;
  request.mutable_organisation()->set_value(cbe_);
  request.set_return_id(return_id);
  request.set_incomplete(incomplete_);
  v1::SendReturnResponse response;
  Failure failure;
  if (!client.ask(&v1::ChannelsAdmin::Stub::SendReturn, request, response, failure))
    return fail(common, failure);
  return done(common, response, sent_page(response));
}

int ChannelCommands::save(const Common& common, AdminClient& client,
                          const std::string& return_id) const {
  v1::GetReturnFileRequest request;
  request.mutable_organisation()->set_value(cbe_);
  request.set_return_id(return_id);
  request.set_format(format_ == "xlsx" ? v1::RETURN_FORMAT_XLSX : v1::RETURN_FORMAT_CSV);
  request.set_preview(preview_);
  request.set_incomplete(incomplete_);
  v1::GetReturnFileResponse response;
  Failure failure;
  NewFile file(file_);
  if (!is_new(file, file_, failure)) return fail(common, failure);
  std::string bytes;
  do {
    request.set_offset(response.next_offset());
    if (!client.ask(&v1::ChannelsAdmin::Stub::GetReturnFile, request, response, failure))
      return fail(common, failure);
    bytes += response.piece();
  } while (response.next_offset() != 0);
  if (!write_file(file, file_, bytes, failure)) return fail(common, failure);
  response.clear_piece();
  return done(common, response,
              return_line(response.list_return()) + "Saved as " + file_ +
                  (preview_ ? ", to look at.\n" : ". Upload it, and say \"channel confirm\".\n"));
}

int ChannelCommands::confirm(const Common& common) const {
  v1::ConfirmReturnRequest request;
  request.mutable_organisation()->set_value(cbe_);
  request.set_return_id(return_id_);
  request.set_outcome(outcome_ == "arrived" ? v1::RETURN_OUTCOME_ARRIVED
                                            : v1::RETURN_OUTCOME_NEVER_WENT);
  Failure failure;
  if (!on_.empty() && !read_day(on_, *request.mutable_arrived_on(), failure))
    return fail(common, failure);
  return ask(common, &v1::ChannelsAdmin::Stub::ConfirmReturn, request, &confirmed_page);
}

}  // namespace semafoor::ctl
