// SPDX-License-Identifier: Apache-2.0
#include "gateway/store/sql/connection.h"

namespace semafoor::store::sql {

DatabaseError damaged_record() {
  return {"a stored record cannot be read",
          {.kind = ErrorKind::data_loss,
           .code = "store.damaged",
           .advice = " Stop the gateway, keep a copy of the folder, and restore the backup."}};
}

Error to_error(const DatabaseError& error, const char* tried) {
  const auto& meaning = error.meaning();
  return {.kind = meaning.kind,
          .code = meaning.code,
          .message = std::string("Tried to ") + tried + ": " + error.what() + "." + meaning.advice,
          .retryable = meaning.retryable};
}

}  // namespace semafoor::store::sql
