// SPDX-License-Identifier: Apache-2.0
//
// Cuts the power under the store, again and again, and looks at what is left. Writers submit
// answers, store signals and work on tasks, and note what the store has acknowledged. After each
// cut the same store is opened on what the platter holds, and judged:
//
//   lost         an acknowledged change is not there, or the sequence of events has a gap or a
//   number twice torn         half of one transaction is there not_opening  the database does not
//   open, or SQLite finds it damaged
//
// --lie makes the disk lie about flushes: then losses must be found, or the judge is blind.
#include <sqlite3.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <limits>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "gateway/store/store.h"
#include "tests/powercut/faulty_disk.h"

namespace {

namespace fs = std::filesystem;
namespace store = semafoor::store;
namespace v1 = semafoor::v1;
using semafoor::Result;
using semafoor::powercut::FaultyDisk;
using semafoor::powercut::Honesty;
using semafoor::powercut::Random;

constexpr int kWriters = 4;
constexpr int kOrganisations = 2;
// A database lives through so many cuts, then a new one is made (and cut while it is made).
constexpr int kCutsPerDatabase = 40;
constexpr int kMostOperations = 300;
constexpr int kEndless = std::numeric_limits<int>::max();
constexpr char kTaskKind[] = "powercut.work";

std::string organisation(int number) {
  return "02123448" + std::to_string(70 + number);
}

struct Tally {
  std::int64_t cuts = 0;
  std::int64_t acknowledged = 0;
  std::int64_t lost = 0;
  std::int64_t torn = 0;
  std::int64_t not_opening = 0;
  std::int64_t cut_while_opening = 0;
  std::int64_t cut_in_checkpoint = 0;
  std::int64_t twice_cut = 0;
};

// What the store has promised about one organisation.
struct Promise {
  // Signal id -> version.
  std::map<std::string, std::int64_t> signals;
  std::int64_t last_sequence = 0;
  // Task key -> highest fencing number; completed ones have gone.
  std::map<std::string, std::int64_t> claimed;
};

class Trial {
 public:
  Trial(Honesty honesty, std::uint64_t seed, Tally& tally)
      : disk_(honesty), random_(seed), tally_(tally) {
    std::string pattern = (fs::temp_directory_path() / "powercutXXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
    folder_ = pattern;
  }
  ~Trial() { fs::remove_all(folder_); }
  Trial(const Trial&) = delete;
  Trial& operator=(const Trial&) = delete;

  void run(std::int64_t cuts, bool progress) {
    for (std::int64_t cut = 0; cut < cuts; ++cut) {
      if (cut % kCutsPerDatabase == 0) start_anew();
      one_cut();
      if (progress && (cut + 1) % 500 == 0)
        std::cerr << "\r" << cut + 1 << " of " << cuts << " cuts" << std::flush;
    }
    if (progress) std::cerr << "\n";
  }
  const std::vector<std::string>& findings() const { return findings_; }

 private:
  void start_anew() {
    disk_.format();
    for (auto& promise : promises_) promise = {};
    completed_.clear();
    next_ = 0;
  }

  std::unique_ptr<store::Store> open() {
    store::StoreOptions options;
    options.folder = folder_;
    options.readers = 1;
    options.now_ms = [this] { return now_ms_.load(); };
    auto opened = store::open_sqlite_store(options);
    if (opened) return std::move(opened).value();
    problem_ = opened.error().message;
    return nullptr;
  }

  void one_cut() {
    ++tally_.cuts;
    const bool at_the_end = random_() % 4 == 0;
    disk_.cut_after(at_the_end ? 0 : static_cast<std::int64_t>(1 + random_() % kMostOperations));
    if (auto opened = open()) {
      work(*opened, at_the_end ? 5 : kEndless);
      // A clean end moves the log into the database: the power goes in the middle of that.
      if (at_the_end) {
        ++tally_.cut_in_checkpoint;
        disk_.cut_after(static_cast<std::int64_t>(1 + random_() % 40));
      }
      opened.reset();
    } else if (disk_.is_cut()) {
      ++tally_.cut_while_opening;
    }
    power_up();
    // Sometimes the power goes again while the store recovers.
    if (random_() % 5 == 0) {
      ++tally_.twice_cut;
      disk_.cut_after(static_cast<std::int64_t>(1 + random_() % 12));
      open().reset();
      power_up();
    }
    look();
  }

  void power_up() {
    if (disk_.open_files() != 0) throw std::logic_error("the store left a file open");
    disk_.power_up(random_);
    now_ms_ += 100'000;
  }

  // Writers until the power is gone, one of them cannot go on, or each has done so much.
  void work(store::Store& target, int rounds) {
    std::atomic<bool> ended{false};
    std::vector<std::jthread> writers;
    for (int number = 0; number < kWriters; ++number) {
      writers.emplace_back([this, &target, &ended, number, rounds] {
        const int org = number % kOrganisations;
        for (int round = 0; round < rounds && !ended && !disk_.is_cut(); ++round) {
          if (!(number < kOrganisations ? submit(target, org) : treat(target, org))) ended = true;
        }
      });
    }
  }

  // A signal with its event and its task: all or nothing.
  bool submit(store::Store& target, int org) {
    const std::string id = "s" + std::to_string(next_++);
    v1::Signal signal;
    signal.set_signal_id(id);
    signal.set_signal_reference("KN" + id);
    signal.set_state(v1::SIGNAL_STATE_RECEIVED);
    std::int64_t sequence = 0;
    const auto done = target.write_and_wait([&](store::Transaction& tx) -> Result<void> {
      signal.clear_version();
      if (auto put = tx.put_signal(organisation(org), id, signal, "signal.received"); !put)
        return put;
      auto last = tx.last_sequence(organisation(org));
      if (!last) return last.error();
      sequence = *last;
      store::Task task;
      task.org = organisation(org);
      task.kind = kTaskKind;
      task.key = id;
      if (auto added = tx.enqueue(task); !added) return added.error();
      return {};
    });
    if (!done) return false;
    const std::scoped_lock lock(mutex_);
    ++tally_.acknowledged;
    auto& promise = promises_[static_cast<std::size_t>(org)];
    promise.signals[id] = std::max(promise.signals[id], signal.version());
    promise.last_sequence = std::max(promise.last_sequence, sequence);
    return true;
  }

  // Claims a task and moves its signal on, which ends the task; or leaves the task to its lease.
  bool treat(store::Store& target, int org) {
    std::optional<store::Task> task;
    const auto claimed = target.write_and_wait([&](store::Transaction& tx) -> Result<void> {
      auto tasks = tx.claim({kTaskKind}, "powercut", 10'000, 1);
      if (!tasks) return tasks.error();
      task.reset();
      if (!tasks->empty()) task = tasks->front();
      return {};
    });
    if (!claimed) return false;
    if (!task) return true;
    {
      const std::scoped_lock lock(mutex_);
      auto& promise =
          promises_[static_cast<std::size_t>(task->org == organisation(org) ? org : 1 - org)];
      promise.claimed[task->key] = std::max(promise.claimed[task->key], task->fencing);
      ++tally_.acknowledged;
      if (task->fencing % 3 == 0) return true;
    }
    v1::Signal moved;
    const auto done = target.write_and_wait([&](store::Transaction& tx) -> Result<void> {
      auto signal = tx.signal(task->org, task->key);
      if (!signal) return signal.error();
      if (!*signal) return semafoor::Error{.code = "powercut.no_signal"};
      moved = **signal;
      moved.set_state(v1::SIGNAL_STATE_INVESTIGATED);
      if (auto put = tx.put_signal(task->org, task->key, moved, "signal.changed"); !put) return put;
      return tx.complete(*task);
    });
    if (!done) return done.error().code == "task.lease_lost";
    const std::scoped_lock lock(mutex_);
    ++tally_.acknowledged;
    auto& promise = promises_[task->org == organisation(0) ? 0 : 1];
    promise.signals[task->key] = std::max(promise.signals[task->key], moved.version());
    promise.claimed.erase(task->key);
    completed_[task->key] = true;
    return true;
  }

  void find(std::int64_t& count, const std::string& what) {
    ++count;
    if (findings_.size() < 50)
      findings_.push_back("cut " + std::to_string(tally_.cuts) + ": " + what);
  }

  void look() {
    disk_.cut_after(0);
    auto opened = open();
    if (!opened) {
      find(tally_.not_opening, problem_);
      return start_anew();
    }
    check_integrity();
    for (int org = 0; org < kOrganisations; ++org) look_at(*opened, org);
    opened.reset();
  }

  void check_integrity() {
    sqlite3* connection = nullptr;
    const std::string file = folder_ / "semafoor.db";
    std::string answer = "no answer";
    if (sqlite3_open(file.c_str(), &connection) == SQLITE_OK) {
      sqlite3_exec(
          connection, "PRAGMA quick_check",
          [](void* to, int, char** values, char**) {
            *static_cast<std::string*>(to) = values[0];
            return 0;
          },
          &answer, nullptr);
    }
    sqlite3_close(connection);
    if (answer != "ok") find(tally_.not_opening, "quick_check: " + answer);
  }

  void look_at(store::Store& target, int org) {
    auto& promise = promises_[static_cast<std::size_t>(org)];
    const std::string cbe = organisation(org);
    const auto read = target.read([&](store::Reader& reader) -> Result<void> {
      for (const auto& [id, version] : promise.signals) {
        auto signal = reader.signal(cbe, id);
        if (!signal) return signal.error();
        if (!*signal || (*signal)->version() < version)
          find(tally_.lost, "signal " + id + " in version " + std::to_string(version));
      }
      return look_at_events(reader, cbe, promise);
    });
    if (!read) find(tally_.lost, "reading: " + read.error().message);
    look_at_tasks(target, cbe, promise);
  }

  Result<void> look_at_events(store::Reader& reader, const std::string& cbe, Promise& promise) {
    auto events = reader.events(cbe, v1::MODULE_KNIPPERLICHT, 0, 1'000'000);
    if (!events) return events.error();
    std::int64_t expected = 1;
    std::map<std::string, std::int64_t> versions;
    for (const auto& event : *events) {
      if (event.sequence() != expected)
        find(tally_.lost,
             "event " + std::to_string(expected) + " is " + std::to_string(event.sequence()));
      expected = event.sequence() + 1;
      versions[event.subject_id()] = event.subject_version();
    }
    if (expected - 1 < promise.last_sequence)
      find(tally_.lost, "the events end at " + std::to_string(expected - 1) + " instead of " +
                            std::to_string(promise.last_sequence));
    promise.last_sequence = expected - 1;
    // Each change has its event, and each event its change.
    auto page = reader.signals(cbe, {});
    if (!page) return page.error();
    if (page->total != static_cast<std::int64_t>(versions.size()))
      find(tally_.torn, std::to_string(page->total) + " signals, and events of " +
                            std::to_string(versions.size()));
    for (const auto& [id, version] : versions) {
      auto signal = reader.signal(cbe, id);
      if (!signal) return signal.error();
      if (!*signal || (*signal)->version() != version)
        find(tally_.torn, "signal " + id + " and its event in version " + std::to_string(version));
      // What is there without an acknowledgement is a promise from now on: it was seen.
      promise.signals[id] = version;
    }
    return {};
  }

  // A signal that nobody has moved on has its task, under a fencing number that only grows.
  void look_at_tasks(store::Store& target, const std::string& cbe, Promise& promise) {
    std::map<std::string, std::int64_t> there;
    std::vector<std::string> received;
    const auto done = target.write_and_wait([&](store::Transaction& tx) -> Result<void> {
      auto tasks = tx.claim({kTaskKind}, "judge", 1, 1'000'000);
      if (!tasks) return tasks.error();
      for (const auto& task : *tasks)
        if (task.org == cbe) there[task.key] = task.fencing;
      for (const auto& [id, version] : promise.signals) {
        auto signal = tx.signal(cbe, id);
        if (!signal) return signal.error();
        if (*signal && (*signal)->state() == v1::SIGNAL_STATE_RECEIVED) received.push_back(id);
      }
      return {};
    });
    if (!done) return find(tally_.lost, "claiming: " + done.error().message);
    now_ms_ += 10;
    for (const auto& id : received)
      if (!there.contains(id)) find(tally_.torn, "signal " + id + " without its task");
    for (const auto& [key, fencing] : promise.claimed) {
      const auto found = there.find(key);
      if (found != there.end() && found->second <= fencing)
        find(tally_.lost, "task " + key + " was claimed with " + std::to_string(fencing) +
                              " and now with " + std::to_string(found->second));
    }
    for (const auto& [key, fencing] : there) {
      if (completed_.contains(key)) find(tally_.lost, "task " + key + " was completed and is back");
      promise.claimed[key] = fencing;
    }
  }

  FaultyDisk disk_;
  Random random_;
  Tally& tally_;
  fs::path folder_;
  std::string problem_;
  std::atomic<std::int64_t> now_ms_{1'800'000'000'000};
  std::atomic<std::int64_t> next_{0};
  std::mutex mutex_;
  Promise promises_[kOrganisations];
  std::map<std::string, bool> completed_;
  std::vector<std::string> findings_;
};

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Cuts the power under the store and looks at what is left."};
  std::int64_t cuts = 2'000;
  std::uint64_t seed = std::random_device{}();
  bool lie = false;
  bool quiet = false;
  app.add_option("--cuts", cuts, "how many")->capture_default_str();
  app.add_option("--seed", seed,
                 "of the instants and of what reaches the platter (default: a new one)");
  app.add_flag(
      "--lie", lie,
      "the disk lies about flushes: losses must be found, and the exit code is 0 if they are");
  app.add_flag("--quiet", quiet, "no progress");
  CLI11_PARSE(app, argc, argv);
  Tally tally;
  const auto start = std::chrono::steady_clock::now();
  std::vector<std::string> findings;
  try {
    Trial trial(lie ? Honesty::lies_about_flushes : Honesty::honest, seed, tally);
    trial.run(cuts, !quiet);
    findings = trial.findings();
  } catch (const std::exception& failure) {
    std::cerr << "semafoor-powercut: " << failure.what() << " (seed " << seed << ")\n";
    return 1;
  }
  const bool found = tally.lost + tally.torn + tally.not_opening > 0;
  if (!lie) {
    for (const auto& finding : findings) std::cerr << finding << "\n";
    if (found)
      std::cerr << "again: semafoor-powercut --seed " << seed << " --cuts " << cuts << "\n";
  }
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  std::printf(
      "{\"cuts\":%lld,\"seed\":%llu,\"acknowledged\":%lld,\"lost\":%lld,\"torn\":%lld,\"not_"
      "opening\":%lld,"
      "\"cut_while_opening\":%lld,\"cut_in_checkpoint\":%lld,\"cut_twice\":%lld,\"lying_disk\":%s,"
      "\"seconds\":%.1f}\n",
      static_cast<long long>(tally.cuts), static_cast<unsigned long long>(seed),
      static_cast<long long>(tally.acknowledged), static_cast<long long>(tally.lost),
      static_cast<long long>(tally.torn), static_cast<long long>(tally.not_opening),
      static_cast<long long>(tally.cut_while_opening),
      static_cast<long long>(tally.cut_in_checkpoint), static_cast<long long>(tally.twice_cut),
      lie ? "true" : "false", seconds);
  return found == lie ? 0 : 1;
}
