// SPDX-License-Identifier: Apache-2.0
#include "gateway/probe/connection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <stdexcept>

namespace semafoor::probe {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class ConnectionTest : public ::testing::Test {
 protected:
  bool run(const std::vector<PlannedStep>& steps, std::chrono::milliseconds limit = 60s,
           const std::stop_token& stop = {}) {
    return walk(
        "token", steps, limit,
        [this](const v1::UpstreamStep& step) {
          told_.push_back(step);
          return listening_;
        },
        stop);
  }
  std::vector<std::string> outcomes() const {
    std::vector<std::string> words;
    for (const auto& step : told_) {
      words.push_back(
          step.step() + " " +
          v1::UpstreamStepOutcome_Name(step.outcome()).substr(sizeof "UPSTREAM_STEP_OUTCOME_" - 1));
    }
    return words;
  }
  static PlannedStep gives(const std::string& name, const v1::UpstreamStep& step) {
    return {name, [step](const std::stop_token&) { return step; }};
  }
  // Waits until it is stopped, as a call to an upstream does.
  static PlannedStep waits(const std::string& name) {
    return {name, [](const std::stop_token& stop) {
              std::promise<void> stopped;
              const std::stop_callback when(stop, [&] { stopped.set_value(); });
              stopped.get_future().wait();
              return step_failed({.code = "upstream.cancelled", .message = "It was cancelled."});
            }};
  }
  static v1::UpstreamStep failure() {
    return step_failed({.code = "upstream.dns", .message = "No such name."});
  }

  bool listening_ = true;
  std::vector<v1::UpstreamStep> told_;
};

TEST_F(ConnectionTest, EveryStepIsToldWithItsNames) {
  EXPECT_TRUE(run({gives("dns", step_ok("192.0.2.1")),
                   gives("tls", step_warning("TLSv1.3", "upstream.tls_ends", "It ends.")),
                   gives("token", step_ok("one"))}));
  EXPECT_THAT(outcomes(), ElementsAre("dns OK", "tls WARNING", "token OK"));
  EXPECT_EQ(told_[0].connection(), "token");
  EXPECT_EQ(told_[0].advice(), "") << "there is nothing to do";
  EXPECT_NE(told_[1].advice(), "");
}

TEST_F(ConnectionTest, StopsAtItsFirstFailedStepAndSaysSoOfTheRest) {
  EXPECT_TRUE(
      run({gives("dns", failure()), gives("tls", step_ok("")), gives("token", step_ok(""))}));
  EXPECT_THAT(outcomes(), ElementsAre("dns FAILED", "tls SKIPPED", "token SKIPPED"));
  EXPECT_EQ(told_[0].problem(), "No such name.");
  EXPECT_THAT(told_[0].advice(), HasSubstr("gateway.toml"));
  EXPECT_EQ(told_[2].detail(), "not tried: the step dns failed");
}

TEST_F(ConnectionTest, WhatIsNotSetUpIsSkippedWithItsReason) {
  EXPECT_TRUE(run({gives("settings", step_skipped("no address")), gives("dns", step_ok(""))}));
  EXPECT_THAT(outcomes(), ElementsAre("settings SKIPPED", "dns SKIPPED"));
  EXPECT_EQ(told_[1].detail(), "no address");
}

TEST_F(ConnectionTest, HasItsTime) {
  EXPECT_TRUE(run({waits("token"), gives("list", step_ok(""))}, 10ms));
  EXPECT_THAT(outcomes(), ElementsAre("token FAILED", "list SKIPPED"));
  EXPECT_EQ(told_[0].code(), "upstream.timeout");
  EXPECT_THAT(told_[0].problem(), HasSubstr("at the step token"));
}

TEST_F(ConnectionTest, EndsWhenItsCallerGoes) {
  std::stop_source stop;
  auto walking = std::async(std::launch::async, [&] {
    return run({waits("token"), gives("list", step_ok(""))}, 60s, stop.get_token());
  });
  stop.request_stop();
  EXPECT_FALSE(walking.get());
  EXPECT_TRUE(told_.empty());
  listening_ = false;
  EXPECT_FALSE(run({gives("dns", step_ok("")), gives("tls", step_ok(""))}));
  EXPECT_EQ(told_.size(), 1u);
}

TEST_F(ConnectionTest, AnExceptionIsAFailedStep) {
  EXPECT_TRUE(run({{"list", [](const std::stop_token&) -> v1::UpstreamStep {
                      throw std::runtime_error("bad");
                    }}}));
  EXPECT_EQ(told_[0].code(), "probe.broken");
}

TEST_F(ConnectionTest, ANationalNumberIsMasked) {
  EXPECT_TRUE(run({gives("list", step_ok("of 85073003328")),
                   gives("token", step_failed({.code = "x", .message = "of 85.07.30-033.28"}))}));
  EXPECT_THAT(told_[0].detail(), Not(HasSubstr("85073003328")));
  EXPECT_THAT(told_[1].problem(), Not(HasSubstr("033")));
}

}  // namespace
}  // namespace semafoor::probe
