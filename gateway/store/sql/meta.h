// SPDX-License-Identifier: Apache-2.0
//
// The numbers that a database keeps of itself, and the transaction in which they change.
#pragma once

#include <cstdint>

#include "gateway/store/sql/connection.h"

namespace semafoor::store::sql {

// 0 when it was never written.
std::int64_t read_meta(Connection& database, const char* name);
void write_meta(Connection& database, const char* name, std::int64_t value);

// A transaction in which nobody else changes the schema. Undone unless it was committed.
class Alone {
 public:
  explicit Alone(Connection& database);
  ~Alone();
  Alone(const Alone&) = delete;
  Alone& operator=(const Alone&) = delete;
  void commit();

 private:
  Connection& database_;
  bool open_ = true;
};

}  // namespace semafoor::store::sql
