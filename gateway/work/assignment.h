// SPDX-License-Identifier: Apache-2.0
//
// A signal comes into somebody's hands: state, story and audit in one transaction.
#pragma once

#include <cstdint>
#include <string>

#include "gateway/domain/act.h"
#include "gateway/domain/result.h"
#include "gateway/store/store.h"
#include "semafoor/v1/signals.pb.h"

namespace semafoor::work {

struct Handing {
  // Whose it is from here on; null: nobody's, and it waits for `team`.
  const v1::Actor* to = nullptr;
  std::string team;
  // Whose it was, where that is to be told: by name in the story, by id in the audit.
  const v1::Actor* from = nullptr;
  v1::SignalEvent event = v1::SIGNAL_EVENT_ASSIGNED;
  // Of the audit: "signal.assign".
  const char* what = "signal.assign";
  // For the audit, and after the name in the story: "rule Pensions".
  std::string note;
};

// "signals.wrong_state" once answered or closed.
Result<void> hand(store::Transaction& tx, const store::Org& org, v1::Signal& signal,
                  const Handing& handing, const domain::Act& act, std::int64_t now_ms);

// It waits for an answer, and none is on its way.
bool awaits_answer(const v1::Signal& signal);

}  // namespace semafoor::work
