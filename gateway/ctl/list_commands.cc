// SPDX-License-Identifier: Apache-2.0
#include "gateway/ctl/list_commands.h"

#include <CLI/CLI.hpp>

#include "gateway/ctl/ask.h"
#include "gateway/ctl/list_page.h"

namespace semafoor::ctl {

ListCommands::ListCommands(CLI::App& app) {
  auto* lists = app.add_subcommand("lists", "what became of the documents that are lists");
  lists->require_subcommand(1);
  list_ = lists->add_subcommand("list", "documents that were read, newest first");
  show_ = lists->add_subcommand("show", "one document: its files, their layouts, its rows");
  bad_ = lists->add_subcommand("bad", "rows of it that could not be read, and why");
  read_ = lists->add_subcommand("read", "reads documents once more, as after a layout was changed");
  for (auto* command : {list_, show_, bad_, read_})
    command->add_option("CBE", cbe_, "enterprise number of the organisation")->required();
  for (auto* command : {show_, bad_})
    command->add_option("ID", id_, "of the document, as \"list\" shows it")->required();
  for (auto* command : {list_, bad_}) {
    command->add_option("--page-size", page_size_, "1 to 500 at once")->check(CLI::Range(1, 500));
    command->add_option("--page-token", page_token_, "from the page before");
  }
  list_->add_flag("--problems", problems_, "only those that were not read, or not as a whole");
  read_->add_option("ID", ids_, "documents; without: all that have problems, 100 at most");
  read_->add_flag("--again", again_, "what they became before is replaced")->required();
  bad_->footer(
      "What a row says is not shown here: it is about persons. The social software may "
      "show it (Lists/GetReading).");
}

std::optional<int> ListCommands::run(const Common& common) const {
  if (list_->parsed()) return list(common);
  if (show_->parsed() || bad_->parsed()) return show(common);
  if (read_->parsed()) return read_again(common);
  return std::nullopt;
}

int ListCommands::list(const Common& common) const {
  v1::GetListReadingsRequest request;
  request.mutable_organisation()->set_value(cbe_);
  request.set_page_size(page_size_);
  request.set_page_token(page_token_);
  request.set_problems_only(problems_);
  return ask(common, &v1::Admin::Stub::GetListReadings, request, &readings_page);
}

int ListCommands::show(const Common& common) const {
  v1::GetListReadingsRequest request;
  request.mutable_organisation()->set_value(cbe_);
  request.set_reading_id(id_);
  request.set_page_size(bad_->parsed() ? page_size_ : 1);
  request.set_page_token(page_token_);
  return ask(common, &v1::Admin::Stub::GetListReadings, request,
             bad_->parsed() ? &bad_rows_page : &reading_page);
}

int ListCommands::read_again(const Common& common) const {
  v1::ReadListsAgainRequest request;
  request.mutable_organisation()->set_value(cbe_);
  for (const std::string& id : ids_) request.add_reading_ids(id);
  return ask(common, &v1::Admin::Stub::ReadListsAgain, request, &again_page);
}

}  // namespace semafoor::ctl
