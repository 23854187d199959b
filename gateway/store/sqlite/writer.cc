// SPDX-License-Identifier: Apache-2.0
#include "gateway/store/sqlite/writer.h"

#include <exception>

#include "gateway/store/sqlite/transaction.h"

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

}  // namespace

Writer::Writer(Database& database, const BlindIndex& index, int batch,
               std::function<std::int64_t()> now_ms)
    : database_(database),
      index_(index),
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

std::vector<Writer::Item> Writer::take() {
  std::vector<Item> items;
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return closed_ || !queue_.empty(); });
  // The batch closes when the queue is empty or the batch full, never by waiting: a lone request
  // pays one flush and no more, and under load those that came during the last flush share the
  // next.
  while (!queue_.empty() && items.size() < batch_) {
    items.push_back(std::move(queue_.front()));
    queue_.pop_front();
  }
  return items;
}

void Writer::run() {
  for (;;) {
    std::vector<Item> items = take();
    if (items.empty()) return;
    commit(items);
  }
}

void Writer::commit(std::vector<Item>& items) {
  CommitNotice notice;
  std::vector<Result<void>> results;
  results.reserve(items.size());
  const Result<void> outcome = attempt("commit", [&]() -> Result<void> {
    database_.run("BEGIN IMMEDIATE");
    for (const Item& item : items) results.push_back(perform(item, notice));
    database_.run("COMMIT");
    return {};
  });
  if (!outcome) {
    // Nothing of the batch is on disk. The rollback may fail when SQLite has rolled back already:
    // that is as well.
    (void)attempt("roll back", [&]() -> Result<void> {
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
    SqliteTransaction transaction(database_, index_, now_ms_(), notice);
    result = item.work(transaction);
  } catch (const std::exception& failure) {
    result = Error{.kind = ErrorKind::internal,
                   .code = "store.work_failed",
                   .message = std::string("Changed the store: the change failed and was undone: ") +
                              failure.what()};
  }
  if (!result) database_.query("ROLLBACK TO item").run();
  database_.query("RELEASE item").run();
  return result;
}

}  // namespace semafoor::store::sqlite
