// SPDX-License-Identifier: Apache-2.0
#include "gateway/proposals/facts.h"

#include <gtest/gtest.h>

#include <string>

#include "gateway/domain/date.h"

namespace semafoor::proposals {
namespace {

v1::Signal signal(const std::string& id, const std::string& month) {
  v1::Signal made;
  made.set_signal_id(id);
  made.set_law(v1::LAW_RMI);
  made.set_dossier_number("0012/34");
  made.set_signal_type("X-WORK-DMFA");
  made.set_source_flow("DMFA");
  *made.mutable_reference_period()->mutable_from() = *domain::parse_date(month + "-01");
  *made.mutable_reference_period()->mutable_to() = *domain::parse_date(month + "-28");
  return made;
}

void add(v1::Signal& to, const std::string& name, const std::string& value) {
  auto& field = *to.add_fields();
  field.set_name(name);
  field.set_value(value);
}

class FactsTest : public ::testing::Test {
 protected:
  FactsTest() {
    for (auto* one : {&before_, &now_}) {
      add(*one, "employerNumber", "0190000432");
      one->mutable_amount()->set_eurocents(100'000);
    }
  }
  bool same(int tolerance = kUsualTolerance) {
    return compare_facts(before_, now_, tolerance).same;
  }

  v1::Signal before_ = signal("a", "2026-07");
  v1::Signal now_ = signal("b", "2026-10");
};

TEST_F(FactsTest, TheSameGroundIsLawDossierTypeAndSourceInAnotherPeriod) {
  EXPECT_TRUE(same_ground(before_, now_));
  now_.set_dossier_number("1234");
  EXPECT_TRUE(same_ground(before_, now_)) << "as POD MI compares dossiers";
  const v1::Signal good = now_;
  now_.set_law(v1::LAW_1965);
  EXPECT_FALSE(same_ground(before_, now_));
  now_ = good;
  now_.set_signal_type("X-PENSION");
  EXPECT_FALSE(same_ground(before_, now_));
  now_ = good;
  now_.set_source_flow("DIMONA");
  EXPECT_FALSE(same_ground(before_, now_));
  now_ = good;
  now_.set_suffix("01");
  EXPECT_FALSE(same_ground(before_, now_));
  now_ = good;
  *now_.mutable_reference_period() = before_.reference_period();
  EXPECT_FALSE(same_ground(before_, now_));
  EXPECT_FALSE(same_ground(before_, before_));
}

TEST_F(FactsTest, AnAmountMayDifferWithinTheToleranceAndNoFurther) {
  EXPECT_TRUE(same());
  now_.mutable_amount()->set_eurocents(102'000);
  EXPECT_TRUE(same());
  EXPECT_FALSE(same(0));
  EXPECT_FALSE(same(199));
  now_.mutable_amount()->set_eurocents(102'001);
  EXPECT_FALSE(same());
  now_.mutable_amount()->set_eurocents(98'000);
  EXPECT_TRUE(same());
  now_.mutable_amount()->set_eurocents(-100'000);
  EXPECT_FALSE(same());
  now_.clear_amount();
  EXPECT_FALSE(same()) << "told once and not the other time";
  now_.mutable_amount()->set_eurocents(9'000'000'000'000'000'000);
  EXPECT_FALSE(same(kMostTolerance));
}

TEST_F(FactsTest, AnotherEmployerIsAnotherFact) {
  now_.mutable_fields(0)->set_value("0190000999");
  const auto compared = compare_facts(before_, now_, kUsualTolerance);
  EXPECT_FALSE(compared.same);
  EXPECT_EQ(compared.equal, 1);
  ASSERT_EQ(compared.facts.size(), 3U);
  EXPECT_EQ(compared.facts[0].name(), "period");
  EXPECT_EQ(compared.facts[0].before(), "2026-07-01/2026-07-28");
  EXPECT_EQ(compared.facts[2].name(), "employerNumber");
  EXPECT_FALSE(compared.facts[2].equal() || compared.facts[2].may_differ());
}

TEST_F(FactsTest, DatesAndQuartersTellThePeriodAgainAndNumbersDoNot) {
  add(before_, "start", "2026-07-01");
  add(now_, "start", "2026-10-01");
  add(before_, "quarter", "2026/3");
  add(now_, "quarter", "2026/4");
  EXPECT_TRUE(same());
  add(before_, "days", "22");
  add(now_, "days", "21");
  EXPECT_FALSE(same());
}

TEST_F(FactsTest, AFieldThatIsThereOnceOnlyIsADifference) {
  add(now_, "start", "2026-10-01");
  EXPECT_FALSE(same());
}

TEST_F(FactsTest, OfFieldsWithOneNameTheOrderDoesNotCount) {
  add(before_, "code", "A");
  add(before_, "code", "B");
  add(now_, "code", "B");
  add(now_, "code", "A");
  EXPECT_TRUE(same());
}

TEST_F(FactsTest, WithoutAnyFactNothingIsRecognised) {
  EXPECT_FALSE(compare_facts(signal("a", "2026-07"), signal("b", "2026-10"), kUsualTolerance).same);
}

TEST(Employer, IsToldByTheWord) {
  for (const char* name : {"employerNumber", "WERKGEVER", "numeroEmployeur"})
    EXPECT_TRUE(is_employer(name)) << name;
  EXPECT_FALSE(is_employer("benefitKind"));
}

}  // namespace
}  // namespace semafoor::proposals
