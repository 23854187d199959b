// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "gateway/domain/result.h"
#include "gateway/store/store.h"
#include "semafoor/v1/lists.pb.h"

namespace semafoor::lists {

// Takes away what a document became, but its reading: statement with its lines, lists of
// knipperlichten with their rows, notices, bad rows. The signals stay. Answers with the number that
// the lines of its statement had; 0 when there was none.
Result<std::int64_t> forget_rows(store::Transaction& tx, const v1::ListReading& reading);

// With the readings of every document of a message, as when the message was removed. Answers how
// many there were.
Result<int> forget_message(store::Transaction& tx, const store::Org& org,
                           const std::string& message_id);

}  // namespace semafoor::lists
