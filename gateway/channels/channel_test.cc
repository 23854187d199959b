// SPDX-License-Identifier: Apache-2.0
#include "gateway/channels/channel.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/duties/test_store.h"

namespace semafoor::channels {
namespace {

using duties::kTestOrg;
using ::testing::ElementsAre;

class ChannelTest : public ::testing::Test {
 protected:
  ChannelTest() { store_.add_organisation(); }

  void set(v1::ChannelMode to, std::int64_t at_ms) {
    store_.write([&](store::Transaction& tx) -> Result<void> {
      v1::ChannelChange change;
      change.set_to(to);
      change.mutable_changed_at()->set_unix_ms(at_ms);
      change.set_changed_by("uid 1000");
      auto put = put_channel(tx, kTestOrg, change);
      if (!put) return put.error();
      return {};
    });
  }
  v1::ChannelState state() {
    return store_.ask<v1::ChannelState>(
        [](store::Reader& reader) { return channel_of(reader, kTestOrg); });
  }

  duties::ManualClock clock_;
  duties::TestStore store_{clock_};
};

TEST_F(ChannelTest, WhoeverSaidNothingIsElectronicAsBefore) {
  EXPECT_EQ(state().mode(), v1::CHANNEL_MODE_ELECTRONIC);
  EXPECT_FALSE(state().has_since());
}

TEST_F(ChannelTest, AChangeIsKeptWithItsHistoryAndTold) {
  set(v1::CHANNEL_MODE_LISTS, 1'000);
  set(v1::CHANNEL_MODE_PARALLEL, 2'000);
  const auto now = state();
  EXPECT_EQ(now.mode(), v1::CHANNEL_MODE_PARALLEL);
  EXPECT_EQ(now.since().unix_ms(), 2'000);
  ASSERT_EQ(now.changes_size(), 2);
  EXPECT_EQ(now.changes(0).from(), v1::CHANNEL_MODE_LISTS);
  EXPECT_EQ(now.changes(1).from(), v1::CHANNEL_MODE_ELECTRONIC);
  EXPECT_THAT(store_.event_types(v1::MODULE_FEEDBACK),
              ElementsAre("channel.changed", "channel.changed"));
}

TEST_F(ChannelTest, OfManyChangesTheNewestAreKept) {
  for (int i = 1; i <= kMostChanges + 5; ++i)
    set(i % 2 == 0 ? v1::CHANNEL_MODE_LISTS : v1::CHANNEL_MODE_PARALLEL, i);
  ASSERT_EQ(state().changes_size(), kMostChanges);
  EXPECT_EQ(state().changes(0).changed_at().unix_ms(), kMostChanges + 5);
}

}  // namespace
}  // namespace semafoor::channels
