// SPDX-License-Identifier: Apache-2.0
#include "gateway/work/reminders.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "gateway/domain/act.h"
#include "gateway/domain/belgian_time.h"
#include "gateway/domain/date.h"
#include "gateway/duties/duty_log.h"
#include "gateway/duties/periodic_duty.h"
#include "gateway/history/history.h"
#include "gateway/work/assignment.h"
#include "gateway/work/distribution.h"
#include "gateway/work/kept.h"
#include "gateway/work/open_signals.h"
#include "gateway/work/recall_days.h"
#include "gateway/work/signal_audit.h"

namespace semafoor::work {
namespace {

// In the store: for which day and which rules it was done.
constexpr char kDone[] = "work.reminded";
constexpr std::size_t kBatch = 50;

struct Due {
  std::string signal_id;
  Step step;
};

std::string mark_of(const v1::WorkRules& rules, const v1::Date& day) {
  return std::to_string(domain::date_number(day)) + "/" + std::to_string(rules.version());
}

v1::Reminder reminder_of(const v1::Signal& signal, const Step& step, std::int64_t now_ms) {
  v1::Reminder reminder;
  reminder.set_signal_id(signal.signal_id());
  reminder.set_kind(step.kind);
  reminder.set_days(step.days);
  if (step.kind == v1::REMINDER_KIND_RECALL) *reminder.mutable_recall_on() = step.recall_on;
  reminder.mutable_time()->set_unix_ms(now_ms);
  if (signal.has_assignee()) *reminder.mutable_assignee() = signal.assignee();
  reminder.set_team(signal.team());
  return reminder;
}

Result<void> tell(store::Transaction& tx, const store::Org& org, const v1::Signal& signal,
                  const Step& step, std::int64_t now_ms) {
  v1::SignalStep told;
  told.set_event(v1::SIGNAL_EVENT_REMINDED);
  told.mutable_time()->set_unix_ms(now_ms);
  told.set_detail(step.key());
  if (auto added = history::add(tx, org, signal, std::move(told)); !added) return added;
  v1::Event event;
  event.set_type("signal.reminder");
  event.set_module(v1::MODULE_KNIPPERLICHT);
  event.set_subject_id(signal.signal_id());
  event.set_subject_version(signal.version());
  auto appended = tx.append_event(org, std::move(event));
  if (!appended) return appended.error();
  return record_signal(tx, org, "signal.remind", domain::act_of_gateway(), signal, step.key());
}

// Once, however often it is asked.
Result<void> remind(store::Transaction& tx, const store::Org& org, const Due& due,
                    std::int64_t now_ms) {
  const std::string id = due.signal_id + "/" + due.step.key();
  auto known = tx.entry(org, kReminderEntry, id);
  if (!known) return known.error();
  if (*known) return {};
  auto signal = tx.signal(org, due.signal_id);
  if (!signal) return signal.error();
  if (!*signal || !awaits_answer(**signal)) return {};
  const auto reminder = reminder_of(**signal, due.step, now_ms);
  auto put = tx.put_entry(org, {.kind = kReminderEntry,
                                .id = id,
                                .sort = now_ms,
                                .person = {},
                                .subject = reminder.assignee().id(),
                                .body = reminder.SerializeAsString()});
  if (!put) return put;
  return tell(tx, org, **signal, due.step, now_ms);
}

}  // namespace

struct Reminders::State {
  store::Store& store;
  duties::Clock& clock;
  std::unique_ptr<duties::PeriodicDuty> duty;

  // What is due; what of it was told already is found when it is told. `mark` is empty when nothing
  // is to be done: there are no steps, or this day was done by these rules.
  Result<std::vector<Due>> look(const store::Org& org, const v1::Date& day, std::string& mark) {
    std::vector<Due> due;
    const auto read = store.read([&](store::Reader& reader) -> Result<void> {
      due.clear();
      mark.clear();
      auto rules = rules_of(reader, org);
      if (!rules) return rules.error();
      const auto& steps = rules->reminders();
      if (steps.after_days().empty() && steps.before_recall_days().empty()) return {};
      auto done = reader.cursor(org, kDone);
      if (!done) return done.error();
      std::string wanted = mark_of(*rules, day);
      if (*done == wanted) return {};
      mark = std::move(wanted);
      return each_signal(reader, org, {.open_only = true}, [&](const v1::Signal& signal) {
        if (!awaits_answer(signal)) return;
        const auto received = domain::belgian_day(signal.received_at().unix_ms());
        for (Step& step : steps_reached(steps, received, day))
          due.push_back({signal.signal_id(), std::move(step)});
      });
    });
    if (!read) return read.error();
    return due;
  }

  Result<void> run(const store::Org& org, const std::stop_token& stop) {
    const std::int64_t now = clock.now_ms();
    std::string mark;
    auto due = look(org, domain::belgian_day(now), mark);
    if (!due) return due.error();
    if (mark.empty()) return duties::rest_error("");
    for (std::size_t first = 0; first < due->size(); first += kBatch) {
      if (stop.stop_requested()) return duties::stopped_error("Reminding of signals");
      const std::size_t end = std::min(due->size(), first + kBatch);
      auto stored = store.write_and_wait([&](store::Transaction& tx) -> Result<void> {
        for (std::size_t i = first; i < end; ++i)
          if (auto told = remind(tx, org, (*due)[i], now); !told) return told;
        return {};
      });
      if (!stored) return stored;
    }
    return store.write_and_wait(
        [&](store::Transaction& tx) { return tx.put_cursor(org, kDone, mark); });
  }
};

Reminders::Reminders(store::Store& store, duties::Clock& clock, ReminderOptions options,
                     duties::Random random)
    : state_(new State{store, clock, nullptr}) {
  duties::PeriodicOptions periodic;
  periodic.name = kReminderDuty;
  periodic.modules = {v1::MODULE_KNIPPERLICHT};
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

Reminders::~Reminders() {
  stop();
}

void Reminders::start() {
  state_->duty->start();
}

void Reminders::stop() {
  state_->duty->stop();
}

void Reminders::trigger(const store::Org& org) {
  state_->duty->trigger(org);
}

Result<void> Reminders::run_once(const store::Org& org, const std::stop_token& stop) {
  return state_->run(org, stop);
}

}  // namespace semafoor::work
