// SPDX-License-Identifier: Apache-2.0
#include "gateway/reports/statistics.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "gateway/domain/belgian_time.h"
#include "gateway/domain/date.h"
#include "gateway/reports/trend.h"

namespace semafoor::reports {
namespace {

constexpr std::int64_t kHour = 3'600'000;
constexpr std::int64_t kDay = 24 * kHour;
constexpr std::array kLaws{v1::LAW_RMI, v1::LAW_1965};

v1::StatisticsAge age_of(std::int64_t ms) {
  if (ms <= 7 * kDay) return v1::STATISTICS_AGE_WEEK;
  if (ms <= 30 * kDay) return v1::STATISTICS_AGE_MONTH;
  if (ms <= 91 * kDay) return v1::STATISTICS_AGE_QUARTER;
  if (ms <= 183 * kDay) return v1::STATISTICS_AGE_HALF_YEAR;
  return v1::STATISTICS_AGE_OLDER;
}

v1::StatisticsOutcome outcome_of(v1::SignalState state) {
  switch (state) {
    case v1::SIGNAL_STATE_ANSWERED:
      return v1::STATISTICS_OUTCOME_ANSWERED;
    case v1::SIGNAL_STATE_CLOSED:
      return v1::STATISTICS_OUTCOME_ACCEPTED;
    case v1::SIGNAL_STATE_ANSWER_REFUSED:
      return v1::STATISTICS_OUTCOME_REFUSED;
    case v1::SIGNAL_STATE_SUPERSEDED:
      return v1::STATISTICS_OUTCOME_SUPERSEDED;
    default:
      return v1::STATISTICS_OUTCOME_OPEN;
  }
}

v1::SignalChannel first_channel(const v1::Signal& signal) {
  if (!signal.arrivals().empty()) return signal.arrivals(0).channel();
  return signal.channels().empty() ? v1::SIGNAL_CHANNEL_UNSPECIFIED
                                   : static_cast<v1::SignalChannel>(signal.channels(0));
}

v1::Date first_of(int month) {
  return domain::date_of_number(month * 100 + 1);
}

int month_after(int month) {
  return month % 100 == 12 ? month + 89 : month + 1;
}

// The smallest of `sorted` that this share of them does not exceed.
std::int64_t nearest_rank(const std::vector<std::int64_t>& sorted, double share) {
  const auto rank = static_cast<std::size_t>(std::ceil(share * static_cast<double>(sorted.size())));
  return sorted[std::max<std::size_t>(rank, 1) - 1];
}

v1::AnswerTimes times_of(std::vector<std::int64_t> hours) {
  v1::AnswerTimes times;
  times.set_answered(static_cast<std::int64_t>(hours.size()));
  std::sort(hours.begin(), hours.end());
  times.set_median_hours(nearest_rank(hours, 0.5));
  times.set_ninth_decile_hours(nearest_rank(hours, 0.9));
  return times;
}

using Dossiers = std::map<v1::Law, std::set<std::string>>;

struct Month {
  std::int64_t received = 0;
  std::int64_t recalled = 0;
  std::vector<std::int64_t> hours_to_answer;
  Dossiers with_signal;
};

// month, type, channel, age, outcome
using Cell = std::tuple<int, std::string, int, int, int>;

class Counting {
 public:
  explicit Counting(std::int64_t now_ms) : now_ms_(now_ms) {}

  void begin(const Days& days) {
    for (int month = days.from / 100; month <= days.to / 100; month = month_after(month))
      months_[month];
  }

  void add(const v1::Signal& signal, std::optional<std::int64_t> answered_ms) {
    const std::int64_t received_ms = signal.received_at().unix_ms();
    const int number = domain::belgian_time(received_ms).date() / 100;
    // An answer that a restored clock puts before its signal took no time.
    const std::int64_t age = std::max<std::int64_t>(answered_ms.value_or(now_ms_) - received_ms, 0);
    Month& month = months_[number];
    ++month.received;
    if (!signal.recalls().empty()) ++month.recalled;
    if (answered_ms) month.hours_to_answer.push_back(age / kHour);
    if (!signal.dossier_number_normalised().empty())
      month.with_signal[signal.law()].insert(signal.dossier_number_normalised());
    ++cells_[{number, signal.signal_type(), first_channel(signal), age_of(age),
              outcome_of(signal.state())}];
  }

  const std::map<int, Month>& months() const { return months_; }
  const std::map<Cell, std::int64_t>& cells() const { return cells_; }

