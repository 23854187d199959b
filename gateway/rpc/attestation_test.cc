// SPDX-License-Identifier: Apache-2.0
#include "gateway/rpc/attestation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "gateway/rpc/local_policy.h"
#include "gateway/rpc/posix/attestation_server.h"
#include "gateway/rpc/posix/peer.h"
#include "gateway/rpc/posix/unix_listener.h"
#include "gateway/rpc/test_journal.h"

namespace semafoor::rpc {
namespace {

using ::testing::Contains;

class AttestationTest : public testing::Test {
 protected:
  AttestationTest() {
    std::string pattern = testing::TempDir() + "attXXXXXX";
    folder_ = mkdtemp(pattern.data());
  }
  ~AttestationTest() override { std::filesystem::remove_all(folder_); }

  void serve() {
    auto server = posix::AttestationServer::start(
        {.socket = path(), .patience = std::chrono::milliseconds(200)}, attestor_, sessions_);
    ASSERT_TRUE(server.ok()) << server.error().message;
    server_ = std::move(*server);
  }
  std::filesystem::path path() const { return folder_ / "run" / "attest.sock"; }

  // Sends `request` and gives all that comes until the gateway closes.
  std::string ask(const std::string& request) {
    const posix::Descriptor socket = connect();
    (void)::send(socket.get(), request.data(), request.size(), MSG_NOSIGNAL);
    return rest(socket);
  }
  posix::Descriptor connect() {
    posix::Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path().c_str(), sizeof address.sun_path - 1);
    EXPECT_EQ(::connect(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    return socket;
  }
  static std::string rest(const posix::Descriptor& socket) {
    std::string answer;
    char buffer[1024];
    // The bound is for a broken test only.
    pollfd entry{.fd = socket.get(), .events = POLLIN, .revents = 0};
    while (::poll(&entry, 1, 20'000) == 1) {
      const ssize_t count = ::recv(socket.get(), buffer, sizeof buffer, 0);
      if (count <= 0) return answer;
      answer.append(buffer, static_cast<std::size_t>(count));
    }
    ADD_FAILURE() << "the gateway did not close";
    return answer;
  }

  std::filesystem::path folder_;
  bool allowed_ = true;
  TestJournal journal_;
  Sessions sessions_{{}};
  Attestor attestor_{sessions_,
                     [this](const PeerIdentity& peer, const ProcessHold*) -> Result<Rights> {
                       if (!allowed_) return LocalPolicy({}, {}).access_of(peer, {});
                       return Rights(Access{.admin = true, .all_organisations = true});
                     },
                     "unix:/run/x/rpc.sock", "1.2.3", journal_};
  std::unique_ptr<posix::AttestationServer> server_;
};

TEST_F(AttestationTest, AnAllowedProcessLearnsWhereToConnectAndGetsAToken) {
  serve();
  const std::string answer = ask("{\"v\":1,\"host\":\"suite\",\"client\":\"ebox 1.0\"}\n");
  ASSERT_TRUE(answer.ends_with("\n"));
  const auto document = nlohmann::json::parse(answer);
  EXPECT_EQ(document["v"], 1);
  EXPECT_EQ(document["address"], "unix:/run/x/rpc.sock");
  EXPECT_EQ(document["expires_in_s"], 600);
  EXPECT_EQ(document["gateway_version"], "1.2.3");
  const auto session = sessions_.find(document["token"].get<std::string>());
  ASSERT_TRUE(session.ok());
  EXPECT_EQ((*session)->peer.pid, getpid());
  EXPECT_EQ((*session)->peer.account, posix::account_name(geteuid()));
  EXPECT_EQ((*session)->peer.start_time, posix::start_time_of(getpid()));
  EXPECT_EQ((*session)->host, "suite");
  EXPECT_TRUE((*session)->process->alive());
}

TEST_F(AttestationTest, ARefusedAccountIsToldWhatToDo) {
  allowed_ = false;
  serve();
  const auto document = nlohmann::json::parse(ask("{\"v\":1}\n"));
  EXPECT_EQ(document["error"]["code"], "attestation.refused");
  EXPECT_NE(document["error"]["message"].get<std::string>().find("[[local.allow]]"),
            std::string::npos);
  EXPECT_FALSE(document.contains("token"));
  EXPECT_EQ(sessions_.count(), 0U);
  EXPECT_THAT(journal_.events(), Contains("session.refused"));
}

TEST_F(AttestationTest, GarbageIsDroppedWithoutAnAnswerAndOthersAreServed) {
  serve();
  for (const std::string& garbage :
       {std::string("\n"), std::string("hello\n"), std::string("[1]\n"), std::string("{}\n"),
        std::string("{\"v\":\"1\"}\n"), std::string("{\"v\":1,\"host\":7}\n"),
        std::string("{\"v\":1,\"host\":\"") + std::string(257, 'h') + "\"}\n",
        std::string("\0\xff\xfe\n", 4), std::string(3000, '[') + "\n", std::string(5000, 'x')})
    EXPECT_EQ(ask(garbage), "") << garbage.substr(0, 40);
  EXPECT_EQ(sessions_.count(), 0U);
  EXPECT_NE(ask("{\"v\":1}\n"), "");
}

TEST_F(AttestationTest, AnUnknownVersionIsSaid) {
  serve();
  EXPECT_EQ(nlohmann::json::parse(ask("{\"v\":2}\n"))["error"]["code"], "attestation.version");
}

TEST_F(AttestationTest, ASlowRequestIsDroppedAndHoldsUpNobody) {
  serve();
  const posix::Descriptor slow = connect();
  ASSERT_EQ(::send(slow.get(), "{\"v\"", 4, MSG_NOSIGNAL), 4);
  EXPECT_NE(ask("{\"v\":1}\n"), "");
  EXPECT_EQ(rest(slow), "");
}

TEST_F(AttestationTest, AStaleSocketIsReplacedAndALivingOneIsNot) {
  serve();
  auto second = posix::AttestationServer::start({.socket = path()}, attestor_, sessions_);
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code, "socket.in_use");
  server_.reset();
  // As a killed gateway leaves it: the file without a listener.
  { const auto listener = posix::listen_unix(path(), 0750, 0600); }
  ASSERT_TRUE(std::filesystem::exists(path()));
  serve();
  EXPECT_NE(ask("{\"v\":1}\n"), "");
}

TEST_F(AttestationTest, SocketAndNewFolderHaveTheirModesAndAFileIsNotOverwritten) {
  serve();
  struct stat status {};
  ASSERT_EQ(::stat(path().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0660U);
  ASSERT_EQ(::stat(path().parent_path().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0750U);
  const auto file = folder_ / "file";
  std::ofstream(file) << "mine";
  EXPECT_EQ(posix::clear_socket_path(file, 0750).error().code, "socket.not_a_socket");
  EXPECT_EQ(posix::clear_socket_path(folder_ / std::string(120, 'x'), 0750).error().code,
            "socket.path_too_long");
}

}  // namespace
}  // namespace semafoor::rpc
