// SPDX-License-Identifier: Apache-2.0
#include "gateway/ctl/work_page.h"

#include <google/protobuf/util/json_util.h>

#include <algorithm>

#include "gateway/ctl/render.h"
#include "gateway/domain/date.h"

namespace semafoor::ctl {
namespace {

std::string name_of(const v1::Actor& actor) {
  return actor.name().empty() ? actor.id() : actor.name() + " (" + actor.id() + ")";
}

template <typename Values>
std::string joined(const Values& values) {
  std::string text;
  for (const auto& value : values) text += (text.empty() ? "" : ", ") + value;
  return text;
}

void add_condition(std::string& text, const std::string& condition) {
  if (!condition.empty()) text += (text.empty() ? "" : "; ") + condition;
}

std::string conditions_of(const v1::WorkRule& rule) {
  std::string text;
  if (!rule.signal_types().empty()) add_condition(text, "type " + joined(rule.signal_types()));
  std::vector<std::string> names;
  for (const int law : rule.laws()) names.push_back(v1::Law_Name(static_cast<v1::Law>(law)));
  if (!names.empty()) add_condition(text, "law " + joined(names));
  if (!rule.source_flows().empty()) add_condition(text, "source " + joined(rule.source_flows()));
  names.clear();
  for (const int channel : rule.channels())
    names.push_back(v1::SignalChannel_Name(static_cast<v1::SignalChannel>(channel)));
  if (!names.empty()) add_condition(text, "channel " + joined(names));
  if (rule.handler() == v1::HANDLER_CONDITION_KNOWN) add_condition(text, "handler known");
  if (rule.handler() == v1::HANDLER_CONDITION_UNKNOWN) add_condition(text, "handler not known");
  return text.empty() ? "every signal" : text;
}

std::string target_of(const v1::WorkRule& rule) {
  const v1::WorkTarget& gives = rule.gives();
  const std::string absent = rule.although_absent() ? ", also while away" : "";
  switch (gives.to_case()) {
    case v1::WorkTarget::kHandler:
      return "the dossier's handler" + absent;
    case v1::WorkTarget::kPerson:
      return name_of(gives.person()) + absent;
    case v1::WorkTarget::kTeam:
      return "team " + gives.team();
    case v1::WorkTarget::kTurns:
      return "in turn " +
             (gives.turns().member_ids().empty() ? "every member"
                                                 : joined(gives.turns().member_ids())) +
             " of team " + gives.turns().team();
    default:
      return "nobody";
  }
}

template <typename Days>
std::string days_of(const Days& days) {
  std::vector<std::string> texts;
  for (const int day : days) texts.push_back(std::to_string(day));
  return joined(texts);
}

const char* word_of(v1::MergerState state) {
  switch (state) {
    case v1::MERGER_STATE_PLANNED:
      return "planned";
    case v1::MERGER_STATE_MOVING:
      return "moving";
    case v1::MERGER_STATE_AWAITING_ANSWERS:
      return "awaiting answers";
    case v1::MERGER_STATE_DONE:
      return "done";
    default:
      return "unknown";
  }
}

}  // namespace

std::optional<v1::WorkRules> read_rules(const std::string& json, std::string& problem) {
  v1::WorkRules rules;
  const auto alone = google::protobuf::util::JsonStringToMessage(json, &rules);
  if (alone.ok()) return rules;
  // What a call answers has the rules as a member.
  v1::GetWorkRulesResponse response;
  if (google::protobuf::util::JsonStringToMessage(json, &response).ok()) return response.rules();
  problem = "The file holds no rules: " + std::string(alone.message()) +
            ". Take what \"work rules show --json\" prints, and change it.";
  return std::nullopt;
}

std::string rules_page(const v1::WorkRules& rules) {
  if (rules.version() == 0) return "There are no rules: nothing is given to anybody.\n";
  std::string page = "version " + std::to_string(rules.version()) + ", " +
                     moment(rules.changed_at()) +
                     (rules.has_changed_by() ? " by " + name_of(rules.changed_by()) : "") + "\n";
  for (const v1::Team& team : rules.teams()) {
    page += "team " + padded(team.id(), 16) + team.name() + "\n";
    for (const v1::Actor& member : team.members()) page += "    " + name_of(member) + "\n";
  }
  for (int i = 0; i < rules.rules_size(); ++i)
    page += std::to_string(i + 1) + ". " + rules.rules(i).name() + ": " +
            conditions_of(rules.rules(i)) + " -> " + target_of(rules.rules(i)) + "\n";
  const v1::ReminderRules& reminders = rules.reminders();
  if (!reminders.after_days().empty())
    page += "reminded after days: " + days_of(reminders.after_days()) + "\n";
  if (!reminders.before_recall_days().empty())
    page += "reminded before the half-yearly list (day " +
            std::to_string(std::max(reminders.recall_day(), 1)) +
            " of March and October), days: " + days_of(reminders.before_recall_days()) + "\n";
  return page;
}

std::string load_page(const v1::GetWorkloadResponse& response) {
  std::string page = "next half-yearly list: " + domain::write_date(response.next_recall()) + "\n" +
                     padded("", 40) + "  open  awaiting  recalled  oldest\n";
  for (const v1::Workload& load : response.loads()) {
    std::string who = "nobody";
    if (!load.assignee().id().empty())
      who = name_of(load.assignee()) + (load.absent() ? ", away" : "");
    else if (!load.team().empty())
      who = "team " + load.team();
    const auto number = [](std::int64_t value, std::size_t width) {
      const std::string text = std::to_string(value);
      return std::string(width - std::min(width, text.size()), ' ') + text;
    };
    page += padded(who, 40) + number(load.open(), 6) + number(load.due_before_recall(), 10) +
            number(load.recalled(), 10) + "  " +
            (load.has_oldest() ? moment(load.oldest()).substr(0, 10) : "-") + "\n";
  }
  return page;
}

std::string absences_page(const v1::ListAbsencesResponse& response) {
  if (response.absences().empty()) return "Nobody is away, today or later.\n";
  std::string page;
  for (const v1::Absences& one : response.absences())
    for (const v1::Absence& absence : one.absences())
      page += padded(name_of(one.actor()), 32) + domain::write_date(absence.from()) + " to " +
              (absence.has_until() ? domain::write_date(absence.until()) : "further notice") +
              (absence.has_stand_in() ? "; " + name_of(absence.stand_in()) + " stands in" : "") +
              "\n";
  return page;
}

std::string mergers_page(const google::protobuf::RepeatedPtrField<v1::Merger>& mergers) {
  if (mergers.empty()) return "There is no merger.\n";
  std::string page;
  for (const v1::Merger& one : mergers)
    page += one.from().value() + " into " + one.into().value() + " on " +
            domain::write_date(one.date()) + ": " + word_of(one.state()) + "; " +
            std::to_string(one.moved()) + " moved, " + std::to_string(one.united()) +
            " united with one that was there, " + std::to_string(one.to_move()) + " to move, " +
            std::to_string(one.awaiting_answers()) + " await what becomes of their answer\n";
  return page;
}

std::string preview_page(const google::protobuf::RepeatedPtrField<v1::Merger>& mergers) {
  std::string page;
  for (const v1::Merger& one : mergers)
    page += one.from().value() + " into " + one.into().value() + " on " +
            domain::write_date(one.date()) + ": " + std::to_string(one.moved()) + " would move, " +
            std::to_string(one.united()) + " would be united with one that is there, " +
            std::to_string(one.awaiting_answers()) + " would stay until their answer is judged\n";
  return page + "Nothing was changed.\n";
}

}  // namespace semafoor::ctl
