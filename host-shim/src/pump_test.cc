// SPDX-License-Identifier: Apache-2.0
//
// The event pump: order, acknowledgement, and calm while the gateway is away.
#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>
#include <vector>

#include "semafoor/shim.hpp"

namespace semafoor::shim {
namespace {

using namespace std::chrono_literals;

// What the pump told, and a way to wait for it.
class Heard {
 public:
  void event(uint64_t sequence) {
    const std::lock_guard lock(mutex_);
    sequences_.push_back(sequence);
    changed_.notify_all();
  }
  void flow(Flow flow, semafoor_status status) {
    const std::lock_guard lock(mutex_);
    flows_.emplace_back(flow, status);
    changed_.notify_all();
  }
  std::vector<uint64_t> events(size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, 20s, [&] { return sequences_.size() >= count; });
    return sequences_;
  }
  bool wait_for(Flow flow) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, 20s,
                             [&] { return !flows_.empty() && flows_.back().first == flow; });
  }
  std::vector<std::pair<Flow, semafoor_status>> flows() {
    const std::lock_guard lock(mutex_);
    return flows_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<uint64_t> sequences_;
  std::vector<std::pair<Flow, semafoor_status>> flows_;
};

class Pump : public ::testing::Test {
 protected:
  EventPump::OnEvent store() {
    return [this](const Event& event) {
      heard_.event(event.sequence);
      return Handled::stored;
    };
  }
  EventPump::OnFlow flow() {
    return
        [this](Flow flow, semafoor_status status, std::string_view) { heard_.flow(flow, status); };
  }

  Heard heard_;
  Instance instance_ = Plugins({FAKE_PLUGINS}).start("fake", "{}");
};

TEST_F(Pump, HandsOverInOrderAndAcknowledgesWhatWasStored) {
  instance_.call("Fake/AddEvents", "5");
  EventPump pump(instance_, store());
  EXPECT_EQ(heard_.events(5), (std::vector<uint64_t>{1, 2, 3, 4, 5}));
  pump.close();
  EXPECT_EQ(instance_.call("Fake/Acknowledged"), "5");
}

TEST_F(Pump, NeverAcknowledgesWhenToldSo) {
  instance_.call("Fake/AddEvents", "3");
  EventPump pump(instance_, store(), {}, {.never_acknowledge = true});
  heard_.events(3);
  pump.close();
  EXPECT_EQ(instance_.call("Fake/Acknowledged"), "0");
}

TEST_F(Pump, AnEventThatCouldNotBeStoredComesAgainBeforeTheNext) {  // H-8
  instance_.call("Fake/AddEvents", "2");
  int tries = 0;
  EventPump pump(instance_, [&](const Event& event) {
    heard_.event(event.sequence);
    if (event.sequence == 1 && ++tries < 2) throw std::runtime_error("disk full");
    return Handled::stored;
  });
  EXPECT_EQ(heard_.events(3), (std::vector<uint64_t>{1, 1, 2}));
}

TEST_F(Pump, TheHostMayEndItAndThatEventIsNotAcknowledged) {
  instance_.call("Fake/AddEvents", "3");
  EventPump pump(
      instance_,
      [&](const Event& event) {
        heard_.event(event.sequence);
        return event.sequence < 2 ? Handled::stored : Handled::end;
      },
      flow());
  ASSERT_TRUE(heard_.wait_for(Flow::ended));
  pump.close();
  EXPECT_EQ(heard_.events(2), (std::vector<uint64_t>{1, 2}));
  EXPECT_EQ(instance_.call("Fake/Acknowledged"), "1");
}

TEST_F(Pump, WaitsWhileTheGatewayIsAwayAndGoesOnByItself) {
  instance_.call("Fake/NextStatus", std::to_string(SEMAFOOR_E_GATEWAY_ABSENT));
  EventPump pump(instance_, store(), flow());
  ASSERT_TRUE(heard_.wait_for(Flow::waiting));
  EXPECT_EQ(heard_.flows().back().second, SEMAFOOR_E_GATEWAY_ABSENT);
  instance_.call("Fake/AddEvents", "1");
  instance_.call("Fake/NextStatus", "0");
  EXPECT_EQ(heard_.events(1), (std::vector<uint64_t>{1}));
  // Calm: a quarter of a second, then half of one; not a loop.
  EXPECT_LE(heard_.flows().size(), 8U);
}

TEST_F(Pump, EndsWhenARetryCannotMendIt) {
  instance_.call("Fake/NextStatus", std::to_string(SEMAFOOR_E_CURSOR_EXPIRED));
  const EventPump pump(instance_, store(), flow());
  ASSERT_TRUE(heard_.wait_for(Flow::ended));
  EXPECT_EQ(heard_.flows().back().second, SEMAFOOR_E_CURSOR_EXPIRED);
}

TEST_F(Pump, RunsOnTheHostsOwnThread) {
  EventPump pump(instance_, store(), {}, {.thread = EventPump::Thread::none});
  EXPECT_FALSE(pump.step(0ms));
  instance_.call("Fake/AddEvents", "2");
  EXPECT_TRUE(pump.step(1s));
  EXPECT_TRUE(pump.step(1s));
  EXPECT_TRUE(pump.step(0ms)) << "nothing more: the two are acknowledged";
  EXPECT_EQ(instance_.call("Fake/Acknowledged"), "2");
  EXPECT_EQ(heard_.events(2), (std::vector<uint64_t>{1, 2}));
}

TEST_F(Pump, IsOnlyOnePerInstance) {
  const EventPump first(instance_, store());
  EXPECT_THROW(EventPump(instance_, store()), Error);
}

TEST_F(Pump, AnotherOneMayFollow) {
  { const EventPump first(instance_, store()); }
  EXPECT_NO_THROW(EventPump(instance_, store()));
}

TEST_F(Pump, ClosesWhileItWaits) {
  EventPump pump(instance_, store(), flow());
  ASSERT_TRUE(heard_.wait_for(Flow::flowing));
  pump.close();
  EXPECT_EQ(heard_.flows().back().first, Flow::ended);
  EXPECT_EQ(heard_.flows().back().second, SEMAFOOR_OK);
}

TEST_F(Pump, ASilentGatewayIsNotAskedOnceMoreAtTheEnd) {
  instance_.call("Fake/AddEvents", "1");
  instance_.call("Fake/AckHangs", "400");
  EventPump pump(instance_, store());
  ASSERT_EQ(instance_.call("Fake/AckTries"), "1") << "waits for it";
  pump.close();
  EXPECT_EQ(instance_.call("Fake/AckTries"), "1") << "or closing would take twice the 30 s it may";
}

TEST_F(Pump, EndsByItselfWhenTheInstanceStops) {
  const EventPump pump(instance_, store(), flow());
  ASSERT_TRUE(heard_.wait_for(Flow::flowing));
  instance_.stop();
  EXPECT_TRUE(heard_.wait_for(Flow::ended));
}

}  // namespace
}  // namespace semafoor::shim
