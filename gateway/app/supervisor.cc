// SPDX-License-Identifier: Apache-2.0
#include "gateway/app/supervisor.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <string>

#include "gateway/app/exit_codes.h"

namespace semafoor::app {
namespace {

using Level = rpc::Journal::Level;
using std::chrono::milliseconds;

// A worker needs a second to stop; the service manager kills after ten.
constexpr milliseconds kStopAtMost{8'000};
constexpr milliseconds kLookAgain{60'000};
// The worker feeds the watchdog; while there is none, the supervisor does, this often.
constexpr milliseconds kFeed{5'000};

std::string text_of(const WorkerEnd& end) {
  if (end.signal < 0) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "exception %08x", static_cast<unsigned>(end.signal));
    return text.data();
  }
  return end.signal != 0 ? "signal " + std::to_string(end.signal)
                         : "exit code " + std::to_string(end.exit_code);
}

int stop(WorkerProcess& worker, rpc::Journal& log) {
  worker.notify("STOPPING=1");
  worker.pass_on(WorkerProcess::Wish::stop);
  const auto until = worker.now() + kStopAtMost;
  bool killed = false;
  while (true) {
    const auto left = std::chrono::ceil<milliseconds>(until - worker.now());
    const auto news = worker.wait(killed ? kLookAgain : std::max(left, milliseconds(0)));
    if (news.end) return news.end->signal != 0 ? 1 : news.end->exit_code;
    if (killed || worker.now() < until) continue;
    log.note(Level::error, "supervisor.killed",
             "The worker was told to stop and did not within 8 seconds; it is killed. What was "
             "acknowledged is on disk. Report this with the log.");
    worker.kill();
    killed = true;
  }
}

// False when told to stop meanwhile.
bool pause(WorkerProcess& worker, milliseconds length) {
  const auto until = worker.now() + length;
  while (worker.now() < until) {
    worker.notify("WATCHDOG=1");
    const auto left = std::chrono::ceil<milliseconds>(until - worker.now());
    if (worker.wait(std::min(left, kFeed)).wish == WorkerProcess::Wish::stop) return false;
  }
  return true;
}

WorkerProcess::News until_stop_or_end(WorkerProcess& worker) {
  while (true) {
    const auto news = worker.wait(kLookAgain);
    if (news.end || news.wish == WorkerProcess::Wish::stop) return news;
    if (news.wish) worker.pass_on(*news.wish);
  }
}

}  // namespace

milliseconds RestartPolicy::after_death(std::chrono::steady_clock::time_point now) {
  while (!deaths_.empty() && now - deaths_.front() > kWithin) deaths_.pop_front();
  deaths_.push_back(now);
  if (deaths_.size() <= kDeaths) return milliseconds(0);
  deaths_.clear();
  return kPause;
}

int supervise(WorkerProcess& worker, rpc::Journal& log) {
  RestartPolicy policy;
  bool first = true;
  while (true) {
    const auto pid = worker.start();
    std::string how;
    if (pid.ok()) {
      log.note(Level::info, "supervisor.started", "A worker was started.",
               {{"pid", std::to_string(*pid)}});
      const auto news = until_stop_or_end(worker);
      if (!news.end) return stop(worker, log);
      if (news.end->exit_code == kMisconfigured) {
        log.note(Level::error, "supervisor.misconfigured",
                 "The worker does not start with these settings, and is not started again. Run: "
                 "semafoor-gateway check; then start the gateway.");
        return kMisconfigured;
      }
      if (first && news.end->signal == 0 && news.end->exit_code != 0) return news.end->exit_code;
      how = text_of(*news.end);
    } else {
      how = pid.error().message;
    }
    first = false;
    const milliseconds wait = policy.after_death(worker.now());
    if (wait == milliseconds(0)) {
      log.note(Level::error, "supervisor.restart",
               "The worker ended by itself; another one is started now. What was acknowledged is "
               "on disk.",
               {{"end", how}});
      continue;
    }
    log.note(Level::error, "supervisor.pause",
             "Workers die one after the other; the next one starts in 30 seconds. Look for the "
             "lines before this one, for free space on the disk of the data folder and for memory; "
             "the gateway goes on by itself once the cause is gone.",
             {{"end", how}});
    if (!pause(worker, wait)) return 0;
  }
}

}  // namespace semafoor::app
