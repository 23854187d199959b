// SPDX-License-Identifier: Apache-2.0
#include "gateway/reports/inspection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/reports/reports.h"
#include "gateway/reports/test_signals.h"

namespace semafoor::reports {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

class InspectionTest : public ::testing::Test {
 protected:
  InspectionTest() { store_.add_organisation(); }

  static v1::InspectionWish wish(v1::ReportFormat format = v1::REPORT_FORMAT_CSV) {
    v1::InspectionWish wish;
    *wish.mutable_period() = period_of({20'260'101, 20'261'231});
    wish.set_format(format);
    return wish;
  }
  Result<std::unique_ptr<Inspection>> begin(const v1::InspectionWish& wish) {
    return reports_.inspection(kTestOrg, wish,
                               {.who = "An Peeters", .what_for = "inspection 2026"});
  }
  std::string file(const v1::InspectionWish& wish, std::size_t most = 64 * 1024) {
    auto inspection = begin(wish);
    EXPECT_TRUE(inspection.ok()) << inspection.error().message;
    if (!inspection.ok()) return {};
    head_ = (*inspection)->head();
    persons_ = (*inspection)->persons();
    std::string all;
    std::string chunk;
    for (bool more = true; more;) {
      auto got = (*inspection)->next(chunk, most);
      EXPECT_TRUE(got.ok()) << got.error().message;
      if (!got.ok()) return {};
      EXPECT_LE(chunk.size(), most);
      all += chunk;
      more = *got;
    }
    return all;
  }
  // Of a CSV file without ends of line inside its cells: the lines of the table.
  static std::vector<std::string> rows(const std::string& csv) {
    std::vector<std::string> all;
    std::size_t at = csv.find("\r\n\r\n") + 4;
    for (std::size_t end = 0; (end = csv.find("\r\n", at)) != std::string::npos; at = end + 2)
      all.push_back(csv.substr(at, end - at));
    if (!all.empty()) all.erase(all.begin());
    return all;
  }

