// SPDX-License-Identifier: Apache-2.0
#include "gateway/store/testing/postgresql_server.h"

#include <fcntl.h>
#include <grp.h>
#include <libpq-fe.h>
#include <pwd.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>
#include <vector>

namespace semafoor::store::testing {
namespace {

namespace fs = std::filesystem;

// Debian keeps the server's programs out of the path.
fs::path find_programs() {
  std::vector<fs::path> places;
  if (const char* told = getenv("SEMAFOOR_POSTGRESQL_BIN")) places.emplace_back(told);
  for (int version = 18; version >= 13; --version)
    places.push_back(fs::path("/usr/lib/postgresql") / std::to_string(version) / "bin");
  std::istringstream path(getenv("PATH") != nullptr ? getenv("PATH") : "");
  for (std::string one; std::getline(path, one, ':');) places.emplace_back(one);
  for (const auto& place : places)
    if (fs::exists(place / "initdb") && fs::exists(place / "postgres")) return place;
  return {};
}

// Starts a program as another user; it ends when this one does.
pid_t start_program(const std::vector<std::string>& words, uid_t user, gid_t group,
                    const fs::path& log) {
  std::vector<char*> argv;
  for (const auto& word : words) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  const pid_t parent = getpid();
  const pid_t child = fork();
  if (child != 0) return child;
  if (getuid() == 0 && (setgroups(0, nullptr) != 0 || setgid(group) != 0 || setuid(user) != 0))
    _exit(126);
  // After the change of user, which would undo it.
  prctl(PR_SET_PDEATHSIG, SIGQUIT);
  if (getppid() != parent) _exit(125);
  const int out = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  dup2(out, STDOUT_FILENO);
  dup2(out, STDERR_FILENO);
  if (chdir("/") != 0) _exit(124);
  execv(argv[0], argv.data());
  _exit(127);
}

std::string content(const fs::path& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

}  // namespace

PostgresqlServer* PostgresqlServer::shared(std::string& why) {
  static std::string problem;
  static const std::unique_ptr<PostgresqlServer> server = [] {
    std::unique_ptr<PostgresqlServer> made(new PostgresqlServer);
    problem = made->prepare();
    if (problem.empty()) problem = made->start();
    if (!problem.empty()) made.reset();
    return made;
  }();
  why = problem;
  return server.get();
}

std::string PostgresqlServer::prepare() {
  programs_ = find_programs();
  if (programs_.empty())
    return "PostgreSQL is not installed (apt-get install postgresql-15), or "
           "SEMAFOOR_POSTGRESQL_BIN "
           "does not name the folder of its programs";
  user_ = getuid();
  group_ = getgid();
  if (user_ == 0) {
    const passwd* account = getpwnam("postgres");
    if (account == nullptr) account = getpwnam("nobody");
    if (account == nullptr) return "PostgreSQL refuses root, and there is no account for it";
    user_ = account->pw_uid;
    group_ = account->pw_gid;
  }
  std::string pattern = (fs::temp_directory_path() / "semafoor-pg-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) return "no temporary folder";
  folder_ = pattern;
  if (chown(folder_.c_str(), user_, group_) != 0) return "cannot give the folder to PostgreSQL";
  const pid_t made =
      start_program({programs_ / "initdb", "-D", folder_ / "data", "-A", "trust", "-U", "semafoor",
                     "-E", "UTF8", "--locale=C", "--no-sync", "--no-instructions"},
                    user_, group_, folder_ / "log");
  int status = -1;
  waitpid(made, &status, 0);
  return status == 0 ? "" : "initdb failed: " + content(folder_ / "log");
}

std::string PostgresqlServer::start() {
  server_ = start_program(
      {programs_ / "postgres", "-D", folder_ / "data", "-k", folder_, "-p", "5432", "-c",
       "listen_addresses=", "-c", "max_connections=200", "-c", "shared_buffers=16MB"},
      user_, group_, folder_ / "log");
  const auto bound = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  const std::string connection = "host=" + folder_.string() + " user=semafoor dbname=postgres";
  while (PQping(connection.c_str()) != PQPING_OK) {
    if (waitpid(server_, nullptr, WNOHANG) != 0) {
      server_ = -1;
      return "PostgreSQL ended: " + content(folder_ / "log");
    }
    if (std::chrono::steady_clock::now() > bound) return "PostgreSQL does not answer";
    // There is nothing to wait on before it listens.
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return "";
}

void PostgresqlServer::kill_server(int signal) {
  if (server_ <= 0) return;
  kill(server_, signal);
  waitpid(server_, nullptr, 0);
  server_ = -1;
}

PostgresqlServer::~PostgresqlServer() {
  kill_server(SIGQUIT);
  std::error_code ignored;
  if (!folder_.empty()) fs::remove_all(folder_, ignored);
}

void PostgresqlServer::crash() {
  kill_server(SIGQUIT);
  if (const auto problem = start(); !problem.empty()) throw std::runtime_error(problem);
}

std::string PostgresqlServer::make_database() {
  const std::string name = "test" + std::to_string(++databases_);
  const std::string host = "host=" + folder_.string() + " user=semafoor dbname=";
  ask(host + "postgres", "CREATE DATABASE " + name);
  return host + name;
}

std::string PostgresqlServer::ask(const std::string& connection, const std::string& sql) {
  const std::unique_ptr<PGconn, void (*)(PGconn*)> line(PQconnectdb(connection.c_str()), PQfinish);
  const std::unique_ptr<PGresult, void (*)(PGresult*)> result(PQexec(line.get(), sql.c_str()),
                                                              PQclear);
  const auto status = PQresultStatus(result.get());
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
    throw std::runtime_error(PQerrorMessage(line.get()));
  return PQntuples(result.get()) > 0 ? PQgetvalue(result.get(), 0, 0) : std::string();
}

}  // namespace semafoor::store::testing
