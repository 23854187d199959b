// SPDX-License-Identifier: Apache-2.0
#include "gateway/store/postgresql/writers.h"

#include <algorithm>
#include <exception>
#include <random>
#include <utility>

#include "gateway/domain/uuid.h"
#include "gateway/store/sql/transaction.h"

namespace semafoor::store::postgresql {
namespace {

// While the store closes, a database that cannot be reached is tried no longer than this.
constexpr std::chrono::milliseconds kLastPatience{400};
constexpr int kMostConflicts = 20;

// A gateway that stands still in the middle of a transaction must not keep the others from their
// work: the server ends it. Nobody waits for another for ever.
constexpr char kBegin[] =
    "BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL idle_in_transaction_session_timeout = '5s'; "
    "SET LOCAL lock_timeout = '10s'; INSERT INTO commits (id, made_ms) VALUES ('";
constexpr char kBeginEnd[] =
    "', (extract(epoch FROM clock_timestamp()) * 1000)::bigint) RETURNING made_ms";

Error closed_error() {
  return {.kind = ErrorKind::unavailable,
          .code = "store.closed",
          .message =
              "Wrote to the store while the gateway is stopping: nothing was stored. Repeat once "
              "it is back.",
          .retryable = true};
}

Error unknown_error(const Error& problem) {
  return {.kind = ErrorKind::unavailable,
          .code = "store.outcome_unknown",
          .message =
              "Changed the store: the connection to PostgreSQL was lost while the change was being "
              "committed, and it cannot be reached to see whether it was (" +
              problem.message +
              "). The change is there whole or not at all. Repeat it with the same identity once "
              "the database is back.",
          .retryable = true};
}

}  // namespace

Writers::Writers(const Address& address, sql::Keys& keys, Announcer& announcer,
                 WritersOptions options)
    : address_(address), keys_(keys), announcer_(announcer), options_(std::move(options)) {
  for (int i = 0; i < options_.sessions; ++i) threads_.emplace_back([this] { run(); });
}

Writers::~Writers() {
  close();
}

void Writers::write(Store::Work work, Store::Done done) {
  {
    const std::lock_guard lock(mutex_);
    if (!closed_) {
      queue_.push_back({std::move(work), std::move(done), Clock::now()});
      changed_.notify_one();
      return;
    }
  }
  if (done) done(closed_error());
}

void Writers::close() {
  {
    const std::lock_guard lock(mutex_);
    if (!closed_) last_moment_ = Clock::now() + kLastPatience;
    closed_ = true;
  }
  changed_.notify_all();
  closing_.notify_all();
  for (auto& thread : threads_)
    if (thread.joinable()) thread.join();
}

void Writers::run() {
  std::unique_ptr<Session> session;
  for (;;) {
    Item item;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return closed_ || !queue_.empty(); });
      if (queue_.empty()) return;
      item = std::move(queue_.front());
      queue_.pop_front();
    }
    CommitNotice notice;
    const Result<void> result = perform(item, session, notice);
    if (!result) notice = {};
    if (options_.committed && (notice.tasks || !notice.organisations.empty()))
      options_.committed(notice);
    announcer_.tell(notice, [&] {
      if (item.done) item.done(result);
    });
  }
}

bool Writers::wait_to_retry(Clock::time_point until, std::chrono::milliseconds pause) {
  std::unique_lock lock(mutex_);
  const auto next = std::min(until, Clock::now() + pause);
  while (Clock::now() < std::min(next, last_moment_))
    closing_.wait_until(lock, std::min(next, last_moment_));
  return Clock::now() < std::min(until, last_moment_);
}

