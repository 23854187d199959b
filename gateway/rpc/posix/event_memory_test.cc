// SPDX-License-Identifier: Apache-2.0
//
// By the C library's own account of this process.
#include <gtest/gtest.h>
#include <malloc.h>

#include "gateway/rpc/test_gateway.h"

namespace semafoor::rpc {
namespace {

class EventMemoryTest : public TestGateway {
 protected:
  void pull_and_wait() {
    auto request = about<v1::PullEventsRequest>();
    request.set_module(v1::MODULE_EBOX);
    request.set_consumer("suite");
    request.set_holder("h1");
    request.set_wait_ms(1);
    v1::PullEventsResponse response;
    EXPECT_TRUE(call(modules_stub_, &v1::Modules::Stub::PullEvents, request, response).status.ok());
  }
};

// A pull that waited was kept for ever by the alarm that ends its wait.
TEST_F(EventMemoryTest, PullsThatWaitedLeaveNothingBehind) {
  constexpr int kPulls = 300;
  const auto pulls = [this] {
    for (int i = 0; i < kPulls; ++i) pull_and_wait();
  };
  pulls();
  const std::size_t before = mallinfo2().uordblks;
  pulls();
  const std::size_t after = mallinfo2().uordblks;
  EXPECT_LT(after, before + std::size_t{kPulls} * 200) << "bytes in use";
}

}  // namespace
}  // namespace semafoor::rpc
