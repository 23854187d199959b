// SPDX-License-Identifier: Apache-2.0
#include "gateway/store/postgresql/neighbours.h"

#include <algorithm>
#include <memory>
#include <string_view>
#include <utility>

#include "gateway/domain/uuid.h"

namespace semafoor::store::postgresql {
namespace {

constexpr char kChannel[] = "semafoor";
// A notice may have 8,000 bytes.
constexpr std::size_t kMostInOne = 500;
constexpr std::chrono::milliseconds kFirstPause{100};
constexpr std::chrono::milliseconds kLongestPause{5'000};
constexpr std::chrono::minutes kTidyEvery{10};

struct NotifyFree {
  void operator()(PGnotify* notice) const { PQfreemem(notice); }
};

// "<sender> <0 or 1, tasks> <organisation>,<organisation>..."
std::string written(const std::string& sender, bool tasks, const std::vector<Org>& organisations) {
  std::string text = sender + (tasks ? " 1 " : " 0 ");
  for (const Org& org : organisations) text += org + ",";
  return text;
}

// Nothing when it is none of ours, or our own.
std::optional<CommitNotice> read(std::string_view text, std::string_view own) {
  const auto first = text.find(' ');
  if (first == std::string_view::npos || text.size() < first + 3) return std::nullopt;
  if (text.substr(0, first) == own) return std::nullopt;
  CommitNotice notice;
  notice.tasks = text[first + 1] == '1';
  for (std::string_view rest = text.substr(first + 3); !rest.empty();) {
    const auto end = std::min(rest.find(','), rest.size());
    if (end > 0) notice.organisations.emplace_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return notice;
}

}  // namespace

Neighbours::Neighbours(const Address& address, Announcer& announcer, std::chrono::milliseconds poll)
    : address_(address),
      announcer_(announcer),
      poll_(poll),
      name_(domain::uuid_v4()),
      thread_([this] { run(); }) {}

Neighbours::~Neighbours() {
  stop();
}

void Neighbours::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  bell_.ring();
  if (thread_.joinable()) thread_.join();
}

void Neighbours::tell(const CommitNotice& notice) {
  {
    const std::lock_guard lock(mutex_);
    to_tell_.insert(notice.organisations.begin(), notice.organisations.end());
    tasks_to_tell_ = tasks_to_tell_ || notice.tasks;
  }
  bell_.ring();
}

void Neighbours::run() {
  auto pause = kFirstPause;
  for (;;) {
    try {
      Session session(address_);
      pause = kFirstPause;
      serve(session);
      return;
    } catch (const sql::DatabaseError&) {
      // Who writes or reads meanwhile tells of it.
    }
    const auto again = Clock::now() + pause;
    pause = std::min(pause * 2, kLongestPause);
    while (Clock::now() < again) {
      {
        const std::lock_guard lock(mutex_);
        if (stopped_) return;
      }
      bell_.wait(-1, std::chrono::ceil<std::chrono::milliseconds>(again - Clock::now()));
    }
  }
}

void Neighbours::serve(Session& session) {
  session.run(std::string("LISTEN ") + kChannel);
  // Before the first wait: what happened while nobody listened.
  auto next_look = Clock::now();
  for (;;) {
    send(session);
    {
      const std::lock_guard lock(mutex_);
      if (stopped_ && to_tell_.empty() && !tasks_to_tell_) return;
    }
    if (Clock::now() >= next_look) {
      look(session);
      next_look = Clock::now() + poll_;
      if (Clock::now() >= next_tidy_) tidy(session);
    }
    hear(session);
    bell_.wait(PQsocket(session.raw()),
               std::chrono::ceil<std::chrono::milliseconds>(next_look - Clock::now()));
    if (PQconsumeInput(session.raw()) == 0) throw sql::DatabaseError("the connection was lost", {});
  }
}

void Neighbours::send(Session& session) {
  std::set<Org> organisations;
  bool tasks = false;
  {
    const std::lock_guard lock(mutex_);
    organisations.swap(to_tell_);
    tasks = std::exchange(tasks_to_tell_, false);
  }
  std::vector<Org> part;
  const auto flush = [&] {
    const std::string text = written(name_, tasks, part);
    session.query("SELECT pg_notify(?, ?)").text(kChannel).text(text).run();
    part.clear();
    tasks = false;
  };
  for (const Org& org : organisations) {
    part.push_back(org);
    if (part.size() == kMostInOne) flush();
  }
  if (tasks || !part.empty()) flush();
}

void Neighbours::hear(Session& session) {
  for (;;) {
    const std::unique_ptr<PGnotify, NotifyFree> heard(PQnotifies(session.raw()));
    if (!heard) return;
    if (const auto notice = read(heard->extra, name_)) announcer_.tell(*notice);
  }
}

void Neighbours::look(Session& session) {
  CommitNotice notice;
  {
    auto query = session.query("SELECT org, events FROM sequences");
    while (query.row()) {
      const auto [entry, is_new] = events_.try_emplace(query.string_at(0), 0);
      if (std::exchange(entry->second, query.number_at(1)) != query.number_at(1))
        notice.organisations.push_back(entry->first);
    }
  }
  {
    auto query = session.query("SELECT max(id) FROM tasks");
    if (query.row() && !query.null_at(0) &&
        std::exchange(last_task_, query.number_at(0)) != query.number_at(0))
      notice.tasks = true;
  }
  // At the start everything is new, and everybody looks for himself.
  if (std::exchange(looked_, true)) announcer_.tell(notice);
}

void Neighbours::tidy(Session& session) {
  // Nobody is in doubt for longer than StoreOptions' patience.
  session.run(
      "DELETE FROM commits WHERE made_ms < (extract(epoch FROM clock_timestamp()) * 1000)::bigint "
      "- "
      "3600000");
  next_tidy_ = Clock::now() + kTidyEvery;
}

}  // namespace semafoor::store::postgresql
