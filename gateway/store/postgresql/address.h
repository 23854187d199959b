// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "gateway/domain/result.h"

namespace semafoor::store::postgresql {

// Where a database is, and the password that is said there and nowhere else.
class Address {
 public:
  // `connection` as libpq reads it ("host=db dbname=semafoor user=semafoor", or a URI), without a
  // password: that stands alone in `password_file`, which may be empty.
  static Result<Address> read(const std::string& connection,
                              const std::filesystem::path& password_file);

  const std::string& connection() const { return connection_; }
  const std::string& password() const { return password_; }

 private:
  Address(std::string connection, std::string password)
      : connection_(std::move(connection)), password_(std::move(password)) {}
  std::string connection_;
  std::string password_;
};

}  // namespace semafoor::store::postgresql
