// SPDX-License-Identifier: Apache-2.0
#include "gateway/mailbox/expiry_watch.h"

#include <algorithm>
#include <future>
#include <memory>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "gateway/domain/date.h"
#include "gateway/duties/duty_log.h"
#include "gateway/mailbox/held_content.h"

namespace semafoor::mailbox {
namespace {

constexpr int kPage = 500;
constexpr std::int64_t kDay = 86'400'000;

duties::PeriodicOptions duty_options(const ExpiryOptions& options) {
  duties::PeriodicOptions periodic;
  periodic.name = kExpiryDuty;
  periodic.modules = {v1::MODULE_EBOX};
  periodic.interval_ms = options.interval_ms;
  periodic.first_delay_ms = options.first_delay_ms;
  periodic.threads = 1;
  return periodic;
}

// Whole days until the message is deleted; negative when that is over. Nothing without a date.
std::optional<std::int64_t> days_left(const v1::Message& message, std::int64_t now_ms) {
  if (!message.has_expires_on() || !domain::is_valid_date(message.expires_on()))
    return std::nullopt;
  const auto today = domain::ms_of_date(domain::date_of_ms(now_ms));
  return (domain::ms_of_date(message.expires_on()) - today) / kDay;
}

// The provider may delete it at any hour of its last day.
bool is_wanted(v1::ReadPolicy policy, std::optional<std::int64_t> days, int archive_days) {
  if (days && *days < 0) return false;
  if (policy == v1::READ_POLICY_ON_ARRIVAL) return true;
  return policy == v1::READ_POLICY_ON_OPENING && days && *days <= archive_days;
}

v1::ExpiringMessage describe(const v1::Message& message, std::int64_t days, v1::ReadPolicy policy) {
  v1::ExpiringMessage one;
  one.set_message_id(message.message_id());
  one.set_family(message.family());
  *one.mutable_expires_on() = message.expires_on();
  one.set_days_left(static_cast<std::int32_t>(days));
  for (const auto& attachment : message.attachments()) {
    if (attachment.state() == v1::ATTACHMENT_STATE_STORED) continue;
    one.set_attachments(one.attachments() + 1);
    if (attachment.state() == v1::ATTACHMENT_STATE_HELD_BACK)
      one.set_held_by_policy(policy == v1::READ_POLICY_NEVER);
    else if (one.problem().empty())
      one.set_problem(attachment.problem());
  }
  return one;
}

}  // namespace

struct ExpiryWatch::Look {
  store::Org org;
  std::int64_t now_ms = 0;
  v1::Organisation organisation;
  v1::ExpiryStatus report;
  std::vector<v1::ExpiringMessage> expiring;
};

ExpiryWatch::ExpiryWatch(store::Store& store, duties::Clock& clock, ExpiryOptions options,
                         ReadDefaults read, Queued queued, const duties::Random& random)
    : store_(store),
      clock_(clock),
      options_(options),
      read_(std::move(read)),
      queued_(std::move(queued)),
      duty_(
          store, clock, duty_options(options_),
          [this](const store::Org& org, const std::stop_token& stop) { return look(org, stop); },
          random) {}

std::vector<store::Org> ExpiryWatch::taking_part() {
  std::vector<store::Org> those;
  // A store that cannot be read says so elsewhere.
  (void)store_.read([&](store::Reader& reader) -> Result<void> {
    auto organisations = reader.organisations();
    if (!organisations) return organisations.error();
    for (const auto& one : *organisations)
      if (std::ranges::count(one.enabled_modules(), v1::MODULE_EBOX) > 0)
        those.push_back(one.organisation().value());
    return {};
  });
  return those;
}

void ExpiryWatch::start() {
  duty_.start();
  for (const auto& org : taking_part()) duty_.trigger(org);
}

Result<void> ExpiryWatch::look(const store::Org& org, const std::stop_token& stop) {
  Look look{.org = org, .now_ms = clock_.now_ms()};
  std::string after;
  // The attachments of a message need not stand together.
  std::set<std::string> looked_at;
  for (bool more = true; more;) {
    if (stop.stop_requested()) return duties::stopped_error("Looking for what expires");
    std::vector<store::AttachmentSource> page;
    const auto read = store_.read([&](store::Reader& reader) -> Result<void> {
      auto organisation = reader.organisation(org);
      if (!organisation) return organisation.error();
      if (*organisation) look.organisation = std::move(**organisation);
      auto found = reader.unstored_attachments(org, after, kPage);
      if (!found) return found.error();
      page = std::move(*found);
      return {};
    });
    if (!read) return read.error();
    for (const auto& one : page) {
      after = one.attachment_id;
      if (!looked_at.insert(one.message_id).second) continue;
      if (stop.stop_requested()) return duties::stopped_error("Looking for what expires");
      if (auto seen = look_at(look, one.message_id); !seen) return seen;
    }
    more = static_cast<int>(page.size()) == kPage;
  }
  std::ranges::sort(look.expiring, [](const auto& a, const auto& b) {
    return std::pair(a.days_left(), a.message_id()) < std::pair(b.days_left(), b.message_id());
  });
  for (auto& one : look.expiring) {
    if (one.days_left() <= kSoonDays)
      look.report.set_expiring_soon(look.report.expiring_soon() + 1);
    if (look.report.messages_size() < options_.named) *look.report.add_messages() = std::move(one);
  }
  look.report.set_expiring(static_cast<std::int32_t>(look.expiring.size()));
  look.report.mutable_looked_at()->set_unix_ms(look.now_ms);
  const std::scoped_lock guard(mutex_);
  reports_[org] = std::move(look.report);
  return {};
}

Result<void> ExpiryWatch::look_at(Look& look, const std::string& message_id) {
  std::optional<store::StoredMessage> stored;
  const auto read = store_.read([&](store::Reader& reader) -> Result<void> {
    auto found = reader.message(look.org, message_id);
    if (!found) return found.error();
    stored = std::move(*found);
    return {};
  });
  if (!read) return read.error();
  if (!stored) return {};
  const v1::Message& message = stored->message;
  const auto policy = read_policy(read_, look.organisation, message.family()).policy();
  const auto days = days_left(message, look.now_ms);
  const bool held = std::ranges::any_of(message.attachments(), [](const auto& attachment) {
    return attachment.state() == v1::ATTACHMENT_STATE_HELD_BACK;
  });
  // On a disk without room it stays where it is, and in the report.
  if (held && is_wanted(policy, days, options_.archive_days) &&
      store_.headroom().admit_intake().ok()) {
    auto queued = queue(look.org, message_id);
    if (!queued) return queued.error();
  }
  const auto one = describe(message, days.value_or(0), policy);
  if (!days || one.attachments() == 0) return {};
  if (*days < 0)
    look.report.set_expired(look.report.expired() + 1);
  else if (*days <= options_.archive_days)
    look.expiring.push_back(one);
  return {};
}

// How many were queued.
Result<int> ExpiryWatch::queue(const store::Org& org, const std::string& message_id) {
  int queued = 0;
  std::string provider;
  auto promise = std::make_shared<std::promise<Result<void>>>();
  auto stored = promise->get_future();
  store_.write(
      [&](store::Transaction& tx) -> Result<void> {
        queued = 0;
        auto message = tx.message(org, message_id);
        if (!message) return message.error();
        if (!*message) return {};
        provider = (*message)->message.provider_id();
        for (auto& attachment : *(*message)->message.mutable_attachments()) {
          auto done = queue_held(tx, org, provider, attachment);
          if (!done) return done.error();
          queued += *done ? 1 : 0;
        }
        return queued > 0 ? tx.put_message(org, **message, "message.changed") : Result<void>();
      },
      [&, promise](const Result<void>& committed) {
        if (committed && queued > 0 && queued_) queued_(org, provider, queued);
        promise->set_value(committed);
      });
  if (auto done = stored.get(); !done) return done.error();
  return queued;
}

v1::ExpiryStatus ExpiryWatch::report(const store::Org& org) {
  const std::scoped_lock guard(mutex_);
  const auto found = reports_.find(org);
  return found == reports_.end() ? v1::ExpiryStatus() : found->second;
}

std::map<store::Org, v1::ExpiryStatus> ExpiryWatch::alarms() {
  const auto those = taking_part();
  std::map<store::Org, v1::ExpiryStatus> all;
  const std::scoped_lock guard(mutex_);
  for (const auto& org : those) {
    const auto found = reports_.find(org);
    if (found != reports_.end() && found->second.expiring_soon() > 0) all.insert(*found);
  }
  return all;
}

}  // namespace semafoor::mailbox
