// SPDX-License-Identifier: Apache-2.0
#include "gateway/mailbox/removed.h"

#include "gateway/domain/date.h"

namespace semafoor::mailbox {

Error removed_by_retention(const std::string& tried, const store::RemovedMessage& removed) {
  return Error{.kind = ErrorKind::failed_precondition,
               .code = "mailbox.message_removed_by_retention",
               .message = tried + ": message " + removed.message_id + " was removed on " +
                          domain::write_date(domain::date_of_ms(removed.removed_ms)) +
                          ", because this organisation keeps messages of its family for " +
                          std::to_string(removed.keep_days) +
                          " days. It does not come back; a backup of before may still hold it."};
}

}  // namespace semafoor::mailbox
