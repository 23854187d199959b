// SPDX-License-Identifier: Apache-2.0
#include "gateway/duties/event_follower.h"

#include <algorithm>
#include <charconv>
#include <condition_variable>
#include <exception>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <thread>
#include <utility>

#include "gateway/duties/duty_log.h"

namespace semafoor::duties {
namespace {

// In the log of one organisation.
struct Place {
  std::int64_t sequence = 0;
  // Set in the store: it was followed before.
  bool known = false;
};

std::int64_t number_of(const std::string& text) {
  std::int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

}  // namespace

struct EventFollower::State {
  struct Trouble {
    int failures = 0;
    std::int64_t due = 0;
  };

  store::Store& store;
  Clock& clock;
  const FollowerOptions options;
  const std::string cursor;
  const Handle handle;
  const Rebuild rebuild;
  const Random random = system_random();

  std::mutex mutex;
  std::condition_variable_any bell;
  // Organisations with something new, and those to look through as a whole.
  std::set<store::Org> dirty;
  std::set<store::Org> anew;
  std::map<store::Org, Trouble> troubles;
  std::set<store::Org> succeeded;
  std::int64_t next_poll = 0;
  std::stop_source stop;
  std::thread thread;

  State(store::Store& its_store, Clock& its_clock, FollowerOptions its_options, Handle its_handle,
        Rebuild its_rebuild)
      : store(its_store),
        clock(its_clock),
        options(std::move(its_options)),
        cursor("follow." + options.name),
        handle(std::move(its_handle)),
        rebuild(std::move(its_rebuild)) {}

  void note(const std::vector<store::Org>& organisations) {
    const std::scoped_lock guard(mutex);
    dirty.insert(organisations.begin(), organisations.end());
    bell.notify_all();
  }

  bool of_interest(const v1::Event& event) const {
    return std::find(options.types.begin(), options.types.end(), event.type()) !=
           options.types.end();
  }

  Result<Place> place_of(const store::Org& org) {
    Place place;
    const auto read = store.read([&](store::Reader& reader) -> Result<void> {
      auto text = reader.cursor(org, cursor);
      if (!text) return text.error();
      place = {number_of(text->value_or("")), text->has_value()};
      return {};
    });
    if (!read) return read.error();
    return place;
  }

  Result<std::int64_t> last_of(const store::Org& org) {
    std::int64_t last = 0;
    const auto read = store.read([&](store::Reader& reader) -> Result<void> {
      auto number = reader.last_sequence(org);
      if (!number) return number.error();
      last = *number;
      return {};
    });
    if (!read) return read.error();
    return last;
  }

  // Up to there everything is done. Another gateway may be further.
  Result<void> move_to(const store::Org& org, std::int64_t sequence, bool back_too) {
    return store.write_and_wait([&](store::Transaction& tx) -> Result<void> {
      auto text = tx.cursor(org, cursor);
      if (!text) return text.error();
      if (!back_too && number_of(text->value_or("")) >= sequence) return {};
      return tx.put_cursor(org, cursor, std::to_string(sequence));
    });
  }

  Result<void> look_through(const store::Org& org, const std::stop_token& token) {
    // What happens meanwhile is seen twice rather than not at all.
    auto last = last_of(org);
    if (!last) return last.error();
    if (auto done = rebuild(org, token); !done) return done;
    return move_to(org, *last, true);
  }

  Result<void> catch_up(const store::Org& org, const std::stop_token& token) {
    bool whole = false;
    {
      const std::scoped_lock guard(mutex);
      whole = anew.erase(org) > 0;
    }
    auto place = place_of(org);
    if (!place) return place.error();
    Result<void> done;
    if (whole || !place->known) {
      done = look_through(org, token);
    } else {
      done = follow(org, place->sequence, token);
      if (!done && done.error().code == "events.cursor_expired") done = look_through(org, token);
    }
    if (!done && whole) {
      const std::scoped_lock guard(mutex);
      anew.insert(org);
    }
    return done;
  }

  Result<void> follow(const store::Org& org, std::int64_t after, const std::stop_token& token) {
    while (!token.stop_requested()) {
      std::vector<v1::Event> events;
      auto read = store.read([&](store::Reader& reader) -> Result<void> {
        auto found = reader.events(org, options.module, after, options.batch);
        if (!found) return found.error();
        events = std::move(*found);
        return {};
      });
      if (!read) return read;
      if (events.empty()) return {};
      const bool full = static_cast<int>(events.size()) == options.batch;
      after = events.back().sequence();
      std::erase_if(events, [&](const v1::Event& event) { return !of_interest(event); });
      if (!events.empty())
        if (auto done = handle(org, events, token); !done) return done;
      // Passing over a few events again costs less than a commit.
      if (!events.empty() || full)
        if (auto moved = move_to(org, after, false); !moved) return moved;
      if (!full) return {};
    }
    return stopped_error("Following " + options.name);
  }

