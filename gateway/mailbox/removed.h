// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "gateway/domain/result.h"
#include "gateway/store/records.h"

namespace semafoor::mailbox {

// "mailbox.message_removed_by_retention": it was here, and its time was over. `tried` begins the
// sentence.
Error removed_by_retention(const std::string& tried, const store::RemovedMessage& removed);

}  // namespace semafoor::mailbox
