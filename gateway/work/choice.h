// SPDX-License-Identifier: Apache-2.0
//
// What the rules say about one signal.
#pragma once

#include <optional>
#include <string>

#include "gateway/domain/result.h"
#include "gateway/store/store.h"
#include "semafoor/v1/signals.pb.h"
#include "semafoor/v1/work.pb.h"

namespace semafoor::work {

struct Choice {
  // Name of the rule.
  std::string rule;
  // One of these two.
  std::optional<v1::Actor> assignee;
  std::string team;
};

// Who handles the dossier; an empty id when no host said.
v1::Actor handler_of(const v1::Signal& signal);
// The conditions of `rule`, without looking whether it has somebody to give to.
bool meets(const v1::WorkRule& rule, const v1::Signal& signal);
// Nothing: no rule gives it to anybody. A rule that goes round has moved on by one, in `tx`: call
// it for who really gets it.
Result<std::optional<Choice>> choose(store::Transaction& tx, const store::Org& org,
                                     const v1::WorkRules& rules, const v1::Signal& signal,
                                     const v1::Date& day);

}  // namespace semafoor::work
