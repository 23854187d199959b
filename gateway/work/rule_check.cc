// SPDX-License-Identifier: Apache-2.0
#include "gateway/work/rule_check.h"

#include <map>
#include <set>
#include <utility>

#include "gateway/domain/ssin.h"
#include "gateway/domain/text.h"

namespace semafoor::work {
namespace {

constexpr std::size_t kLongestName = 64;
constexpr std::size_t kLongestActor = 128;
constexpr int kMostTeams = 100;
constexpr int kMostMembers = 200;
constexpr int kMostRules = 100;
constexpr int kMostConditions = 50;
constexpr int kMostSteps = 10;
constexpr int kMostAgeDays = 366;
constexpr int kMostRecallDays = 180;
constexpr int kLatestRecallDay = 28;

bool is_national_number(const std::string& text) {
  std::string digits;
  for (const char c : text)
    if (c != '.' && c != '-' && c != '/' && c != ' ') digits += c;
  return domain::is_valid_ssin(digits);
}

class Check {
 public:
  explicit Check(const v1::WorkRules& rules) : rules_(rules) {}

  std::vector<RuleProblem> run() && {
    if (rules_.teams_size() > kMostTeams) add("teams", "There are more than 100 teams.");
    if (rules_.rules_size() > kMostRules) add("rules", "There are more than 100 rules.");
    for (int i = 0; i < rules_.teams_size(); ++i) team(rules_.teams(i), place("teams", i));
    for (int i = 0; i < rules_.rules_size(); ++i) rule(rules_.rules(i), place("rules", i));
    reminders(rules_.reminders());
    return std::move(problems_);
  }

 private:
  static std::string place(const std::string& name, int number) {
    return name + "[" + std::to_string(number) + "]";
  }
  void add(std::string field, std::string message) {
    problems_.push_back({std::move(field), std::move(message)});
  }
  void text(const std::string& value, std::size_t most, const std::string& field) {
    if (auto wrong = wrong_with_text(value, most); !wrong.empty()) add(field, std::move(wrong));
  }
  void name(const std::string& value, const std::string& field, std::set<std::string>& known) {
    if (value.empty()) return add(field, "It is empty.");
    text(value, kLongestName, field);
    if (!known.insert(value).second) add(field, "\"" + value + "\" is there twice.");
  }

  void team(const v1::Team& one, const std::string& at) {
    name(one.id(), at + ".id", team_ids_);
    text(one.name(), kLongestActor, at + ".name");
    if (one.members_size() > kMostMembers)
      add(at + ".members", "A team has more than 200 members.");
    auto& members = members_[one.id()];
    for (int i = 0; i < one.members_size(); ++i) {
      const std::string field = at + "." + place("members", i);
      if (auto wrong = wrong_with_actor(one.members(i)); !wrong.empty())
        add(field, std::move(wrong));
      if (!members.insert(one.members(i).id()).second) add(field, "The member is there twice.");
    }
  }

  template <typename Values>
  void conditions(const Values& values, const std::string& field) {
    if (values.size() > kMostConditions) add(field, "There are more than 50.");
  }
  void words(const google::protobuf::RepeatedPtrField<std::string>& values,
             const std::string& field) {
    conditions(values, field);
    for (int i = 0; i < values.size(); ++i) {
      if (values[i].empty()) add(place(field, i), "It is empty.");
      text(values[i], kLongestName, place(field, i));
    }
  }
  void numbers(const google::protobuf::RepeatedField<int>& values, bool (*known)(int),
               const std::string& field) {
    conditions(values, field);
    for (int i = 0; i < values.size(); ++i)
      if (values[i] == 0 || !known(values[i])) add(place(field, i), "It is not known.");
  }

  void rule(const v1::WorkRule& one, const std::string& at) {
    name(one.name(), at + ".name", rule_names_);
    words(one.signal_types(), at + ".signalTypes");
    words(one.source_flows(), at + ".sourceFlows");
    numbers(one.laws(), &v1::Law_IsValid, at + ".laws");
    numbers(one.channels(), &v1::SignalChannel_IsValid, at + ".channels");
    if (!v1::HandlerCondition_IsValid(one.handler())) add(at + ".handler", "It is not known.");
    target(one.gives(), at + ".gives");
    if (one.gives().has_handler() && one.handler() == v1::HANDLER_CONDITION_UNKNOWN)
      add(at + ".handler", "It gives to a handler who is not known, and so never gives.");
  }

