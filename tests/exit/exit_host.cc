// SPDX-License-Identifier: Apache-2.0
//
// A host as a vendor without our shim would write it: loads the three plugins by dlopen, calls them from threads of
// its own, and leaves the process in one of several ways. Prints "done" before it leaves; exit code 0 is a good run.
#include <dlfcn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "semafoor/semafoor.h"
#include "tests/exit/foreign.h"

namespace {

semafoor_span span(const std::string& text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

[[noreturn]] void fail(const std::string& what) {
  std::fprintf(stderr, "exit_host: %s\n", what.c_str());
  std::_Exit(1);
}

std::string text_of(const semafoor_error* error) {
  if (error == nullptr) return "no details";
  std::string text(reinterpret_cast<const char*>(error->message.data), error->message.size);
  error->release(error);
  return text;
}

struct Loaded {
  const semafoor_entry* entry = nullptr;
  semafoor_instance* instance = nullptr;
  const semafoor_call_v1* call = nullptr;
  std::string method;
};

Loaded load(const std::string& folder, const std::string& id, const std::string& method,
            const semafoor_host& host, const std::string& config) {
  const std::string path = folder + "/libsemafoor_" + id + ".so";
  void* library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) fail(std::string("cannot load: ") + dlerror());
  auto entry_of = reinterpret_cast<semafoor_entry_fn>(dlsym(library, SEMAFOOR_ENTRY_SYMBOL));
  if (entry_of == nullptr) fail(path + " has no entry");
  Loaded loaded{.entry = entry_of(), .method = method};
  const semafoor_span id_span = span(id);
  const semafoor_span config_span = span(config);
  const semafoor_error* error = nullptr;
  if (loaded.entry->create(&host, &id_span, &config_span, &loaded.instance, &error) != SEMAFOOR_OK)
    fail("create " + id + ": " + text_of(error));
  if (loaded.entry->instance->start(loaded.instance, &error) != SEMAFOOR_OK)
    fail("start " + id + ": " + text_of(error));
  const semafoor_span extension = span(SEMAFOOR_EXT_CALL);
  loaded.call = static_cast<const semafoor_call_v1*>(
      loaded.entry->instance->get_extension(loaded.instance, &extension));
  if (loaded.call == nullptr) fail(id + " has no " SEMAFOOR_EXT_CALL);
  return loaded;
}

semafoor_status ask(const Loaded& plugin, std::string* problem) {
  semafoor_call_options options{};
  options.struct_size = sizeof options;
  options.deadline_ms = 10'000;
  const semafoor_span method = span(plugin.method);
  const semafoor_span request{};
  const semafoor_reply* reply = nullptr;
  const semafoor_error* error = nullptr;
  const semafoor_status status =
      plugin.call->call(plugin.instance, &method, &request, &options, &reply, &error);
  if (reply != nullptr) reply->release(reply);
  if (status != SEMAFOOR_OK) *problem = text_of(error);
  return status;
}

void must_answer(const Loaded& plugin) {
  std::string problem;
  if (ask(plugin, &problem) != SEMAFOOR_OK) fail(plugin.method + ": " + problem);
}

void leave(Loaded& plugin) {
  const semafoor_error* error = nullptr;
  if (plugin.entry->instance->stop(plugin.instance, 5'000, &error) != SEMAFOOR_OK)
    fail("stop: " + text_of(error));
  plugin.entry->instance->destroy(plugin.instance);
  plugin.instance = nullptr;
}

// A thread that made a call and lives until after stop and destroy: its exit runs the destructors of
// whatever thread-local state the call left behind.
class OutlivingThread {
 public:
  explicit OutlivingThread(const Loaded& plugin)
      : thread_([this, &plugin] {
          must_answer(plugin);
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

struct Usage {
  long rss_kib = 0;
  int threads = 0;
  int descriptors = 0;
};

Usage usage() {
  Usage now;
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.rfind("VmRSS:", 0) == 0) now.rss_kib = std::atol(line.c_str() + 6);
    if (line.rfind("Threads:", 0) == 0) now.threads = std::atoi(line.c_str() + 8);
  }
  for ([[maybe_unused]] const auto& file : std::filesystem::directory_iterator("/proc/self/fd"))
    ++now.descriptors;
  return now;
}

void check_fork(const Loaded& plugin) {
  const pid_t child = fork();
  if (child == 0) {
    std::string problem;
    const semafoor_status status = ask(plugin, &problem);
    std::_Exit(status == SEMAFOOR_E_FORKED ? 0 : 1);
  }
  int status = 0;
  waitpid(child, &status, 0);
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) fail("the forked child was not refused");
  must_answer(plugin);
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
  const std::string config = R"({"organisation":")" + organisation +
                             R"(","gateway":{"attestation_socket":")" + socket +
                             R"("},"host_name":"exit-host"})";
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
  for (int cycle = 0; cycle < cycles; ++cycle) {
    std::vector<Loaded> loaded;
    for (const auto& [id, method] : plugins) loaded.push_back(load(folder, id, method, host, config));
    std::vector<std::unique_ptr<OutlivingThread>> threads;
    for (const Loaded& plugin : loaded) threads.push_back(std::make_unique<OutlivingThread>(plugin));
    for (auto& thread : threads) thread->wait_until_called();
    for (const Loaded& plugin : loaded) must_answer(plugin);
    use_foreign_grpc(socket);
    if (mode == "fork") check_fork(loaded[0]);
    if (mode == "no-stop") {
      std::puts("done");
      std::fflush(stdout);
      // Threads are still inside their waits: exactly what a host that calls exit() in the middle does.
      std::exit(0);
    }
    for (Loaded& plugin : loaded) {
      const semafoor_error* error = nullptr;
      if (mode == "no-destroy") {
        if (plugin.entry->instance->stop(plugin.instance, 5'000, &error) != SEMAFOOR_OK)
          fail("stop: " + text_of(error));
      } else {
        leave(plugin);
      }
    }
    use_foreign_grpc(socket);
    for (auto& thread : threads) thread->end();
    if (cycle == cycles / 2) first = usage();
  }
  if (mode == "cycles") {
    const Usage last = usage();
    std::printf("{\"cycles\":%d,\"rss_growth_kib\":%ld,\"thread_growth\":%d,\"descriptor_growth\":%d}\n",
                cycles, last.rss_kib - first.rss_kib, last.threads - first.threads,
                last.descriptors - first.descriptors);
    // The second half of the cycles: what grows there grows for ever.
    if (last.threads > first.threads || last.descriptors > first.descriptors) fail("growth");
    if (last.rss_kib - first.rss_kib > 16L * cycles / 2 + 512) fail("memory growth");
  }
  std::puts("done");
  return 0;
}
