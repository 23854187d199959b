// SPDX-License-Identifier: Apache-2.0
#include "gateway/changeover/reconciliation.h"

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include "gateway/changeover/advice.h"
#include "gateway/changeover/list_records.h"
#include "gateway/changeover/reasons.h"
#include "gateway/channels/channel.h"
#include "gateway/domain/belgian_time.h"
#include "gateway/domain/date.h"
#include "gateway/signals/signal_intake.h"

namespace semafoor::changeover {
namespace {

constexpr int kPage = 500;
constexpr int kMonths = 12;
constexpr int kDigits = 100;

int month_of_ms(std::int64_t unix_ms) {
  return month_of(domain::belgian_day(unix_ms));
}

// The month in which POD MI detected it; of a signal that does not say, in which it came.
int counted_in(const v1::Signal& signal) {
  return signal.has_detected_on() ? month_of(signal.detected_on())
                                  : month_of_ms(signal.received_at().unix_ms());
}

struct Ways {
  bool mutation = false;
  bool list = false;
};

Ways ways_of(const v1::Signal& signal) {
  Ways ways;
  for (const int channel : signal.channels()) {
    if (channel == v1::SIGNAL_CHANNEL_MUTATION)
      ways.mutation = true;
    else
      ways.list = true;
  }
  return ways;
}

// Another record stands for the same signal.
bool is_replaced(const v1::Signal& signal) {
  return !signal.supersession().signal_id().empty();
}

// When it was last named by a list; of a record that does not say, when it first came.
std::int64_t listed_ms(const v1::Signal& signal) {
  std::int64_t last = 0;
  for (const v1::ChannelArrival& one : signal.arrivals())
    if (one.channel() != v1::SIGNAL_CHANNEL_MUTATION)
      last = std::max(last, one.last_at().unix_ms());
  return last == 0 ? signal.received_at().unix_ms() : last;
}

struct MonthlyList {
  int month = 0;
  std::int64_t received_ms = 0;
  std::int64_t bad_rows = 0;
};

struct Difference {
  v1::Signal signal;
  v1::ArrivalSide side = v1::ARRIVAL_SIDE_UNSPECIFIED;
  std::string_view why;
};

class Report {
 public:
  Report(store::Reader& reader, const store::Org& org, const ReconciliationOptions& options,
         std::int64_t now_ms, int from, int to)
      : reader_(reader), org_(org), options_(options), now_ms_(now_ms) {
    for (int month = from; month <= to; month = month_after(month, 1))
      *months_[month].mutable_month() = domain::date_of_number(month * kDigits + 1);
  }

  Result<v1::GetReconciliationResponse> make(const v1::ChannelState& channel, int most) {
    if (auto read = read_lists(); !read) return read.error();
    if (auto read = read_signals(); !read) return read.error();
    if (auto read = read_troubles(); !read) return read.error();
    for (Difference& one : differences_) {
      auto why = one.side == v1::ARRIVAL_SIDE_MUTATION_ONLY ? why_no_list(one.signal)
                                                            : why_no_mutation(channel, one.signal);
      if (!why) return why.error();
      one.why = *why;
      if (!is_harmless(one.why)) {
        auto& month = months_[counted_in(one.signal)];
        month.set_in_the_way(month.in_the_way() + 1);
      }
    }
    return told(most);
  }

 private:
  Result<void> read_lists() {
    auto lists = lists_of(reader_, org_, v1::SIGNAL_CHANNEL_MONTHLY_LIST);
    if (!lists) return lists.error();
    for (const v1::SignalList& list : *lists) {
      monthly_.push_back({month_of(list.cycle()), list.received_at().unix_ms(), list.bad_rows()});
      const auto month = months_.find(monthly_.back().month);
      if (month == months_.end()) continue;
      month->second.set_lists(month->second.lists() + 1);
      month->second.set_unreadable_rows(month->second.unreadable_rows() + list.bad_rows());
    }
    std::sort(
        monthly_.begin(), monthly_.end(), [](const MonthlyList& one, const MonthlyList& other) {
          return std::pair(one.month, one.received_ms) < std::pair(other.month, other.received_ms);
        });
    return {};
  }

  Result<void> read_signals() {
    store::SignalQuery query{.limit = kPage};
    do {
      auto page = reader_.signals(org_, query);
      if (!page) return page.error();
      for (v1::Signal& signal : page->items) count(std::move(signal));
      query.position = page->position;
    } while (!query.position.empty());
    return {};
  }

  void count(v1::Signal signal) {
    const Ways ways = ways_of(signal);
    if (ways.mutation) reached_.insert(signal.person().value());
    const auto found = months_.find(counted_in(signal));
    if (found == months_.end() || is_replaced(signal)) return;
    auto& month = found->second;
    if (ways.mutation && ways.list) {
      month.set_both(month.both() + 1);
      return;
    }
    const bool mutation = ways.mutation;
    if (mutation)
      month.set_mutation_only(month.mutation_only() + 1);
    else
      month.set_list_only(month.list_only() + 1);
    differences_.push_back(
        {.signal = std::move(signal),
         .side = mutation ? v1::ARRIVAL_SIDE_MUTATION_ONLY : v1::ARRIVAL_SIDE_LIST_ONLY,
         .why = {}});
  }

