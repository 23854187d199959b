// SPDX-License-Identifier: Apache-2.0
#include "gateway/app/disk_watch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace semafoor::app {
namespace {

using store::Room;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::int64_t kMiB = 1'024 * 1'024;

class Events final : public rpc::Journal {
 public:
  void note(Level, std::string_view event, std::string_view, Fields) override {
    events.emplace_back(event);
  }
  std::vector<std::string> take() { return std::exchange(events, {}); }

 private:
  std::vector<std::string> events;
};

class DiskWatchTest : public testing::Test {
 protected:
  Room room_with(std::int64_t available_mib) {
    available_ = available_mib * kMiB;
    watch_.look();
    return headroom_.room();
  }

  store::Headroom headroom_;
  std::int64_t available_ = 0;
  std::int64_t capacity_ = 100'000 * kMiB;
  bool broken_ = false;
  Events journal_;
  DiskWatch watch_{headroom_,
                   [this](std::error_code& problem) {
                     if (broken_) problem = std::make_error_code(std::errc::io_error);
                     std::filesystem::space_info space;
                     space.capacity = static_cast<std::uintmax_t>(capacity_);
                     space.available = static_cast<std::uintmax_t>(available_);
                     return space;
                   },
                   DiskMarks{}, journal_};
};

TEST_F(DiskWatchTest, EachMarkAdmitsLess) {
  EXPECT_EQ(room_with(50'000), Room::ample);
  EXPECT_TRUE(headroom_.admit_intake().ok());
  EXPECT_THAT(journal_.take(), IsEmpty());
  EXPECT_EQ(room_with(2'047), Room::low);
  EXPECT_TRUE(headroom_.admit_intake().ok());
  EXPECT_EQ(room_with(511), Room::scarce);
  EXPECT_EQ(headroom_.admit_intake().error().code, "store.disk_low");
  EXPECT_TRUE(headroom_.admit_work().ok());
  EXPECT_EQ(room_with(63), Room::none);
  EXPECT_EQ(headroom_.admit_work().error().code, "store.disk_full");
  EXPECT_EQ(room_with(50'000), Room::ample);
  EXPECT_TRUE(headroom_.admit_work().ok());
  EXPECT_THAT(journal_.take(),
              ElementsAre("disk.low", "disk.scarce", "disk.full", "disk.recovered"));
}

TEST_F(DiskWatchTest, AMarkIsLeftWithAnEighthMoreThanItWasPassedWith) {
  EXPECT_EQ(room_with(511), Room::scarce);
  EXPECT_EQ(room_with(513), Room::scarce);
  EXPECT_EQ(room_with(575), Room::scarce);
  EXPECT_EQ(room_with(576), Room::low);
  EXPECT_EQ(room_with(513), Room::low);
  EXPECT_THAT(journal_.take(), ElementsAre("disk.scarce", "disk.low"));
}

TEST_F(DiskWatchTest, OnASmallDiskTheMarksAreSharesOfIt) {
  capacity_ = 64 * kMiB;
  EXPECT_EQ(room_with(17), Room::ample);
  EXPECT_EQ(room_with(15), Room::low);
  EXPECT_EQ(room_with(7), Room::scarce);
  EXPECT_EQ(room_with(3), Room::none);
}

TEST_F(DiskWatchTest, ADiskThatCannotBeLookedAtChangesNothingAndIsToldOnce) {
  EXPECT_EQ(room_with(511), Room::scarce);
  broken_ = true;
  EXPECT_EQ(room_with(0), Room::scarce);
  EXPECT_EQ(room_with(0), Room::scarce);
  EXPECT_NE(watch_.status().problem(), "");
  EXPECT_THAT(journal_.take(), ElementsAre("disk.scarce", "disk.unreadable"));
}

}  // namespace
}  // namespace semafoor::app
