// SPDX-License-Identifier: Apache-2.0
#include "gateway/ctl/report_commands.h"

#include <CLI/CLI.hpp>
#include <iostream>

#include "gateway/ctl/admin_client.h"
#include "gateway/ctl/answers.h"
#include "gateway/ctl/days.h"
#include "gateway/ctl/new_file.h"
#include "gateway/ctl/render.h"
#include "gateway/ctl/report_page.h"
#include "semafoor/v1/reports.grpc.pb.h"

namespace semafoor::ctl {
namespace {

Failure unusable(const std::string& file, const char* why) {
  return {kUsage, "usage.file", "The file " + file + " " + why};
}

}  // namespace

ReportCommands::ReportCommands(CLI::App& app) {
  stats_ = app.add_subcommand(
      "stats", "signals by month, type, channel, age and outcome; answer times; the trend");
  stats_->add_option("CBE", cbe_,
                     "enterprise number of the organisation; without: a line for each of them");
  inspection_ = app.add_subcommand(
      "inspection", "the file for an inspection: per beneficiary each signal and its answers");
  inspection_->add_option("CBE", cbe_, "enterprise number of the organisation")->required();
  auto* from = inspection_->add_option("--from", from_, "first day of receipt, yyyy-mm-dd");
  auto* to = inspection_->add_option("--to", to_, "last day of receipt, yyyy-mm-dd");
  from->required();
  to->required();
  stats_->add_option("--from", from_,
                     "first day, yyyy-mm-dd (the first of the month two years before)");
  stats_->add_option("--to", to_, "last day, yyyy-mm-dd (today)");
  auto* sample = inspection_->add_option("--sample", sample_,
                                         "so many beneficiaries, drawn by chance; without: all");
  inspection_
      ->add_option("--seed", seed_, "of the draw: the same number gives the same beneficiaries")
      ->needs(sample)
      ->capture_default_str();
  inspection_->add_option("--format", format_, "csv, xlsx or pdf")
      ->required()
      ->check(CLI::IsMember({"csv", "xlsx", "pdf"}));
  inspection_->add_option("--language", language_, "nl (default), fr, de or en")
      ->check(CLI::IsMember({"nl", "fr", "de", "en"}));
  inspection_->add_option("--file", file_, "new file")->required();
  inspection_->footer(
      "For the security officer; needs --reason. Recorded as an export with every person in it. "
      "The "
      "file holds personal data: it is yours to protect from then on.");
}

std::optional<int> ReportCommands::run(const Common& common) const {
  if (stats_->parsed()) return stats(common);
  if (inspection_->parsed()) return inspection(common);
  return std::nullopt;
}

int ReportCommands::stats(const Common& common) const {
  Failure failure;
  const auto period = read_period(from_, to_, failure);
  if (!period) return fail(common, failure);
  if (cbe_.empty()) return stats_of_all(common, *period);
  const auto client = AdminClient::connect(common.socket, failure);
  v1::ShowStatisticsRequest request;
  request.mutable_organisation()->set_value(cbe_);
  *request.mutable_period() = *period;
  v1::ShowStatisticsResponse response;
  if (!client || !client->ask(&v1::ReportsAdmin::Stub::ShowStatistics, request, response, failure))
    return fail(common, failure);
  return done(common, response.statistics(), stats_page(response.statistics()));
}

int ReportCommands::stats_of_all(const Common& common, const v1::Period& period) const {
  Failure failure;
  const auto client = AdminClient::connect(common.socket, failure);
  v1::ListOrganisationsResponse organisations;
  if (!client || !client->call(client->admin(), &v1::Admin::Stub::ListOrganisations,
                               v1::ListOrganisationsRequest(), organisations, failure))
    return fail(common, failure);
  std::string text = stats_head();
  std::string json;
  for (const auto& one : organisations.organisations()) {
    v1::ShowStatisticsRequest request;
    *request.mutable_organisation() = one.organisation();
    *request.mutable_period() = period;
    v1::ShowStatisticsResponse response;
    if (!client->ask(&v1::ReportsAdmin::Stub::ShowStatistics, request, response, failure))
      return fail(common, failure);
    text += stats_line(response.statistics());
    json += (json.empty() ? "" : ",") + to_json(response.statistics());
  }
  std::cout << (common.json ? "{\"statistics\":[" + json + "]}\n" : text);
  return kDone;
}

int ReportCommands::inspection(const Common& common) const {
  Failure failure;
  const auto period = read_period(from_, to_, failure);
  if (!period) return fail(common, failure);
  NewFile file(file_);
  if (file.is_there()) return fail(common, unusable(file_, "is there already. Name a new one."));
  v1::MakeInspectionRequest request;
  request.mutable_organisation()->set_value(cbe_);
  request.set_reason(common.reason);
  auto& wish = *request.mutable_wish();
  *wish.mutable_period() = *period;
  wish.set_format(report_format_of(format_));
  wish.set_language(language_);
  if (sample_ != 0) {
    wish.mutable_sample()->set_beneficiaries(sample_);
    wish.mutable_sample()->set_seed(seed_);
  }
  const auto client = AdminClient::connect(common.socket, failure);
  if (!client) return fail(common, failure);
  if (!file.open())
    return fail(common, unusable(file_,
                                 "cannot be written. Name one in a folder that this account may "
                                 "write to."));
  v1::InspectionHead head;
  const auto hear = [&](const v1::MakeInspectionResponse& response) {
    if (response.has_head()) head = response.head();
    file.write(response.chunk());
  };
  if (!client->stream(&v1::ReportsAdmin::Stub::MakeInspection, request, hear, failure))
    return fail(common, failure);
  if (!file.finish())
    return fail(common, {kRefused, "usage.file",
                         "The file " + file_ +
                             " could not be written to its end. Look for free "
                             "space, and ask again."});
  return done(common, head, inspection_text(head, file_));
}

}  // namespace semafoor::ctl
