// SPDX-License-Identifier: Apache-2.0
#include "gateway/mailbox/lister.h"

#include <algorithm>
#include <charconv>
#include <future>
#include <memory>
#include <utility>

#include "gateway/domain/date.h"
#include "gateway/duties/duty_log.h"
#include "gateway/mailbox/message_record.h"
#include "gateway/mailbox/other_types.h"

namespace semafoor::mailbox {
namespace {

constexpr std::int64_t kDay = 86'400'000;
// A provider that always says "there is more" must not keep us for ever.
constexpr int kMostPages = 100'000;

// Receipt of the newest message up to which everything is here.
std::string cursor_name(const std::string& provider) {
  return "ebox." + provider + ".newest_ms";
}

}  // namespace

Lister::Lister(store::Store& store, duties::EboxSource ebox, const Families& families,
               duties::Clock& clock, const SyncOptions& options, OperationTracker& tracker)
    : store_(store),
      ebox_(std::move(ebox)),
      families_(families),
      clock_(clock),
      options_(options),
      tracker_(tracker) {}

Result<void> Lister::run(const store::Org& org, const std::stop_token& stop) {
  if (auto attached = tracker_.attach(org); !attached) return attached.error();
  Result<void> listed = list(org, stop);
  if (listed) {
    tracker_.listing_done(org, "");
    return {};
  }
  const auto& error = listed.error();
  // Stopped: the operation stays open, and the next start takes it up.
  if (duties::is_cancelled(error)) return listed;
  if (tracker_.listing_failed(org, error)) {
    const auto seconds = (error.retry_after_ms.value_or(0) + 999) / 1000;
    tracker_.waiting(org, seconds > 0
                              ? "waiting: upstream asked for " + std::to_string(seconds) + " s"
                              : "waiting: " + duties::problem_text(error));
  }
  return listed;
}

Result<void> Lister::list(const store::Org& org, const std::stop_token& stop) {
  if (auto admitted = store_.headroom().admit_intake(); !admitted) return admitted;
  auto client = ebox_(org);
  if (!client) return client.error();
  return list_all(org, **client, stop);
}

Result<void> Lister::list_all(const store::Org& org, upstream::EboxClient& client,
                              const std::stop_token& stop) {
  const auto cursor = cursor_name(client.provider_id());
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
  for (int number = 1; number <= kMostPages; ++number) {
    if (stop.stop_requested()) return duties::stopped_error("Listing the e-Box");
    auto page = client.list(number, options_.page_size, received_after, stop);
    if (!page) return page.error();
    pass.shrank = pass.shrank || (total >= 0 && page->total < total);
    total = page->total;
    if (page->messages.empty() && page->rejected.empty()) break;
    if (auto stored = store_page(org, client, *page, stop); !stored) return stored.error();
    for (const auto& message : page->messages) {
      pass.newest_ms = std::max(pass.newest_ms, message.receipt_ms);
    }
    pass.rejected.insert(pass.rejected.end(), page->rejected.begin(), page->rejected.end());
    pass.seen += static_cast<std::int64_t>(page->messages.size());
    tracker_.listed(org, pass.seen, total);
    // By what came, not by what was asked for: a provider may give smaller pages.
    if (pass.seen + static_cast<std::int64_t>(pass.rejected.size()) >= total) break;
  }
  return pass;
}

Result<void> Lister::store_page(const store::Org& org, upstream::EboxClient& client,
                                const upstream::RemotePage& page, const std::stop_token& stop) {
  const auto known = names(org, client, stop);
  const RecordRules rules{families_, options_.hold_back,
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
          auto recorded = record_message(tx, org, client.provider_id(), message, rules);
          if (!recorded) return recorded.error();
          pending += recorded->pending;
        }
        return {};
      },
      [&, promise](const Result<void>& committed) {
        if (committed) tracker_.expect(org, pending);
        promise->set_value(committed);
      });
  return stored.get();
}

// A listing does not fail for want of names: they come with a later one.
Lister::Names Lister::names(const store::Org& org, upstream::EboxClient& client,
                            const std::stop_token& stop) {
  const auto key = org + "/" + client.provider_id();
  {
    const std::scoped_lock guard(mutex_);
    const auto found = names_.find(key);
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
    store_.write(
        [org, text](store::Transaction& tx) { return tx.put_cursor(org, kOtherTypes, text); },
        [](const Result<void>&) {});
  } else {
    lifetime = 60'000;
  }
  fresh.valid_until = clock_.steady_ms() + lifetime;
  const std::scoped_lock guard(mutex_);
  return names_[key] = std::move(fresh);
}

}  // namespace semafoor::mailbox
