// SPDX-License-Identifier: Apache-2.0
//
// Keeps one worker alive. The worker is the gateway; the supervisor does so little that it does not
// fall. What it needs of the operating system is behind WorkerProcess.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>

#include "gateway/domain/result.h"
#include "gateway/rpc/journal.h"

namespace semafoor::app {

// Either of the two.
struct WorkerEnd {
  int exit_code = 0;
  // On Windows the exception's code, which is negative.
  int signal = 0;
};

class WorkerProcess {
 public:
  enum class Wish { stop, reload };
  // What there was first: the worker's end, or a wish of whoever runs the supervisor. Neither: the
  // time is over, or there was news that the supervisor need not know.
  struct News {
    std::optional<WorkerEnd> end;
    std::optional<Wish> wish;
  };

  virtual ~WorkerProcess() = default;
  // Gives the process's number. "supervisor.start" when the system refuses another process.
  virtual Result<std::int64_t> start() = 0;
  virtual News wait(std::chrono::milliseconds at_most) = 0;
  virtual void pass_on(Wish wish) = 0;
  virtual void kill() = 0;
  // To the service manager, as notify_manager().
  virtual void notify(const char* state) = 0;
  virtual std::chrono::steady_clock::time_point now() = 0;
};

// At once, unless that did not help: more than five deaths within a minute cost a pause.
class RestartPolicy {
 public:
  static constexpr std::size_t kDeaths = 5;
  static constexpr std::chrono::seconds kWithin{60};
  static constexpr std::chrono::seconds kPause{30};

  // How long to wait after a death at `now`.
  std::chrono::milliseconds after_death(std::chrono::steady_clock::time_point now);

 private:
  std::deque<std::chrono::steady_clock::time_point> deaths_;
};

// Until told to stop; gives the exit code. A worker that ends with an exit code before any other
// died could not start: its code is the supervisor's, as if there were none.
int supervise(WorkerProcess& worker, rpc::Journal& log);

}  // namespace semafoor::app