  // A hole in the numbers of the mailbox, or messages that nobody could make anything of.
  Result<void> read_troubles() {
    auto duties = reader_.duties(org_);
    if (!duties) return duties.error();
    for (const v1::DutyStatus& duty : *duties)
      if (duty.name() == signals::kSequenceDuty && !duty.problem().empty()) troubled_ = true;
    auto unread = reader_.inbox(org_, signals::kUnidentified, "quarantined", 1);
    if (!unread) return unread.error();
    troubled_ = troubled_ || !unread->empty();
    return {};
  }

  Result<std::string_view> why_no_list(const v1::Signal& signal) {
    // The first list that could have named it: of its month or later, and made after it was found.
    const int month = counted_in(signal);
    const int detected = domain::date_number(signal.detected_on());
    bool too_early = false;
    for (const MonthlyList& list : monthly_) {
      if (list.month < month) continue;
      if (detected >= domain::date_number(domain::belgian_day(list.received_ms))) {
        too_early = true;
        continue;
      }
      auto answered = answered_before(signal, list.received_ms);
      if (!answered) return answered.error();
      if (*answered) return reason::kAnsweredBeforeList;
      return list.bad_rows > 0 ? reason::kListUnreadable : reason::kUnexplained;
    }
    return too_early ? reason::kDetectedAfterList : reason::kNoList;
  }

  Result<bool> answered_before(const v1::Signal& signal, std::int64_t ms) {
    if (signal.feedback_client_id().empty()) return false;
    auto item = reader_.feedback(org_, signal.feedback_client_id());
    if (!item) return item.error();
    return *item && (*item)->submitted_at().unix_ms() < ms;
  }

  Result<std::string_view> why_no_mutation(const v1::ChannelState& channel,
                                           const v1::Signal& signal) const {
    const std::int64_t found_ms = signal.has_detected_on()
                                      ? domain::ms_of_date(signal.detected_on())
                                      : signal.received_at().unix_ms();
    if (channel.has_since() && found_ms < channel.since().unix_ms()) return reason::kBeforeParallel;
    if (now_ms_ - listed_ms(signal) < options_.mutation_follows_ms) return reason::kMutationAwaited;
    if (!reached_.contains(signal.person().value())) return reason::kNoIntegration;
    return troubled_ ? reason::kMutationLost : reason::kUnexplained;
  }

  v1::GetReconciliationResponse told(int most) {
    // What is in the way first, then the newest.
    std::stable_sort(differences_.begin(), differences_.end(),
                     [](const Difference& one, const Difference& other) {
                       return std::pair(is_harmless(one.why), -counted_in(one.signal)) <
                              std::pair(is_harmless(other.why), -counted_in(other.signal));
                     });
    v1::GetReconciliationResponse response;
    for (auto& [number, month] : months_) *response.add_months() = std::move(month);
    response.set_total_differences(static_cast<std::int64_t>(differences_.size()));
    response.set_months_needed(options_.months);
    for (const Difference& one : differences_) {
      if (response.differences_size() == most) break;
      auto& shown = *response.add_differences();
      shown.set_signal_id(one.signal.signal_id());
      shown.set_side(one.side);
      shown.set_reason_code(std::string(one.why));
      *shown.mutable_reason() = text_of(one.why);
      shown.set_harmless(is_harmless(one.why));
      shown.set_signal_type(one.signal.signal_type());
      if (one.signal.has_detected_on()) *shown.mutable_detected_on() = one.signal.detected_on();
      *shown.mutable_received_at() = one.signal.received_at();
    }
    return response;
  }

  store::Reader& reader_;
  const store::Org& org_;
  const ReconciliationOptions& options_;
  const std::int64_t now_ms_;
  std::map<int, v1::MonthReconciliation> months_;
  // By month, then receipt.
  std::vector<MonthlyList> monthly_;
  // Persons of whom some mutation came.
  std::unordered_set<std::string> reached_;
  std::vector<Difference> differences_;
  bool troubled_ = false;
};

}  // namespace

int month_of(const v1::Date& date) {
  return domain::date_number(date) / kDigits;
}

int month_after(int yyyymm, int months) {
  const int all = yyyymm / kDigits * kMonths + yyyymm % kDigits - 1 + months;
  return all / kMonths * kDigits + all % kMonths + 1;
}

Result<v1::GetReconciliationResponse> reconcile(store::Reader& reader, const store::Org& org,
                                                const ReconciliationWish& wish,
                                                const ReconciliationOptions& options,
                                                std::int64_t now_ms) {
  auto channel = channels::channel_of(reader, org);
  if (!channel) return channel.error();
  const int now = month_of_ms(now_ms);
  const int first = month_after(now, -options.months);
  const int last = month_after(now, -1);
  // The advice looks at its own months, whatever was asked for.
  const int from = wish.from == 0 ? first : wish.from;
  const int to = wish.to == 0 ? now : wish.to;
  Report report(reader, org, options, now_ms, from, to);
  auto made = report.make(*channel, wish.most_differences);
  if (!made) return made;
  if (from <= first && to >= last) {
    advise(*channel, first, last, *made);
    return made;
  }
  auto own = Report(reader, org, options, now_ms, first, last).make(*channel, 0);
  if (!own) return own;
  advise(*channel, first, last, *own);
  made->set_mode(own->mode());
  made->set_advice(own->advice());
  *made->mutable_advice_text() = own->advice_text();
  *made->mutable_obstacles() = own->obstacles();
  return made;
}

}  // namespace semafoor::changeover
