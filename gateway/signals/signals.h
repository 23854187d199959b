// SPDX-License-Identifier: Apache-2.0
//
// Use cases on knipperlichten. Safe from several threads; those that write return after the commit.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "gateway/domain/result.h"
#include "gateway/signals/persons.h"
#include "gateway/signals/signal_types.h"
#include "gateway/store/store.h"

namespace semafoor::signals {

class Signals {
 public:
  // The store outlives the object.
  Signals(store::Store& store, TypesInForce types, std::function<std::int64_t()> now_ms);

  // Of a person by any number they had: the signals stand under the present one.
  Result<store::Page<v1::Signal>> list(const store::Org& org, const store::SignalQuery& query);
  // "signals.signal_unknown".
  Result<v1::Signal> get(const store::Org& org, const std::string& signal_id);
  // All or none: one unknown id changes nothing. What says the same as before makes no new version.
  // In the order of the request.
  Result<std::vector<v1::Signal>> match(const store::Org& org,
                                        const std::vector<v1::SignalMatch>& matches,
                                        const domain::Act& act);
  // Without assignee (nullptr, or an empty id): back to nobody. "signals.wrong_state" once answered
  // or closed.
  Result<v1::Signal> assign(const store::Org& org, const std::string& signal_id,
                            const v1::Actor* assignee, const domain::Act& act);
  Result<v1::Signal> mark_investigated(const store::Org& org, const std::string& signal_id,
                                       const v1::Actor& actor, const domain::Act& act);
  struct Story {
    v1::Signal signal;
    v1::SignalHistory history;
  };
  // "signals.signal_unknown". Without a step for a signal from before histories were kept.
  Result<Story> story(const store::Org& org, const std::string& signal_id);
  // A later form took their ground away. All or none; `form` says which, since when, and who. In
  // the order of the request. "signals.wrong_state": an answer is on its way or was accepted, or
  // another form or record took its place before.
  Result<std::vector<v1::Signal>> supersede(const store::Org& org,
                                            const std::vector<std::string>& signal_ids,
                                            const v1::Supersession& form, const domain::Act& act);
  // See persons.h.
  Result<ChangedPerson> replace_person_number(const store::Org& org, const NumberChange& change,
                                              const domain::Act& act);
  // Of the list in force now.
  Result<std::vector<v1::SignalType>> types();

 private:
  store::Store& store_;
  const TypesInForce types_;
  std::function<std::int64_t()> now_ms_;
};

}  // namespace semafoor::signals
