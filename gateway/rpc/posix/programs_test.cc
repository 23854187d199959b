// SPDX-License-Identifier: Apache-2.0
#include "gateway/rpc/programs.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>

#include "gateway/rpc/posix/peer.h"

namespace semafoor::rpc {
namespace {

// A copy of cat, waiting for its input: a process whose file the test may change.
class ProgramsTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::path(testing::TempDir()) / ("programs-" + std::to_string(getpid()));
    std::filesystem::create_directories(folder_);
    copy("cat", "");
  }
  ~ProgramsTest() override {
    stop();
    std::filesystem::remove_all(folder_);
  }
  // The same program; behind its end nobody reads.
  void copy(const char* name, const std::string& more) {
    std::filesystem::copy_file("/bin/cat", file(name));
    std::ofstream(file(name), std::ios::app | std::ios::binary) << more;
  }
  std::filesystem::path file(const char* name) const { return folder_ / name; }
  // Returns when it runs that file.
  PeerIdentity start(const char* name) {
    std::array<int, 2> started{};
    EXPECT_EQ(::pipe2(started.data(), O_CLOEXEC), 0);
    std::array<int, 2> input{};
    EXPECT_EQ(::pipe2(input.data(), O_CLOEXEC), 0);
    const std::string path = file(name);
    pid_ = ::fork();
    if (pid_ == 0) {
      ::dup2(input[0], 0);
      ::execl(path.c_str(), path.c_str(), nullptr);
      ::_exit(127);
    }
    ::close(input[0]);
    ::close(started[1]);
    char none = 0;
    // Closed by the execution.
    EXPECT_EQ(::read(started[0], &none, 1), 0);
    ::close(started[0]);
    input_ = input[1];
    hold_ = posix::hold_process(pid_);
    return {.pid = pid_, .start_time = posix::start_time_of(pid_), .image = path};
  }
  void stop() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    ::close(input_);
    pid_ = 0;
  }
  std::string hash_of(const PeerIdentity& peer) {
    const auto program = programs_.of(peer, hold_.get());
    return program.ok() ? *(*program)->sha256() : program.error().code;
  }

  std::filesystem::path folder_;
  pid_t pid_ = 0;
  int input_ = -1;
  std::shared_ptr<const ProcessHold> hold_;
  Programs programs_;
};

TEST_F(ProgramsTest, AProgramIsTheFileThatRunsAndNotWhatStandsAtItsPath) {
  const PeerIdentity peer = start("cat");
  const auto program = programs_.of(peer, hold_.get());
  ASSERT_TRUE(program.ok()) << program.error().message;
  EXPECT_TRUE((*program)->is(file("cat")));
  EXPECT_FALSE((*program)->is("/bin/cat"));
  std::filesystem::create_symlink(file("cat"), file("link"));
  EXPECT_TRUE((*program)->is(file("link")));
  std::filesystem::rename(file("cat"), file("old"));
  copy("cat", "another");
  EXPECT_FALSE((*program)->is(file("cat")));
  const std::string running = *(*program)->sha256();
  stop();
  EXPECT_NE(hash_of(start("cat")), running);
}

TEST_F(ProgramsTest, TheSameContentHasTheSameHashAndAChangeIsSeen) {
  copy("second", "");
  copy("other", "x");
  const std::string first = hash_of(start("cat"));
  EXPECT_EQ(first.size(), 64U);
  stop();
  EXPECT_EQ(hash_of(start("second")), first);
  stop();
  EXPECT_NE(hash_of(start("other")), first);
  stop();
  std::ofstream(file("cat"), std::ios::app | std::ios::binary) << "x";
  const PeerIdentity peer = start("cat");
  const std::string changed = hash_of(peer);
  EXPECT_EQ(changed.size(), 64U);
  EXPECT_NE(changed, first);
  EXPECT_EQ(hash_of(peer), changed);
}

TEST_F(ProgramsTest, TheProgramOfAnEndedProcessIsNobodys) {
  const PeerIdentity peer = start("cat");
  EXPECT_EQ(programs_.of(peer, nullptr).error().code, "program.unknown");
  stop();
  EXPECT_EQ(hash_of(peer), "program.unknown");
}

}  // namespace
}  // namespace semafoor::rpc
