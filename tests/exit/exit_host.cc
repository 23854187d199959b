// SPDX-License-Identifier: Apache-2.0
//
// A host as a vendor without our shim would write it: loads the three plugins by dlopen, calls them
// from threads of its own, and leaves the process in one of several ways. Prints "done" before it
// leaves; exit code 0 is a good run.
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "tests/exit/foreign.h"
#include "tests/support/raw_plugin.h"

using semafoor::testing::ask;
using semafoor::testing::fail;
using semafoor::testing::must_answer;
using semafoor::testing::RawPlugin;
using semafoor::testing::Usage;
using semafoor::testing::usage;

namespace {

struct Loaded {
  RawPlugin plugin;
  std::string method;
};

// A thread that made a call and lives until after stop and destroy: its exit runs the destructors
// of whatever thread-local state the call left behind.
class OutlivingThread {
 public:
  explicit OutlivingThread(const Loaded& plugin)
      : thread_([this, &plugin] {
          must_answer(plugin.plugin, plugin.method);
          std::unique_lock lock(mutex_);
          called_ = true;
          changed_.notify_all();
          changed_.wait(lock, [this] { return may_end_; });
        }) {}
  void wait_until_called() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return called_; });
  }
  void end() {
    {
      const std::lock_guard lock(mutex_);
      may_end_ = true;
    }
    changed_.notify_all();
    thread_.join();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool called_ = false;
  bool may_end_ = false;
  std::thread thread_;
};

void check_fork(const Loaded& plugin) {
  const pid_t child = fork();
  if (child == 0) {
    std::string problem;
    const semafoor_status status = ask(plugin.plugin, plugin.method, {}, &problem);
    std::_Exit(status == SEMAFOOR_E_FORKED ? 0 : 1);
  }
  int status = 0;
  waitpid(child, &status, 0);
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) fail("the forked child was not refused");
  must_answer(plugin.plugin, plugin.method);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 5) {
    std::fprintf(stderr,
                 "usage: exit_host PLUGINS SOCKET CBE MODE [CYCLES]\n"
                 "MODE: clean | no-destroy | no-stop | fork | cycles\n");
    return 2;
  }
  const std::string folder = argv[1];
  const std::string socket = argv[2];
  const std::string organisation = argv[3];
  const std::string mode = argv[4];
  const std::string config = semafoor::testing::config_json(organisation, socket);
  semafoor_host host{};
  host.struct_size = sizeof host;

  const std::pair<const char*, const char*> plugins[] = {
      {"ebox", "Mailbox/ListFamilies"},
      {"knipperlicht", "Signals/ListSignalTypes"},
      {"feedback", "Feedback/ListFeedbackCodes"},
  };
  const int cycles = mode == "cycles" ? std::atoi(argc > 5 ? argv[5] : "50") : 1;
  use_foreign_grpc(socket);
  Usage first;
  // Kept to the very end of the process, as by a host that never destroys: its destructor must not
  // run, or what it holds counts as leaked.
  static auto& kept = *new std::vector<Loaded>;
  for (int cycle = 0; cycle < cycles; ++cycle) {
    std::vector<Loaded> loaded;
    for (const auto& [id, method] : plugins)
      loaded.push_back({semafoor::testing::load_raw(folder, id, host, config), method});
    std::vector<std::unique_ptr<OutlivingThread>> threads;
    for (const Loaded& plugin : loaded)
      threads.push_back(std::make_unique<OutlivingThread>(plugin));
    for (auto& thread : threads) thread->wait_until_called();
    for (const Loaded& plugin : loaded) must_answer(plugin.plugin, plugin.method);
    use_foreign_grpc(socket);
    if (mode == "fork") check_fork(loaded[0]);
    if (mode == "no-stop") {
      std::puts("done");
      std::fflush(stdout);
      // Threads are still inside their waits: exactly what a host that calls exit() in the middle
      // does.
      std::exit(0);
    }
    for (Loaded& loaded_plugin : loaded) {
      semafoor::testing::stop_raw(loaded_plugin.plugin);
      if (mode != "no-destroy")
        loaded_plugin.plugin.entry->instance->destroy(loaded_plugin.plugin.instance);
    }
    use_foreign_grpc(socket);
    for (auto& thread : threads) thread->end();
    if (mode == "no-destroy") kept = loaded;
    if (cycle == cycles / 2) first = usage();
  }
  if (mode == "cycles") {
    Usage last = usage();
    // A thread of gRPC's that was told to end, or joined just now, may still be listed for a
    // moment; there is no signal for its being gone.
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while ((last.threads > first.threads || last.descriptors > first.descriptors) &&
           std::chrono::steady_clock::now() < until) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
      last = usage();
    }
    std::printf(
        "{\"cycles\":%d,\"rss_growth_kib\":%ld,\"thread_growth\":%d,\"descriptor_growth\":%d}\n",
        cycles, last.rss_kib - first.rss_kib, last.threads - first.threads,
        last.descriptors - first.descriptors);
    // The second half of the cycles: what grows there grows for ever.
    if (last.threads > first.threads || last.descriptors > first.descriptors) fail("growth");
#if !defined(__SANITIZE_THREAD__) && !defined(__SANITIZE_ADDRESS__)
    // A sanitizer's own memory grows; under AddressSanitizer leaks are looked for instead.
    if (last.rss_kib - first.rss_kib > 16L * cycles / 2 + 512) fail("memory growth");
#endif
  }
  std::puts("done");
  return 0;
}
