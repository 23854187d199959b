// SPDX-License-Identifier: Apache-2.0
#include "gateway/work/choice.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "gateway/work/absences.h"
#include "gateway/work/kept.h"

namespace semafoor::work {
namespace {

template <typename Values, typename Value>
bool names(const Values& values, const Value& value) {
  return values.empty() || std::find(values.begin(), values.end(), value) != values.end();
}

bool came_by(const v1::Signal& signal, const google::protobuf::RepeatedField<int>& channels) {
  return channels.empty() || std::any_of(signal.channels().begin(), signal.channels().end(),
                                         [&](int channel) { return names(channels, channel); });
}

const v1::Team* team_of(const v1::WorkRules& rules, const std::string& id) {
  const auto& teams = rules.teams();
  const auto found = std::find_if(teams.begin(), teams.end(),
                                  [&](const v1::Team& team) { return team.id() == id; });
  return found == teams.end() ? nullptr : &*found;
}

// One choice for one signal.
class Chooser {
 public:
  Chooser(store::Transaction& tx, const store::Org& org, const v1::WorkRules& rules,
          const v1::Signal& signal, const v1::Date& day)
      : tx_(tx), org_(org), rules_(rules), signal_(signal), day_(day) {}

  Result<std::optional<Choice>> run() {
    for (const v1::WorkRule& rule : rules_.rules()) {
      if (!meets(rule, signal_)) continue;
      auto choice = give(rule);
      if (!choice || *choice) return choice;
    }
    return std::optional<Choice>();
  }

 private:
  Result<std::optional<Choice>> give(const v1::WorkRule& rule) {
    switch (rule.gives().to_case()) {
      case v1::WorkTarget::kHandler:
        return to_person(rule, handler_of(signal_));
      case v1::WorkTarget::kPerson:
        return to_person(rule, rule.gives().person());
      case v1::WorkTarget::kTeam:
        return std::optional<Choice>(
            Choice{.rule = rule.name(), .assignee = {}, .team = rule.gives().team()});
      case v1::WorkTarget::kTurns:
        return next_of(rule);
      case v1::WorkTarget::TO_NOT_SET:
        break;
    }
    return std::optional<Choice>();
  }

  Result<std::optional<Choice>> to_person(const v1::WorkRule& rule, const v1::Actor& person) {
    if (person.id().empty()) return std::optional<Choice>();
    if (rule.although_absent()) return chosen(rule, person);
    auto there = there_for(tx_, org_, person, day_);
    if (!there) return there.error();
    if (!*there) return std::optional<Choice>();
    return chosen(rule, **there);
  }

  // The one after who got the last one, who is there. Where somebody left the team meanwhile, it
  // goes on from where they stood.
  Result<std::optional<Choice>> next_of(const v1::WorkRule& rule) {
    const v1::Team* team = team_of(rules_, rule.gives().turns().team());
    if (team == nullptr) return std::optional<Choice>();
    std::vector<const v1::Actor*> round;
    for (const v1::Actor& member : team->members())
      if (names(rule.gives().turns().member_ids(), member.id())) round.push_back(&member);
    auto stored = kept<v1::WorkTurn>(tx_, org_, kTurnEntry, rule.name());
    if (!stored) return stored.error();
    const std::size_t first = *stored ? place_after(**stored, round) : 0;
    for (std::size_t i = 0; i < round.size(); ++i) {
      const std::size_t place = (first + i) % round.size();
      auto absence = absence_on(tx_, org_, round[place]->id(), day_);
      if (!absence) return absence.error();
      if (*absence) continue;
      v1::WorkTurn turn;
      turn.set_last_id(round[place]->id());
      turn.set_last_place(static_cast<int>(place));
      if (auto put = keep(tx_, org_, kTurnEntry, rule.name(), turn); !put) return put.error();
      return chosen(rule, *round[place]);
    }
    return std::optional<Choice>();
  }

  static std::size_t place_after(const v1::WorkTurn& turn,
                                 const std::vector<const v1::Actor*>& round) {
    for (std::size_t i = 0; i < round.size(); ++i)
      if (round[i]->id() == turn.last_id()) return i + 1;
    return static_cast<std::size_t>(std::max(turn.last_place(), 0));
  }

  static std::optional<Choice> chosen(const v1::WorkRule& rule, const v1::Actor& person) {
    return Choice{.rule = rule.name(), .assignee = person, .team = {}};
  }

  store::Transaction& tx_;
  const store::Org& org_;
  const v1::WorkRules& rules_;
  const v1::Signal& signal_;
  const v1::Date& day_;
};

}  // namespace

v1::Actor handler_of(const v1::Signal& signal) {
  for (const v1::DossierReference& dossier : signal.dossiers())
    if (!dossier.handler().id().empty()) return dossier.handler();
  return {};
}

bool meets(const v1::WorkRule& rule, const v1::Signal& signal) {
  const bool known = !handler_of(signal).id().empty();
  if (rule.handler() == v1::HANDLER_CONDITION_KNOWN && !known) return false;
  if (rule.handler() == v1::HANDLER_CONDITION_UNKNOWN && known) return false;
  return names(rule.signal_types(), signal.signal_type()) &&
         names(rule.laws(), static_cast<int>(signal.law())) &&
         names(rule.source_flows(), signal.source_flow()) && came_by(signal, rule.channels());
}

Result<std::optional<Choice>> choose(store::Transaction& tx, const store::Org& org,
                                     const v1::WorkRules& rules, const v1::Signal& signal,
                                     const v1::Date& day) {
  return Chooser(tx, org, rules, signal, day).run();
}

}  // namespace semafoor::work
