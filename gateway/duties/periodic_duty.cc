// SPDX-License-Identifier: Apache-2.0
#include "gateway/duties/periodic_duty.h"

#include <algorithm>
#include <exception>
#include <map>
#include <set>
#include <thread>
#include <utility>
#include <vector>

#include "gateway/duties/duty_log.h"

namespace semafoor::duties {
namespace {

// From the beginning of one night to the end of the next, with an hour for summer time: a longer
// gap between two runs is a missed night.
constexpr std::int64_t kLongestGap = 37 * 3'600'000LL;
constexpr std::int64_t kLongestNight = 12 * 3'600'000LL;
// How long a duty of the night is hastened for.
constexpr std::int64_t kLongestHaste = 600'000;

}  // namespace

struct PeriodicDuty::State {
  struct Slot {
    std::int64_t due = Clock::kNever;
    // The upstream asked for patience until then.
    std::int64_t not_before = 0;
    // Time to the next run after a good one.
    std::int64_t gap = 0;
    int failures = 0;
    bool enabled = false;
    bool requested = false;
    bool running = false;
    bool again = false;
  };

  store::Store& store;
  Clock& clock;
  const PeriodicOptions options;
  const Run run;
  const Random random;

  std::mutex mutex;
  std::condition_variable_any bell;
  std::uint64_t changes = 0;
  std::map<store::Org, Slot> slots;
  std::int64_t next_refresh = 0;
  std::stop_source stop;
  std::vector<std::thread> threads;

  State(store::Store& its_store, Clock& its_clock, PeriodicOptions its_options, Run its_run,
        Random its_random)
      : store(its_store),
        clock(its_clock),
        options(std::move(its_options)),
        run(std::move(its_run)),
        random(std::move(its_random)) {}

  void changed() {
    ++changes;
    bell.notify_all();
  }

  Slot& slot(const store::Org& org) {
    auto [found, added] = slots.try_emplace(org);
    if (added) found->second.gap = options.interval_ms;
    return found->second;
  }

  // Called with the lock held; reads the store without it.
  void refresh(std::unique_lock<std::mutex>& lock) {
    next_refresh = clock.steady_ms() + options.refresh_ms;
    std::set<store::Org> scheduled;
    for (const auto& [org, its] : slots) {
      if (its.due != Clock::kNever || its.running) scheduled.insert(org);
    }
    lock.unlock();
    // Who takes part, and how long those wait that are not scheduled yet.
    std::map<store::Org, std::int64_t> enabled;
    const auto read = store.read([&](store::Reader& reader) -> Result<void> {
      auto organisations = reader.organisations();
      if (!organisations) return organisations.error();
      for (const auto& organisation : *organisations) {
        const auto& on = organisation.enabled_modules();
        if (!options.modules.empty() &&
            std::find_first_of(on.begin(), on.end(), options.modules.begin(),
                               options.modules.end()) == on.end()) {
          continue;
        }
        const auto& org = organisation.organisation().value();
        std::int64_t wait = 0;
        if (!scheduled.contains(org)) {
          auto first = first_wait(reader, org);
          if (!first) return first.error();
          wait = *first;
        }
        enabled.emplace(org, wait);
      }
      return {};
    });
    lock.lock();
    if (!read) return;
    for (auto& [org, known] : slots) known.enabled = false;
    for (const auto& [org, wait] : enabled) {
      auto& its = slot(org);
      its.enabled = true;
      if (its.due == Clock::kNever && !its.running && options.interval_ms > 0)
        its.due = clock.steady_ms() + wait;
    }
  }

  // The interval goes on over a restart: a gateway that is restarted often does its duties all the
  // same.
  Result<std::int64_t> first_wait(store::Reader& reader, const store::Org& org) const {
    auto statuses = reader.duties(org);
    if (!statuses) return statuses.error();
    for (const auto& status : *statuses) {
      if (status.name() != options.name || !status.has_last_attempt()) continue;
      if (options.night) {
        const auto ago = clock.now_ms() - status.last_attempt().unix_ms();
        const auto wait = to_night(ago < kLongestNight);
        if (ago + wait <= kLongestGap) return wait;
        break;
      }
      const auto due = status.last_attempt().unix_ms() + options.interval_ms;
      return std::clamp<std::int64_t>(due - clock.now_ms(), 0, options.interval_ms);
    }
    return jittered_ms(std::min(options.first_delay_ms, options.interval_ms), options.jitter,
                       random);
  }

  // `done`: it ran in the present night.
  std::int64_t to_night(bool done) const {
    return until_night_ms(*options.night, clock.now_ms(), random(), done);
  }

  void loop() {
    std::unique_lock lock(mutex);
    while (!stop.stop_requested()) {
      const auto now = clock.steady_ms();
      if (now >= next_refresh) refresh(lock);
      if (stop.stop_requested()) return;
      store::Org next;
      std::int64_t due = Clock::kNever;
      for (const auto& [org, its] : slots) {
        if (!its.running && (its.enabled || its.requested) && its.due < due) {
          next = org;
          due = its.due;
        }
      }
      if (due <= now) {
        run_one(lock, next);
        continue;
      }
      const auto seen = changes;
      clock.wait(lock, bell, stop.get_token(), std::min(due, next_refresh),
                 [&] { return changes != seen; });
    }
  }

