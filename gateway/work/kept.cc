// SPDX-License-Identifier: Apache-2.0
#include "gateway/work/kept.h"

namespace semafoor::work {

Error damaged(const std::string& kind) {
  return Error{.kind = ErrorKind::data_loss,
               .code = "store.record_damaged",
               .message = "Reading a record of who treats what (" + kind +
                          "): what is stored cannot be read. Restore a backup."};
}

}  // namespace semafoor::work
