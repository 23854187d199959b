// SPDX-License-Identifier: Apache-2.0
#include "gateway/duties/event_follower.h"

#include <gtest/gtest.h>

#include <mutex>

#include "gateway/duties/test_store.h"

namespace semafoor::duties {
namespace {

constexpr char kOther[] = "0212344876";

class EventFollowerTest : public ::testing::Test {
 protected:
  EventFollowerTest() {
    store_.add_organisation();
    make();
  }
  ~EventFollowerTest() override { follower_->stop(); }

  void make() {
    follower_ = std::make_unique<EventFollower>(
        *store_, clock_,
        FollowerOptions{.name = "test.follow",
                        .module = v1::MODULE_KNIPPERLICHT,
                        .types = {"signal.received"},
                        .batch = 3},
        [this](const store::Org& org, const std::vector<v1::Event>& events, std::stop_token) {
          const std::scoped_lock guard(mutex_);
          if (problem_) return Result<void>(*problem_);
          for (const auto& event : events) seen_.push_back(org + "/" + event.subject_id());
          return Result<void>();
        },
        [this](const store::Org& org, std::stop_token) {
          const std::scoped_lock guard(mutex_);
          if (problem_) return Result<void>(*problem_);
          seen_.push_back("all of " + org);
          return Result<void>();
        });
  }
  void happens(const std::string& id, const std::string& type = "signal.received",
               const store::Org& org = kTestOrg) {
    store_.write([&](store::Transaction& tx) -> Result<void> {
      v1::Event event;
      event.set_type(type);
      event.set_module(v1::MODULE_KNIPPERLICHT);
      event.set_subject_id(id);
      auto number = tx.append_event(org, event);
      return number ? Result<void>() : number.error();
    });
  }
  std::vector<std::string> taken() {
    const std::scoped_lock guard(mutex_);
    return std::exchange(seen_, {});
  }
  bool seen(std::size_t count) {
    return store_.wait_until([&] {
      const std::scoped_lock guard(mutex_);
      return seen_.size() >= count;
    });
  }

  ManualClock clock_;
  TestStore store_{clock_};
  std::mutex mutex_;
  std::vector<std::string> seen_;
  std::optional<Error> problem_;
  std::unique_ptr<EventFollower> follower_;
};

using Names = std::vector<std::string>;
const std::string kAll = std::string("all of ") + kTestOrg;

std::string of(const std::string& id) {
  return std::string(kTestOrg) + "/" + id;
}

TEST_F(EventFollowerTest, AnOrganisationIsLookedThroughOnceAndThenFollowed) {
  happens("before");
  ASSERT_TRUE(follower_->run_once(kTestOrg).ok());
  EXPECT_EQ(taken(), (Names{kAll}));
  for (const char* id : {"a", "b", "c", "d"}) happens(id);
  happens("other", "signal.changed");
  ASSERT_TRUE(follower_->run_once(kTestOrg).ok());
  EXPECT_EQ(taken(), (Names{of("a"), of("b"), of("c"), of("d")}));
  ASSERT_TRUE(follower_->run_once(kTestOrg).ok());
  EXPECT_TRUE(taken().empty());
}

TEST_F(EventFollowerTest, AFailureIsNotedAndTheEventsComeAgain) {
  ASSERT_TRUE(follower_->run_once(kTestOrg).ok());
  taken();
  happens("a");
  problem_ = Error{.kind = ErrorKind::unavailable, .code = "test.away", .message = "It is away."};
  EXPECT_FALSE(follower_->run_once(kTestOrg).ok());
  EXPECT_EQ(store_.duty("test.follow").problem(), "It is away. (test.away)");
  problem_.reset();
  EXPECT_TRUE(follower_->run_once(kTestOrg).ok());
  EXPECT_EQ(taken(), (Names{of("a")}));
  EXPECT_TRUE(store_.duty("test.follow").problem().empty());
}

TEST_F(EventFollowerTest, ALogThatDoesNotReachBackIsLookedThrough) {
  ASSERT_TRUE(follower_->run_once(kTestOrg).ok());
  happens("a");
  store_.write([](store::Transaction& tx) -> Result<void> {
    auto dropped = tx.prune_events(-1);
    return dropped ? Result<void>() : dropped.error();
  });
  happens("b");
  taken();
  ASSERT_TRUE(follower_->run_once(kTestOrg).ok());
  EXPECT_EQ(taken(), (Names{kAll}));
}

TEST_F(EventFollowerTest, ItsThreadHearsOfEveryOrganisationAndGoesOnAfterARestart) {
  store_.add_organisation(kOther);
  follower_->start();
  ASSERT_TRUE(seen(2));
  taken();
  happens("a");
  happens("b", "signal.received", kOther);
  ASSERT_TRUE(seen(2));
  follower_->stop();
  taken();
  happens("c");
  make();
  follower_->start();
  ASSERT_TRUE(seen(1));
  EXPECT_EQ(taken(), (Names{of("c")}));
}

TEST_F(EventFollowerTest, OneInTroubleIsTriedAgainByItselfWhileOthersGoOn) {
  problem_ = Error{.kind = ErrorKind::unavailable, .code = "test.away", .message = "It is away."};
  follower_->start();
  ASSERT_TRUE(
      store_.wait_until([&] { return store_.duty("test.follow").consecutive_failures() > 0; }));
  {
    const std::scoped_lock guard(mutex_);
    problem_.reset();
  }
  ASSERT_TRUE(store_.wait_until([&] {
    clock_.advance(1'000);
    const std::scoped_lock guard(mutex_);
    return !seen_.empty();
  }));
  EXPECT_EQ(taken(), (Names{kAll}));
}

TEST_F(EventFollowerTest, AllIsLookedAtAgainWhenSomebodyAsks) {
  ASSERT_TRUE(follower_->run_once(kTestOrg).ok());
  taken();
  follower_->rebuild(kTestOrg);
  ASSERT_TRUE(follower_->run_once(kTestOrg).ok());
  EXPECT_EQ(taken(), (Names{kAll}));
}

}  // namespace
}  // namespace semafoor::duties
