// SPDX-License-Identifier: Apache-2.0
#include "gateway/store/sqlite/writer.h"

#include <exception>
#include <future>
#include <memory>

#include "gateway/store/sql/transaction.h"

namespace semafoor::store::sqlite {
namespace {

Error closed_error() {
  return {.kind = ErrorKind::unavailable,
          .code = "store.closed",
          .message =
              "Wrote to the store while the gateway is stopping: nothing was stored. Repeat once "
              "it is back.",
          .retryable = true};
}

Error lost_error() {
  return {.kind = ErrorKind::unavailable,
          .code = "store.disk",
          .message =
              "Changed the store: the disk failed and the change was undone. Check the disk of the "
              "data folder and its free space, then repeat.",
          .retryable = true};
}

}  // namespace

Writer::Writer(Database& database, sql::Keys& keys, int batch, std::function<std::int64_t()> now_ms)
    : database_(database),
      keys_(keys),
      sequences_(database),
      batch_(static_cast<std::size_t>(batch)),
      now_ms_(std::move(now_ms)),
      thread_([this] { run(); }) {}

Writer::~Writer() {
  close();
}

void Writer::write(Store::Work work, Store::Done done) {
  {
    const std::lock_guard lock(mutex_);
    if (!closed_) {
      queue_.push_back({std::move(work), std::move(done)});
      changed_.notify_one();
      return;
    }
  }
  if (done) done(closed_error());
}

Result<void> Writer::write_and_wait(Store::Work work) {
  std::unique_lock lock(mutex_);
  if (closed_) return closed_error();
  Result<void> outcome;
  if (busy_ || !queue_.empty()) {
    // Shared: who commits may still be inside set_value() when the answer is read here.
    const auto promise = std::make_shared<std::promise<Result<void>>>();
    auto answer = promise->get_future();
    queue_.push_back(
        {std::move(work), [promise](const Result<void>& result) { promise->set_value(result); }});
    lock.unlock();
    changed_.notify_one();
    return answer.get();
  }
  busy_ = true;
  lock.unlock();
  commit({std::move(work), [&outcome](const Result<void>& result) { outcome = result; }});
  lock.lock();
  busy_ = false;
  const bool more = closed_ || !queue_.empty();
  lock.unlock();
  if (more) changed_.notify_one();
  return outcome;
}

void Writer::on_commit(Store::Listener listener) {
  const std::lock_guard lock(mutex_);
  listeners_.push_back(std::move(listener));
}

void Writer::close() {
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

bool Writer::take(std::vector<Item>& items) {
  const std::lock_guard lock(mutex_);
  if (queue_.empty()) return false;
  items.push_back(std::move(queue_.front()));
  queue_.pop_front();
  return true;
}

void Writer::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return !busy_ && (closed_ || !queue_.empty()); });
    if (queue_.empty()) return;
    Item first = std::move(queue_.front());
    queue_.pop_front();
    busy_ = true;
    lock.unlock();
    commit(std::move(first));
    lock.lock();
    busy_ = false;
  }
}

void Writer::commit(Item first) noexcept {
  CommitNotice notice;
  std::vector<Item> items;
  std::vector<Result<void>> results;
  items.reserve(batch_);
  results.reserve(batch_);
  items.push_back(std::move(first));
  const Result<void> outcome = sql::attempt("commit", [&]() -> Result<void> {
    database_.query("BEGIN IMMEDIATE").run();
    // The batch closes when the queue is empty or the batch full, never by waiting: a lone request
    // pays one flush and no more, and under load those that came during the last flush share the
    // next.
    do {
      results.push_back(perform(items.back(), notice));
      // A full or failing disk can make SQLite undo the whole transaction: then nobody's work is
      // in it.
      if (database_.idle()) return results.back() ? lost_error() : results.back();
    } while (items.size() < batch_ && take(items));
    sequences_.write();
    database_.query("COMMIT").run();
    return {};
  });
  sequences_.forget();
  known_keys_.clear();
  if (!outcome && !database_.idle()) {
    (void)sql::attempt("roll back", [&]() -> Result<void> {
      database_.run("ROLLBACK");
      return {};
    });
  }
  std::vector<Store::Listener> listeners;
  {
    const std::lock_guard lock(mutex_);
    listeners = listeners_;
  }
  // Listeners first: whoever is answered below finds its waiters already woken.
  if (outcome && (notice.tasks || !notice.organisations.empty()))
    for (const auto& listener : listeners) listener(notice);
  for (std::size_t i = 0; i < items.size(); ++i)
    if (items[i].done) items[i].done(outcome ? results[i] : outcome);
  // Who waits for events goes first: woken on this core, it would else wait for what this thread
  // does next.
  if (!notice.organisations.empty()) std::this_thread::yield();
}

Result<void> Writer::perform(const Item& item, CommitNotice& notice) {
  CommitNotice own;
  Result<void> result = in_savepoint(item, own);
  if (!result) return result;
  notice.tasks = notice.tasks || own.tasks;
  notice.organisations.insert(notice.organisations.end(), own.organisations.begin(),
                              own.organisations.end());
  return result;
}

Result<void> Writer::in_savepoint(const Item& item, CommitNotice& notice) {
  database_.query("SAVEPOINT item").run();
  Result<void> result;
  try {
    sql::SqlTransaction transaction(database_, keys_, sequences_, now_ms_(), notice);
    transaction.known_keys().swap(known_keys_);
    result = item.work(transaction);
    if (result && transaction.doom()) result = *transaction.doom();
    // What a work made that is undone is not there for the next.
    if (result) transaction.known_keys().swap(known_keys_);
  } catch (const std::exception& failure) {
    result = Error{.kind = ErrorKind::internal,
                   .code = "store.work_failed",
                   .message = std::string("Changed the store: the change failed and was undone: ") +
                              failure.what()};
  }
  if (database_.idle()) return result;
  if (result) {
    sequences_.keep();
  } else {
    sequences_.give_back();
    database_.query("ROLLBACK TO item").run();
  }
  database_.query("RELEASE item").run();
  return result;
}

}  // namespace semafoor::store::sqlite
