// SPDX-License-Identifier: Apache-2.0
#include "gateway/work/work.h"

#include <utility>

#include "gateway/domain/belgian_time.h"
#include "gateway/work/absences.h"
#include "gateway/work/distribution.h"
#include "gateway/work/kept.h"
#include "gateway/work/recall_days.h"
#include "gateway/work/rule_check.h"

namespace semafoor::work {
namespace {

Error changed_meanwhile(std::int64_t expected, std::int64_t stored) {
  return Error{.kind = ErrorKind::aborted,
               .code = "work.rules_changed",
               .message =
                   "Storing the rules of who treats which signal: they were to follow on "
                   "version " +
                   std::to_string(expected) + ", and version " + std::to_string(stored) +
                   " is in force. Nothing was changed; read them, and say again what is to "
                   "be different."};
}

}  // namespace

Work::Work(store::Store& store, std::function<std::int64_t()> now_ms, WorkHooks hooks)
    : store_(store), now_ms_(std::move(now_ms)), hooks_(std::move(hooks)) {}

Result<v1::WorkRules> Work::rules(const store::Org& org) {
  v1::WorkRules rules;
  const auto read = store_.read([&](store::Reader& reader) -> Result<void> {
    auto stored = rules_of(reader, org);
    if (!stored) return stored.error();
    rules = std::move(*stored);
    return {};
  });
  if (!read) return read.error();
  return rules;
}

Result<v1::WorkRules> Work::set_rules(const store::Org& org, v1::WorkRules rules,
                                      std::int64_t expected_version, bool spread_waiting,
                                      const domain::Act& act) {
  if (auto fine = check_rules(rules); !fine) return fine.error();
  rules.clear_changed_by();
  if (!act.actor_id.empty()) {
    rules.mutable_changed_by()->set_id(act.actor_id);
    rules.mutable_changed_by()->set_name(act.actor_name);
  }
  rules.mutable_changed_at()->set_unix_ms(now_ms_());
  rules.set_version(expected_version + 1);
  const auto stored = store_.write_and_wait([&](store::Transaction& tx) -> Result<void> {
    auto before = rules_of(tx, org);
    if (!before) return before.error();
    if (before->version() != expected_version)
      return changed_meanwhile(expected_version, before->version());
    if (auto put = keep(tx, org, kRulesEntry, kRulesEntry, rules); !put) return put;
    if (spread_waiting)
      if (auto put = tx.put_cursor(org, kSpreadWanted, std::to_string(rules.version())); !put)
        return put;
    return tx.append_audit(org, {.what = "work.rules_set",
                                 .act = act,
                                 .subject_kind = "work.rules",
                                 .subject_id = std::to_string(rules.version()),
                                 .persons = {},
                                 .result = {},
                                 .upstream_ticket = {},
                                 .detail = std::to_string(rules.rules_size()) + " rules, " +
                                           std::to_string(rules.teams_size()) + " teams"});
  });
  if (!stored) return stored.error();
  if (hooks_.rules_changed) hooks_.rules_changed(org);
  if (spread_waiting && hooks_.spread) hooks_.spread(org);
  return rules;
}

Result<v1::Absences> Work::set_absence(const store::Org& org, const v1::SetAbsenceRequest& request,
                                       const domain::Act& act) {
  v1::Absences absences;
  const auto stored = store_.write_and_wait([&](store::Transaction& tx) -> Result<void> {
    auto known = kept<v1::Absences>(tx, org, kAbsenceEntry, request.actor().id());
    if (!known) return known.error();
    auto changed = with_absence(known->value_or(v1::Absences()), request.actor(), request.absence(),
                                request.present());
    if (!changed) return changed.error();
    absences = std::move(*changed);
    auto put = absences.absences().empty()
                   ? tx.drop_entry(org, kAbsenceEntry, request.actor().id())
                   : keep(tx, org, kAbsenceEntry, request.actor().id(), absences);
    if (!put) return put;
    return tx.append_audit(org, {.what = request.present() ? "work.presence" : "work.absence",
                                 .act = act,
                                 .subject_kind = "actor",
                                 .subject_id = request.actor().id()});
  });
  if (!stored) return stored.error();
  return absences;
}

Result<std::vector<v1::Absences>> Work::absences(const store::Org& org) {
  std::vector<v1::Absences> all;
  const auto read = store_.read([&](store::Reader& reader) -> Result<void> {
    auto found = absences_from(reader, org, domain::belgian_day(now_ms_()));
    if (!found) return found.error();
    all = std::move(*found);
    return {};
  });
  if (!read) return read.error();
  return all;
}

Result<store::Page<v1::Reminder>> Work::reminders(const store::Org& org,
                                                  const store::EntryQuery& query) {
  store::Page<v1::Reminder> reminders;
  const auto read = store_.read([&](store::Reader& reader) -> Result<void> {
    auto page = reader.entries(org, kReminderEntry, query);
    if (!page) return page.error();
    reminders = {};
    for (const store::Entry& entry : page->items) {
      auto reminder = read_kept<v1::Reminder>(entry);
      if (!reminder) return reminder.error();
      auto signal = reader.signal(org, reminder->signal_id());
      if (!signal) return signal.error();
      if (*signal) reminder->set_state((*signal)->state());
      *reminder->mutable_text() = text_of(*reminder);
      reminders.items.push_back(std::move(*reminder));
    }
    reminders.position = page->position;
    reminders.total = page->total;
    reminders.changed = page->changed;
    return {};
  });
  if (!read) return read.error();
  return reminders;
}

}  // namespace semafoor::work
