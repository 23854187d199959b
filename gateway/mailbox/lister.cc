// SPDX-License-Identifier: Apache-2.0
#include "gateway/mailbox/lister.h"

#include <algorithm>
#include <charconv>
#include <future>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "gateway/domain/date.h"
#include "gateway/duties/duty_log.h"
#include "gateway/mailbox/message_record.h"
#include "gateway/mailbox/other_types.h"
#include "gateway/upstream/registry/choice.h"

namespace semafoor::mailbox {
namespace {

constexpr std::int64_t kDay = 86'400'000;
// A provider that always says "there is more" must not keep us for ever.
constexpr int kMostPages = 100'000;

// Notes the messages of a page; whether one of them was not noted before.
bool brings_news(const upstream::RemotePage& page, std::set<std::string>& ids) {
  bool news = false;
  for (const auto& message : page.messages) news = ids.insert(message.id).second || news;
  return news;
}

}  // namespace

Lister::Lister(store::Store& store, duties::EboxSource ebox, const Families& families,
               duties::Clock& clock, const SyncOptions& options, OperationTracker& tracker,
               LaneNames names)
    : store_(store),
      ebox_(std::move(ebox)),
      families_(families),
      clock_(clock),
      options_(options),
      tracker_(tracker),
      lane_(std::move(names)) {}

Result<void> Lister::run(const store::Org& org, const std::stop_token& stop) {
  const auto& part = lane_.provider;
  if (auto attached = tracker_.attach(org, &part); !attached) return attached.error();
  Result<void> listed = list(org, stop);
  if (listed) {
    if (lane_.sync_duty != kSyncDuty) {
      store_.write(
          [org, now = clock_.now_ms()](store::Transaction& tx) {
            return duties::record_success(tx, org, kSyncDuty, now);
          },
          [](const Result<void>&) {});
    }
    tracker_.listing_done(org, part, "");
    return {};
  }
  const auto& error = listed.error();
  // Stopped: the operation stays open, and the next start takes it up.
  if (duties::is_cancelled(error)) return listed;
  if (duties::is_rest(error)) {
    tracker_.listing_rests(org, part, error.message);
    return listed;
  }
  const auto before = standing(org);
  const bool known_down = before.consecutive_failures() + 1 >= options_.listing_attempts;
  if (tracker_.listing_failed(org, part, error, known_down, words_for(error, before))) {
    const auto seconds = (error.retry_after_ms.value_or(0) + 999) / 1000;
    tracker_.waiting(org, seconds > 0
                              ? "waiting: upstream asked for " + std::to_string(seconds) + " s"
                              : "waiting: " + duties::problem_text(error));
  }
  return listed;
}

v1::DutyStatus Lister::standing(const store::Org& org) {
  v1::DutyStatus found;
  (void)store_.read([&](store::Reader& reader) -> Result<void> {
    auto all = reader.duties(org);
    if (!all) return all.error();
    for (auto& status : *all) {
      if (status.name() == lane_.sync_duty) found = std::move(status);
    }
    return {};
  });
  return found;
}

std::string Lister::words_for(const Error& error, const v1::DutyStatus& before) const {
  std::string problem = duties::problem_text(error);
  // The one provider there is need not be named; nor is trouble of our own its fault.
  if (lane_.sync_duty == kSyncDuty || error.code.starts_with("store.")) return problem;
  // It answered, though not all of it can be used.
  if (error.kind == ErrorKind::data_loss) return "Provider " + lane_.provider + ": " + problem;
  const auto since = before.has_last_success()
                         ? " not reached since " +
                               upstream::registry::written_moment(before.last_success().unix_ms())
                         : std::string(" never reached yet");
  return "Provider " + lane_.provider + since + ": " + problem;
}

Result<void> Lister::list(const store::Org& org, const std::stop_token& stop) {
  if (auto admitted = store_.headroom().admit_intake(); !admitted) return admitted;
  auto client = ebox_(org);
  if (!client) return client.error();
  return list_all(org, **client, stop);
}

Result<void> Lister::list_all(const store::Org& org, upstream::EboxClient& client,
                              const std::stop_token& stop) {
  const auto cursor = newest_name(lane_.provider);
  std::int64_t newest = 0;
  const auto read = store_.read([&](store::Reader& reader) -> Result<void> {
    auto text = reader.cursor(org, cursor);
    if (!text) return text.error();
    if (*text) std::from_chars((*text)->data(), (*text)->data() + (*text)->size(), newest);
    return {};
  });
  if (!read) return read.error();

  const auto after =
      newest > 0 ? domain::write_date(domain::date_of_ms(newest - kDay)) : std::string();
  auto pass = one_pass(org, client, after, stop);
  // Something vanished while we paged, so what followed it moved up, perhaps past us: once more.
  if (pass && pass->shrank) pass = one_pass(org, client, after, stop);
  if (!pass) return pass.error();
  if (!pass->rejected.empty()) {
    return Error{.kind = ErrorKind::data_loss,
                 .code = "mailbox.rejected",
                 .message = "Listing the e-Box: " + std::to_string(pass->rejected.size()) +
                            " message(s) could not be understood (" + pass->rejected.front() +
                            "); the rest is stored. Report it to the provider."};
  }
  // Twice in a row: what was missed comes with the next pass, from the same day on.
  if (pass->shrank) return {};
  // A receipt in the future would hide everything that comes before it.
  newest = std::max(newest, std::min(pass->newest_ms, clock_.now_ms()));
  if (newest <= 0) return {};
  return store_.write_and_wait(
      [&](store::Transaction& tx) { return tx.put_cursor(org, cursor, std::to_string(newest)); });
}

Result<Lister::Pass> Lister::one_pass(const store::Org& org, upstream::EboxClient& client,
                                      const std::string& received_after,
                                      const std::stop_token& stop) {
  Pass pass;
  std::int64_t total = -1;
  std::set<std::string> ids;
  for (int number = 1; number <= kMostPages; ++number) {
    if (stop.stop_requested()) return duties::stopped_error("Listing the e-Box");
    auto page = client.list(
        {.page = number, .page_size = options_.page_size, .received_after = received_after}, stop);
    if (!page) return page.error();
    pass.shrank = pass.shrank || (page->total_given && total >= 0 && page->total < total);
    if (page->messages.empty() && page->rejected.empty()) break;
    // A provider that does not count is asked until a page brings nothing new.
    if (!page->total_given && !brings_news(*page, ids)) break;
    total = page->total_given ? page->total : -1;
    if (auto stored = store_page(org, client, *page, stop); !stored) return stored.error();
    for (const auto& message : page->messages) {
      pass.newest_ms = std::max(pass.newest_ms, message.receipt_ms);
    }
    pass.rejected.insert(pass.rejected.end(), page->rejected.begin(), page->rejected.end());
    pass.seen += static_cast<std::int64_t>(page->messages.size());
    tracker_.listed(org, lane_.provider, pass.seen, std::max(total, pass.seen));
    // By what came, not by what was asked for: a provider may give smaller pages.
    if (total >= 0 && pass.seen + static_cast<std::int64_t>(pass.rejected.size()) >= total) break;
  }
  return pass;
}

Result<void> Lister::store_page(const store::Org& org, upstream::EboxClient& client,
                                const upstream::RemotePage& page, const std::stop_token& stop) {
  const auto known = names(org, client, stop);
  const RecordRules rules{families_, options_.read,
                          [&known](const std::string& id) {
                            const auto found = known.senders.find(id);
                            return found == known.senders.end() ? v1::LocalizedText()
                                                                : found->second;
                          },
                          clock_.now_ms()};
  int pending = 0;
  auto promise = std::make_shared<std::promise<Result<void>>>();
  auto stored = promise->get_future();
  store_.write(
      [&](store::Transaction& tx) -> Result<void> {
        pending = 0;
        for (const auto& message : page.messages) {
          auto recorded = record_message(tx, org, lane_.provider, message, rules);
          if (!recorded) return recorded.error();
          pending += recorded->pending;
        }
        return {};
      },
      [&, promise](const Result<void>& committed) {
        if (committed) tracker_.expect(org, lane_.provider, pending);
        promise->set_value(committed);
      });
  return stored.get();
}

// A listing does not fail for want of names: they come with a later one.
Lister::Names Lister::names(const store::Org& org, upstream::EboxClient& client,
                            const std::stop_token& stop) {
  {
    const std::scoped_lock guard(mutex_);
    const auto found = names_.find(org);
    if (found != names_.end() && clock_.steady_ms() < found->second.valid_until) {
      return found->second;
    }
  }
  Names fresh;
  // Asked again soon when it failed, after a day otherwise (the providers' own caching advice is
  // two days).
  auto lifetime = kDay;
  if (auto senders = client.sender_organisations(stop)) {
    for (auto& sender : *senders) fresh.senders.emplace(sender.id, std::move(sender.name));
  } else {
    lifetime = 60'000;
  }
  if (auto types = client.message_types(stop)) {
    const auto text = write_other_types(*types, families_);
    store_.write([org, text, name = other_types_name(lane_.provider, options_.provider_id)](
                     store::Transaction& tx) { return tx.put_cursor(org, name, text); },
                 [](const Result<void>&) {});
  } else {
    lifetime = 60'000;
  }
  fresh.valid_until = clock_.steady_ms() + lifetime;
  const std::scoped_lock guard(mutex_);
  return names_[org] = std::move(fresh);
}

}  // namespace semafoor::mailbox
