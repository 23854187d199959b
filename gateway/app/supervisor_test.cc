// SPDX-License-Identifier: Apache-2.0
#include "gateway/app/supervisor.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <string>
#include <vector>

#include "gateway/app/exit_codes.h"

namespace semafoor::app {
namespace {

using namespace std::chrono_literals;
using Wish = WorkerProcess::Wish;

// Plays a list of news, each after a time; a wait that ends before that gets nothing. When the list
// is at its end the supervisor is told to stop, and its worker ends well.
class ScriptedWorker final : public WorkerProcess {
 public:
  struct Entry {
    std::chrono::milliseconds after{0};
    News news;
  };
  Result<std::int64_t> start() override {
    starts.push_back(now_ - Time());
    return 100 + static_cast<std::int64_t>(starts.size());
  }
  News wait(std::chrono::milliseconds at_most) override {
    if (script.empty()) {
      const bool again = told_at_the_end_;
      told_at_the_end_ = true;
      if (again) return {.end = WorkerEnd{}, .wish = {}};
      return {.end = {}, .wish = Wish::stop};
    }
    Entry& next = script.front();
    if (next.after > at_most) {
      next.after -= at_most;
      now_ += at_most;
      return {};
    }
    now_ += next.after;
    const News news = next.news;
    script.pop_front();
    return news;
  }
  void pass_on(Wish wish) override { passed.push_back(wish); }
  void kill() override { ++kills; }
  void notify(const char* state) override { states.emplace_back(state); }
  std::chrono::steady_clock::time_point now() override { return now_; }

  std::deque<Entry> script;
  std::vector<std::chrono::steady_clock::duration> starts;
  std::vector<Wish> passed;
  std::vector<std::string> states;
  int kills = 0;

 private:
  using Time = std::chrono::steady_clock::time_point;
  Time now_;
  bool told_at_the_end_ = false;
};

class EventLog final : public rpc::Journal {
 public:
  void note(Level, std::string_view event, std::string_view, Fields) override {
    events.emplace_back(event);
  }
  [[nodiscard]] bool has(const std::string& event) const {
    return std::find(events.begin(), events.end(), event) != events.end();
  }
  std::vector<std::string> events;
};

ScriptedWorker::Entry dies(std::chrono::milliseconds after, int signal = 9) {
  return {.after = after, .news = {.end = WorkerEnd{.exit_code = 0, .signal = signal}, .wish = {}}};
}

ScriptedWorker::Entry exits(int code) {
  return {.after = 1ms, .news = {.end = WorkerEnd{.exit_code = code, .signal = 0}, .wish = {}}};
}

ScriptedWorker::Entry wished(Wish wish) {
  return {.after = 1ms, .news = {.end = {}, .wish = wish}};
}

TEST(Supervisor, ADeadWorkerIsReplacedAtOnce) {
  ScriptedWorker worker;
  EventLog log;
  worker.script = {dies(100s), dies(200s, 11)};
  EXPECT_EQ(supervise(worker, log), 0);
  ASSERT_EQ(worker.starts.size(), 3U);
  EXPECT_EQ(worker.starts[1], 100s);
  EXPECT_EQ(worker.starts[2], 300s);
}

TEST(Supervisor, MoreThanFiveDeathsInAMinuteCostAPauseInWhichTheWatchdogIsFed) {
  ScriptedWorker worker;
  EventLog log;
  for (int i = 0; i < 6; ++i) worker.script.push_back(dies(1s));
  // Two minutes of peace for whoever comes after the pause; the pause eats thirty seconds of them.
  worker.script.push_back(dies(150s));
  supervise(worker, log);
  ASSERT_EQ(worker.starts.size(), 8U);
  EXPECT_EQ(worker.starts[5], 5s);
  EXPECT_EQ(worker.starts[6], 6s + 30s);
  EXPECT_TRUE(log.has("supervisor.pause"));
  EXPECT_EQ(std::count(worker.states.begin(), worker.states.end(), "WATCHDOG=1"), 6);
}

TEST(Supervisor, FiveDeathsSpreadOverTimeCostNone) {
  ScriptedWorker worker;
  EventLog log;
  for (int i = 0; i < 12; ++i) worker.script.push_back(dies(20s));
  supervise(worker, log);
  EXPECT_EQ(worker.starts.size(), 13U);
  EXPECT_FALSE(log.has("supervisor.pause"));
}

TEST(Supervisor, AStopDuringThePauseEndsIt) {
  ScriptedWorker worker;
  EventLog log;
  for (int i = 0; i < 6; ++i) worker.script.push_back(dies(1s));
  worker.script.push_back(wished(Wish::stop));
  EXPECT_EQ(supervise(worker, log), 0);
  EXPECT_EQ(worker.starts.size(), 6U);
}

TEST(Supervisor, WrongSettingsAreNotTriedAgain) {
  ScriptedWorker worker;
  EventLog log;
  worker.script = {dies(1s), exits(kMisconfigured)};
  EXPECT_EQ(supervise(worker, log), kMisconfigured);
  EXPECT_EQ(worker.starts.size(), 2U);
  EXPECT_TRUE(log.has("supervisor.misconfigured"));
}

TEST(Supervisor, AGatewayThatCannotStartSaysSoOnce) {
  ScriptedWorker worker;
  EventLog log;
  worker.script = {exits(1)};
  EXPECT_EQ(supervise(worker, log), 1);
  EXPECT_EQ(worker.starts.size(), 1U);
}

TEST(Supervisor, AGatewayThatServedOnceIsTriedUntilItStartsAgain) {
  ScriptedWorker worker;
  EventLog log;
  worker.script = {dies(10s), exits(1), exits(1)};
  EXPECT_EQ(supervise(worker, log), 0);
  EXPECT_EQ(worker.starts.size(), 4U);
}

TEST(Supervisor, ReloadAndStopArePassedOn) {
  ScriptedWorker worker;
  EventLog log;
  worker.script = {wished(Wish::reload), wished(Wish::stop), exits(0)};
  EXPECT_EQ(supervise(worker, log), 0);
  EXPECT_EQ(worker.passed, (std::vector{Wish::reload, Wish::stop}));
  EXPECT_EQ(worker.states, std::vector<std::string>{"STOPPING=1"});
  EXPECT_EQ(worker.kills, 0);
}

TEST(Supervisor, AWorkerThatDoesNotStopIsKilled) {
  ScriptedWorker worker;
  EventLog log;
  worker.script = {wished(Wish::stop), dies(9s)};
  EXPECT_EQ(supervise(worker, log), 1);
  EXPECT_EQ(worker.kills, 1);
  EXPECT_TRUE(log.has("supervisor.killed"));
}

}  // namespace
}  // namespace semafoor::app
