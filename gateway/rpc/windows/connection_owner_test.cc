// SPDX-License-Identifier: Apache-2.0
#include "gateway/rpc/windows/connection_owner.h"

#include <gtest/gtest.h>

#include "gateway/rpc/test_gateway.h"
#include "gateway/rpc/windows/peer.h"

namespace semafoor::rpc {
namespace {

class ConnectionOwnerTest : public TestGateway {
 protected:
  bool tells_owners() {
    return call_as({.pid = 1, .start_time = 1}).detail.code() == "session.other_process";
  }
  Outcome call_as(const ProcessName& process) {
    Session session;
    session.peer.account = os::windows::own_account();
    session.access = Access{.admin = true, .all_organisations = true};
    session.peer.pid = process.pid;
    session.peer.start_time = process.start_time;
    token_ = *sessions_.open(std::move(session));
    v1::GetStatusResponse response;
    return call(admin_stub_, &v1::Admin::Stub::GetStatus, {}, response);
  }
};

TEST_F(ConnectionOwnerTest, ATokenIsGoodOnTheConnectionsOfItsOwnProcessOnly) {
  // Wine 8 knows the connections, and not always whose they are.
  if (!tells_owners()) GTEST_SKIP() << "this system does not tell who holds a connection";
  const auto own = windows::caller_of(GetCurrentProcessId());
  ASSERT_NE(own.process->start_time, 0U);
  EXPECT_EQ(own.account, os::windows::own_account());
  EXPECT_TRUE(call_as(*own.process).status.ok());
  ProcessName before = *own.process;
  --before.start_time;
  EXPECT_EQ(call_as(before).detail.code(), "session.other_process");
  ProcessName other = *own.process;
  other.pid += 4;
  EXPECT_EQ(call_as(other).detail.code(), "session.other_process");
}

// A service may not look at the processes of other accounts.
TEST_F(ConnectionOwnerTest, WhereNoBeginningIsKnownTheNumberCounts) {
  EXPECT_TRUE(call_as({.pid = 4, .start_time = 0}).status.ok())
      << "of the caller it is known, and so it would be of the token's owner";
}

TEST(ConnectionOwner, ANonexistentConnectionIsNobodys) {
  const auto owner = windows::connection_owner(1, 2);
  ASSERT_TRUE(owner);
  EXPECT_EQ(owner->process->pid, 0);
}

}  // namespace
}  // namespace semafoor::rpc
