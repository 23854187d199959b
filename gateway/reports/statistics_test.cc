// SPDX-License-Identifier: Apache-2.0
#include "gateway/reports/statistics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/reports/sample.h"
#include "gateway/reports/test_signals.h"
#include "gateway/reports/trend.h"

namespace semafoor::reports {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr std::int64_t kHour = 3'600'000;

class StatisticsTest : public ::testing::Test {
 protected:
  v1::Statistics count(const Days& days, const DossiersOfMonth& dossiers = {}) {
    auto statistics = statistics_of(*store_, kTestOrg, days, dossiers, clock_.now_ms());
    EXPECT_TRUE(statistics.ok());
    return statistics.ok() ? *statistics : v1::Statistics();
  }

  duties::ManualClock clock_{noon_of(20'261'118)};
  duties::TestStore store_{clock_};
  const SignalMaker make_{store_};
};

TEST_F(StatisticsTest, EachSignalIsInOneCell) {
  make_.add("a", person_number(1), 20'261'001);
  make_.add("b", person_number(2), 20'261'002);
  make_.add("c", person_number(2), 20'261'103, v1::SIGNAL_STATE_RECEIVED, [](v1::Signal& signal) {
    signal.mutable_arrivals(0)->set_channel(v1::SIGNAL_CHANNEL_MONTHLY_LIST);
  });
  const auto accepted = make_.add("d", person_number(3), 20'261'003, v1::SIGNAL_STATE_CLOSED);
  make_.answer(accepted, "1", noon_of(20'261'003) + 30 * kHour);

  const auto statistics = count({20'261'001, 20'261'130});
  EXPECT_EQ(statistics.signals(), 4);
  ASSERT_THAT(statistics.cells(), SizeIs(3));
  // October, 31 to 91 days and open, twice; answered within a week.
  const auto& answered = statistics.cells(0);
  EXPECT_EQ(answered.age(), v1::STATISTICS_AGE_WEEK);
  EXPECT_EQ(answered.outcome(), v1::STATISTICS_OUTCOME_ACCEPTED);
  EXPECT_EQ(answered.signals(), 1);
  const auto& open = statistics.cells(1);
  EXPECT_EQ(open.age(), v1::STATISTICS_AGE_QUARTER);
  EXPECT_EQ(open.outcome(), v1::STATISTICS_OUTCOME_OPEN);
  EXPECT_EQ(open.channel(), v1::SIGNAL_CHANNEL_MUTATION);
  EXPECT_EQ(open.signals(), 2);
  EXPECT_EQ(domain::write_date(open.month()), "2026-10-01");
  EXPECT_EQ(statistics.cells(2).channel(), v1::SIGNAL_CHANNEL_MONTHLY_LIST);
}

TEST_F(StatisticsTest, MonthsAreBelgianOnesAndNoneIsMissing) {
  // 31 October 23:30 UTC is 1 November in Belgium.
  make_.add("a", person_number(1), 20'261'031, v1::SIGNAL_STATE_RECEIVED, [](v1::Signal& signal) {
    signal.mutable_received_at()->set_unix_ms(
        domain::ms_of_date(domain::date_of_number(20'261'031)) + 23 * kHour + kHour / 2);
  });
  const auto statistics = count({20'260'901, 20'261'130});
  ASSERT_THAT(statistics.months(), SizeIs(3));
  EXPECT_EQ(statistics.months(0).received(), 0);
  EXPECT_EQ(statistics.months(1).received(), 0);
  EXPECT_EQ(statistics.months(2).received(), 1);
  // Neither is what lies outside.
  EXPECT_EQ(count({20'261'001, 20'261'031}).signals(), 0);
}

TEST_F(StatisticsTest, WhatAnotherRecordStandsForIsNotCountedTwice) {
  make_.add("a", person_number(1), 20'261'001, v1::SIGNAL_STATE_SUPERSEDED,
            [](v1::Signal& signal) { signal.mutable_supersession()->set_signal_id("b"); });
  make_.add("b", person_number(2), 20'261'001);
  make_.add("c", person_number(3), 20'261'001, v1::SIGNAL_STATE_SUPERSEDED,
            [](v1::Signal& signal) { signal.mutable_supersession()->set_form_reference("C-1"); });
  EXPECT_EQ(count({20'261'001, 20'261'031}).signals(), 2);
}

TEST_F(StatisticsTest, AnswerTimesAreThoseOfTheFirstAnswerByNearestRank) {
  for (int i = 1; i <= 10; ++i) {
    const std::string id = "s" + std::to_string(i);
    const auto signal = make_.add(id, person_number(i), 20'261'001, v1::SIGNAL_STATE_CLOSED);
    make_.answer(signal, "first-" + id, noon_of(20'261'001) + i * kHour);
    // A second one, much later, is none of it.
    make_.answer(signal, "second-" + id, noon_of(20'261'015));
  }
  make_.add("open", person_number(11), 20'261'001);
  const auto statistics = count({20'261'001, 20'261'031});
  EXPECT_EQ(statistics.answer_times().answered(), 10);
  EXPECT_EQ(statistics.answer_times().median_hours(), 5);
  EXPECT_EQ(statistics.answer_times().ninth_decile_hours(), 9);
  EXPECT_EQ(statistics.months(0).answered(), 10);
  EXPECT_EQ(statistics.months(0).unanswered(), 1);
  EXPECT_FALSE(count({20'260'901, 20'260'930}).has_answer_times());
}

TEST_F(StatisticsTest, WhatWasAnsweredBeforeAMergerWasAnsweredThen) {
  static constexpr char kOld[] = "0212344876";
  store_.add_organisation(kOld);
  const auto came_over = [](const std::string& id) {
    return [id](v1::Signal& signal) {
      signal.mutable_former_organisation()->set_value(kOld);
      signal.set_former_signal_id("old-" + id);
    };
  };
  const auto tell = [&](const std::string& org, const v1::Signal& signal, std::int64_t at_ms) {
    v1::SignalStep step;
    step.set_event(v1::SIGNAL_EVENT_ANSWERED);
    step.mutable_time()->set_unix_ms(at_ms);
    store_.write(
        [&](store::Transaction& tx) { return history::add(tx, org, signal, std::move(step)); });
  };
  const std::int64_t answered_ms = noon_of(20'261'001) + 3 * kHour;
  const std::int64_t merged_ms = noon_of(20'261'010);
  // Refused, and moved with its history: its answer stayed with the old organisation.
  const auto moved =
      make_.add("a", person_number(1), 20'261'001, v1::SIGNAL_STATE_ANSWER_REFUSED, came_over("a"));
  tell(kTestOrg, moved, answered_ms);
  // Its answer was on its way when the organisations became one.
  const auto waits =
      make_.add("b", person_number(2), 20'261'001, v1::SIGNAL_STATE_ANSWERED, came_over("b"));
  tell(kTestOrg, waits, merged_ms);
  // Accepted at the old organisation, which closed it here.
  const auto closed = make_.add("c", person_number(3), 20'261'001, v1::SIGNAL_STATE_CLOSED,
                                [&](v1::Signal& signal) {
                                  came_over("c")(signal);
                                  signal.set_feedback_client_id("1");
                                });
  for (auto old : {waits, closed}) {
    old.set_signal_id("old-" + old.signal_id());
    tell(kOld, old, answered_ms);
  }
  make_.add("d", person_number(4), 20'261'001, v1::SIGNAL_STATE_RECEIVED, came_over("d"));
  const auto statistics = count({20'261'001, 20'261'031});
  EXPECT_EQ(statistics.months(0).answered(), 3);
  EXPECT_EQ(statistics.months(0).unanswered(), 1);
  EXPECT_EQ(statistics.answer_times().median_hours(), 3);
  EXPECT_EQ(statistics.answer_times().ninth_decile_hours(), 3);
}

TEST_F(StatisticsTest, TheShareOfDossiersIsKnownWhereAStatementWasRead) {
  for (int i = 1; i <= 3; ++i) make_.add("s" + std::to_string(i), person_number(i), 20'261'001);
  // The same dossier again is none more.
  make_.add("again", person_number(1), 20'261'002, v1::SIGNAL_STATE_RECEIVED,
            [](v1::Signal& signal) {
              signal.set_dossier_number_normalised("Ds1");
              signal.set_signal_type("X-WORK-DMFA");
            });
  make_.add("nov", person_number(9), 20'261'101);
  const auto statistics = count({20'261'001, 20'261'130},
                                [](store::Reader&, const store::Org&, int month,
                                   v1::Law law) -> Result<std::optional<std::int64_t>> {
                                  if (month == 202'610 && law == v1::LAW_RMI)
                                    return std::optional<std::int64_t>(40);
                                  return std::optional<std::int64_t>();
                                });
  ASSERT_THAT(statistics.months(0).shares(), SizeIs(1));
  const auto& october = statistics.months(0).shares(0);
  EXPECT_EQ(october.with_signal(), 3);
  EXPECT_EQ(october.dossiers(), 40);
  EXPECT_EQ(october.share(), 750);
  const auto& november = statistics.months(1).shares(0);
  EXPECT_EQ(november.with_signal(), 1);
  EXPECT_FALSE(november.has_dossiers()) << "nobody knows";
  EXPECT_FALSE(november.has_share());
  EXPECT_EQ(statistics.shares(0).with_signal(), 4);
  EXPECT_EQ(statistics.shares(0).share(), 1000);
}

TEST_F(StatisticsTest, NationalFiguresNameTheirSource) {
  const auto statistics = count({20'261'001, 20'261'031});
  ASSERT_THAT(statistics.national(), SizeIs(2));
  for (const auto& figure : statistics.national()) {
    EXPECT_EQ(figure.origin(), v1::ORIGIN_OFFICIAL);
    EXPECT_THAT(figure.source(), HasSubstr("https://"));
    EXPECT_NEAR(figure.share(),
                10'000.0 * static_cast<double>(figure.with_signal()) /
                    static_cast<double>(figure.dossiers()),
                0.6);
  }
}

// --- periods

TEST(Periods, AreCheckedAndFilled) {
  v1::Period period;
  EXPECT_EQ(days_of(period).error().code, "reports.period");
  *period.mutable_from() = domain::date_of_number(20'260'101);
  EXPECT_EQ(days_of(period).error().code, "reports.period");
  *period.mutable_to() = domain::date_of_number(20'251'231);
  EXPECT_EQ(days_of(period).error().code, "reports.period") << "it ends before it begins";
  *period.mutable_to() = domain::date_of_number(20'270'102);
  EXPECT_TRUE(days_of(period).ok());
  *period.mutable_from() = domain::date_of_number(20'160'101);
  EXPECT_EQ(days_of(period).error().code, "reports.period") << "too long";
  const auto recent = days_or_recent({}, noon_of(20'261'118));
  ASSERT_TRUE(recent.ok());
  EXPECT_EQ(recent->from, 20'241'101);
  EXPECT_EQ(recent->to, 20'261'118);
}

// --- the trend

std::vector<MonthCount> months(int first, const std::vector<std::int64_t>& counts) {
  std::vector<MonthCount> all;
  for (const std::int64_t count : counts) {
    all.push_back({.month = first, .signals = count});
    first = first % 100 == 12 ? first + 89 : first + 1;
  }
  return all;
}

TEST(TrendOf, ThreeMonthsAreSetBesideTheSameOfAYearBefore) {
  const auto all = months(202'508, {100, 100, 100, 1, 1, 1, 1, 1, 1, 1, 1, 1, 60, 70, 50, 9});
  // November has only begun.
  const auto trend = trend_of(all, {20'250'801, 20'261'118});
  EXPECT_EQ(trend.direction(), v1::TREND_DIRECTION_DOWN);
  EXPECT_EQ(trend.signals_before(), 300);
  EXPECT_EQ(trend.signals_now(), 180);
  EXPECT_EQ(domain::write_date(trend.now().from()), "2026-08-01");
  EXPECT_EQ(domain::write_date(trend.now().to()), "2026-10-31");
  EXPECT_EQ(domain::write_date(trend.before().to()), "2025-10-31");
  EXPECT_EQ(trend.sentence().nl(),
            "Van 08/2026 tot 10/2026 kwamen er 180 knipperlichten binnen; van 08/2025 tot 10/2025 "
            "waren het er 300: ongeveer 40 % minder.");
  EXPECT_THAT(trend.sentence().fr(), HasSubstr("environ 40 % de moins"));
  EXPECT_THAT(trend.sentence().de(), HasSubstr("etwa 40 % weniger"));
}

TEST(TrendOf, WithoutAYearTheThreeMonthsBeforeAreTaken) {
  const auto trend = trend_of(months(202'605, {10, 20, 30, 40, 50, 60}), {20'260'501, 20'261'031});
  EXPECT_EQ(trend.direction(), v1::TREND_DIRECTION_UP);
  EXPECT_EQ(trend.signals_before(), 60);
  EXPECT_EQ(domain::write_date(trend.before().from()), "2026-05-01");
}

TEST(TrendOf, WhatChanceExplainsIsNoTrend) {
  const auto trend = trend_of(months(202'605, {33, 33, 34, 40, 40, 39}), {20'260'501, 20'261'031});
  EXPECT_EQ(trend.direction(), v1::TREND_DIRECTION_SAME) << "119 after 100";
  EXPECT_THAT(trend.sentence().nl(), HasSubstr("geen duidelijk verschil"));
}

TEST(TrendOf, TooLittleIsSaidToBeTooLittle) {
  EXPECT_EQ(trend_of(months(202'605, {9, 0, 0, 1, 0, 0}), {20'260'501, 20'261'031}).direction(),
            v1::TREND_DIRECTION_UNSPECIFIED);
  const auto trend = trend_of(months(202'608, {90, 90, 90}), {20'260'801, 20'261'031});
  EXPECT_EQ(trend.direction(), v1::TREND_DIRECTION_UNSPECIFIED);
  EXPECT_FALSE(trend.has_now());
  EXPECT_THAT(trend.sentence().en(), HasSubstr("Too few"));
}

// --- the sample

TEST(Sample, TheSameSeedDrawsTheSameWhateverTheOrder) {
  std::vector<std::string> all;
  for (int i = 0; i < 1000; ++i) all.push_back(person_number(i));
  const auto first = drawn(all, 50, 7);
  ASSERT_THAT(first, SizeIs(50));
  EXPECT_TRUE(std::is_sorted(first.begin(), first.end()));
  std::reverse(all.begin(), all.end());
  EXPECT_EQ(drawn(all, 50, 7), first);
  EXPECT_NE(drawn(all, 50, 8), first);
  // Without one that was not drawn, the others are drawn all the same.
  std::erase_if(all, [&](const std::string& one) {
    return one == person_number(0) && !std::binary_search(first.begin(), first.end(), one);
  });
  EXPECT_EQ(drawn(all, 50, 7), first);
  EXPECT_THAT(drawn(all, 5000, 7), SizeIs(all.size()));
}

TEST(Sample, EverybodyHasTheSameChance) {
  std::vector<std::string> all;
  for (int i = 0; i < 100; ++i) all.push_back(person_number(i));
  std::map<std::string, int> times;
  for (int seed = 0; seed < 1000; ++seed)
    for (const auto& one : drawn(all, 10, seed)) ++times[one];
  // 100 expected of each, with a standard deviation of 9.5.
  EXPECT_THAT(times, SizeIs(100));
  for (const auto& [one, count] : times) {
    EXPECT_GT(count, 55);
    EXPECT_LT(count, 145);
  }
}

}  // namespace
}  // namespace semafoor::reports
