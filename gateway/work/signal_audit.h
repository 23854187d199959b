// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "gateway/domain/act.h"
#include "gateway/domain/result.h"
#include "gateway/store/store.h"
#include "semafoor/v1/signals.pb.h"

namespace semafoor::work {

// What was done to a signal, into the audit: about its person. `detail` names nobody but by the id
// of an actor.
Result<void> record_signal(store::Transaction& tx, const store::Org& org, const char* what,
                           const domain::Act& act, const v1::Signal& signal,
                           const std::string& detail);

}  // namespace semafoor::work
