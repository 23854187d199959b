// SPDX-License-Identifier: Apache-2.0
#include "gateway/changeover/advice.h"

#include <algorithm>
#include <string>

#include "gateway/changeover/reasons.h"
#include "gateway/changeover/reconciliation.h"
#include "gateway/domain/belgian_time.h"
#include "gateway/domain/date.h"

namespace semafoor::changeover {
namespace {

void add_obstacle(v1::GetReconciliationResponse& report, std::string_view code,
                  const v1::MonthReconciliation* month, std::int64_t count) {
  auto& obstacle = *report.add_obstacles();
  obstacle.set_code(std::string(code));
  *obstacle.mutable_text() = text_of(code);
  if (month != nullptr) *obstacle.mutable_month() = month->month();
  obstacle.set_count(count);
}

// Whether the organisation was on both channels from the first day of the month on.
bool is_whole(const v1::ChannelState& channel, const v1::MonthReconciliation& month) {
  const auto since = domain::belgian_day(channel.since().unix_ms());
  return domain::date_number(since) <= domain::date_number(month.month());
}

void look_at(const v1::MonthReconciliation& month, v1::GetReconciliationResponse& report) {
  if (month.lists() == 0) add_obstacle(report, reason::kMonthWithoutList, &month, 0);
  if (month.unreadable_rows() > 0)
    add_obstacle(report, reason::kMonthUnreadable, &month, month.unreadable_rows());
  if (month.in_the_way() > 0)
    add_obstacle(report, reason::kMonthDifferences, &month, month.in_the_way());
}

void tell(v1::GetReconciliationResponse& report, v1::ChannelAdvice advice, std::string_view code) {
  report.set_advice(advice);
  *report.mutable_advice_text() = text_of(code);
}

}  // namespace

void advise(const v1::ChannelState& channel, int first, int last,
            v1::GetReconciliationResponse& report) {
  report.set_mode(channel.mode());
  if (channel.mode() == v1::CHANNEL_MODE_LISTS)
    return tell(report, v1::CHANNEL_ADVICE_NONE, reason::kOnLists);
  if (channel.mode() != v1::CHANNEL_MODE_PARALLEL)
    return tell(report, v1::CHANNEL_ADVICE_NONE, reason::kOnElectronic);
  int whole = 0;
  for (const v1::MonthReconciliation& month : report.months()) {
    const int number = month_of(month.month());
    if (number < first || number > last || !is_whole(channel, month)) continue;
    ++whole;
    look_at(month, report);
  }
  if (whole < report.months_needed()) add_obstacle(report, reason::kTooShort, nullptr, whole);
  if (report.obstacles().empty())
    tell(report, v1::CHANNEL_ADVICE_ADOPT_ELECTRONIC, reason::kAdopt);
  else
    tell(report, v1::CHANNEL_ADVICE_WAIT, reason::kWait);
}

}  // namespace semafoor::changeover