  void target(const v1::WorkTarget& gives, const std::string& at) {
    switch (gives.to_case()) {
      case v1::WorkTarget::kHandler:
        if (!gives.handler()) add(at + ".handler", "Say true, or name somebody else.");
        break;
      case v1::WorkTarget::kPerson:
        if (auto wrong = wrong_with_actor(gives.person()); !wrong.empty())
          add(at + ".person", std::move(wrong));
        break;
      case v1::WorkTarget::kTeam:
        known_team(gives.team(), at + ".team");
        break;
      case v1::WorkTarget::kTurns:
        turns(gives.turns(), at + ".turns");
        break;
      case v1::WorkTarget::TO_NOT_SET:
        add(at, "It does not say to whom: handler, person, team or turns.");
    }
  }

  bool known_team(const std::string& id, const std::string& field) {
    if (team_ids_.contains(id)) return true;
    add(field, "There is no team \"" + id + "\".");
    return false;
  }

  void turns(const v1::WorkTurns& turns, const std::string& at) {
    if (!known_team(turns.team(), at + ".team")) return;
    const auto& members = members_[turns.team()];
    if (members.empty()) add(at + ".team", "The team has no members to go round.");
    for (int i = 0; i < turns.member_ids_size(); ++i)
      if (!members.contains(turns.member_ids(i)))
        add(place(at + ".memberIds", i), "No member of the team has this id.");
  }

  // `sign` 1: each larger than the one before; -1: smaller.
  void steps(const google::protobuf::RepeatedField<int>& days, int most, int sign,
             const std::string& field) {
    if (days.size() > kMostSteps) add(field, "There are more than 10.");
    for (int i = 0; i < days.size(); ++i) {
      if (days[i] < 1 || days[i] > most)
        add(place(field, i), "It is not 1 to " + std::to_string(most) + " days.");
      if (i > 0 && (days[i] - days[i - 1]) * sign <= 0)
        add(place(field, i), "They do not stand in their order, each once.");
    }
  }
  void reminders(const v1::ReminderRules& reminders) {
    steps(reminders.after_days(), kMostAgeDays, 1, "reminders.afterDays");
    steps(reminders.before_recall_days(), kMostRecallDays, -1, "reminders.beforeRecallDays");
    if (reminders.recall_day() < 0 || reminders.recall_day() > kLatestRecallDay)
      add("reminders.recallDay", "It is not 1 to 28.");
  }

  const v1::WorkRules& rules_;
  std::vector<RuleProblem> problems_;
  std::set<std::string> team_ids_;
  std::set<std::string> rule_names_;
  std::map<std::string, std::set<std::string>> members_;
};

}  // namespace

std::string wrong_with_text(const std::string& text, std::size_t most) {
  if (text.size() > most) return "It is longer than " + std::to_string(most) + " bytes.";
  if (!domain::is_utf8(text)) return "It is not UTF-8.";
  if (is_national_number(text))
    return "It is a national number. Use the id of the user's account in your product.";
  return {};
}

std::string wrong_with_actor(const v1::Actor& actor) {
  if (actor.id().empty()) return "The person has no id.";
  if (auto wrong = wrong_with_text(actor.id(), kLongestActor); !wrong.empty()) return wrong;
  return wrong_with_text(actor.name(), kLongestActor);
}

std::vector<RuleProblem> problems_of(const v1::WorkRules& rules) {
  return Check(rules).run();
}

Result<void> check_rules(const v1::WorkRules& rules) {
  const auto problems = problems_of(rules);
  if (problems.empty()) return {};
  const std::string more =
      problems.size() == 1 ? "" : " And " + std::to_string(problems.size() - 1) + " more.";
  return Error{.kind = ErrorKind::invalid_argument,
               .code = "work.rules_invalid",
               .message = "Storing the rules of who treats which signal: " +
                          problems.front().field + ": " + problems.front().message + more +
                          " Nothing was changed; mend them and send them again.",
               .field = "rules." + problems.front().field};
}

}  // namespace semafoor::work
