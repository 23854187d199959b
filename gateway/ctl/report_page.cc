// SPDX-License-Identifier: Apache-2.0
#include "gateway/ctl/report_page.h"

#include <algorithm>
#include <cstdio>
#include <functional>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/ctl/render.h"
#include "gateway/domain/date.h"

namespace semafoor::ctl {
namespace {

constexpr std::int64_t kHoursOfDay = 24;

// The first column to the left, the others to the right; a line each, two spaces between.
std::string table(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string text;
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::string space(widths[i] - row[i].size(), ' ');
      line += i == 0 ? row[i] + space : "  " + space + row[i];
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

// Days where there are some, else hours: nobody needs more.
std::string duration_text(std::int64_t hours) {
  if (hours < 2 * kHoursOfDay) return std::to_string(hours) + " h";
  return std::to_string((hours + kHoursOfDay / 2) / kHoursOfDay) + " d";
}

// Hundredths of a percent.
std::string share_text(int share) {
  char text[32];
  std::snprintf(text, sizeof text, "%d.%02d %%", share / 100, share % 100);
  return text;
}

std::string law_text(v1::Law law) {
  return law == v1::LAW_1965 ? "law 1965" : law == v1::LAW_RMI ? "RMI" : "no law";
}

constexpr std::size_t kChannelPrefix = std::string_view("SIGNAL_CHANNEL_").size();
constexpr std::size_t kOutcomePrefix = std::string_view("STATISTICS_OUTCOME_").size();

std::string age_text(v1::StatisticsAge age) {
  switch (age) {
    case v1::STATISTICS_AGE_WEEK:
      return "at most 7 days";
    case v1::STATISTICS_AGE_MONTH:
      return "8 to 30 days";
    case v1::STATISTICS_AGE_QUARTER:
      return "31 to 91 days";
    case v1::STATISTICS_AGE_HALF_YEAR:
      return "92 to 183 days";
    default:
      return "older";
  }
}

void add_times(const v1::AnswerTimes& times, bool there, std::vector<std::string>& row) {
  row.push_back(there ? duration_text(times.median_hours()) : "-");
  row.push_back(there ? duration_text(times.ninth_decile_hours()) : "-");
}

std::string shares_text(const google::protobuf::RepeatedPtrField<v1::DossierShare>& shares) {
  std::string text;
  for (const auto& share : shares) {
    text += (text.empty() ? "" : "; ") + law_text(share.law()) + " " +
            std::to_string(share.with_signal()) + " of " +
            (share.has_dossiers() ? std::to_string(share.dossiers()) : "?");
    if (share.has_share()) text += " (" + share_text(share.share()) + ")";
  }
  return text;
}

std::string months_table(const v1::Statistics& statistics) {
  std::vector<std::vector<std::string>> rows{
      {"month", "received", "answered", "unanswered", "recalled", "median", "9 in 10"}};
  for (const auto& month : statistics.months()) {
    std::vector<std::string> row{month_text(month.month()), std::to_string(month.received()),
                                 std::to_string(month.answered()),
                                 std::to_string(month.unanswered()),
                                 std::to_string(month.recalled())};
    add_times(month.answer_times(), month.has_answer_times(), row);
    rows.push_back(std::move(row));
  }
  std::vector<std::string> whole{"all", std::to_string(statistics.signals()), "", "", ""};
  add_times(statistics.answer_times(), statistics.has_answer_times(), whole);
  rows.push_back(std::move(whole));
  return table(rows);
}

// How many signals there are of each `of`, in its order; `of` gives a key and what is shown of it.
using Key = std::pair<int, std::string>;
std::string sums_table(const v1::Statistics& statistics, const char* title,
                       const std::function<Key(const v1::StatisticsCell&)>& of) {
  std::map<Key, std::int64_t> sums;
  for (const auto& cell : statistics.cells()) sums[of(cell)] += cell.signals();
  std::vector<std::vector<std::string>> rows{{title, "signals"}};
  for (const auto& [key, sum] : sums) rows.push_back({key.second, std::to_string(sum)});
  return table(rows);
}

std::string shares_page(const v1::Statistics& statistics) {
  std::string page;
  for (const auto& month : statistics.months())
    if (!month.shares().empty())
      page += month_text(month.month()) + "  " + shares_text(month.shares()) + "\n";
  if (page.empty()) return {};
  return "Dossiers with a signal (\"?\": no monthly statement was read)\n" + page + "period   " +
         shares_text(statistics.shares()) + "\n\n";
}

std::string national_page(const v1::Statistics& statistics) {
  std::string page;
  for (const auto& one : statistics.national())
    page += "Whole country " + std::to_string(one.year()) + ", " + law_text(one.law()) + ": " +
            std::to_string(one.with_signal()) + " of " + std::to_string(one.dossiers()) +
            " dossiers of the year (" + share_text(one.share()) + "); " + one.source() + "\n";
  return page;
}

}  // namespace

v1::ReportFormat report_format_of(const std::string& name) {
  if (name == "csv") return v1::REPORT_FORMAT_CSV;
  if (name == "xlsx") return v1::REPORT_FORMAT_XLSX;
  if (name == "pdf") return v1::REPORT_FORMAT_PDF;
  return v1::REPORT_FORMAT_UNSPECIFIED;
}

std::string stats_page(const v1::Statistics& statistics) {
  using Cell = v1::StatisticsCell;
  const auto& period = statistics.period();
  return statistics.organisation().value() + ": signals received from " +
         domain::write_date(period.from()) + " to " + domain::write_date(period.to()) + "\n\n" +
         months_table(statistics) + "\n" +
         sums_table(statistics, "type",
                    [](const Cell& cell) { return Key(0, cell.signal_type()); }) +
         "\n" +
         sums_table(statistics, "first channel",
                    [](const Cell& cell) {
                      return Key(cell.channel(), short_name(v1::SignalChannel_Name(cell.channel()),
                                                            kChannelPrefix));
                    }) +
         "\n" +
         sums_table(statistics, "age",
                    [](const Cell& cell) { return Key(cell.age(), age_text(cell.age())); }) +
         "\n" +
         sums_table(statistics, "outcome",
                    [](const Cell& cell) {
                      return Key(
                          cell.outcome(),
                          short_name(v1::StatisticsOutcome_Name(cell.outcome()), kOutcomePrefix));
                    }) +
         "\n" + shares_page(statistics) + statistics.trend().sentence().en() + "\n" +
         national_page(statistics);
}

std::string stats_head() {
  return "organisation  signals  answered   median  9 in 10\n";
}

std::string stats_line(const v1::Statistics& statistics) {
  const bool there = statistics.has_answer_times();
  const auto& times = statistics.answer_times();
  const std::string median = there ? duration_text(times.median_hours()) : "-";
  const std::string most = there ? duration_text(times.ninth_decile_hours()) : "-";
  char line[128];
  std::snprintf(line, sizeof line, "%-12s %8lld %9lld %8s %8s\n",
                statistics.organisation().value().c_str(),
                static_cast<long long>(statistics.signals()),
                static_cast<long long>(times.answered()), median.c_str(), most.c_str());
  return line;
}

std::string inspection_text(const v1::InspectionHead& head, const std::string& file) {
  return "Written: " + file + ", " + std::to_string(head.signals_shown()) + " signals of " +
         std::to_string(head.beneficiaries_shown()) +
         " beneficiaries (in the period: " + std::to_string(head.signals()) + " of " +
         std::to_string(head.beneficiaries()) + ")\n";
}

}  // namespace semafoor::ctl