  duties::ManualClock clock_{noon_of(20'261'118)};
  duties::TestStore store_{clock_};
  const SignalMaker make_{store_};
  Reports reports_{*store_,
                   {.names = {.signal_type = [](store::Reader&, const std::string& code,
                                                std::int64_t) -> std::optional<v1::LocalizedText> {
                                if (code != "X-PENSION") return std::nullopt;
                                v1::LocalizedText text;
                                text.set_nl("Pensioen");
                                text.set_fr("Pension");
                                return text;
                              },
                              .feedback_code = {}},
                    .dossiers = {},
                    .work_folder = store_.folder() / "reports",
                    .now_ms = [this] { return clock_.now_ms(); }}};
  v1::InspectionHead head_;
  std::vector<std::string> persons_;
};

TEST_F(InspectionTest, ARowSaysWhatCameAndWhatWasAnswered) {
  const auto signal =
      make_.add("a", person_number(1), 20'260'302, v1::SIGNAL_STATE_CLOSED, [](v1::Signal& one) {
        one.mutable_amount()->set_eurocents(123'456);
        auto& list = *one.add_arrivals();
        list.set_channel(v1::SIGNAL_CHANNEL_HALF_YEARLY_LIST);
        list.mutable_first_at()->set_unix_ms(noon_of(20'260'305));
        list.set_times(2);
        *one.add_recalls()->mutable_cycle() = domain::date_of_number(20'260'301);
        one.add_former_persons()->set_value(person_number(50));
        auto& dossier = *one.add_dossiers();
        dossier.set_reference("SW-12");
        dossier.set_label("Dossier Peeters");
        one.mutable_investigated_by()->set_name("Bert");
      });
  make_.answer(signal, "c1", noon_of(20'260'310));
  const auto csv = file(wish());
  ASSERT_THAT(rows(csv), SizeIs(1));
  const auto row = rows(csv)[0];
  for (const auto& part :
       {person_number(1),
        person_number(50),
        std::string("RMI (26/05/2002)"),
        std::string("SW-12 Dossier Peeters"),
        std::string("R-a"),
        std::string("X-PENSION;Pensioen"),
        std::string("1234,56"),
        std::string("2026-03-02 12:00:00"),
        std::string("mutatie 02/03/2026 12:00; halfjaarlijst 05/03/2026 12:00 (2x)"),
        std::string("03/2026"),
        std::string("afgesloten"),
        std::string("Bert"),
        std::string("X-COUNTED"),
        std::string("An Peeters (an)"),
        std::string("2026-03-10 12:00:00"),
        std::string("2026-03-10 12:01:00"),
        std::string("aanvaard"),
        std::string("2026-03-10 13:00:00"),
        std::string("A-c1"),
        std::string("B-77"),
        std::string("beantwoord")})
    EXPECT_THAT(row, HasSubstr(part));
  EXPECT_THAT(persons_, ElementsAre(person_number(1)));
}

TEST_F(InspectionTest, TheCoverSaysWhatItIsAndWhatIsOurs) {
  make_.add("a", person_number(1), 20'260'302);
  const auto csv = file(wish());
  EXPECT_THAT(csv, HasSubstr(kTestOrg));
  EXPECT_THAT(csv, HasSubstr("KNI"));
  EXPECT_THAT(csv, HasSubstr("01/01/2026 - 31/12/2026"));
  EXPECT_THAT(csv, HasSubstr("Alle begunstigden"));
  EXPECT_THAT(csv, HasSubstr("POD MI heeft er geen bekendgemaakt"));
  EXPECT_THAT(csv, HasSubstr("An Peeters"));
  EXPECT_THAT(csv, HasSubstr("inspection 2026"));
  auto french = wish();
  french.set_language("fr");
  EXPECT_THAT(file(french), HasSubstr("Tous les b\xc3\xa9n\xc3\xa9"
                                      "ficiaires"));
  EXPECT_EQ(head_.file_name(), "inspection-0212214917-20260101-20261231.csv");
}

TEST_F(InspectionTest, SignalsStandByBeneficiaryAndAnswersInTheirOrder) {
  const auto refused = make_.add("late", person_number(1), 20'260'401, v1::SIGNAL_STATE_CLOSED);
  make_.answer(refused, "c1", noon_of(20'260'402), v1::FEEDBACK_STATE_REFUSED, "X-FIRST");
  make_.answer(refused, "c2", noon_of(20'260'403), v1::FEEDBACK_STATE_ACCEPTED, "X-SECOND");
  make_.add("other", person_number(2), 20'260'201);
  make_.add("early", person_number(1), 20'260'301);
  const auto all = rows(file(wish()));
  ASSERT_THAT(all, SizeIs(4));
  EXPECT_THAT(all[0], HasSubstr("R-early"));
  EXPECT_THAT(all[1], HasSubstr("X-FIRST"));
  EXPECT_THAT(all[2], HasSubstr("X-SECOND"));
  EXPECT_THAT(all[3], HasSubstr("R-other"));
}

TEST_F(InspectionTest, OnlyThePeriodAndNoRecordThatAnotherStandsFor) {
  make_.add("before", person_number(1), 20'251'231);
  make_.add("first", person_number(2), 20'260'101);
  make_.add("last", person_number(3), 20'261'231);
  make_.add("after", person_number(4), 20'270'101);
  make_.add("merged", person_number(5), 20'260'601, v1::SIGNAL_STATE_SUPERSEDED,
            [](v1::Signal& one) { one.mutable_supersession()->set_signal_id("first"); });
  EXPECT_THAT(rows(file(wish())), SizeIs(2));
  EXPECT_THAT(persons_, ElementsAre(person_number(2), person_number(3)));
}

TEST_F(InspectionTest, ASampleHasAllSignalsOfItsBeneficiariesAndIsDrawnAgain) {
  for (int i = 0; i < 30; ++i)
    for (int n = 0; n < 3; ++n)
      make_.add(std::to_string(i) + "-" + std::to_string(n), person_number(i), 20'260'301 + n);
  auto sampled = wish();
  sampled.mutable_sample()->set_beneficiaries(4);
  sampled.mutable_sample()->set_seed(42);
  const auto first = file(sampled);
  EXPECT_THAT(rows(first), SizeIs(12));
  EXPECT_EQ(head_.beneficiaries(), 30);
  EXPECT_EQ(head_.beneficiaries_shown(), 4);
  EXPECT_EQ(head_.signals(), 90);
  EXPECT_EQ(head_.signals_shown(), 12);
  EXPECT_THAT(first, HasSubstr("4 van 30 begunstigden, willekeurig getrokken met zaadgetal 42"));
  EXPECT_EQ(file(sampled), first);
  sampled.mutable_sample()->set_seed(43);
  EXPECT_NE(rows(file(sampled)), rows(first));
}

TEST_F(InspectionTest, SmallChunksAreTheSameFile) {
  for (int i = 0; i < 120; ++i) make_.add(std::to_string(i), person_number(i), 20'260'301);
  for (const auto format : {v1::REPORT_FORMAT_CSV, v1::REPORT_FORMAT_XLSX, v1::REPORT_FORMAT_PDF}) {
    const auto whole = file(wish(format));
    EXPECT_EQ(file(wish(format), 1000), whole);
    EXPECT_GT(whole.size(), 5'000U);
  }
  EXPECT_TRUE(std::filesystem::is_empty(store_.folder() / "reports"));
}

TEST_F(InspectionTest, OneThatIsGivenUpLeavesNothingBehind) {
  make_.add("a", person_number(1), 20'260'301);
  {
    auto inspection = begin(wish(v1::REPORT_FORMAT_XLSX));
    ASSERT_TRUE(inspection.ok());
    // Nobody reads it to its end.
  }
  EXPECT_TRUE(std::filesystem::is_empty(store_.folder() / "reports"));
}

TEST_F(InspectionTest, AnEmptyPeriodIsAFileWithoutRows) {
  EXPECT_THAT(rows(file(wish())), IsEmpty());
  EXPECT_THAT(persons_, IsEmpty());
  EXPECT_THAT(file(wish(v1::REPORT_FORMAT_PDF)), HasSubstr("%PDF-1.4"));
}

TEST_F(InspectionTest, WhatCannotBeMadeIsSaid) {
  auto wrong = wish(v1::REPORT_FORMAT_UNSPECIFIED);
  EXPECT_EQ(begin(wrong).error().code, "reports.format");
  wrong = wish();
  wrong.set_language("it");
  EXPECT_EQ(begin(wrong).error().code, "reports.language");
  wrong = wish();
  wrong.mutable_sample()->set_beneficiaries(0);
  EXPECT_EQ(begin(wrong).error().code, "reports.sample");
  wrong = wish();
  wrong.clear_period();
  EXPECT_EQ(begin(wrong).error().code, "reports.period");
}

TEST_F(InspectionTest, WhatPeopleTypedIsNoFormula) {
  const auto signal = make_.add("a", person_number(1), 20'260'301, v1::SIGNAL_STATE_CLOSED,
                                [](v1::Signal& one) { one.add_dossiers()->set_reference("=1+1"); });
  EXPECT_THAT(file(wish()), HasSubstr(";'=1+1;"));
  EXPECT_THAT(file(wish()), Not(HasSubstr(";=1+1;")));
}

}  // namespace
}  // namespace semafoor::reports
