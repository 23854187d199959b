// SPDX-License-Identifier: Apache-2.0
#include "gateway/work/mergers.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "gateway/domain/belgian_time.h"
#include "gateway/domain/date.h"
#include "gateway/domain/signal_identity.h"
#include "gateway/duties/duty_log.h"
#include "gateway/duties/periodic_duty.h"
#include "gateway/signals/persons.h"
#include "gateway/signals/succession.h"
#include "gateway/work/assignment.h"
#include "gateway/work/kept.h"
#include "gateway/work/merger_plan.h"
#include "gateway/work/move.h"
#include "gateway/work/open_signals.h"

namespace semafoor::work {
namespace {

// How an organisation's signals stand.
struct Left {
  std::int64_t to_move = 0;
  std::int64_t awaiting_answers = 0;
};

void count(v1::Merger& merger, Settled settled) {
  if (settled == Settled::moved) merger.set_moved(merger.moved() + 1);
  if (settled == Settled::united) merger.set_united(merger.united() + 1);
}

Result<Left> left_at(store::Reader& reader, const store::Org& org) {
  Left left;
  auto counted = each_signal(reader, org, {.open_only = true}, [&](const v1::Signal& signal) {
    ++(awaits_answer(signal) ? left.to_move : left.awaiting_answers);
  });
  if (!counted) return counted.error();
  return left;
}

v1::MergerState state_of(const v1::Merger& merger, const Left& left) {
  if (merger.state() == v1::MERGER_STATE_PLANNED) return merger.state();
  if (left.to_move > 0) return v1::MERGER_STATE_MOVING;
  return left.awaiting_answers > 0 ? v1::MERGER_STATE_AWAITING_ANSWERS : v1::MERGER_STATE_DONE;
}

// As it stands now, not as it was written last.
Result<v1::Merger> standing(store::Reader& reader, v1::Merger merger) {
  auto left = left_at(reader, merger.from().value());
  if (!left) return left.error();
  merger.set_to_move(left->to_move);
  merger.set_awaiting_answers(left->awaiting_answers);
  return merger;
}

}  // namespace

struct Mergers::State {
  store::Store& store;
  duties::Clock& clock;
  std::unique_ptr<duties::PeriodicDuty> duty;

  bool has_come(const v1::Date& date) {
    return domain::date_number(date) <= domain::date_number(domain::belgian_day(clock.now_ms()));
  }

  void fill_date(MergerOrder& order) {
    if (domain::date_number(order.date) == 0) order.date = domain::belgian_day(clock.now_ms());
  }

  // What `org` is today, and by which merger; nothing: it is one of its own.
  struct Way {
    store::Org heir;
    v1::Merger merger;
  };
  Result<std::optional<Way>> way_of(const store::Org& org) {
    std::optional<Way> way;
    const auto read = store.read([&](store::Reader& reader) -> Result<void> {
      way.reset();
      auto heirs = signals::heirs_of(reader, org, clock.now_ms());
      if (!heirs) return heirs.error();
      if (heirs->empty()) return {};
      auto merger = merger_of(reader, org);
      if (!merger) return merger.error();
      if (*merger) way = Way{heirs->back(), std::move(**merger)};
      return {};
    });
    if (!read) return read.error();
    return way;
  }

  Result<void> settle_one(const store::Org& org, const store::Org& heir, const std::string& id) {
    return store.write_and_wait([&](store::Transaction& tx) -> Result<void> {
      auto settled = settle(tx, org, heir, id, clock.now_ms());
      if (!settled) return settled.error();
      if (*settled != Settled::moved && *settled != Settled::united) return {};
      auto merger = merger_of(tx, org);
      if (!merger) return merger.error();
      if (!*merger) return {};
      count(**merger, *settled);
      return put_merger(tx, **merger);
    });
  }

  Result<void> settle_all(const store::Org& org, const store::Org& heir,
                          const std::vector<std::string>& ids, const std::stop_token& stop) {
    for (const std::string& id : ids) {
      if (stop.stop_requested()) return duties::stopped_error("Merging organisations");
      if (auto settled = settle_one(org, heir, id); !settled) return settled;
    }
    return {};
  }