  // With its end in the DutyStatus: each failure, and the first success after one.
  Result<void> run(const store::Org& org, const std::stop_token& token) {
    Result<void> done = [&]() -> Result<void> {
      try {
        return catch_up(org, token);
      } catch (const std::exception& problem) {
        return Error{.kind = ErrorKind::internal,
                     .code = "duties.exception",
                     .message = "Following " + options.name + ": " + problem.what() +
                                ". It is tried again; report this with the log."};
      }
    }();
    if (token.stop_requested()) return done;
    const auto write = [&](auto record) {
      (void)store.write_and_wait(
          [&](store::Transaction& tx) { return record(tx, clock.now_ms()); });
    };
    std::unique_lock lock(mutex);
    if (done) {
      const bool was_in_trouble = troubles.erase(org) > 0;
      const bool first = succeeded.insert(org).second;
      lock.unlock();
      if (was_in_trouble) {
        write([&](store::Transaction& tx, std::int64_t now) {
          return record_success(tx, org, options.name, now);
        });
      } else if (first) {
        // A trouble of before the last start is over.
        write([&](store::Transaction& tx, std::int64_t) {
          return record_rest(tx, org, options.name);
        });
      }
      return done;
    }
    Trouble& trouble = troubles[org];
    ++trouble.failures;
    trouble.due =
        clock.steady_ms() + backoff_ms(options.backoff, trouble.failures, done.error(), random);
    dirty.insert(org);
    lock.unlock();
    write([&](store::Transaction& tx, std::int64_t now) {
      return record_failure(tx, org, options.name, now, problem_text(done.error()));
    });
    return done;
  }

  void poll(std::unique_lock<std::mutex>& lock) {
    next_poll = clock.steady_ms() + options.poll_ms;
    lock.unlock();
    std::vector<store::Org> all;
    const auto read = store.read([&](store::Reader& reader) -> Result<void> {
      auto organisations = reader.organisations();
      if (!organisations) return organisations.error();
      for (const auto& one : *organisations) all.push_back(one.organisation().value());
      return {};
    });
    lock.lock();
    if (read) dirty.insert(all.begin(), all.end());
  }

  // The next organisation that may be looked at now; `due`: when another one may.
  std::optional<store::Org> next(std::int64_t now, std::int64_t& due) {
    due = next_poll;
    for (const auto& org : dirty) {
      const auto trouble = troubles.find(org);
      if (trouble == troubles.end() || trouble->second.due <= now) return org;
      due = std::min(due, trouble->second.due);
    }
    return std::nullopt;
  }

  void loop() {
    const std::stop_token token = stop.get_token();
    std::unique_lock lock(mutex);
    while (!token.stop_requested()) {
      if (clock.steady_ms() >= next_poll) poll(lock);
      std::int64_t due = 0;
      const auto org = next(clock.steady_ms(), due);
      if (org) {
        dirty.erase(*org);
        lock.unlock();
        (void)run(*org, token);
        lock.lock();
        continue;
      }
      clock.wait(lock, bell, token, due, [&] {
        std::int64_t ignored = 0;
        return next(clock.steady_ms(), ignored).has_value();
      });
    }
  }
};

EventFollower::EventFollower(store::Store& store, Clock& clock, FollowerOptions options,
                             Handle handle, Rebuild rebuild)
    : state_(std::make_shared<State>(store, clock, std::move(options), std::move(handle),
                                     std::move(rebuild))) {
  // The store keeps its listeners for ever; this one only as long as there is a follower.
  store.on_commit([weak = std::weak_ptr<State>(state_)](const store::CommitNotice& notice) {
    if (const auto state = weak.lock(); state && !notice.organisations.empty())
      state->note(notice.organisations);
  });
}

EventFollower::~EventFollower() {
  stop();
}

void EventFollower::start() {
  state_->thread = std::thread([state = state_.get()] { state->loop(); });
}

void EventFollower::stop() {
  state_->stop.request_stop();
  {
    const std::scoped_lock guard(state_->mutex);
    state_->bell.notify_all();
  }
  if (state_->thread.joinable()) state_->thread.join();
}

void EventFollower::rebuild(const store::Org& org) {
  {
    const std::scoped_lock guard(state_->mutex);
    state_->anew.insert(org);
  }
  state_->note({org});
}

Result<void> EventFollower::run_once(const store::Org& org, std::stop_token stop) {
  return state_->run(org, stop);
}

}  // namespace semafoor::duties
