// SPDX-License-Identifier: Apache-2.0
#include "gateway/store/store.h"

#include <future>
#include <memory>

#include "gateway/store/sql/schema.h"

namespace semafoor::store {

Result<void> Store::write_and_wait(Work work) {
  // Shared: the writer may still be inside set_value() when the answer is read here.
  const auto promise = std::make_shared<std::promise<Result<void>>>();
  auto answer = promise->get_future();
  write(std::move(work), [promise](const Result<void>& result) { promise->set_value(result); });
  return answer.get();
}

int schema_version() {
  return sql::kSchemaVersion;
}

Result<void> Store::snapshot(const std::filesystem::path&, const SnapshotProgress&) {
  return Error{.kind = ErrorKind::unimplemented,
               .code = "backup.other_engine",
               .message =
                   "A backup of the database was asked for; on PostgreSQL its server makes "
                   "them. Use pg_dump, see docs/administrator.md."};
}

}  // namespace semafoor::store