  // The record of `org` for a signal that the new organisation has open, when it is over. Of a
  // number that only the new organisation learned of, `org` has the one of before.
  static Result<void> add_closed(store::Reader& reader, const store::Org& org,
                                 const store::Org& heir, v1::Signal open,
                                 std::vector<std::string>& ids) {
    auto numbers = signals::numbers_of(reader, heir, open.person().value());
    if (!numbers) return numbers.error();
    for (const std::string& number : *numbers) {
      open.mutable_person()->set_value(number);
      auto known = reader.signal_by_key(org, domain::signal_key(open));
      if (!known) return known.error();
      if (*known && (*known)->state() == v1::SIGNAL_STATE_CLOSED)
        ids.push_back((*known)->signal_id());
    }
    return {};
  }

  // Signals of `org` that are over, and that the new organisation still has open.
  Result<std::vector<std::string>> answered_here(const store::Org& org, const store::Org& heir) {
    std::vector<std::string> ids;
    const auto read = store.read([&](store::Reader& reader) -> Result<void> {
      ids.clear();
      Result<void> outcome;
      auto seen = each_signal(reader, heir, {.open_only = true}, [&](const v1::Signal& open) {
        if (outcome) outcome = add_closed(reader, org, heir, open, ids);
      });
      return seen ? outcome : seen;
    });
    if (!read) return read.error();
    return ids;
  }

  // Which number of a person was replaced by which: what the old organisation learned.
  Result<void> hand_over_numbers(const store::Org& org, const store::Org& heir,
                                 const std::stop_token& stop) {
    std::vector<v1::PersonNumber> numbers;
    auto read = store.read([&](store::Reader& reader) -> Result<void> {
      auto known = all_kept<v1::PersonNumber>(reader, org, signals::kPersonNumber);
      if (!known) return known.error();
      numbers = std::move(*known);
      return {};
    });
    if (!read) return read;
    for (const v1::PersonNumber& number : numbers) {
      if (stop.stop_requested()) return duties::stopped_error("Merging organisations");
      auto stored = store.write_and_wait([&](store::Transaction& tx) -> Result<void> {
        auto changed = signals::replace_number(
            tx, heir,
            {.former = number.former().value(),
             .current = number.current().value(),
             .recorded_by = number.has_recorded_by() ? &number.recorded_by() : nullptr},
            domain::act_of_gateway(), clock.now_ms());
        // Where the new organisation knows better, that counts.
        if (changed || changed.error().code.starts_with("signals.person_")) return {};
        return changed.error();
      });
      if (!stored) return stored;
    }
    return {};
  }

  Result<void> begin(const store::Org& org) {
    return store.write_and_wait([&](store::Transaction& tx) -> Result<void> {
      auto merger = merger_of(tx, org);
      if (!merger) return merger.error();
      if (!*merger || (*merger)->state() != v1::MERGER_STATE_PLANNED) return {};
      (*merger)->set_state(v1::MERGER_STATE_MOVING);
      return put_merger(tx, **merger);
    });
  }

  // By what is left to do.
  Result<void> update_state(const store::Org& org) {
    return store.write_and_wait([&](store::Transaction& tx) -> Result<void> {
      auto merger = merger_of(tx, org);
      if (!merger) return merger.error();
      if (!*merger) return {};
      auto left = left_at(tx, org);
      if (!left) return left.error();
      const auto before = (*merger)->state();
      (*merger)->set_state(state_of(**merger, *left));
      if ((*merger)->state() == before) return {};
      if ((*merger)->state() == v1::MERGER_STATE_DONE)
        (*merger)->mutable_done_at()->set_unix_ms(clock.now_ms());
      return put_merger(tx, **merger);
    });
  }

  Result<void> run(const store::Org& org, const std::stop_token& stop) {
    auto way = way_of(org);
    if (!way) return way.error();
    if (!*way || (*way)->merger.state() == v1::MERGER_STATE_DONE) return duties::rest_error("");
    const store::Org& heir = (*way)->heir;
    if ((*way)->merger.state() == v1::MERGER_STATE_PLANNED) {
      if (auto handed = hand_over_numbers(org, heir, stop); !handed) return handed;
      if (auto begun = begin(org); !begun) return begun;
    }
    return settle_whole(org, heir, stop);
  }

