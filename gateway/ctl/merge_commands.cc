// SPDX-License-Identifier: Apache-2.0
#include "gateway/ctl/merge_commands.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <iostream>
#include <thread>

#include "gateway/ctl/ask.h"
#include "gateway/ctl/days.h"
#include "gateway/ctl/work_page.h"

namespace semafoor::ctl {
namespace {

constexpr std::chrono::milliseconds kLook{500};
constexpr std::chrono::minutes kMostWait{10};

std::string page_of(const v1::ListMergersResponse& response) {
  return mergers_page(response.mergers());
}

bool is_wanted(const v1::MergeOrganisationsRequest& request, const v1::Merger& merger) {
  const auto& from = request.from();
  return merger.into().value() == request.organisation().value() &&
         std::any_of(from.begin(), from.end(), [&](const v1::CbeNumber& one) {
           return one.value() == merger.from().value();
         });
}

// Something is still to be moved.
bool goes_on(const v1::MergeOrganisationsResponse& response) {
  return std::any_of(response.mergers().begin(), response.mergers().end(),
                     [](const v1::Merger& merger) {
                       return merger.state() == v1::MERGER_STATE_PLANNED ||
                              merger.state() == v1::MERGER_STATE_MOVING;
                     });
}

// Follows it until what can be moved has moved. `response` is as it stands then.
bool follow(AdminClient& client, const v1::MergeOrganisationsRequest& request,
            v1::MergeOrganisationsResponse& response, bool quiet, Failure& failure) {
  const auto bound = std::chrono::steady_clock::now() + kMostWait;
  v1::ListMergersRequest list;
  *list.mutable_organisation() = request.organisation();
  while (goes_on(response) && std::chrono::steady_clock::now() < bound) {
    if (!quiet) std::cerr << mergers_page(response.mergers());
    std::this_thread::sleep_for(kLook);
    v1::ListMergersResponse now;
    if (!client.call(client.admin(), &v1::Admin::Stub::ListMergers, list, now, failure))
      return false;
    response.clear_mergers();
    for (const v1::Merger& merger : now.mergers())
      if (is_wanted(request, merger)) *response.add_mergers() = merger;
  }
  return true;
}

}  // namespace

MergeCommands::MergeCommands(CLI::App& app) {
  merge_ = app.add_subcommand("merge", "organisations become part of another; cannot be undone");
  merge_
      ->add_option("CBE", organisations_,
                   "enterprise numbers: those that become part of the last one named")
      ->required()
      ->expected(2, 21);
  merge_->add_option("--date", date_,
                     "day of the merger, yyyy-mm-dd; without: today. Before it nothing is moved");
  merge_->add_flag("--dry-run", dry_run_, "changes nothing: how many signals would move");
  merge_->add_flag("--no-wait", no_wait_, "ends once it is ordered; see \"mergers\"");
  merge_->footer(
      "Needs --reason, but for --dry-run. What is answered stays where it was answered.");
  list_ = app.add_subcommand("mergers", "what became part of an organisation, and how far that is");
  list_->add_option("CBE", cbe_, "enterprise number of the organisation")->required();
}

std::optional<int> MergeCommands::run(const Common& common) const {
  if (merge_->parsed()) return merge(common);
  if (list_->parsed()) return list(common);
  return std::nullopt;
}

int MergeCommands::merge(const Common& common) const {
  v1::MergeOrganisationsRequest request;
  request.mutable_organisation()->set_value(organisations_.back());
  for (std::size_t i = 0; i + 1 < organisations_.size(); ++i)
    request.add_from()->set_value(organisations_[i]);
  request.set_preview(dry_run_);
  Failure failure;
  if (!date_.empty() && !read_day(date_, *request.mutable_date(), failure))
    return fail(common, failure);
  const auto client = AdminClient::connect(common.socket, failure, common.reason);
  v1::MergeOrganisationsResponse response;
  if (!client || !client->call(client->admin(), &v1::Admin::Stub::MergeOrganisations, request,
                               response, failure))
    return fail(common, failure);
  if (dry_run_) return done(common, response, preview_page(response.mergers()));
  // One of a day to come does not begin now.
  const bool waits = !no_wait_ && date_.empty();
  if (waits && !follow(*client, request, response, common.json, failure))
    return fail(common, failure);
  return done(common, response, mergers_page(response.mergers()));
}

int MergeCommands::list(const Common& common) const {
  v1::ListMergersRequest request;
  request.mutable_organisation()->set_value(cbe_);
  return ask(common, &v1::Admin::Stub::ListMergers, request, &page_of);
}

}  // namespace semafoor::ctl
