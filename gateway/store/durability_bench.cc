// SPDX-License-Identifier: Apache-2.0
//
// What safety costs. Three rates, round by round on the same disk: the bare disk (4 KiB over old
// bytes of a file, then fdatasync), one client that waits for each of its commits, and 64 such
// clients. The first is the floor of the second, the second of the third. One JSON object a row.
//
// Then the same with flushes that take at least 4 ms each, as on the disk for which the targets
// were set: a virtual disk that answers from a cache flushes quicker than SQLite alone can fill it.
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "gateway/domain/uuid.h"
#include "gateway/store/store.h"

namespace {

using Clock = std::chrono::steady_clock;
namespace fs = std::filesystem;
namespace store = semafoor::store;
namespace v1 = semafoor::v1;

constexpr char kOrg[] = "0212344876";
constexpr int kClients = 64;
constexpr int kRounds = 9;
constexpr auto kRoundTime = std::chrono::milliseconds(400);
constexpr auto kSlowFlush = std::chrono::milliseconds(4);

std::atomic<bool> slow_flushes = false;

[[noreturn]] void fail(const std::string& what) {
  std::fprintf(stderr, "%s\n", what.c_str());
  std::exit(1);
}

// Calls `act` until the round is over, in `threads` threads; calls a second.
template <typename Act>
double rate_of(int threads, Act act) {
  std::vector<int> counts(static_cast<std::size_t>(threads));
  const auto start = Clock::now();
  std::vector<std::jthread> running;
  running.reserve(counts.size());
  for (int& count : counts) {
    running.emplace_back([&count, start, &act] {
      while (Clock::now() - start < kRoundTime) {
        act();
        ++count;
      }
    });
  }
  running.clear();
  int total = 0;
  for (const int count : counts) total += count;
  return total / std::chrono::duration<double>(Clock::now() - start).count();
}

class BareDisk {
 public:
  explicit BareDisk(const fs::path& file) : file_(::open(file.c_str(), O_RDWR | O_CREAT, 0600)) {
    for (int i = 0; i < kBlocks; ++i) write(i);
    if (file_ < 0 || ::fsync(file_) != 0) fail("bare disk");
  }
  ~BareDisk() { ::close(file_); }
  BareDisk(const BareDisk&) = delete;
  BareDisk& operator=(const BareDisk&) = delete;

  void commit() {
    write(next_++ % kBlocks);
    if (::fdatasync(file_) != 0) fail("fdatasync");
  }

 private:
  static constexpr int kBlocks = 256;
  void write(int block) const {
    if (::pwrite(file_, bytes_.data(), bytes_.size(), off_t{block} * 4096) != 4096) fail("pwrite");
  }
  const int file_;
  int next_ = 0;
  std::array<char, 4096> bytes_{};
};

// One answer to one event: the smallest thing a caller is ever promised.
void commit(store::Store& target) {
  v1::Event event;
  event.set_module(v1::MODULE_FEEDBACK);
  event.set_type("feedback.queued");
  event.set_subject_id("bench");
  const auto done = target.write_and_wait([&](store::Transaction& tx) -> semafoor::Result<void> {
    auto sequence = tx.append_event(kOrg, event);
    if (!sequence) return sequence.error();
    return {};
  });
  if (!done) fail(done.error().message);
}

struct Round {
  double disk;
  double serial;
  double many;
};

double median_of(const std::vector<Round>& rounds, double (*what)(const Round&)) {
  std::vector<double> values(rounds.size());
  std::transform(rounds.begin(), rounds.end(), values.begin(), what);
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

void print(const std::string& name, double value, double floor, double ratio, double target) {
  std::printf(
      "{\"name\":\"%s\",\"value\":%.0f,\"unit\":\"commits/s\",\"floor\":%.0f,\"ratio\":%.3f,"
      "\"target\":\">= %g\",\"met\":%s}\n",
      name.c_str(), value, floor, ratio, target, ratio >= target ? "true" : "false");
}

void measure(BareDisk& disk, store::Store& target, const std::string& suffix) {
  std::vector<Round> rounds;
  rounds.reserve(kRounds);
  for (int round = 0; round < kRounds; ++round) {
    rounds.push_back({rate_of(1, [&] { disk.commit(); }), rate_of(1, [&] { commit(target); }),
                      rate_of(kClients, [&] { commit(target); })});
  }
  const double bare = median_of(rounds, [](const Round& r) { return r.disk; });
  const double serial = median_of(rounds, [](const Round& r) { return r.serial; });
  const double many = median_of(rounds, [](const Round& r) { return r.many; });
  print("durable_serial" + suffix, serial, bare,
        median_of(rounds, [](const Round& r) { return r.serial / r.disk; }), 0.9);
  print("durable_64_clients" + suffix, many, serial,
        median_of(rounds, [](const Round& r) { return r.many / r.serial; }), 16);
}

}  // namespace

// Before the C library's, for the bare disk and for SQLite alike.
extern "C" int fdatasync(int file) {
  const auto start = Clock::now();
  const int done = static_cast<int>(::syscall(SYS_fdatasync, file));
  if (slow_flushes) std::this_thread::sleep_until(start + kSlowFlush);
  return done;
}

int main(int argc, char** argv) {
  const fs::path place = argc > 1 ? fs::path(argv[1]) : fs::temp_directory_path();
  std::string pattern = (place / "durabilityXXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) fail("no folder in " + place.string());
  const fs::path folder = pattern;
  {
    auto opened = store::open_sqlite_store({.folder = folder / "store"});
    if (!opened) fail(opened.error().message);
    BareDisk disk(folder / "bare");
    measure(disk, **opened, "");
    slow_flushes = true;
    measure(disk, **opened, "_4ms_disk");
    slow_flushes = false;
  }
  fs::remove_all(folder);
  return 0;
}
