// SPDX-License-Identifier: Apache-2.0
//
// What only the store on PostgreSQL promises: several gateways on one database, and the truth about
// a commit whose connection was lost.
#include <gtest/gtest.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <condition_variable>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <future>
#include <latch>
#include <mutex>
#include <set>
#include <string_view>
#include <thread>

#include "gateway/store/postgresql_store.h"
#include "gateway/store/testing/postgresql_server.h"

namespace semafoor::store {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using testing::PostgresqlServer;

constexpr char kOrg[] = "0212344876";
constexpr char kOther[] = "0212214917";

// A line to the server that is cut at its first COMMIT, before or after the server has seen it; or
// that carries nothing more after it, and is not cut.
class CuttingLine {
 public:
  enum class Cut { never, before_commit, after_commit, silent_after_commit };

  // Listens in `folder`; the server's socket is `server`.
  CuttingLine(fs::path folder, fs::path server)
      : folder_(std::move(folder)), server_(std::move(server)) {
    listener_ = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const auto address = address_of(folder_ / ".s.PGSQL.5432");
    EXPECT_EQ(bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(listen(listener_, 64), 0);
    accepting_ = std::thread([this] { accept_all(); });
  }
  ~CuttingLine() {
    shutdown(listener_, SHUT_RDWR);
    accepting_.join();
    for (const int end : clients_) shutdown(end, SHUT_RDWR);
    for (auto& line : lines_) line.join();
    for (const int end : clients_) close(end);
    close(listener_);
  }
  CuttingLine(const CuttingLine&) = delete;
  CuttingLine& operator=(const CuttingLine&) = delete;

  void cut_next(Cut cut) { next_.store(cut); }
  int cuts() const { return cuts_.load(); }
  // A statement with a name was prepared, or a setting made that outlives its transaction.
  bool left_something() const { return left_something_.load(); }

 private:
  static sockaddr_un address_of(const fs::path& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
    return address;
  }

  void accept_all() {
    for (;;) {
      const int client = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (client < 0) return;
      const int server = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
      const auto address = address_of(server_);
      if (connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        close(client);
        close(server);
        continue;
      }
      clients_.push_back(client);
      lines_.emplace_back([this, client, server] {
        carry(client, server);
        shutdown(client, SHUT_RDWR);
        close(server);
      });
    }
  }

  static bool pass_on(int from, int to, std::string& bytes) {
    char buffer[65536];
    const ssize_t count = read(from, buffer, sizeof buffer);
    if (count <= 0) return false;
    bytes.assign(buffer, static_cast<std::size_t>(count));
    return to < 0 || write(to, bytes.data(), bytes.size()) == count;
  }

  void carry(int client, int server) {
    std::string bytes;
    std::array<pollfd, 2> ends{pollfd{client, POLLIN, 0}, pollfd{server, POLLIN, 0}};
    while (poll(ends.data(), ends.size(), -1) > 0) {
      if (ends[1].revents != 0 && !pass_on(server, client, bytes)) return;
      if (ends[0].revents == 0) continue;
      if (!pass_on(client, -1, bytes)) return;
      look_at(bytes);
      const bool commit = bytes.find(std::string_view("COMMIT\0", 7)) != std::string::npos;
      const Cut cut = commit ? next_.exchange(Cut::never) : Cut::never;
      if (cut != Cut::never) ++cuts_;
      if (cut == Cut::before_commit) return;
      if (write(server, bytes.data(), bytes.size()) < 0) return;
      if (cut == Cut::after_commit) {
        // The server's answer is waited for, and kept from the client.
        (void)pass_on(server, -1, bytes);
        return;
      }
      if (cut == Cut::silent_after_commit) ends[1].fd = -1;
    }
  }

  void look_at(const std::string& bytes) {
    // Parse: 'P', length, the statement's name (zero-terminated).
    if (bytes.size() > 5 && bytes[0] == 'P' && bytes[5] != '\0') left_something_ = true;
    for (std::size_t at = 0; (at = bytes.find("SET ", at)) != std::string::npos; at += 4)
      if (bytes.compare(at, 10, "SET LOCAL ") != 0 && bytes[0] == 'Q') left_something_ = true;
    if (bytes.find("pg_advisory_lock") != std::string::npos) left_something_ = true;
  }

  const fs::path folder_;
  const fs::path server_;
  int listener_ = -1;
  std::atomic<Cut> next_{Cut::never};
  std::atomic<int> cuts_{0};
  std::atomic<bool> left_something_{false};
  std::thread accepting_;
  // Of the accepting thread, until it has ended.
  std::vector<std::thread> lines_;
  std::vector<int> clients_;
};

Result<void> add_event(Transaction& tx, const Org& org) {
  v1::Event event;
  event.set_type("signal.received");
  event.set_module(v1::MODULE_KNIPPERLICHT);
  auto added = tx.append_event(org, event);
  return added ? Result<void>() : Result<void>(added.error());
}

class PostgresqlTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string why;
    server_ = PostgresqlServer::shared(why);
    if (server_ == nullptr) GTEST_SKIP() << why;
    connection_ = server_->make_database();
    std::string pattern = (fs::temp_directory_path() / "semafoor-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
    // The schema, and the rows of the organisations.
    const auto store = open(options());
    ASSERT_TRUE(store
                    ->write_and_wait([](Transaction& tx) -> Result<void> {
                      if (auto begun = tx.put_cursor(kOrg, "c", ""); !begun) return begun;
                      return tx.put_cursor(kOther, "c", "");
                    })
                    .ok());
  }
  void TearDown() override {
    std::error_code ignored;
    if (!folder_.empty()) fs::remove_all(folder_, ignored);
  }
  PostgresqlOptions options() const { return {.connection = connection_, .folder = folder_}; }
  std::unique_ptr<Store> open(const PostgresqlOptions& options) {
    auto opened = open_postgresql_store(options);
    EXPECT_TRUE(opened.ok()) << opened.error().message;
    return opened ? std::move(*opened) : nullptr;
  }
  // The same database, through a line that can be cut.
  std::unique_ptr<Store> open_through(CuttingLine& /*line*/) {
    auto through = options();
    const auto database = connection_.substr(connection_.find("user="));
    through.connection = "host=" + (folder_ / "line").string() + " " + database;
    return open(through);
  }
  std::unique_ptr<CuttingLine> make_line() {
    fs::create_directory(folder_ / "line");
    return std::make_unique<CuttingLine>(folder_ / "line",
                                         server_->socket_folder() / ".s.PGSQL.5432");
  }
  static std::vector<std::int64_t> sequences(Store& store, const Org& org) {
    std::vector<std::int64_t> found;
    const auto read = store.read([&](Reader& reader) -> Result<void> {
      auto events = reader.events(org, v1::MODULE_KNIPPERLICHT, 0, 100'000);
      if (!events) return events.error();
      found.clear();
      for (const auto& event : *events) found.push_back(event.sequence());
      return {};
    });
    EXPECT_TRUE(read.ok()) << read.error().message;
    return found;
  }
  static void expect_gapless(const std::vector<std::int64_t>& found, std::size_t count) {
    ASSERT_EQ(found.size(), count);
    for (std::size_t i = 0; i < count; ++i) EXPECT_EQ(found[i], static_cast<std::int64_t>(i) + 1);
  }

  // A write whose commit meets this: it is done, once. How often its work was run.
  int runs_of_one_write(CuttingLine::Cut cut) {
    const auto line = make_line();
    const auto store = open_through(*line);
    line->cut_next(cut);
    std::atomic<int> runs{0};
    const auto done = store->write_and_wait([&](Transaction& tx) {
      ++runs;
      return add_event(tx, kOrg);
    });
    EXPECT_TRUE(done.ok()) << done.error().message;
    EXPECT_EQ(line->cuts(), 1);
    EXPECT_EQ(sequences(*store, kOrg).size(), 1U);
    return runs;
  }

  PostgresqlServer* server_ = nullptr;
  std::string connection_;
  fs::path folder_;
};

TEST_F(PostgresqlTest, ACommitWhoseAnswerWasLostIsFoundAndNotDoneAgain) {
  EXPECT_EQ(runs_of_one_write(CuttingLine::Cut::after_commit), 1);
}

TEST_F(PostgresqlTest, ACommitThatNeverArrivedIsDoneOnceMore) {
  EXPECT_EQ(runs_of_one_write(CuttingLine::Cut::before_commit), 2);
}

TEST_F(PostgresqlTest, AServerThatFallsSilentInACommitIsLeftAndTheCommitFound) {
  EXPECT_EQ(runs_of_one_write(CuttingLine::Cut::silent_after_commit), 1);
}

TEST_F(PostgresqlTest, ALostCommitIsStillAnnouncedToListeners) {
  const auto line = make_line();
  const auto store = open_through(*line);
  std::atomic<int> heard{0};
  store->on_commit([&](const CommitNotice& notice) {
    if (notice.organisations == std::vector<Org>{kOrg}) ++heard;
  });
  line->cut_next(CuttingLine::Cut::after_commit);
  ASSERT_TRUE(store->write_and_wait([](Transaction& tx) { return add_event(tx, kOrg); }).ok());
  EXPECT_GE(heard, 1);
}

TEST_F(PostgresqlTest, NothingIsLeftBehindInASessionThatAPoolerMayGiveToAnother) {
  const auto line = make_line();
  const auto store = open_through(*line);
  ASSERT_TRUE(store
                  ->write_and_wait([](Transaction& tx) -> Result<void> {
                    (void)tx.enqueue({.org = kOrg, .kind = "k", .key = "1"});
                    (void)tx.claim({"k"}, "me", 1'000, 1);
                    return add_event(tx, kOrg);
                  })
                  .ok());
  expect_gapless(sequences(*store, kOrg), 1);
  EXPECT_FALSE(line->left_something());
}

TEST_F(PostgresqlTest, WhatWasAcknowledgedSurvivesACrashOfTheServerAndWorkGoesOn) {
  const auto store = open(options());
  std::atomic<int> acknowledged{0};
  std::atomic<int> unknown{0};
  std::atomic<bool> enough{false};
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      while (!enough) {
        const auto done =
            store->write_and_wait([](Transaction& tx) { return add_event(tx, kOrg); });
        const std::lock_guard lock(mutex);
        if (done) ++acknowledged;
        // Only when the database stays away for longer than a write is tried.
        if (!done && done.error().code == "store.outcome_unknown") ++unknown;
        EXPECT_TRUE(done.ok() || done.error().retryable) << done.error().message;
        changed.notify_all();
      }
    });
  }
  const auto wait_for = [&](int more) {
    std::unique_lock lock(mutex);
    const int wanted = acknowledged + more;
    return changed.wait_for(lock, 60s, [&] { return acknowledged >= wanted; });
  };
  EXPECT_TRUE(wait_for(50));
  server_->crash();
  EXPECT_TRUE(wait_for(50));
  enough = true;
  for (auto& thread : threads) thread.join();
  // Each answer was the truth: nothing more and nothing less is there.
  const auto found = sequences(*store, kOrg);
  expect_gapless(found, found.size());
  EXPECT_GE(static_cast<int>(found.size()), acknowledged);
  EXPECT_LE(static_cast<int>(found.size()), acknowledged + unknown);
}

