// SPDX-License-Identifier: Apache-2.0
#include "gateway/app/process.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <string>

namespace semafoor::app {
namespace {

class ProcessTest : public testing::Test {
 protected:
  ProcessTest() {
    std::string pattern = testing::TempDir() + "procXXXXXX";
    folder_ = mkdtemp(pattern.data());
  }
  ~ProcessTest() override {
    unsetenv("NOTIFY_SOCKET");
    unsetenv("WATCHDOG_USEC");
    unsetenv("WATCHDOG_PID");
    std::filesystem::remove_all(folder_);
  }
  std::filesystem::path folder_;
};

TEST_F(ProcessTest, ADataFolderBelongsToOneGateway) {
  const auto data = folder_ / "data";
  auto first = FolderLock::take(data);
  ASSERT_TRUE(first.ok()) << first.error().message;
  struct stat status {};
  ASSERT_EQ(::stat(data.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0700U);
  const auto second = FolderLock::take(data);
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code, "data.in_use");
  EXPECT_NE(second.error().message.find("another gateway"), std::string::npos);
  EXPECT_NE(second.error().message.find(std::to_string(getpid())), std::string::npos);
  first->reset();
  EXPECT_TRUE(FolderLock::take(data).ok());
}

TEST_F(ProcessTest, AFolderThatCannotBeMadeIsSaid) {
  const auto lock = FolderLock::take("/proc/none/data");
  ASSERT_FALSE(lock.ok());
  EXPECT_EQ(lock.error().code, "data.folder");
}

TEST_F(ProcessTest, TheServiceManagerIsTold) {
  EXPECT_FALSE(notify_manager("READY=1")) << "nobody asked";
  const auto path = folder_ / "notify";
  const int receiver = ::socket(AF_UNIX, SOCK_DGRAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
  ASSERT_EQ(::bind(receiver, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  setenv("NOTIFY_SOCKET", path.c_str(), 1);
  EXPECT_TRUE(notify_manager("READY=1"));
  std::array<char, 64> text{};
  ASSERT_EQ(::recv(receiver, text.data(), text.size(), 0), 7);
  EXPECT_STREQ(text.data(), "READY=1");
  ::close(receiver);
  EXPECT_FALSE(notify_manager("READY=1"));
}

TEST_F(ProcessTest, TheWatchdogIsFedTwiceAsOftenAsItAsks) {
  EXPECT_FALSE(watchdog_interval());
  setenv("WATCHDOG_USEC", "30000000", 1);
  EXPECT_EQ(watchdog_interval(), std::chrono::milliseconds(15'000));
  setenv("WATCHDOG_PID", "1", 1);
  EXPECT_FALSE(watchdog_interval()) << "meant for another process";
  unsetenv("WATCHDOG_PID");
  setenv("WATCHDOG_USEC", "soon", 1);
  EXPECT_FALSE(watchdog_interval());
}

TEST_F(ProcessTest, SignalsAreWaitedForAndTheWaitEnds) {
  // In a child: what it does to signals stays there.
  const pid_t child = fork();
  if (child == 0) {
    prepare_process();
    bool good = !wait_signal(std::chrono::milliseconds(1));
    kill(getpid(), SIGHUP);
    good = good && wait_signal(std::chrono::seconds(10)) == Signal::reload;
    kill(getpid(), SIGTERM);
    good = good && wait_signal(std::chrono::seconds(10)) == Signal::stop;
    kill(getpid(), SIGPIPE);
    _exit(good ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

TEST_F(ProcessTest, NoCoreFileIsLeftWithWhatIsInMemory) {
  // In a child: the limit cannot be taken back.
  const pid_t child = fork();
  if (child == 0) {
    rlimit limit{};
    getrlimit(RLIMIT_CORE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_CORE, &limit);
    prepare_process();
    getrlimit(RLIMIT_CORE, &limit);
    std::string filter;
    std::ifstream("/proc/self/coredump_filter") >> filter;
    _exit(limit.rlim_cur == 0 && limit.rlim_max == 0 && filter == "00000000" ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

TEST_F(ProcessTest, AccountsAreFoundByNameAndByNumber) {
  EXPECT_EQ(account_of("root"), "uid 0");
  EXPECT_EQ(group_of("root"), "gid 0");
  EXPECT_EQ(account_of("1234"), "uid 1234");
  EXPECT_FALSE(account_of("no-such-account-here"));
  EXPECT_FALSE(group_of(""));
}

}  // namespace
}  // namespace semafoor::app
