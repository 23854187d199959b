// SPDX-License-Identifier: Apache-2.0
#include "gateway/rpc/sessions.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "gateway/rpc/posix/peer.h"

namespace semafoor::rpc {
namespace {

class SessionsTest : public testing::Test {
 protected:
  SessionOptions options() {
    SessionOptions options;
    options.lifetime = std::chrono::minutes(10);
    options.most = 8;
    options.most_per_process = 2;
    options.now = [this] { return now_; };
    return options;
  }
  Session session(std::int64_t pid = 1) {
    Session session;
    session.peer.pid = pid;
    session.peer.start_time = 5;
    return session;
  }
  std::string code_of(const std::string& token) {
    const auto found = sessions_.find(token);
    return found.ok() ? "" : found.error().code;
  }

  std::chrono::steady_clock::time_point now_{};
  Sessions sessions_{options()};
};

TEST_F(SessionsTest, ATokenIsLongAndNeverTheSame) {
  const auto one = sessions_.open(session());
  const auto two = sessions_.open(session());
  ASSERT_TRUE(one.ok() && two.ok());
  EXPECT_EQ(one->size(), 64U);
  EXPECT_NE(*one, *two);
  EXPECT_EQ(code_of(*one), "");
}

TEST_F(SessionsTest, AnExpiredTokenIsUnknown) {
  const auto token = sessions_.open(session());
  now_ += std::chrono::minutes(10) - std::chrono::milliseconds(1);
  EXPECT_EQ(code_of(*token), "");
  now_ += std::chrono::milliseconds(1);
  EXPECT_EQ(code_of(*token), "session.unknown");
  EXPECT_EQ(sessions_.count(), 0U);
}

TEST_F(SessionsTest, GarbageIsUnknown) {
  (void)sessions_.open(session());
  for (const std::string& token : {std::string(), std::string(64, '0'), std::string(100'000, 'a')})
    EXPECT_EQ(code_of(token), "session.unknown");
}

TEST_F(SessionsTest, ATokenDiesWithItsProcess) {
  const pid_t child = fork();
  if (child == 0) {
    pause();
    _exit(0);
  }
  Session one = session(child);
  one.process = posix::hold_process(child);
  ASSERT_NE(one.process, nullptr);
  const auto token = sessions_.open(std::move(one));
  EXPECT_EQ(code_of(*token), "");
  kill(child, SIGKILL);
  // WNOWAIT: dead, yet its number is still its own.
  siginfo_t info{};
  ASSERT_EQ(waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOWAIT), 0);
  EXPECT_EQ(code_of(*token), "session.process_gone");
  EXPECT_EQ(code_of(*token), "session.unknown");
  waitpid(child, nullptr, 0);
}

TEST_F(SessionsTest, AProcessKeepsItsNewestTokens) {
  const auto one = sessions_.open(session());
  const auto two = sessions_.open(session());
  const auto three = sessions_.open(session());
  EXPECT_EQ(code_of(*one), "session.unknown");
  EXPECT_EQ(code_of(*two), "");
  EXPECT_EQ(code_of(*three), "");
  EXPECT_EQ(sessions_.count(), 1U);
}

TEST_F(SessionsTest, WhenFullExpiredOnesMakeRoomAndLivingOnesDoNot) {
  for (std::int64_t pid = 1; pid <= 8; ++pid) ASSERT_TRUE(sessions_.open(session(pid)).ok());
  const auto refused = sessions_.open(session(9));
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, "session.too_many");
  EXPECT_TRUE(refused.error().retryable);
  now_ += std::chrono::minutes(10);
  EXPECT_TRUE(sessions_.open(session(9)).ok());
  EXPECT_EQ(sessions_.count(), 1U);
}

TEST_F(SessionsTest, AllTokensOfAProcessShareOneLimit) {
  const auto one = sessions_.open(session(1));
  const auto two = sessions_.open(session(1));
  const auto other = sessions_.open(session(2));
  const auto rate = [this](const Result<std::string>& token) {
    return (*sessions_.find(*token))->rate;
  };
  ASSERT_TRUE(rate(one));
  EXPECT_EQ(rate(one), rate(two));
  EXPECT_NE(rate(one), rate(other));
}

TEST(ProcessIdentity, OwnStartTimeIsReadAndAMissingProcessHasNone) {
  EXPECT_GT(posix::start_time_of(getpid()), 0U);
  EXPECT_EQ(posix::start_time_of(0x7fffffff), 0U);
  EXPECT_EQ(posix::hold_process(0x7fffffff), nullptr);
}

}  // namespace
}  // namespace semafoor::rpc