  Result<void> settle_whole(const store::Org& org, const store::Org& heir,
                            const std::stop_token& stop) {
    auto open = open_ids(store, org, [](const v1::Signal&) { return true; });
    if (!open) return open.error();
    if (auto settled = settle_all(org, heir, *open, stop); !settled) return settled;
    auto answered = answered_here(org, heir);
    if (!answered) return answered.error();
    if (auto settled = settle_all(org, heir, *answered, stop); !settled) return settled;
    return update_state(org);
  }
};

Mergers::Mergers(store::Store& store, duties::Clock& clock, MergerOptions options,
                 duties::Random random)
    : state_(new State{store, clock, nullptr}) {
  duties::PeriodicOptions periodic;
  periodic.name = kMergerDuty;
  periodic.interval_ms = options.interval_ms;
  periodic.first_delay_ms = options.first_delay_ms;
  periodic.jitter = options.jitter;
  periodic.threads = 1;
  periodic.backoff = options.backoff;
  state_->duty = std::make_unique<duties::PeriodicDuty>(
      store, clock, periodic,
      [state = state_.get()](const store::Org& org, const std::stop_token& stop) {
        return state->run(org, stop);
      },
      std::move(random));
}

Mergers::~Mergers() {
  stop();
}

void Mergers::start() {
  state_->duty->start();
}

void Mergers::stop() {
  state_->duty->stop();
}

Result<std::vector<v1::Merger>> Mergers::order(MergerOrder order, const domain::Act& act) {
  state_->fill_date(order);
  const auto stored = state_->store.write_and_wait(
      [&](store::Transaction& tx) { return put_plan(tx, order, act, state_->clock.now_ms()); });
  if (!stored) return stored.error();
  if (state_->has_come(order.date))
    for (const store::Org& from : order.from) state_->duty->trigger(from);
  auto all = list(order.into);
  if (!all) return all;
  std::erase_if(*all, [&](const v1::Merger& one) {
    return std::find(order.from.begin(), order.from.end(), one.from().value()) == order.from.end();
  });
  return all;
}

Result<std::vector<v1::Merger>> Mergers::preview(MergerOrder order) {
  state_->fill_date(order);
  std::vector<v1::Merger> mergers;
  const auto read = state_->store.read([&](store::Reader& reader) -> Result<void> {
    mergers.clear();
    if (auto fine = check_order(reader, order); !fine) return fine;
    for (const store::Org& from : order.from) {
      v1::Merger merger;
      merger.mutable_from()->set_value(from);
      merger.mutable_into()->set_value(order.into);
      *merger.mutable_date() = order.date;
      Result<void> outcome;
      auto seen = each_signal(reader, from, {.open_only = true}, [&](const v1::Signal& signal) {
        if (!outcome) return;
        auto settled = would_settle(reader, order.into, signal);
        if (!settled) {
          outcome = settled.error();
          return;
        }
        count(merger, *settled);
        if (*settled == Settled::waits) merger.set_awaiting_answers(merger.awaiting_answers() + 1);
      });
      if (!seen) return seen;
      if (!outcome) return outcome;
      mergers.push_back(std::move(merger));
    }
    return {};
  });
  if (!read) return read.error();
  return mergers;
}

Result<std::vector<v1::Merger>> Mergers::list(const store::Org& org) {
  std::vector<v1::Merger> mergers;
  const auto read = state_->store.read([&](store::Reader& reader) -> Result<void> {
    mergers.clear();
    auto all = mergers_into(reader, org);
    if (!all) return all.error();
    auto own = merger_of(reader, org);
    if (!own) return own.error();
    if (*own) all->push_back(std::move(**own));
    for (v1::Merger& merger : *all) {
      auto now = standing(reader, std::move(merger));
      if (!now) return now.error();
      mergers.push_back(std::move(*now));
    }
    return {};
  });
  if (!read) return read.error();
  return mergers;
}

Result<bool> Mergers::follow(const store::Org& org, const std::vector<std::string>& signal_ids,
                             const std::stop_token& stop) {
  auto way = state_->way_of(org);
  if (!way) return way.error();
  if (!*way) return false;
  if (auto settled = state_->settle_all(org, (*way)->heir, signal_ids, stop); !settled)
    return settled.error();
  if ((*way)->merger.state() == v1::MERGER_STATE_AWAITING_ANSWERS)
    if (auto updated = state_->update_state(org); !updated) return updated.error();
  return true;
}

Result<bool> Mergers::look_through(const store::Org& org, const std::stop_token& stop) {
  auto way = state_->way_of(org);
  if (!way) return way.error();
  if (!*way) return false;
  if (auto settled = state_->settle_whole(org, (*way)->heir, stop); !settled)
    return settled.error();
  return true;
}

Result<void> Mergers::run_once(const store::Org& org, const std::stop_token& stop) {
  return state_->run(org, stop);
}

}  // namespace semafoor::work