TEST_F(PostgresqlTest, TheSequenceIsGaplessUnderSeveralGateways) {
  const auto first = open(options());
  const auto second = open(options());
  constexpr int kEach = 150;
  std::latch done(2 * kEach);
  for (int i = 0; i < kEach; ++i) {
    for (Store* store : {first.get(), second.get()}) {
      store->write(
          [i](Transaction& tx) -> Result<void> {
            // Two organisations in either order: what meets in a deadlock is run again.
            const bool turned = i % 10 == 0;
            if (auto added = add_event(tx, turned ? kOther : kOrg); !added) return added;
            return i % 5 == 0 ? add_event(tx, turned ? kOrg : kOther) : Result<void>();
          },
          [&](const Result<void>& result) {
            EXPECT_TRUE(result.ok()) << result.error().message;
            done.count_down();
          });
    }
  }
  done.wait();
  expect_gapless(sequences(*first, kOrg), 2 * kEach);
  expect_gapless(sequences(*second, kOther), 2 * kEach / 5);
}

TEST_F(PostgresqlTest, WhatIsReadInATransactionStaysTrueUntilItsEnd) {
  const auto first = open(options());
  const auto second = open(options());
  constexpr int kEach = 100;
  std::latch done(2 * kEach);
  for (int i = 0; i < kEach; ++i)
    for (Store* store : {first.get(), second.get()})
      store->write(
          [](Transaction& tx) -> Result<void> {
            auto text = tx.cursor(kOrg, "count");
            if (!text) return text.error();
            return tx.put_cursor(kOrg, "count", std::to_string(std::stoi(text->value_or("0")) + 1));
          },
          [&](const Result<void>&) { done.count_down(); });
  done.wait();
  std::string count;
  ASSERT_TRUE(first
                  ->read([&](Reader& reader) -> Result<void> {
                    count = reader.cursor(kOrg, "count")->value_or("");
                    return {};
                  })
                  .ok());
  EXPECT_EQ(count, std::to_string(2 * kEach));
}

