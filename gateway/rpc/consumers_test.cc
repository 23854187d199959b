// SPDX-License-Identifier: Apache-2.0
#include "gateway/rpc/consumers.h"

#include <gtest/gtest.h>

#include <future>

#include "gateway/duties/test_store.h"

namespace semafoor::rpc {
namespace {

using duties::kTestOrg;
using namespace std::chrono_literals;

class FakeProcess final : public ProcessHold {
 public:
  bool alive() const override { return alive_; }
  void die() { alive_ = false; }

 private:
  bool alive_ = true;
};

class ConsumersTest : public testing::Test {
 protected:
  ConsumersTest() {
    store_.add_organisation();
    renew();
  }

  // As a new process would: nothing is known but what the store has.
  void renew() {
    consumers_ = std::make_unique<Consumers>(*store_, [this] {
      return std::chrono::system_clock::time_point(std::chrono::milliseconds(clock_.now_ms()));
    });
  }
  std::string claim(const std::string& holder, std::chrono::milliseconds wait = 0ms,
                    std::shared_ptr<const ProcessHold> process = nullptr) {
    std::promise<Result<void>> answer;
    consumers_->claim(key_, holder, std::move(process), wait,
                      [&](const Result<void>& done) { answer.set_value(done); });
    last_ = answer.get_future().get();
    return last_.ok() ? "" : last_.error().code;
  }
  std::string acknowledge(const std::string& holder, std::int64_t sequence) {
    std::promise<Result<void>> answer;
    consumers_->acknowledge(key_, holder, sequence,
                            [&](const Result<void>& done) { answer.set_value(done); });
    last_ = answer.get_future().get();
    return last_.ok() ? "" : last_.error().code;
  }
  void release(const std::string& holder) {
    std::promise<Result<void>> answer;
    consumers_->release(key_, holder, [&](const Result<void>& done) { answer.set_value(done); });
    ASSERT_TRUE(answer.get_future().get().ok());
  }
  std::int64_t acknowledged() {
    return store_
        .ask<std::optional<store::Consumer>>([&](store::Reader& reader) {
          return reader.consumer(key_.org, key_.module, key_.name);
        })
        ->acknowledged;
  }
  void add_events(int count) {
    store_.write([&](store::Transaction& tx) -> Result<void> {
      for (int i = 0; i < count; ++i) {
        v1::Event event;
        event.set_type("message.stored");
        event.set_module(v1::MODULE_EBOX);
        if (auto added = tx.append_event(kTestOrg, event); !added.ok()) return added.error();
      }
      return {};
    });
  }

  duties::ManualClock clock_;
  duties::TestStore store_{clock_};
  std::unique_ptr<Consumers> consumers_;
  const ConsumerKey key_{.org = kTestOrg, .module = v1::MODULE_EBOX, .name = "suite"};
  Result<void> last_;
};

TEST_F(ConsumersTest, OneNameIsHeldByOneInstanceAtATime) {
  EXPECT_EQ(claim("one"), "");
  EXPECT_EQ(claim("two"), "events.consumer_busy");
  EXPECT_TRUE(last_.error().retryable);
  EXPECT_GT(*last_.error().retry_after_ms, 0);
  EXPECT_LE(*last_.error().retry_after_ms, 30'000);
  EXPECT_EQ(claim("one"), "");
}

TEST_F(ConsumersTest, TheLeaseLastsThirtySecondsFromTheLastPull) {
  EXPECT_EQ(claim("one"), "");
  clock_.advance(29'999);
  EXPECT_EQ(claim("one"), "");
  clock_.advance(29'999);
  EXPECT_EQ(claim("two"), "events.consumer_busy");
  clock_.advance(1);
  EXPECT_EQ(claim("two"), "");
  EXPECT_EQ(claim("one"), "events.consumer_busy");
}

TEST_F(ConsumersTest, ALongPollIsHeldForItsWaitAndShortenedWhenItEnds) {
  EXPECT_EQ(claim("one", 60s), "");
  clock_.advance(80'000);
  EXPECT_EQ(claim("two"), "events.consumer_busy");
  consumers_->waited(key_, "one");
  clock_.advance(30'000);
  EXPECT_EQ(claim("two"), "");
}

TEST_F(ConsumersTest, AReleasedConsumerIsFreeAtOnce) {
  EXPECT_EQ(claim("one"), "");
  release("two");
  EXPECT_EQ(claim("two"), "events.consumer_busy") << "another's release frees nothing";
  release("one");
  EXPECT_EQ(claim("two"), "");
}

TEST_F(ConsumersTest, ADeadProcessHoldsNothing) {
  const auto process = std::make_shared<FakeProcess>();
  EXPECT_EQ(claim("one", 60s, process), "");
  EXPECT_EQ(claim("two"), "events.consumer_busy");
  process->die();
  EXPECT_EQ(claim("two"), "");
}

TEST_F(ConsumersTest, TheHolderSurvivesARestartOfTheGateway) {
  EXPECT_EQ(claim("one"), "");
  renew();
  EXPECT_EQ(claim("two"), "events.consumer_busy");
  EXPECT_EQ(claim("one"), "");
  renew();
  clock_.advance(30'000);
  EXPECT_EQ(claim("two"), "");
}

TEST_F(ConsumersTest, AnAcknowledgementMovesOnlyForwardAndNotBeyondTheLog) {
  add_events(5);
  EXPECT_EQ(claim("one"), "");
  EXPECT_EQ(acknowledge("one", 3), "");
  EXPECT_EQ(acknowledged(), 3);
  EXPECT_EQ(acknowledge("one", 2), "");
  EXPECT_EQ(acknowledged(), 3);
  EXPECT_EQ(acknowledge("one", 6), "events.cursor_invalid");
  EXPECT_EQ(acknowledged(), 3);
}

TEST_F(ConsumersTest, AHolderThatWasToldOfExpiryStartsAnewWithItsNextPull) {
  add_events(5);
  EXPECT_EQ(claim("one"), "");
  consumers_->told_expired(key_, "one", 5);
  add_events(2);
  EXPECT_EQ(acknowledged(), 0) << "not before it comes back";
  EXPECT_EQ(claim("one"), "");
  EXPECT_EQ(acknowledged(), 5);
  consumers_->told_expired(key_, "one", 7);
  release("one");
  EXPECT_EQ(claim("two"), "");
  EXPECT_EQ(acknowledged(), 5) << "another holder has not been told";
}

TEST_F(ConsumersTest, OnlyTheHolderAcknowledges) {
  add_events(5);
  EXPECT_EQ(claim("one"), "");
  EXPECT_EQ(acknowledge("two", 3), "events.consumer_busy");
  EXPECT_EQ(acknowledged(), 0);
  renew();
  EXPECT_EQ(acknowledge("two", 3), "events.consumer_busy");
}

}  // namespace
}  // namespace semafoor::rpc
