// SPDX-License-Identifier: Apache-2.0
#include "gateway/mailbox/retention_grounds.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "gateway/domain/date.h"
#include "gateway/mailbox/lane_names.h"

namespace semafoor::mailbox {
namespace {

constexpr std::int64_t kDay = 86'400'000;
// A list comes at most so long before the signals that are made of it, or after those it repeats.
constexpr std::int64_t kListLead = 31 * kDay;

bool is_list_of_signals(v1::MessageFamily family) {
  return family == v1::MESSAGE_FAMILY_KNIPPERLICHT_MONTHLY_LIST ||
         family == v1::MESSAGE_FAMILY_KNIPPERLICHT_HALF_YEARLY_LIST;
}

std::int64_t midnight_ms(std::int64_t unix_ms) {
  return domain::ms_of_date(domain::date_of_ms(unix_ms));
}

}  // namespace

std::int64_t kept_since_ms(const v1::Message& message) {
  const auto received = message.received_at().unix_ms();
  return message.has_provenance() ? std::max(received, message.provenance().taken_at().unix_ms())
                                  : received;
}

Grounds::Grounds(store::Reader& reader, store::Org org, const ReadDefaults& read,
                 const v1::Organisation& organisation, std::int64_t now_ms)
    : reader_(reader),
      org_(std::move(org)),
      read_(read),
      organisation_(organisation),
      now_ms_(now_ms) {}

Result<Fate> Grounds::fate(const v1::Message& message, int keep_days) {
  const auto since = kept_since_ms(message);
  // One that nobody dated is not old.
  if (keep_days == 0 || since <= 0 || since >= now_ms_ - keep_days * kDay) return Fate::young;
  if (is_unfetched(message)) return Fate::unfetched;
  auto listed = is_listed(message);
  if (!listed) return listed.error();
  if (*listed) return Fate::listed;
  auto for_signals = is_for_signals(message);
  if (!for_signals) return for_signals.error();
  return *for_signals ? Fate::for_signals : Fate::goes;
}

// The provider may have it until the end of its last day.
bool Grounds::is_gone_upstream(const v1::Message& message) const {
  return message.gone_upstream() ||
         (message.has_expires_on() && domain::is_valid_date(message.expires_on()) &&
          domain::ms_of_date(message.expires_on()) < midnight_ms(now_ms_));
}

bool Grounds::is_unfetched(const v1::Message& message) const {
  const bool gone = is_gone_upstream(message);
  const bool never =
      read_policy(read_, organisation_, message.family()).policy() == v1::READ_POLICY_NEVER;
  return std::ranges::any_of(message.attachments(), [&](const auto& attachment) {
    switch (attachment.state()) {
      case v1::ATTACHMENT_STATE_STORED:
        return false;
      // What the provider has deleted does not come any more, nor what nobody fetches.
      case v1::ATTACHMENT_STATE_FAILED:
        return !gone;
      case v1::ATTACHMENT_STATE_HELD_BACK:
        return !gone && !never;
      default:
        return true;
    }
  });
}

Result<bool> Grounds::is_listed(const v1::Message& message) {
  if (message.has_provenance() || is_gone_upstream(message)) return false;
  const auto [known, asked] = listed_from_.try_emplace(message.provider_id(), 0);
  if (asked) {
    auto text = reader_.cursor(org_, newest_name(message.provider_id()));
    if (!text) return text.error();
    std::int64_t newest = 0;
    if (*text) std::from_chars((*text)->data(), (*text)->data() + (*text)->size(), newest);
    // Without one the whole box is listed.
    known->second = newest > 0 ? midnight_ms(newest - kDay) : 0;
  }
  return message.received_at().unix_ms() >= known->second;
}

Result<bool> Grounds::is_for_signals(const v1::Message& message) {
  if (!is_list_of_signals(message.family())) return false;
  if (!std::exchange(asked_for_signals_, true)) {
    auto oldest = reader_.oldest_open_signal_ms(org_);
    if (!oldest) return oldest.error();
    oldest_signal_ms_ = *oldest;
  }
  return oldest_signal_ms_ && kept_since_ms(message) >= *oldest_signal_ms_ - kListLead;
}

}  // namespace semafoor::mailbox
