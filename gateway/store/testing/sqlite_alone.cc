// SPDX-License-Identifier: Apache-2.0
//
// In the place of both_engines.cc where there is no PostgreSQL.
#include "gateway/store/testing/engine.h"

namespace semafoor::store::testing {

std::vector<std::string> engine_names() {
  return {"Sqlite", "SqliteSealed"};
}

std::unique_ptr<Engine> make_engine(const std::string& name, const std::filesystem::path& folder,
                                    std::string& /*why*/) {
  return make_sqlite_engine(folder, name == "Sqlite" ? nullptr : test_root());
}

}  // namespace semafoor::store::testing
