// SPDX-License-Identifier: Apache-2.0
#include "gateway/mailbox/retention.h"

#include <future>
#include <memory>
#include <string>
#include <utility>

#include "gateway/domain/date.h"
#include "gateway/duties/duty_log.h"
#include "gateway/mailbox/retention_grounds.h"

namespace semafoor::mailbox {
namespace {

constexpr std::int64_t kDay = 86'400'000;
constexpr char kTried[] = "Removing messages whose time is over";

duties::PeriodicOptions duty_options(const RetentionOptions& options) {
  duties::PeriodicOptions periodic;
  periodic.name = kRetentionDuty;
  periodic.night = options.night;
  periodic.interval_ms = options.interval_ms;
  periodic.first_delay_ms = options.first_delay_ms;
  periodic.threads = 1;
  return periodic;
}

store::AuditEntry entry_of(const v1::Message& message, const v1::RetentionInForce& rule) {
  store::AuditEntry entry{
      .what = "message.remove",
      .act = domain::act_of_gateway(),
      .subject_kind = "message",
      .subject_id = message.message_id(),
      .detail =
          "received on " + domain::write_date(domain::date_of_ms(message.received_at().unix_ms()))};
  entry.act.reason = "retention of " + v1::MessageFamily_Name(message.family()) + ": " +
                     std::to_string(rule.keep_days()) + " days, by " +
                     (rule.of_organisation() ? "the organisation's rule" : "the settings");
  return entry;
}

}  // namespace

// One that is not kept for ever.
struct Retention::Family {
  v1::MessageFamily family = v1::MESSAGE_FAMILY_UNSPECIFIED;
  int keep_days = 0;

