// SPDX-License-Identifier: Apache-2.0
//
// What the administrator sees of each duty: last success, last attempt, last problem.
#pragma once

#include <cstdint>
#include <string>

#include "gateway/domain/result.h"
#include "gateway/store/store.h"

namespace semafoor::duties {

// Both run inside a transaction of the caller, with the work they are about when there is some.
Result<void> record_success(store::Transaction& tx, const store::Org& org, const std::string& duty,
                            std::int64_t now_ms);
Result<void> record_failure(store::Transaction& tx, const store::Org& org, const std::string& duty,
                            std::int64_t now_ms, const std::string& problem);

// The duty is not to run now, and what failed before is no trouble meanwhile: the failures are
// gone, the last success stays. Does nothing for a duty that never ran.
Result<void> record_rest(store::Transaction& tx, const store::Org& org, const std::string& duty);

// One sentence for people: the message, with the upstream's status when the message does not name
// it. At most 400 bytes.
std::string problem_text(const Error& error);

// "<room>.stopped": the gateway is ending.
Error stopped_error(const std::string& what);
// The error of a call that was cut short by our own stop.
bool is_cancelled(const Error& error);
// "duties.rests": there is nothing to do now, for a reason that is nobody's failure. `why` may be
// empty when nobody need be told.
Error rest_error(const std::string& why);
bool is_rest(const Error& error);

}  // namespace semafoor::duties
