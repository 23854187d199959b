// SPDX-License-Identifier: Apache-2.0
#include "gateway/store/postgresql/address.h"

#include <libpq-fe.h>

#include <memory>
#include <string_view>

#include "gateway/store/files.h"

namespace semafoor::store::postgresql {
namespace {

Error wrong(const std::string& what) {
  return {.kind = ErrorKind::invalid_argument,
          .code = "store.connection_invalid",
          .message = "Read how to reach PostgreSQL: " + what};
}

struct Free {
  void operator()(PQconninfoOption* options) const { PQconninfoFree(options); }
};

}  // namespace

Result<Address> Address::read(const std::string& connection,
                              const std::filesystem::path& password_file) {
  if (connection.empty())
    return wrong(
        "there is no connection. Write for instance \"host=db.example dbname=semafoor "
        "user=semafoor\".");
  char* problem = nullptr;
  const std::unique_ptr<PQconninfoOption, Free> options(
      PQconninfoParse(connection.c_str(), &problem));
  // What libpq says of it may repeat a password.
  if (problem != nullptr) PQfreemem(problem);
  if (!options)
    return wrong(
        "the connection is not understood. Write it as libpq reads it: \"host=db.example "
        "dbname=semafoor user=semafoor\", or postgresql://semafoor@db.example/semafoor.");
  for (const PQconninfoOption* option = options.get(); option->keyword != nullptr; ++option) {
    const std::string_view name = option->keyword;
    if (option->val != nullptr && (name == "password" || name == "sslpassword"))
      return wrong(
          "the connection holds a password, which configuration files must not. Write it "
          "alone in a file that only the gateway's account may read, and name that file "
          "with password_file.");
  }
  if (password_file.empty()) return Address(connection, "");
  auto text = read_small_file(password_file);
  if (!text) return std::move(text).error();
  if (!*text) return wrong("the password file " + password_file.string() + " is not there.");
  namespace fs = std::filesystem;
  std::error_code unknown;
  const auto rights = fs::status(password_file, unknown).permissions();
  if (!unknown && (rights & fs::perms::others_read) != fs::perms::none)
    return wrong("everybody on this machine may read the password file " + password_file.string() +
                 ". Give it to the gateway's account alone (chmod 600).");
  while (!(*text)->empty() && ((*text)->back() == '\n' || (*text)->back() == '\r'))
    (*text)->pop_back();
  if ((*text)->empty()) return wrong("the password file " + password_file.string() + " is empty.");
  return Address(connection, **text);
}

}  // namespace semafoor::store::postgresql
