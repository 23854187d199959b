// SPDX-License-Identifier: Apache-2.0
#include "gateway/store/sql/meta.h"

#include <string>

namespace semafoor::store::sql {

std::int64_t read_meta(Connection& database, const char* name) {
  auto query = database.query("SELECT value FROM meta WHERE name = ?");
  query.text(name);
  return query.row() ? query.number_at(0) : 0;
}

void write_meta(Connection& database, const char* name, std::int64_t value) {
  database
      .query(
          "INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = "
          "excluded.value")
      .text(name)
      .number(value)
      .run();
}

Alone::Alone(Connection& database) : database_(database) {
  database_.run(std::string(database_.dialect().begin_alone));
}

Alone::~Alone() {
  if (open_)
    (void)attempt("roll back", [&]() -> Result<void> {
      database_.run("ROLLBACK");
      return {};
    });
}

void Alone::commit() {
  database_.run("COMMIT");
  open_ = false;
}

}  // namespace semafoor::store::sql