 private:
  const std::int64_t now_ms_;
  std::map<int, Month> months_;
  std::map<Cell, std::int64_t> cells_;
};

void add_share(google::protobuf::RepeatedPtrField<v1::DossierShare>& shares, v1::Law law,
               std::int64_t with_signal, std::optional<std::int64_t> dossiers) {
  if (with_signal == 0 && !dossiers) return;
  auto* share = shares.Add();
  share->set_law(law);
  share->set_with_signal(with_signal);
  if (!dossiers) return;
  share->set_dossiers(*dossiers);
  if (*dossiers > 0 && with_signal <= *dossiers)
    share->set_share(static_cast<int>(std::llround(10'000.0 * static_cast<double>(with_signal) /
                                                   static_cast<double>(*dossiers))));
}

std::int64_t count_of(const Dossiers& dossiers, v1::Law law) {
  const auto found = dossiers.find(law);
  return found == dossiers.end() ? 0 : static_cast<std::int64_t>(found->second.size());
}

// Of the statements, by month and law.
using Known = std::map<std::pair<int, v1::Law>, std::int64_t>;

Result<Known> known_dossiers(store::Store& store, const store::Org& org, const Counting& counting,
                             const DossiersOfMonth& dossiers) {
  Known known;
  if (!dossiers) return known;
  auto read = store.read([&](store::Reader& reader) -> Result<void> {
    known.clear();
    for (const auto& [number, month] : counting.months())
      for (const v1::Law law : kLaws) {
        auto count = dossiers(reader, org, number, law);
        if (!count) return count.error();
        if (*count) known[{number, law}] = **count;
      }
    return {};
  });
  if (!read) return read.error();
  return known;
}

std::optional<std::int64_t> at(const Known& known, int month, v1::Law law) {
  const auto found = known.find({month, law});
  return found == known.end() ? std::nullopt : std::optional(found->second);
}

// Of the months whose statements were read.
std::optional<std::int64_t> average(const Known& known, v1::Law law) {
  std::int64_t sum = 0;
  std::int64_t months = 0;
  for (const auto& [key, count] : known) {
    if (key.second != law) continue;
    sum += count;
    ++months;
  }
  if (months == 0) return std::nullopt;
  return (sum + months / 2) / months;
}

void write_months(const Counting& counting, const Known& known, v1::Statistics& statistics) {
  for (const auto& [number, month] : counting.months()) {
    auto* written = statistics.add_months();
    *written->mutable_month() = first_of(number);
    written->set_received(month.received);
    written->set_recalled(month.recalled);
    const auto answered = static_cast<std::int64_t>(month.hours_to_answer.size());
    written->set_answered(answered);
    written->set_unanswered(month.received - answered);
    if (answered > 0) *written->mutable_answer_times() = times_of(month.hours_to_answer);
    for (const v1::Law law : kLaws)
      add_share(*written->mutable_shares(), law, count_of(month.with_signal, law),
                at(known, number, law));
  }
}

void write_whole(const Counting& counting, const Known& known, v1::Statistics& statistics) {
  std::vector<std::int64_t> hours;
  Dossiers with_signal;
  std::int64_t signals = 0;
  for (const auto& [number, month] : counting.months()) {
    signals += month.received;
    hours.insert(hours.end(), month.hours_to_answer.begin(), month.hours_to_answer.end());
    for (const auto& [law, dossiers] : month.with_signal)
      with_signal[law].insert(dossiers.begin(), dossiers.end());
  }
  statistics.set_signals(signals);
  if (!hours.empty()) *statistics.mutable_answer_times() = times_of(std::move(hours));
  for (const v1::Law law : kLaws)
    add_share(*statistics.mutable_shares(), law, count_of(with_signal, law), average(known, law));
}

void write_cells(const Counting& counting, v1::Statistics& statistics) {
  for (const auto& [cell, count] : counting.cells()) {
    auto* written = statistics.add_cells();
    *written->mutable_month() = first_of(std::get<0>(cell));
    written->set_signal_type(std::get<1>(cell));
    written->set_channel(static_cast<v1::SignalChannel>(std::get<2>(cell)));
    written->set_age(static_cast<v1::StatisticsAge>(std::get<3>(cell)));
    written->set_outcome(static_cast<v1::StatisticsOutcome>(std::get<4>(cell)));
    written->set_signals(count);
  }
}

void write_trend(const Counting& counting, const Days& days, v1::Statistics& statistics) {
  std::vector<MonthCount> counts;
  for (const auto& [number, month] : counting.months())
    counts.push_back({.month = number, .signals = month.received});
  *statistics.mutable_trend() = trend_of(counts, days);
}

// What POD MI published, to set beside, with its source.
void add_national_figures(v1::Statistics& statistics) {
  struct Figure {
    v1::Law law;
    std::int64_t dossiers;
    std::int64_t with_signal;
    int share;
  };
  // As published, the shares too.
  constexpr std::array kFigures{Figure{v1::LAW_RMI, 207'237, 14'598, 704},
                                Figure{v1::LAW_1965, 49'194, 1'876, 381}};
  for (const auto& figure : kFigures) {
    auto* written = statistics.add_national();
    written->set_year(2016);
    written->set_law(figure.law);
    written->set_dossiers(figure.dossiers);
    written->set_with_signal(figure.with_signal);
    written->set_share(figure.share);
    written->set_source(
        "POD MI, slides \"Bilan et perspectives apres 3 ans\", "
        "https://slideplayer.fr/amp/13212466");
    written->set_origin(v1::ORIGIN_OFFICIAL);
  }
}

}  // namespace

Result<v1::Statistics> statistics_of(store::Store& store, const store::Org& org, const Days& days,
                                     const DossiersOfMonth& dossiers, std::int64_t now_ms) {
  Counting counting(now_ms);
  counting.begin(days);
  auto counted = each_signal(store, org, days,
                             [&](store::Reader& reader, const v1::Signal& signal) -> Result<void> {
                               auto answered = first_answer_ms(reader, org, signal);
                               if (!answered) return answered.error();
                               counting.add(signal, *answered);
                               return {};
                             });
  if (!counted) return counted.error();
  auto known = known_dossiers(store, org, counting, dossiers);
  if (!known) return known.error();
  v1::Statistics statistics;
  statistics.mutable_organisation()->set_value(org);
  *statistics.mutable_period() = period_of(days);
  statistics.mutable_generated_at()->set_unix_ms(now_ms);
  write_cells(counting, statistics);
  write_months(counting, *known, statistics);
  write_whole(counting, *known, statistics);
  write_trend(counting, days, statistics);
  add_national_figures(statistics);
  return statistics;
}

}  // namespace semafoor::reports
