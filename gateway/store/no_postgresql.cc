// SPDX-License-Identifier: Apache-2.0
//
// Stands in for postgresql/ where SEMAFOOR_POSTGRESQL is off.
#include "gateway/store/postgresql_store.h"

namespace semafoor::store {
namespace {

Error left_out() {
  return {.kind = ErrorKind::failed_precondition,
          .code = "store.engine_missing",
          .message =
              "The settings ask for PostgreSQL; this program was built without it (on Windows it "
              "always is). Take engine = \"sqlite\", or run the gateway on Linux."};
}

}  // namespace

Result<std::unique_ptr<Store>> open_postgresql_store(const PostgresqlOptions& /*options*/) {
  return left_out();
}

Result<void> check_postgresql_settings(const std::string& /*connection*/,
                                       const std::filesystem::path& /*password_file*/) {
  return left_out();
}

}  // namespace semafoor::store
