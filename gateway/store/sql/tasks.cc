// SPDX-License-Identifier: Apache-2.0
//
// The part of a transaction that keeps the tasks and their leases.
#include <algorithm>

#include "gateway/store/sql/transaction.h"

namespace semafoor::store::sql {

Result<bool> SqlTransaction::enqueue(const Task& task) {
  return change("enqueue a task", [&]() -> Result<bool> {
    enter(task.org);
    const std::string payload = sealed(task.org, "tasks", task.payload);
    database_
        .query(
            "INSERT INTO tasks (org, kind, key, payload, due_ms, attempts, fencing, owner, "
            "last_problem)"
            " VALUES (?, ?, ?, ?, ?, ?, 0, '', ?) ON CONFLICT (org, kind, key) DO NOTHING")
        .text(task.org)
        .text(task.kind)
        .text(task.key)
        .blob(payload)
        .number(task.not_before_ms)
        .number(task.attempts)
        .text(task.last_problem)
        .run();
    const bool added = database_.changes() > 0;
    notice_.tasks = notice_.tasks || added;
    return added;
  });
}

void SqlTransaction::claim_of(const std::string& org, const std::string& kind,
                              const std::string& owner, std::int64_t lease_ms, int max,
                              std::vector<Task>& claimed) {
  const std::size_t all = claimed.size() + static_cast<std::size_t>(max);
  const auto left = [&] { return static_cast<int>(all - claimed.size()); };
  // What is new is due since ever, what was tried or abandoned since its time: half of the places
  // are for each, so that neither hides the other, and a single place is by turns.
  const int waited = max == 1 ? static_cast<int>(now_ms_ % 2) : max / 2;
  if (waited > 0) pick(org, kind, {1, now_ms_}, owner, lease_ms, waited, claimed);
  if (left() > 0) pick(org, kind, {0, 0}, owner, lease_ms, left(), claimed);
  if (left() > 0) pick(org, kind, {1, now_ms_}, owner, lease_ms, left(), claimed);
}

void SqlTransaction::pick(const std::string& org, const std::string& kind, Due due,
                          const std::string& owner, std::int64_t lease_ms, int max,
                          std::vector<Task>& claimed) {
  // Picked once: a plan that asks the inner SELECT again would take more than `max`.
  static const std::string kPick =
      "WITH picked AS MATERIALIZED (SELECT id FROM tasks WHERE org = ? AND kind = ? AND due_ms >= "
      "? AND due_ms <= ? ORDER BY due_ms, id LIMIT ?";
  static const std::string kTake =
      ") UPDATE tasks SET due_ms = ?, attempts = attempts + 1, fencing = fencing + 1, owner = ? "
      "WHERE id IN (SELECT id FROM picked) RETURNING id, key, payload, attempts, fencing, "
      "last_problem";
  auto query = database_.query(kPick + std::string(database_.dialect().skip_locked) + kTake);
  query.text(org).text(kind).number(due.from_ms).number(due.to_ms).number(max);
  query.number(now_ms_ + lease_ms).text(owner);
  while (query.row()) {
    claimed.push_back({.id = query.number_at(0),
                       .org = org,
                       .kind = kind,
                       .key = query.string_at(1),
                       .payload = opened(org, "tasks", query.bytes_at(2)),
                       .not_before_ms = now_ms_ + lease_ms,
                       .attempts = static_cast<int>(query.number_at(3)),
                       .fencing = query.number_at(4),
                       .last_problem = query.string_at(5)});
  }
}

Result<std::vector<Task>> SqlTransaction::claim(const std::vector<std::string>& kinds,
                                                const std::string& owner, std::int64_t lease_ms,
                                                int max, const ClaimLimits& limits) {
  return change("claim tasks", [&]() -> Result<std::vector<Task>> {
    // Who has work, and since when: a backlog of one never hides another's work, and when there are
    // more organisations than places, who waits longest comes first.
    struct Waiting {
      std::int64_t since_ms;
      std::string org;
      std::string kind;
      int most;
    };
    std::vector<Waiting> ready;
    for (const std::string& kind : kinds) {
      // From one organisation to the next along the index, without a look at its backlog.
      auto due = database_.query(
          "WITH RECURSIVE orgs (org) AS (SELECT min(org) FROM tasks UNION ALL SELECT (SELECT "
          "min(org) FROM tasks WHERE org > orgs.org) FROM orgs WHERE orgs.org IS NOT NULL) SELECT "
          "org, (SELECT min(due_ms) FROM tasks WHERE org = orgs.org AND kind = ? AND due_ms <= ?) "
          "FROM orgs WHERE org IS NOT NULL");
      due.text(kind).number(now_ms_);
      while (due.row()) {
        if (due.null_at(1)) continue;
        std::string org = due.string_at(0);
        const auto limit = limits.find(org);
        const int most = limit == limits.end() ? max : std::min(max, limit->second);
        if (most > 0) ready.push_back({due.number_at(1), std::move(org), kind, most});
      }
    }
    std::stable_sort(ready.begin(), ready.end(),
                     [](const Waiting& a, const Waiting& b) { return a.since_ms < b.since_ms; });
    std::vector<Task> claimed;
    while (!ready.empty() && static_cast<int>(claimed.size()) < max) {
      const int left = max - static_cast<int>(claimed.size());
      const int share = std::max(1, left / static_cast<int>(ready.size()));
      std::vector<Waiting> more;
      for (Waiting& waiting : ready) {
        if (static_cast<int>(claimed.size()) >= max) break;
        const std::size_t before = claimed.size();
        const int part = std::min(share, waiting.most);
        claim_of(waiting.org, waiting.kind, owner, lease_ms, part, claimed);
        waiting.most -= part;
        if (static_cast<int>(claimed.size() - before) == part && waiting.most > 0)
          more.push_back(std::move(waiting));
      }
      ready = std::move(more);
    }
    return claimed;
  });
}

Result<void> SqlTransaction::lease_lost(const Task& task) const {
  return Error{.kind = ErrorKind::aborted,
               .code = "task.lease_lost",
               .message = "Finished task " + task.kind +
                          ": its lease had ended and another worker has taken it over. "
                          "What this worker did is not recorded."};
}

Result<void> SqlTransaction::extend(const Task& task, std::int64_t lease_ms) {
  return change("extend a lease", [&]() -> Result<void> {
    enter(task.org);
    database_.query("UPDATE tasks SET due_ms = ? WHERE id = ? AND fencing = ?")
        .number(now_ms_ + lease_ms)
        .number(task.id)
        .number(task.fencing)
        .run();
    return database_.changes() > 0 ? Result<void>() : lease_lost(task);
  });
}

Result<void> SqlTransaction::complete(const Task& task) {
  return change("complete a task", [&]() -> Result<void> {
    enter(task.org);
    database_.query("DELETE FROM tasks WHERE id = ? AND fencing = ?")
        .number(task.id)
        .number(task.fencing)
        .run();
    return database_.changes() > 0 ? Result<void>() : lease_lost(task);
  });
}

Result<void> SqlTransaction::retry(const Task& task, std::int64_t not_before_ms,
                                   const std::string& problem) {
  return change("put a task back", [&]() -> Result<void> {
    enter(task.org);
    database_
        .query(
            "UPDATE tasks SET due_ms = ?, owner = '', last_problem = ? WHERE id = ? AND fencing = "
            "?")
        .number(not_before_ms)
        .text(problem)
        .number(task.id)
        .number(task.fencing)
        .run();
    if (database_.changes() == 0) return lease_lost(task);
    notice_.tasks = true;
    return {};
  });
}

Result<void> SqlTransaction::postpone(const Task& task, std::int64_t not_before_ms) {
  return change("postpone a task", [&]() -> Result<void> {
    enter(task.org);
    database_
        .query(
            "UPDATE tasks SET due_ms = ?, owner = '', attempts = attempts - 1 WHERE id = ? AND "
            "fencing = ?")
        .number(not_before_ms)
        .number(task.id)
        .number(task.fencing)
        .run();
    if (database_.changes() == 0) return lease_lost(task);
    notice_.tasks = true;
    return {};
  });
}

Result<void> SqlTransaction::hasten(const Org& org, const std::string& kind,
                                    const std::string& key) {
  return change("hasten a task", [&]() -> Result<void> {
    enter(org);
    database_
        .query("UPDATE tasks SET due_ms = ? WHERE org = ? AND kind = ? AND key = ? AND owner = ''")
        .number(now_ms_)
        .text(org)
        .text(kind)
        .text(key)
        .run();
    notice_.tasks = notice_.tasks || database_.changes() > 0;
    return {};
  });
}

Result<void> SqlTransaction::end_leases() {
  return change("end all leases", [&]() -> Result<void> {
    database_.query("UPDATE tasks SET due_ms = ?, owner = '' WHERE owner <> ''")
        .number(now_ms_)
        .run();
    notice_.tasks = notice_.tasks || database_.changes() > 0;
    return {};
  });
}

}  // namespace semafoor::store::sql
