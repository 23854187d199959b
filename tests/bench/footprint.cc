// SPDX-License-Identifier: Apache-2.0
//
// What our plugins add to a host's process. Modes: "plugins" loads all three, "instances N" adds N
// ebox instances to one, "static" loads the one static gRPC plugin that is the floor. Prints one
// JSON object of what was added.
#include <chrono>
#include <filesystem>
#include <vector>

#include "tests/support/raw_plugin.h"

namespace {

using Clock = std::chrono::steady_clock;
using semafoor::testing::RawPlugin;
using semafoor::testing::Usage;
using semafoor::testing::usage;

double milliseconds_since(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

void print_growth(const Usage& before, const Usage& after, double load_ms) {
  std::printf("{\"rss_mib\":%.2f,\"threads\":%d,\"descriptors\":%d,\"load_ms\":%.2f}\n",
              static_cast<double>(after.rss_kib - before.rss_kib) / 1024,
              after.threads - before.threads, after.descriptors - before.descriptors, load_ms);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 5) {
    std::fprintf(stderr,
                 "usage: bench_footprint PLUGINS SOCKET CBE plugins|instances|static [N]\n");
    return 2;
  }
  const std::string folder = argv[1];
  const std::string socket = argv[2];
  const std::string organisation = argv[3];
  const std::string mode = argv[4];
  const std::string config = semafoor::testing::config_json(organisation, socket);
  semafoor_host host{};
  host.struct_size = sizeof host;

  if (mode == "plugins") {
    const Usage before = usage();
    const auto start = Clock::now();
    const RawPlugin ebox = semafoor::testing::load_raw(folder, "ebox", host, config);
    const RawPlugin knipperlicht =
        semafoor::testing::load_raw(folder, "knipperlicht", host, config);
    const RawPlugin feedback = semafoor::testing::load_raw(folder, "feedback", host, config);
    const double load_ms = milliseconds_since(start);
    semafoor::testing::must_answer(ebox, "Mailbox/ListFamilies");
    semafoor::testing::must_answer(knipperlicht, "Signals/ListSignalTypes");
    semafoor::testing::must_answer(feedback, "Feedback/ListFeedbackCodes");
    print_growth(before, usage(), load_ms);
  } else if (mode == "instances") {
    const int count = argc > 5 ? std::atoi(argv[5]) : 500;
    const RawPlugin first = semafoor::testing::load_raw(folder, "ebox", host, config);
    // As many calls as will be made below: gRPC adds a timer thread by the number of calls, whoever
    // makes them.
    for (int i = 0; i < count; ++i) semafoor::testing::must_answer(first, "Mailbox/ListFamilies");
    const Usage before = usage();
    const auto start = Clock::now();
    std::vector<RawPlugin> more;
    more.reserve(static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i) {
      more.push_back(semafoor::testing::load_raw(folder, "ebox", host, config));
      semafoor::testing::must_answer(more.back(), "Mailbox/ListFamilies");
    }
    print_growth(before, usage(), milliseconds_since(start));
  } else {
    const Usage before = usage();
    const auto start = Clock::now();
    void* library = dlopen((folder + "/bench_static_plugin.so").c_str(), RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) semafoor::testing::fail(dlerror());
    auto call = reinterpret_cast<int (*)(const char*)>(dlsym(library, "bench_static_call"));
    const double load_ms = milliseconds_since(start);
    // Beside the attestation socket; refused for want of a token, which costs the same connection.
    const std::string address =
        "unix:" + (std::filesystem::path(socket).parent_path() / "rpc.sock").string();
    if (call(address.c_str()) != 0) semafoor::testing::fail("static plugin: no answer");
    print_growth(before, usage(), load_ms);
  }
  std::fflush(stdout);
  std::_Exit(0);
}
