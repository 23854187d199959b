// SPDX-License-Identifier: Apache-2.0
//
// What the runtime costs its process, and how it takes the gateway's sudden end: the gateway of
// these tests is a process of its own, so that every thread and descriptor counted here is the
// runtime's.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <future>
#include <thread>

#include "plugins/runtime/test_client.h"
#include "plugins/runtime/test_gateway.h"

namespace semafoor::runtime::testing {
namespace {

int entries(const char* folder) {
  int count = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(folder)) ++count;
  return count;
}

int threads() {
  return entries("/proc/self/task");
}

int descriptors() {
  return entries("/proc/self/fd");
}

std::string thread_names() {
  std::string names;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/task")) {
    std::ifstream file(entry.path() / "comm");
    std::string name;
    std::getline(file, name);
    names += name + " ";
  }
  return names;
}

// The kernel lists a thread for a moment longer than a join of it takes.
bool threads_become(int count) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (threads() != count && std::chrono::steady_clock::now() < end) std::this_thread::yield();
  return threads() == count;
}

// Made by fork before this process has touched any gRPC of its own.
class GatewayProcess {
 public:
  explicit GatewayProcess(const std::string& folder) {
    int ready[2];
    if (pipe(ready) != 0) std::abort();
    pid_ = fork();
    if (pid_ == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      ::close(ready[0]);
      const TestGateway gateway(folder);
      (void)!::write(ready[1], "x", 1);
      for (;;) pause();
    }
    ::close(ready[1]);
    char c = 0;
    started = ::read(ready[0], &c, 1) == 1;
    ::close(ready[0]);
  }
  ~GatewayProcess() {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  GatewayProcess(const GatewayProcess&) = delete;
  GatewayProcess& operator=(const GatewayProcess&) = delete;
  bool started = false;

 private:
  pid_t pid_ = -1;
};

class RuntimeProcess : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(gateway_->started); }
  std::string path() const { return TestGateway::attestation_path(folder_.path); }
  Folder folder_;
  std::unique_ptr<GatewayProcess> gateway_ = std::make_unique<GatewayProcess>(folder_.path);
};

TEST_F(RuntimeProcess, FiveHundredSessionsCostNoThreadAndNoDescriptor) {
  Client first(path());
  for (int i = 0; i < 20; ++i) ASSERT_EQ(first.call("Echo", "warm").body, "warm");
  const int threads_before = threads();
  const int descriptors_before = descriptors();
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < 500; ++i) {
    clients.push_back(std::make_unique<Client>(path()));
    ASSERT_EQ(clients.back()->call("Echo", "x").body, "x");
  }
  EXPECT_EQ(stats().sessions, 501U);
  EXPECT_EQ(stats().channels, 1U);
  // gRPC starts another of its timer threads when one has fired, sessions or not.
  EXPECT_LE(threads(), threads_before + 2) << thread_names();
  EXPECT_EQ(descriptors(), descriptors_before);
}

TEST_F(RuntimeProcess, FourHundredLivesLeaveNothingBehind) {
  const auto live = [&] {
    Client client(path());
    ASSERT_EQ(client.call("Echo", "x").body, "x");
  };
  live();
  // gRPC has ended: only the test's own thread is left.
  const int threads_before = 1;
  ASSERT_TRUE(threads_become(threads_before)) << thread_names();
  const int descriptors_before = descriptors();
  for (int i = 0; i < 400; ++i) {
    live();
    ASSERT_TRUE(threads_become(threads_before)) << "after life " << i << ": " << thread_names();
    ASSERT_EQ(descriptors(), descriptors_before) << "after life " << i;
  }
}

TEST_F(RuntimeProcess, GatewayThatDiesInTheMiddleOfACallIsToldApartFromOneThatIsAbsent) {
  Client client(path());
  ASSERT_EQ(client.call("Echo", "a").body, "a");
  auto [stream, opened] = client.open_stream("Endless", "");
  ASSERT_EQ(opened.status, SEMAFOOR_OK);
  auto hanging = std::async(std::launch::async, [&] { return client.call("Hang", ""); });
  while (stats().calls_in_flight < 2) std::this_thread::yield();
  gateway_.reset();
  const Outcome broken = hanging.get();
  // Sent, and then unknown; or the thread came too late to send.
  EXPECT_TRUE(broken.status == SEMAFOOR_UNAVAILABLE || broken.status == SEMAFOOR_E_GATEWAY_ABSENT)
      << broken.status << " " << broken.message;
  EXPECT_EQ(broken.domain, "runtime");
  EXPECT_TRUE(broken.retryable);
  Outcome read = Client::read(stream);
  while (read.has_body) read = Client::read(stream);
  EXPECT_EQ(read.status, SEMAFOOR_UNAVAILABLE);
  runtime().stream_close(stream);
  EXPECT_EQ(client.call("Echo", "b").status, SEMAFOOR_E_GATEWAY_ABSENT);
}

TEST_F(RuntimeProcess, GatewayThatWasKilledIsFoundAgainWithinASecondOfItsReturn) {
  Client client(path());
  ASSERT_EQ(client.call("Echo", "a").body, "a");
  client.close();
  // The last close has ended gRPC, so this process may fork a gateway again.
  gateway_.reset();
  Client survivor(path());
  EXPECT_EQ(survivor.call("Echo", "b").status, SEMAFOOR_E_GATEWAY_ABSENT);
  gateway_ = std::make_unique<GatewayProcess>(folder_.path);
  ASSERT_TRUE(gateway_->started);
  const auto back_at = std::chrono::steady_clock::now();
  Outcome back = survivor.call("Echo", "c");
  while (back.status == SEMAFOOR_E_GATEWAY_ABSENT &&
         std::chrono::steady_clock::now() < back_at + std::chrono::seconds(20))
    back = survivor.call("Echo", "c");
  EXPECT_EQ(back.body, "c");
  EXPECT_LT(std::chrono::steady_clock::now() - back_at, std::chrono::seconds(5));
}

// A host that opens, calls, and leaves without a word to the runtime.
int exit_without_close(const std::string& path) {
  static void (*const no_wake)(void*) noexcept = [](void*) noexcept {};
  // Still there when the process ends, and reachable: the leak check of a sanitizer is not the
  // point.
  static Client* client = nullptr;
  static sfr_stream* stream = nullptr;
  client = new Client(Client::Arguments{.path = path, .wake = no_wake, .watch_key = "1"});
  const bool good = client->call("Echo", "x").body == "x";
  stream = client->open_stream("Endless", "").first;
  return good && stream != nullptr ? 0 : 3;
}

TEST_F(RuntimeProcess, ExitWithoutCloseIsHarmless) {
  for (int i = 0; i < 20; ++i) {
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      execl("/proc/self/exe", "host", "--exit-without-close", path().c_str(), nullptr);
      _exit(127);
    }
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFEXITED(status)) << "signal " << WTERMSIG(status);
    EXPECT_EQ(WEXITSTATUS(status), 0);
  }
}

}  // namespace
}  // namespace semafoor::runtime::testing

int main(int argc, char** argv) {
  if (argc == 3 && std::string(argv[1]) == "--exit-without-close")
    return semafoor::runtime::testing::exit_without_close(argv[2]);
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
