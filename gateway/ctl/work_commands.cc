// SPDX-License-Identifier: Apache-2.0
#include "gateway/ctl/work_commands.h"

#include <CLI/CLI.hpp>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "gateway/ctl/answers.h"
#include "gateway/ctl/ask.h"
#include "gateway/ctl/days.h"
#include "gateway/ctl/work_page.h"
#include "gateway/os/utf8_path.h"
#include "gateway/work/rule_check.h"
#include "semafoor/v1/work.grpc.pb.h"

namespace semafoor::ctl {
namespace {

// Rules of the largest size that is allowed are a tenth of this.
constexpr std::size_t kMostBytes = 4 * 1024 * 1024;

bool read_file(const std::string& name, std::string& text, Failure& failure) {
  std::ifstream file(os::path_of(name), std::ios::binary);
  std::stringstream content;
  content << file.rdbuf();
  text = content.str();
  if (!file || text.size() > kMostBytes) {
    failure = {kUsage, "usage.file",
               "The file " + name + " cannot be read, or is larger than 4 MiB."};
    return false;
  }
  return true;
}

std::optional<v1::WorkRules> rules_of_file(const std::string& name, Failure& failure) {
  std::string text;
  if (!read_file(name, text, failure)) return std::nullopt;
  std::string problem;
  auto rules = read_rules(text, problem);
  if (!rules) failure = {kUsage, "usage.rules", problem};
  return rules;
}

std::string page_of(const v1::GetWorkRulesResponse& response) {
  return rules_page(response.rules());
}

std::string page_of(const v1::SetAbsenceResponse& response) {
  if (response.absences().absences().empty()) return "They are there, today and later.\n";
  v1::ListAbsencesResponse one;
  *one.add_absences() = response.absences();
  return absences_page(one);
}

}  // namespace

WorkCommands::WorkCommands(CLI::App& app) {
  auto* work = app.add_subcommand("work", "who treats which signal: rules, absence, load");
  work->require_subcommand(1);
  auto* rules = work->add_subcommand("rules", "by which signals are given to people and teams");
  rules->require_subcommand(1);
  show_ = rules->add_subcommand("show", "what is in force");
  set_ = rules->add_subcommand("set", "replaces all of it by what a file says");
  check_ = rules->add_subcommand("check", "says what is wrong in a file; needs no gateway");
  absence_ = work->add_subcommand("absence", "says that a colleague is away");
  absences_ = work->add_subcommand("absences", "who is away, today or later");
  load_ = work->add_subcommand("load", "how much waits, for whom, and since when");
  for (auto* command : {show_, set_, absence_, absences_, load_})
    command->add_option("CBE", cbe_, "enterprise number of the organisation")->required();
  for (auto* command : {set_, check_})
    command->add_option("FILE", file_, "JSON, as \"work rules show --json\" prints it")->required();
  set_->add_flag("--spread", spread_, "also gives away what nobody has now");
  set_->add_flag("--replace", replace_,
                 "whatever is in force; without: only the version that the file names");
  absence_->add_option("ID", actor_id_, "the colleague's id in the social software")->required();
  absence_->add_option("--name", actor_name_, "their name, to be shown");
  absence_->add_option("--from", from_, "first day, yyyy-mm-dd")->required();
  absence_->add_option("--until", until_, "last day; without: until further notice");
  absence_->add_option("--stand-in", stand_in_id_, "id of who gets what comes for them");
  absence_->add_option("--stand-in-name", stand_in_name_, "name of that one");
  absence_->add_flag("--present", present_, "they are there after all");
}

std::optional<int> WorkCommands::run(const Common& common) const {
  if (show_->parsed()) return show_rules(common);
  if (set_->parsed()) return set_rules(common);
  if (check_->parsed()) return check_rules(common);
  if (absence_->parsed()) return set_absence(common);
  if (absences_->parsed()) return list_absences(common);
  if (load_->parsed()) return load(common);
  return std::nullopt;
}

int WorkCommands::show_rules(const Common& common) const {
  v1::GetWorkRulesRequest request;
  request.mutable_organisation()->set_value(cbe_);
  return ask(common, &v1::Work::Stub::GetWorkRules, request, &page_of);
}

int WorkCommands::set_rules(const Common& common) const {
  Failure failure;
  auto rules = rules_of_file(file_, failure);
  if (!rules) return fail(common, failure);
  const auto client = AdminClient::connect(common.socket, failure, common.reason);
  if (!client) return fail(common, failure);
  v1::SetWorkRulesRequest request;
  request.mutable_organisation()->set_value(cbe_);
  request.set_expected_version(rules->version());
  request.set_spread_waiting(spread_);
  if (replace_) {
    v1::GetWorkRulesRequest get;
    *get.mutable_organisation() = request.organisation();
    v1::GetWorkRulesResponse now;
    if (!client->ask(&v1::Work::Stub::GetWorkRules, get, now, failure))
      return fail(common, failure);
    request.set_expected_version(now.rules().version());
  }
  *request.mutable_rules() = std::move(*rules);
  v1::SetWorkRulesResponse response;
  if (!client->ask(&v1::Work::Stub::SetWorkRules, request, response, failure))
    return fail(common, failure);
  return done(common, response, rules_page(response.rules()));
}

int WorkCommands::check_rules(const Common& common) const {
  Failure failure;
  const auto rules = rules_of_file(file_, failure);
  if (!rules) return fail(common, failure);
  const auto problems = work::problems_of(*rules);
  nlohmann::json listed = nlohmann::json::array();
  for (const auto& problem : problems) {
    listed.push_back({{"field", problem.field}, {"message", problem.message}});
    if (!common.json) std::cout << problem.field << ": " << problem.message << "\n";
  }
  if (common.json)
    std::cout << nlohmann::json{{"valid", problems.empty()}, {"problems", listed}}.dump(
                     -1, ' ', false, nlohmann::json::error_handler_t::replace)
              << "\n";
  else if (problems.empty())
    std::cout << "The rules can be used: " << rules->rules_size() << " rules, "
              << rules->teams_size() << " teams.\n";
  return problems.empty() ? kDone : kRefused;
}

int WorkCommands::set_absence(const Common& common) const {
  v1::SetAbsenceRequest request;
  request.mutable_organisation()->set_value(cbe_);
  request.mutable_actor()->set_id(actor_id_);
  request.mutable_actor()->set_name(actor_name_);
  request.set_present(present_);
  auto& absence = *request.mutable_absence();
  Failure failure;
  if (!read_day(from_, *absence.mutable_from(), failure)) return fail(common, failure);
  if (!until_.empty() && !read_day(until_, *absence.mutable_until(), failure))
    return fail(common, failure);
  if (!stand_in_id_.empty()) {
    absence.mutable_stand_in()->set_id(stand_in_id_);
    absence.mutable_stand_in()->set_name(stand_in_name_);
  }
  return ask(common, &v1::Work::Stub::SetAbsence, request, &page_of);
}

int WorkCommands::list_absences(const Common& common) const {
  v1::ListAbsencesRequest request;
  request.mutable_organisation()->set_value(cbe_);
  return ask(common, &v1::Work::Stub::ListAbsences, request, &absences_page);
}

int WorkCommands::load(const Common& common) const {
  v1::GetWorkloadRequest request;
  request.mutable_organisation()->set_value(cbe_);
  return ask(common, &v1::Work::Stub::GetWorkload, request, &load_page);
}

}  // namespace semafoor::ctl