  static std::vector<Family> all(const RetentionDefaults& defaults,
                                 const v1::Organisation& organisation) {
    std::vector<Family> all;
    for (int number = v1::MessageFamily_MIN; number <= v1::MessageFamily_MAX; ++number) {
      if (!v1::MessageFamily_IsValid(number)) continue;
      const auto family = static_cast<v1::MessageFamily>(number);
      const auto rule = retention(defaults, organisation, family);
      if (rule.keep_days() > 0) all.push_back({family, rule.keep_days()});
    }
    return all;
  }
  store::MessageQuery old_ones(std::int64_t now_ms, int batch) const {
    store::MessageQuery query;
    query.limit = batch;
    query.families = {family};
    query.received_before_ms = now_ms - keep_days * kDay;
    return query;
  }
};

Retention::Retention(store::Store& store, duties::Clock& clock, RetentionOptions options,
                     ReadDefaults read, const duties::Random& random)
    : store_(store),
      clock_(clock),
      options_(std::move(options)),
      read_(std::move(read)),
      duty_(
          store, clock, duty_options(options_),
          [this](const store::Org& org, const std::stop_token& stop) { return run(org, stop); },
          random) {}

Result<std::vector<Retention::Family>> Retention::families_of(const store::Org& org) {
  std::vector<Family> families;
  const auto read = store_.read([&](store::Reader& reader) -> Result<void> {
    auto organisation = reader.organisation(org);
    if (!organisation) return organisation.error();
    if (*organisation) families = Family::all(options_.defaults, **organisation);
    return {};
  });
  if (!read) return read.error();
  return families;
}

Result<void> Retention::run(const store::Org& org, const std::stop_token& stop) {
  auto families = families_of(org);
  if (!families) return families.error();
  if (families->empty()) return {};
  if (options_.clock_is_wrong && options_.clock_is_wrong())
    return Error{.kind = ErrorKind::failed_precondition,
                 .code = "mailbox.clock_wrong",
                 .message = std::string(kTried) +
                            ": this machine's clock is wrong, so that nothing is known to be old "
                            "enough. Set the clock.",
                 .retryable = true};
  std::int64_t removed = 0;
  Result<void> done;
  for (const Family& family : *families) {
    auto gone = remove(org, family, stop);
    if (!gone) {
      done = gone.error();
      break;
    }
    removed += *gone;
  }
  if (removed > 0 && options_.told) options_.told(org, removed);
  return done;
}

Result<std::int64_t> Retention::remove(const store::Org& org, const Family& family,
                                       const std::stop_token& stop) {
  std::int64_t removed = 0;
  auto query = family.old_ones(clock_.now_ms(), options_.batch);
  do {
    if (stop.stop_requested()) return duties::stopped_error(kTried);
    std::vector<std::string> going;
    const auto read = store_.read([&](store::Reader& reader) -> Result<void> {
      auto organisation = reader.organisation(org);
      if (!organisation) return organisation.error();
      auto page = reader.messages(org, query);
      if (!page) return page.error();
      query.position = std::move(page->position);
      if (!*organisation) return {};
      Grounds grounds(reader, org, read_, **organisation, clock_.now_ms());
      for (const auto& message : page->items) {
        auto fate = grounds.fate(message, family.keep_days);
        if (!fate) return fate.error();
        if (*fate == Fate::goes) going.push_back(message.message_id());
      }
      return {};
    });
    if (!read) return read.error();
    auto gone = remove_all(org, going);
    if (!gone) return gone;
    removed += *gone;
  } while (!query.position.empty());
  return removed;
}

// Many share a commit.
Result<std::int64_t> Retention::remove_all(const store::Org& org,
                                           const std::vector<std::string>& ids) {
  struct One {
    bool gone = false;
    std::promise<Result<void>> stored;
  };
  std::vector<std::shared_ptr<One>> all;
  for (const auto& id : ids) {
    auto one = std::make_shared<One>();
    store_.write(
        [this, org, id, one](store::Transaction& tx) -> Result<void> {
          auto gone = remove_one(tx, org, id);
          if (!gone) return gone.error();
          one->gone = *gone;
          return {};
        },
        [one](const Result<void>& stored) { one->stored.set_value(stored); });
    all.push_back(std::move(one));
  }
  std::int64_t removed = 0;
  Result<void> failed;
  for (const auto& one : all) {
    auto stored = one->stored.get_future().get();
    if (!stored)
      failed = stored;
    else if (one->gone)
      ++removed;
  }
  if (!failed) return failed.error();
  return removed;
}

Result<bool> Retention::remove_one(store::Transaction& tx, const store::Org& org,
                                   const std::string& id) {
  auto organisation = tx.organisation(org);
  if (!organisation) return organisation.error();
  auto stored = tx.message(org, id);
  if (!stored) return stored.error();
  if (!*organisation || !*stored) return false;
  const auto& message = (*stored)->message;
  const auto rule = retention(options_.defaults, **organisation, message.family());
  auto fate =
      Grounds(tx, org, read_, **organisation, clock_.now_ms()).fate(message, rule.keep_days());
  if (!fate) return fate.error();
  if (*fate != Fate::goes) return false;
  if (auto gone = tx.remove_message(org, id, rule.keep_days()); !gone) return gone.error();
  if (auto noted = tx.append_audit(org, entry_of(message, rule)); !noted) return noted.error();
  return true;
}

Result<std::vector<v1::RetentionPreview>> Retention::preview(const v1::Organisation& organisation,
                                                             const std::stop_token& stop) {
  const store::Org& org = organisation.organisation().value();
  std::vector<v1::RetentionPreview> previews;
  for (const Family& family : Family::all(options_.defaults, organisation)) {
    auto& one = previews.emplace_back();
    one.set_family(family.family);
    one.set_keep_days(family.keep_days);
    auto query = family.old_ones(clock_.now_ms(), options_.batch);
    do {
      if (stop.stop_requested()) return duties::stopped_error("Counting what would be removed");
      const auto read = store_.read([&](store::Reader& reader) -> Result<void> {
        auto page = reader.messages(org, query);
        if (!page) return page.error();
        query.position = std::move(page->position);
        Grounds grounds(reader, org, read_, organisation, clock_.now_ms());
        for (const auto& message : page->items) {
          auto fate = grounds.fate(message, family.keep_days);
          if (!fate) return fate.error();
          if (*fate == Fate::goes) one.set_messages(one.messages() + 1);
          if (*fate == Fate::unfetched) one.set_kept_unfetched(one.kept_unfetched() + 1);
          if (*fate == Fate::listed) one.set_kept_listed(one.kept_listed() + 1);
          if (*fate == Fate::for_signals) one.set_kept_for_signals(one.kept_for_signals() + 1);
        }
        return {};
      });
      if (!read) return read.error();
    } while (!query.position.empty());
  }
  return previews;
}

}  // namespace semafoor::mailbox
