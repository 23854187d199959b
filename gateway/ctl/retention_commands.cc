// SPDX-License-Identifier: Apache-2.0
#include "gateway/ctl/retention_commands.h"

#include <CLI/CLI.hpp>

#include "gateway/ctl/ask.h"
#include "gateway/ctl/retention_page.h"

namespace semafoor::ctl {

RetentionCommands::RetentionCommands(CLI::App& app) {
  auto* retention =
      app.add_subcommand("retention", "how long messages are kept; what is older is removed");
  retention->require_subcommand(1);
  show_ = retention->add_subcommand("show", "what is in force, family by family");
  set_ = retention->add_subcommand("set", "sets it for one organisation and family");
  clear_ = retention->add_subcommand("clear", "as the settings say again");
  preview_ = retention->add_subcommand("preview", "how many messages would be removed now");
  for (auto* command : {show_, set_, clear_, preview_})
    command->add_option("CBE", cbe_, "enterprise number of the organisation")->required();
  for (auto* command : {set_, clear_}) {
    command
        ->add_option("FAMILY", family_,
                     "message family, as \"show\" names it; default: all that have no word of "
                     "their own")
        ->required();
    command->add_flag("--dry-run", dry_run_, "sets nothing: how many messages would be removed");
    command->footer("Needs --reason, but for --dry-run. What is removed cannot be had back.");
  }
  set_->add_option("DAYS", days_, "30 to 36500, after the receipt; or for-ever")->required();
}

std::optional<int> RetentionCommands::run(const Common& common) const {
  if (show_->parsed()) return show(common);
  if (set_->parsed() || clear_->parsed()) return set(common);
  if (preview_->parsed()) return preview(common);
  return std::nullopt;
}

int RetentionCommands::show(const Common& common) const {
  v1::GetRetentionRequest request;
  request.mutable_organisation()->set_value(cbe_);
  return ask(common, &v1::Admin::Stub::GetRetention, request, &retention_page);
}

int RetentionCommands::set(const Common& common) const {
  std::string problem;
  const auto wanted = read_retention(family_, days_, problem);
  if (!wanted) return fail(common, {kUsage, "usage.retention", problem});
  if (dry_run_) {
    v1::PreviewRetentionRequest request;
    request.mutable_organisation()->set_value(cbe_);
    *request.add_retentions() = *wanted;
    return ask(common, &v1::Admin::Stub::PreviewRetention, request, &preview_page);
  }
  v1::SetRetentionRequest request;
  request.mutable_organisation()->set_value(cbe_);
  *request.add_retentions() = *wanted;
  return ask(common, &v1::Admin::Stub::SetRetention, request, &retention_page);
}

int RetentionCommands::preview(const Common& common) const {
  v1::PreviewRetentionRequest request;
  request.mutable_organisation()->set_value(cbe_);
  return ask(common, &v1::Admin::Stub::PreviewRetention, request, &preview_page);
}

}  // namespace semafoor::ctl