TEST_F(PostgresqlTest, ATaskIsClaimedByOneGatewayOnly) {
  const auto first = open(options());
  const auto second = open(options());
  constexpr int kTasks = 200;
  ASSERT_TRUE(first
                  ->write_and_wait([](Transaction& tx) -> Result<void> {
                    for (int i = 0; i < kTasks; ++i)
                      (void)tx.enqueue({.org = i % 2 == 0 ? kOrg : kOther,
                                        .kind = "k",
                                        .key = std::to_string(i)});
                    return {};
                  })
                  .ok());
  std::mutex mutex;
  std::multiset<std::int64_t> claimed;
  std::vector<std::thread> threads;
  for (Store* store : {first.get(), second.get(), first.get(), second.get()}) {
    threads.emplace_back([&, store] {
      for (bool more = true; more;) {
        std::vector<Task> mine;
        const auto done = store->write_and_wait([&](Transaction& tx) -> Result<void> {
          auto tasks = tx.claim({"k"}, "one", 60'000, 7);
          if (!tasks) return tasks.error();
          EXPECT_LE(tasks->size(), 7U);
          mine = std::move(*tasks);
          return {};
        });
        EXPECT_TRUE(done.ok()) << done.error().message;
        more = !mine.empty();
        const std::lock_guard lock(mutex);
        for (const auto& task : mine) claimed.insert(task.id);
      }
    });
  }
  for (auto& thread : threads) thread.join();
  // What another was just taking is skipped: it is not there the next time either.
  EXPECT_EQ(claimed.size(), static_cast<std::size_t>(kTasks));
  EXPECT_EQ(std::set(claimed.begin(), claimed.end()).size(), claimed.size());
}

// Waits for a notice of kOrg with tasks or events of another gateway.
class Ear {
 public:
  explicit Ear(Store& store) {
    store.on_commit([this](const CommitNotice& notice) {
      const std::lock_guard lock(mutex_);
      for (const Org& org : notice.organisations) organisations_.insert(org);
      tasks_ = tasks_ || notice.tasks;
      changed_.notify_all();
    });
  }
  bool hears(const Org& org, std::chrono::milliseconds longest = 30s) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, longest, [&] { return organisations_.contains(org); });
  }
  bool hears_of_tasks() {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, 30s, [&] { return tasks_; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::set<Org> organisations_;
  bool tasks_ = false;
};

TEST_F(PostgresqlTest, AnotherGatewayIsWokenByANotice) {
  auto seldom = options();
  seldom.poll = 1h;
  const auto first = open(seldom);
  const auto second = open(seldom);
  Ear ear(*second);
  bool heard = false;
  // Nothing tells when the second has begun to listen.
  for (int i = 0; i < 100 && !heard; ++i) {
    ASSERT_TRUE(first
                    ->write_and_wait([i](Transaction& tx) -> Result<void> {
                      auto added = tx.enqueue({.org = kOrg, .kind = "k", .key = std::to_string(i)});
                      return added ? add_event(tx, kOrg) : added.error();
                    })
                    .ok());
    heard = ear.hears(kOrg, 100ms);
  }
  EXPECT_TRUE(heard);
  EXPECT_TRUE(ear.hears_of_tasks());
}

TEST_F(PostgresqlTest, WhatNoNoticeTellsIsSeenByLooking) {
  auto often = options();
  often.poll = 50ms;
  const auto first = open(often);
  const auto second = open(often);
  Ear ear(*second);
  // Until it has looked: what was there before its first look is no news, and nothing tells when
  // that was.
  bool heard = false;
  for (int i = 0; i < 100 && !heard; ++i) {
    ASSERT_TRUE(first->write_and_wait([](Transaction& tx) { return add_event(tx, kOther); }).ok());
    heard = ear.hears(kOther, 300ms);
  }
  ASSERT_TRUE(heard);
  // Behind everybody's back: no notice is sent for these.
  PostgresqlServer::ask(connection_,
                        "UPDATE sequences SET events = 7 WHERE org = '" + std::string(kOrg) + "'");
  PostgresqlServer::ask(
      connection_,
      "INSERT INTO tasks (org, kind, key, payload, due_ms, attempts, fencing, owner, last_problem) "
      "VALUES ('" +
          std::string(kOrg) + "', 'k', '1', '', 0, 0, 0, '', '')");
  EXPECT_TRUE(ear.hears(kOrg));
  EXPECT_TRUE(ear.hears_of_tasks());
}

TEST_F(PostgresqlTest, AGatewayThatStandsStillInATransactionIsPassedOver) {
  const auto first = open(options());
  const auto second = open(options());
  std::latch inside(1);
  std::promise<void> go_on;
  std::shared_future<void> gone_on(go_on.get_future());
  std::promise<Result<void>> late;
  std::atomic<int> runs{0};
  first->write(
      [&](Transaction& tx) -> Result<void> {
        auto added = add_event(tx, kOrg);
        if (runs++ == 0) {
          inside.count_down();
          gone_on.wait();
        }
        return added;
      },
      [&](const Result<void>& done) { late.set_value(done); });
  inside.wait();
  EXPECT_EQ(runs, 1);
  // The server ends the idle transaction after five seconds.
  const auto done = second->write_and_wait([](Transaction& tx) { return add_event(tx, kOrg); });
  EXPECT_TRUE(done.ok()) << done.error().message;
  expect_gapless(sequences(*second, kOrg), 1);
  go_on.set_value();
  EXPECT_TRUE(late.get_future().get().ok());
  EXPECT_EQ(runs, 2);
  expect_gapless(sequences(*second, kOrg), 2);
}

TEST_F(PostgresqlTest, ADatabaseThatIsAwaySaysSoAndTheStoreClosesAtOnce) {
  auto line = make_line();
  const auto store = open_through(*line);
  line.reset();
  fs::remove(folder_ / "line" / ".s.PGSQL.5432");
  const auto read = store->read([](Reader&) -> Result<void> { return {}; });
  EXPECT_EQ(read.error().code, "store.unavailable");
  std::promise<Result<void>> answer;
  store->write([](Transaction& tx) { return add_event(tx, kOrg); },
               [&](const Result<void>& done) { answer.set_value(done); });
  const auto began = std::chrono::steady_clock::now();
  store->close();
  EXPECT_LT(std::chrono::steady_clock::now() - began, 1s);
  const auto done = answer.get_future().get();
  EXPECT_EQ(done.error().code, "store.unavailable");
  EXPECT_TRUE(done.error().retryable);
}

TEST_F(PostgresqlTest, TwoGatewaysMayMakeTheDatabaseAtTheSameTime) {
  // They share the search key; who comes first makes it.
  connection_ = server_->make_database();
  fs::remove(folder_ / "index.key");
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) threads.emplace_back([&] { EXPECT_NE(open(options()), nullptr); });
  for (auto& thread : threads) thread.join();
  auto elsewhere = options();
  elsewhere.folder = folder_ / "another";
  EXPECT_EQ(open_postgresql_store(elsewhere).error().code, "store.index_key_missing");
}