Result<void> Writers::perform(const Item& item, std::unique_ptr<Session>& session,
                              CommitNotice& notice) {
  auto until = item.queued + options_.patience;
  const auto now_ms = std::chrono::duration_cast<std::chrono::milliseconds>(
                          std::chrono::system_clock::now().time_since_epoch())
                          .count();
  const std::string id = domain::uuid_v7(now_ms);
  std::minstd_rand jitter(std::random_device{}());
  int conflicts = 0;
  bool in_doubt = false;
  std::set<Org> organisations;
  for (int tries = 0;; ++tries) {
    Attempt attempt;
    try {
      if (!session || session->broken()) {
        session.reset();
        session = std::make_unique<Session>(address_);
      }
      attempt = attempt_once(item, *session, id, in_doubt, organisations);
    } catch (const sql::DatabaseError& failure) {
      attempt.problem = sql::to_error(failure, "change the store");
      attempt.in_doubt = in_doubt;
      // Said by the server and not by a broken line: trying again changes nothing.
      if (!attempt.problem.retryable && !in_doubt) attempt.result = attempt.problem;
    }
    if (attempt.result) {
      // After a doubt that was resolved, what the first run would have announced stands.
      if (!in_doubt || !attempt.notice.organisations.empty() || attempt.notice.tasks)
        notice = std::move(attempt.notice);
      return *attempt.result;
    }
    if (attempt.in_doubt && !in_doubt) {
      notice = std::move(attempt.notice);
      // However long it took to lose the line: the doubt is worth another look.
      until = std::max(until, Clock::now() + options_.patience);
    }
    in_doubt = attempt.in_doubt;
    if (attempt.conflict && ++conflicts >= kMostConflicts) return attempt.problem;
    const int most = attempt.conflict ? 20 : std::min(1'000, 50 << std::min(tries, 5));
    const std::chrono::milliseconds pause(static_cast<int>(jitter() % static_cast<unsigned>(most)) +
                                          1);
    if (!wait_to_retry(until, pause))
      return in_doubt ? unknown_error(attempt.problem) : attempt.problem;
  }
}

Writers::Attempt Writers::attempt_once(const Item& item, Session& session, const std::string& id,
                                       bool doubted, std::set<Org>& organisations) {
  Attempt attempt;
  // Until the row is there, an earlier doubt is none the smaller.
  attempt.in_doubt = doubted;
  session.forget_failure();
  std::int64_t database_ms = 0;
  try {
    database_ms = std::stoll(session.run_for_value(kBegin + id + kBeginEnd));
  } catch (const sql::DatabaseError& failure) {
    session.roll_back();
    // The row was there: what was in doubt is committed.
    if (session.failure() == "23505") {
      attempt.result.emplace();
    } else {
      attempt.problem = sql::to_error(failure, "begin a change of the store");
      if (!attempt.problem.retryable && !doubted) attempt.result = attempt.problem;
    }
    return attempt;
  }
  attempt.in_doubt = false;
  bool committing = false;
  Result<void> result;
  sql::Sequences sequences(session);
  try {
    for (const Org& org : organisations) sequences.lock(org);
    sql::SqlTransaction transaction(session, keys_, sequences,
                                    options_.now_ms ? options_.now_ms() : database_ms,
                                    attempt.notice);
    result = item.work(transaction);
    if (result && transaction.doom()) result = *transaction.doom();
    if (result && !session.failure()) {
      sequences.keep();
      sequences.write();
      committing = true;
      if (!session.commit())
        result = Error{.kind = ErrorKind::internal,
                       .code = "store.database",
                       .message = "Changed the store: PostgreSQL undid the change at its commit."};
    }
  } catch (const sql::DatabaseError& failure) {
    result = sql::to_error(failure, committing ? "commit" : "change the store");
  } catch (const std::exception& failure) {
    result = Error{.kind = ErrorKind::internal,
                   .code = "store.work_failed",
                   .message = std::string("Changed the store: the change failed and was undone: ") +
                              failure.what()};
  }
  session.roll_back();
  if (sequences.rowless() && !session.broken()) {
    try {
      session.query("INSERT INTO sequences (org) VALUES (?) ON CONFLICT DO NOTHING")
          .text(*sequences.rowless())
          .run();
    } catch (const sql::DatabaseError& failure) {
      result = sql::to_error(failure, "begin an organisation");
    }
    if (!session.failure()) {
      attempt.conflict = true;
      attempt.problem = {.kind = ErrorKind::unavailable,
                         .code = "store.busy",
                         .message =
                             "Changed the store: an organisation is just being begun. "
                             "Repeat it.",
                         .retryable = true};
      return attempt;
    }
  }
  organisations.insert(sequences.wanted().begin(), sequences.wanted().end());
  if (session.failure() && (session.broken() || session.conflicted())) {
    attempt.conflict = !session.broken();
    attempt.in_doubt = committing && session.broken();
    attempt.problem = result ? Error{.kind = ErrorKind::unavailable,
                                     .code = "store.unavailable",
                                     .message =
                                         "Changed the store: PostgreSQL could not be reached "
                                         "any more, and nothing was stored.",
                                     .retryable = true}
                             : result.error();
    return attempt;
  }
  if (result && session.failure())
    result = Error{.kind = ErrorKind::internal,
                   .code = "store.database",
                   .message =
                       "Changed the store: a question of the change failed in PostgreSQL "
                       "(SQLSTATE " +
                       *session.failure() + "), which undid all of it."};
  attempt.result = std::move(result);
  return attempt;
}

}  // namespace semafoor::store::postgresql
