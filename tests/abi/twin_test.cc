// SPDX-License-Identifier: Apache-2.0
//
// The frozen plugin of ABI 1.0 in today's shim.
#include <gtest/gtest.h>

#include <vector>

#include "semafoor/shim.hpp"

namespace semafoor::shim {
namespace {

class Twin : public ::testing::Test {
 protected:
  Instance twin_ = Plugins({TWIN_PLUGINS}).start("twin", "{}");
};

TEST_F(Twin, Answers) {
  EXPECT_EQ(twin_.call("Twin/Echo", "\xc3\xa9"), "\xc3\xa9");
}

TEST_F(Twin, GivesItsReasonWhole) {
  try {
    twin_.call("Twin/Nothing");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.status(), SEMAFOOR_NOT_FOUND);
    EXPECT_EQ(error.code(), "twin.unknown");
  }
}

TEST_F(Twin, MayAnswerWithAStatusOfTheFuture) {  // H-9
  try {
    twin_.call("Twin/Future");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.status(), SEMAFOOR_UNKNOWN);
    EXPECT_EQ(error.retry_after(), std::chrono::milliseconds(1500));
    EXPECT_EQ(error.details_json(), "{\"twin\":1}");
  }
}

TEST_F(Twin, GivesItsEventsInOrder) {
  for (uint64_t expected = 1; expected <= 3; ++expected) {
    const auto event = twin_.next(std::chrono::milliseconds(0));
    ASSERT_TRUE(event);
    EXPECT_EQ(event->sequence, expected);
    EXPECT_EQ(event->subject_version, 1U);
    twin_.acknowledge(event->cursor);
  }
  EXPECT_FALSE(twin_.next(std::chrono::milliseconds(30)));
}

TEST_F(Twin, StreamsEveryByte) {
  Stream stream = twin_.open("Twin/Read", "");
  EXPECT_EQ(stream.head(), "{}");
  std::vector<uint8_t> buffer(4099);
  size_t position = 0;
  while (const size_t size = stream.read(buffer.data(), buffer.size())) {
    for (size_t i = 0; i < size; ++i, ++position)
      ASSERT_EQ(buffer[i], static_cast<uint8_t>(position * 31));
  }
  EXPECT_EQ(position, 100'000U);
}

}  // namespace
}  // namespace semafoor::shim
