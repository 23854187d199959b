// SPDX-License-Identifier: Apache-2.0
#include "gateway/reports/period.h"

#include <algorithm>
#include <string>
#include <utility>

#include "gateway/domain/belgian_time.h"
#include "gateway/domain/date.h"
#include "gateway/history/history.h"

namespace semafoor::reports {
namespace {

constexpr int kMostYears = 10;
constexpr int kRecentYears = 2;
constexpr int kYear = 10'000;
constexpr int kPage = 500;

Error wrong_period(const std::string& why) {
  return {.kind = ErrorKind::invalid_argument,
          .code = "reports.period",
          .message = "A report was asked for over a period " + why,
          .field = "period"};
}

Result<Days> checked(const Days& days) {
  if (days.to < days.from)
    return wrong_period("that ends before it begins. Send its days in their order.");
  if (days.to - days.from > kMostYears * kYear)
    return wrong_period("of more than ten years. Ask for a shorter one.");
  return days;
}

bool stands_for_itself(const v1::Signal& signal) {
  return signal.state() != v1::SIGNAL_STATE_SUPERSEDED || signal.supersession().signal_id().empty();
}

std::optional<std::int64_t> earlier(std::optional<std::int64_t> one,
                                    std::optional<std::int64_t> other) {
  if (one && other) return std::min(*one, *other);
  return one ? one : other;
}

// By what one organisation has: its history, else its answers. A record that was closed by the
// answer at an organisation of before a merger has the step of its acceptance alone.
Result<std::optional<std::int64_t>> first_answer_at(store::Reader& reader, const store::Org& org,
                                                    const std::string& signal_id) {
  auto history = history::of(reader, org, signal_id);
  if (!history) return history.error();
  std::optional<std::int64_t> first;
  for (const v1::SignalStep& step : history->steps())
    if (step.event() == v1::SIGNAL_EVENT_ANSWERED || step.event() == v1::SIGNAL_EVENT_ACCEPTED)
      first = earlier(first, step.time().unix_ms());
  if (first) return first;
  auto answers = reader.feedback_items(org, {.limit = kPage, .signal_id = signal_id});
  if (!answers) return answers.error();
  for (const v1::FeedbackItem& item : answers->items)
    first = earlier(first, item.submitted_at().unix_ms());
  return first;
}

}  // namespace

Result<Days> days_of(const v1::Period& period) {
  if (!domain::is_valid_date(period.from()) || !domain::is_valid_date(period.to()))
    return wrong_period("of which a day is missing or no day of the calendar. Send both.");
  return checked(
      {.from = domain::date_number(period.from()), .to = domain::date_number(period.to())});
}

Result<Days> days_or_recent(const v1::Period& period, std::int64_t now_ms) {
  const bool wrong = (period.has_from() && !domain::is_valid_date(period.from())) ||
                     (period.has_to() && !domain::is_valid_date(period.to()));
  if (wrong) return wrong_period("with a day that no calendar has. Send another, or none.");
  Days days;
  days.to =
      period.has_to() ? domain::date_number(period.to()) : domain::belgian_time(now_ms).date();
  // The first of the month, two years before.
  days.from = period.has_from() ? domain::date_number(period.from())
                                : days.to / 100 * 100 + 1 - kRecentYears * kYear;
  return checked(days);
}

v1::Period period_of(const Days& days) {
  v1::Period period;
  *period.mutable_from() = domain::date_of_number(days.from);
  *period.mutable_to() = domain::date_of_number(days.to);
  return period;
}

Result<void> each_signal(store::Store& store, const store::Org& org, const Days& days,
                         const Visit& visit) {
  const std::int64_t from_ms = domain::belgian_midnight_ms(days.from);
  const std::int64_t before_ms = domain::belgian_midnight_ms(domain::next_day(days.to));
  store::SignalQuery query;
  query.limit = kPage;
  bool more = true;
  while (more) {
    auto read = store.read([&](store::Reader& reader) -> Result<void> {
      auto page = reader.signals(org, query);
      if (!page) return page.error();
      query.position = std::move(page->position);
      more = !query.position.empty();
      for (const v1::Signal& signal : page->items) {
        const std::int64_t received_ms = signal.received_at().unix_ms();
        if (received_ms < from_ms) more = false;
        if (received_ms < from_ms || received_ms >= before_ms || !stands_for_itself(signal))
          continue;
        if (auto visited = visit(reader, signal); !visited) return visited;
      }
      return {};
    });
    if (!read) return read;
  }
  return {};
}

Result<std::optional<std::int64_t>> first_answer_ms(store::Reader& reader, const store::Org& org,
                                                    const v1::Signal& signal) {
  // A record that came over by a merger names no answer of before.
  const bool came_over = signal.has_former_organisation();
  if (signal.feedback_client_id().empty() && !came_over) return std::optional<std::int64_t>();
  auto here = first_answer_at(reader, org, signal.signal_id());
  if (!here || !came_over) return here;
  auto before =
      first_answer_at(reader, signal.former_organisation().value(), signal.former_signal_id());
  if (!before) return before;
  return earlier(*here, *before);
}

}  // namespace semafoor::reports
