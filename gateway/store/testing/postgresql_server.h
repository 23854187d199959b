// SPDX-License-Identifier: Apache-2.0
//
// A PostgreSQL of the test's own: made in a temporary folder, reached through a socket in it and
// nowhere else, gone with the test program whatever its end.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include <sys/types.h>

namespace semafoor::store::testing {

class PostgresqlServer {
 public:
  // The one of this program, started with the first call. When it cannot be, `why` says so.
  static PostgresqlServer* shared(std::string& why);
  ~PostgresqlServer();
  PostgresqlServer(const PostgresqlServer&) = delete;
  PostgresqlServer& operator=(const PostgresqlServer&) = delete;

  // An empty database; how to reach it.
  std::string make_database();
  // Runs one statement, and gives the first value of its answer.
  static std::string ask(const std::string& connection, const std::string& sql);
  // Ends as in a crash, and starts again.
  void crash();

  const std::filesystem::path& socket_folder() const { return folder_; }

 private:
  PostgresqlServer() = default;
  // Empty, or what went wrong.
  std::string prepare();
  std::string start();
  void kill_server(int signal);

  std::filesystem::path programs_;
  std::filesystem::path folder_;
  pid_t server_ = -1;
  // That the server runs as: PostgreSQL refuses root.
  uid_t user_ = 0;
  gid_t group_ = 0;
  int databases_ = 0;
};

}  // namespace semafoor::store::testing
