// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include "gateway/rpc/posix/peer.h"
#include "gateway/rpc/test_gateway.h"

namespace semafoor::rpc {
namespace {

class OtherProcess : public TestGateway {
 protected:
  // The token of a process is good for all of its account.
  void unbind() {
    server_->stop(std::chrono::milliseconds(200));
    server_.reset();
    door_ = make_test_door(store_.folder(), journal_);
    auto server =
        Server::start({.bind_tokens = false}, rooms_, facts_, sessions_, *door_, journal_);
    ASSERT_TRUE(server.ok()) << server.error().message;
    server_ = std::move(*server);
    channel_ = channel_to(*door_);
    admin_stub_ = v1::Admin::NewStub(channel_);
  }
  // With the token of that process.
  Outcome call_as(std::int64_t pid, std::uint64_t start_time, std::uint32_t uid = geteuid()) {
    Session session;
    session.peer.account = posix::account_name(uid);
    session.access = Access{.admin = true, .all_organisations = true};
    session.peer.pid = pid;
    session.peer.start_time = start_time;
    token_ = *sessions_.open(std::move(session));
    v1::GetStatusResponse response;
    return call(admin_stub_, &v1::Admin::Stub::GetStatus, {}, response);
  }
};

TEST_F(OtherProcess, ATokenIsGoodOnTheConnectionsOfItsOwnProcessOnly) {
  const std::int64_t own = getpid();
  EXPECT_TRUE(call_as(own, posix::start_time_of(own)).status.ok());
  const auto outcome = call_as(getppid(), posix::start_time_of(getppid()));
  EXPECT_EQ(outcome.code(), grpc::StatusCode::UNAUTHENTICATED);
  EXPECT_EQ(outcome.detail.code(), "session.other_process");
  // A process of before, that had our number.
  EXPECT_EQ(call_as(own, posix::start_time_of(own) - 1).detail.code(), "session.other_process");
}

TEST_F(OtherProcess, UnboundItIsGoodForItsAccountAndNoOther) {
  unbind();
  EXPECT_TRUE(call_as(getppid(), posix::start_time_of(getppid())).status.ok());
  EXPECT_EQ(call_as(getppid(), posix::start_time_of(getppid()), geteuid() + 1).detail.code(),
            "session.other_process");
}

}  // namespace
}  // namespace semafoor::rpc