  void run_one(std::unique_lock<std::mutex>& lock, const store::Org& org) {
    auto& before = slots[org];
    before.running = true;
    before.again = false;
    const bool requested = std::exchange(before.requested, false);
    lock.unlock();
    const auto result = guarded_run(org);
    const bool cancelled = !result && is_cancelled(result.error());
    if (!cancelled) record(org, result);
    lock.lock();
    auto& its = slots[org];
    its.running = false;
    const auto now = clock.steady_ms();
    if (result || is_rest(result.error())) {
      its.failures = 0;
      its.not_before = 0;
      if (options.night && its.gap >= options.interval_ms) {
        its.due = now + to_night(true);
      } else {
        its.due = options.interval_ms > 0 || its.gap > 0
                      ? now + jittered_ms(its.gap, options.jitter, random)
                      : Clock::kNever;
      }
      widen(its);
    } else if (!cancelled) {
      ++its.failures;
      its.due = now + backoff_ms(options.backoff, its.failures, result.error(), random);
      its.not_before = result.error().retry_after_ms ? its.due : 0;
      its.requested = its.requested || requested;
    }
    if (its.again) its.due = std::max(now, its.not_before);
    changed();
  }

  // An interval of 0 stands for "never" here too: hastened runs then fade out after a minute's gap.
  void widen(Slot& its) const {
    if (its.gap >= options.interval_ms && options.interval_ms > 0) {
      its.gap = options.interval_ms;
      return;
    }
    its.gap *= 2;
    if (options.night && its.gap > kLongestHaste) {
      its.gap = options.interval_ms;
    } else if (options.interval_ms > 0) {
      its.gap = std::min(its.gap, options.interval_ms);
    } else if (its.gap > 60'000) {
      its.gap = 0;
    }
  }

  Result<void> guarded_run(const store::Org& org) {
    try {
      return run(org, stop.get_token());
    } catch (const std::exception& problem) {
      return Error{.kind = ErrorKind::internal,
                   .code = "duties.failed",
                   .message = options.name + " failed unexpectedly: " + problem.what() +
                              ". It is tried again.",
                   .retryable = true};
    }
  }

  void record(const store::Org& org, const Result<void>& result) {
    const auto now = clock.now_ms();
    const bool rests = !result && is_rest(result.error());
    const std::string problem = result ? std::string() : problem_text(result.error());
    store.write(
        [org, now, rests, problem, name = options.name](store::Transaction& tx) {
          if (rests) return record_rest(tx, org, name);
          return problem.empty() ? record_success(tx, org, name, now)
                                 : record_failure(tx, org, name, now, problem);
        },
        // A status that could not be stored is written again by the next run.
        [](const Result<void>&) {});
  }
};

PeriodicDuty::PeriodicDuty(store::Store& store, Clock& clock, PeriodicOptions options, Run run,
                           Random random)
    : state_(std::make_unique<State>(store, clock, std::move(options), std::move(run),
                                     std::move(random))) {}

PeriodicDuty::~PeriodicDuty() {
  stop();
}

void PeriodicDuty::start() {
  for (int i = 0; i < state_->options.threads; ++i) {
    state_->threads.emplace_back([state = state_.get()] { state->loop(); });
  }
}

void PeriodicDuty::stop() {
  state_->stop.request_stop();
  {
    const std::scoped_lock guard(state_->mutex);
    state_->changed();
  }
  for (auto& thread : state_->threads) thread.join();
  state_->threads.clear();
}

void PeriodicDuty::trigger(const store::Org& org) {
  const std::scoped_lock guard(state_->mutex);
  auto& its = state_->slot(org);
  its.requested = true;
  its.again = its.running;
  its.due = std::max(state_->clock.steady_ms(), its.not_before);
  state_->changed();
}

std::int64_t PeriodicDuty::held_ms(const store::Org& org) {
  const std::scoped_lock guard(state_->mutex);
  const auto found = state_->slots.find(org);
  if (found == state_->slots.end()) return 0;
  return std::max<std::int64_t>(0, found->second.not_before - state_->clock.steady_ms());
}

void PeriodicDuty::hasten(const store::Org& org) {
  const std::scoped_lock guard(state_->mutex);
  auto& its = state_->slot(org);
  const auto& options = state_->options;
  its.requested = true;
  its.gap = options.interval_ms > 0 ? std::min(options.hasten_ms, options.interval_ms)
                                    : options.hasten_ms;
  const auto soon = state_->clock.steady_ms() + its.gap;
  its.due = std::min(its.due, std::max(soon, its.not_before));
  state_->changed();
}

}  // namespace semafoor::duties