TEST_F(PostgresqlTest, ABlobOfManyPiecesIsReadOnAnotherGateway) {
  const auto first = open(options());
  const auto second = open(options());
  std::string text(200'000, 'x');
  for (std::size_t i = 0; i < text.size(); ++i) text[i] = static_cast<char>(i * 31 % 251);
  auto writer = std::move(first->blobs().create(kOrg)).value();
  ASSERT_TRUE(writer->append(std::as_bytes(std::span(text.data(), text.size()))).ok());
  const auto ref = writer->commit();
  ASSERT_TRUE(ref.ok()) << ref.error().message;
  auto reader = std::move(second->blobs().open(kOrg, ref->sha256)).value();
  EXPECT_EQ(reader->size(), 200'000);
  std::string back;
  std::vector<std::byte> piece(65'536);
  for (std::int64_t number = 0;; ++number) {
    const auto size = reader->read_piece(number, piece);
    ASSERT_TRUE(size.ok()) << size.error().message;
    if (*size == 0) break;
    back.append(reinterpret_cast<const char*>(piece.data()), *size);
  }
  EXPECT_EQ(back, text);
}

TEST_F(PostgresqlTest, OrphansAreSweptAfterADayAndWhatIsNeededStays) {
  const auto store = open(options());
  std::vector<std::string> digests;
  for (const std::string text : {"needed", "orphan", "young"}) {
    auto writer = std::move(store->blobs().create(kOrg)).value();
    ASSERT_TRUE(writer->append(std::as_bytes(std::span(text.data(), text.size()))).ok());
    digests.push_back(writer->commit()->sha256);
  }
  for (std::size_t i = 0; i < 2; ++i)
    PostgresqlServer::ask(
        connection_,
        "UPDATE blobs SET made_ms = made_ms - 86401000 WHERE sha256 = '\\x" + digests[i] + "'");
  const auto removed = store->blobs().sweep(
      [&](const std::string&, const std::string& sha256) { return sha256 == digests[0]; });
  ASSERT_TRUE(removed.ok()) << removed.error().message;
  EXPECT_EQ(*removed, 1);
  EXPECT_TRUE(store->blobs().open(kOrg, digests[0]).ok());
  EXPECT_EQ(store->blobs().open(kOrg, digests[1]).error().code, "blob.missing");
  EXPECT_TRUE(store->blobs().open(kOrg, digests[2]).ok());
  EXPECT_EQ(PostgresqlServer::ask(connection_, "SELECT count(*) FROM blob_pieces"), "2");
}

TEST_F(PostgresqlTest, TextThatPostgresqlWouldRefuseIsStoredAllTheSame) {
  const auto store = open(options());
  const std::string odd("a\0b\xff", 4);
  for (const bool fresh : {true, false})
    ASSERT_TRUE(store
                    ->write_and_wait([&](Transaction& tx) -> Result<void> {
                      auto added = tx.add_inbox(kOrg, {.source = "s", .id = odd, .raw = odd});
                      if (!added) return added.error();
                      EXPECT_EQ(*added, fresh);
                      return {};
                    })
                    .ok());
}

TEST_F(PostgresqlTest, AServerThatForgetsIsRefused) {
  PostgresqlServer::ask(connection_, "ALTER ROLE semafoor SET synchronous_commit = off");
  const auto refused = open_postgresql_store(options());
  PostgresqlServer::ask(connection_, "ALTER ROLE semafoor RESET synchronous_commit");
  EXPECT_EQ(refused.error().code, "store.not_durable");
}

TEST_F(PostgresqlTest, NoErrorRepeatsAPassword) {
  const std::string secret = "Zwaluw-en-Zon";
  const auto refused = [&](const std::string& connection, const fs::path& file = {}) {
    const auto checked = check_postgresql_settings(connection, file);
    EXPECT_FALSE(checked.ok());
    EXPECT_EQ(checked.error().message.find("Zwaluw"), std::string::npos) << checked.error().message;
    return checked.error().code;
  };
  EXPECT_EQ(refused("host=x password=" + secret), "store.connection_invalid");
  EXPECT_EQ(refused("postgresql://me:" + secret + "@x/db"), "store.connection_invalid");
  EXPECT_EQ(refused("host=x password='" + secret), "store.connection_invalid");
  EXPECT_EQ(refused(secret), "store.connection_invalid");
  EXPECT_EQ(refused(""), "store.connection_invalid");
  EXPECT_EQ(refused("host=x", folder_ / "absent"), "store.connection_invalid");
  const auto file = folder_ / "password";
  std::ofstream(file) << secret << "\n";
  chmod(file.c_str(), 0644);
  EXPECT_EQ(refused("host=x", file), "store.connection_invalid");
  chmod(file.c_str(), 0600);
  EXPECT_TRUE(check_postgresql_settings("host=x", file).ok());
  auto nobody = options();
  nobody.connection = "host=" + (folder_ / "nowhere").string() + " user=semafoor";
  nobody.password_file = file;
  const auto opened = open_postgresql_store(nobody);
  EXPECT_EQ(opened.error().code, "store.unavailable");
  EXPECT_EQ(opened.error().message.find("Zwaluw"), std::string::npos);
}

}  // namespace
}  // namespace semafoor::store
