// SPDX-License-Identifier: Apache-2.0
//
// Whether rules can be used: bounds, names, and that what a rule names is there. Needs no gateway.
#pragma once

#include <string>
#include <vector>

#include "gateway/domain/result.h"
#include "semafoor/v1/work.pb.h"

namespace semafoor::work {

struct RuleProblem {
  // In proto3 JSON names: "rules[2].gives.team".
  std::string field;
  std::string message;
};

// Of a text that is shown to colleagues: no more than `most` bytes, UTF-8, no national number.
// Empty: nothing is wrong.
std::string wrong_with_text(const std::string& text, std::size_t most);
std::string wrong_with_actor(const v1::Actor& actor);

// All that is wrong, in the order of the rules.
std::vector<RuleProblem> problems_of(const v1::WorkRules& rules);
// "work.rules_invalid" with the first problem, and how many more there are.
Result<void> check_rules(const v1::WorkRules& rules);

}  // namespace semafoor::work
