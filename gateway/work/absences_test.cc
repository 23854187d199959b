// SPDX-License-Identifier: Apache-2.0
#include "gateway/work/absences.h"

#include <gmock/gmock.h>

#include "gateway/work/test_work.h"

namespace semafoor::work {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;

class AbsencesTest : public WorkFixture {
 protected:
  std::string there(const std::string& id, int on) {
    const auto found = store_.ask<std::optional<v1::Actor>>(
        [&](store::Reader& reader) { return there_for(reader, kTestOrg, actor(id), day(on)); });
    return found ? found->id() : "nobody";
  }
  // "20261120-20261124"
  std::vector<std::string> periods(const v1::Absences& absences) {
    std::vector<std::string> all;
    for (const auto& one : absences.absences())
      all.push_back(std::to_string(domain::date_number(one.from())) + "-" +
                    std::to_string(domain::date_number(one.until())));
    return all;
  }
  Result<v1::Absences> say(const std::string& id, int from, int until, bool present = false) {
    v1::SetAbsenceRequest request;
    request.mutable_actor()->set_id(id);
    *request.mutable_absence()->mutable_from() = day(from);
    if (until != 0) *request.mutable_absence()->mutable_until() = day(until);
    request.set_present(present);
    return work_.set_absence(kTestOrg, request, act_of("boss"));
  }
};

TEST_F(AbsencesTest, BothDaysBelongToIt) {
  away("u1", 20261120, 20261124);
  EXPECT_EQ(there("u1", 20261119), "u1");
  EXPECT_EQ(there("u1", 20261120), "nobody");
  EXPECT_EQ(there("u1", 20261124), "nobody");
  EXPECT_EQ(there("u1", 20261125), "u1");
  away("u2", 20261120, 0);
  EXPECT_EQ(there("u2", 20990101), "nobody") << "until somebody says otherwise";
}

TEST_F(AbsencesTest, AStandInWhoIsAwayTooHasTheirOwn) {
  away("u1", 20261120, 20261130, "u2");
  EXPECT_EQ(there("u1", 20261120), "u2");
  away("u2", 20261125, 20261130, "u3");
  EXPECT_EQ(there("u1", 20261124), "u2");
  EXPECT_EQ(there("u1", 20261125), "u3");
  away("u3", 20261126, 20261130, "u1");
  EXPECT_EQ(there("u1", 20261126), "nobody") << "they stand in for each other: it ends";
}

TEST_F(AbsencesTest, OneTakesThePlaceOfThoseItTouches) {
  EXPECT_TRUE(say("u1", 20261201, 20261205).ok());
  EXPECT_TRUE(say("u1", 20261120, 20261124).ok());
  EXPECT_THAT(periods(*say("u1", 20261220, 0)),
              ElementsAre("20261120-20261124", "20261201-20261205", "20261220-0"));
  EXPECT_THAT(periods(*say("u1", 20261124, 20261201)),
              ElementsAre("20261124-20261201", "20261220-0"));
  EXPECT_THAT(periods(*say("u1", 20261222, 20261222, true)), ElementsAre("20261124-20261201"));
  EXPECT_THAT(store_.acts(), Contains("work.absence"));
  EXPECT_THAT(store_.acts(), Contains("work.presence"));
}

TEST_F(AbsencesTest, WhatIsNoAbsenceIsRefused) {
  EXPECT_EQ(say("u1", 20261124, 20261120).error().field, "absence.until");
  EXPECT_EQ(say("u1", 20261131, 0).error().field, "absence.from");
  EXPECT_EQ(say("", 20261120, 0).error().field, "actor");
  EXPECT_EQ(say("85073003328", 20261120, 0).error().code, "work.absence_invalid");
  v1::SetAbsenceRequest request;
  *request.mutable_actor() = actor("u1");
  *request.mutable_absence()->mutable_from() = day(20261120);
  *request.mutable_absence()->mutable_stand_in() = actor("u1");
  EXPECT_EQ(work_.set_absence(kTestOrg, request, act_of("boss")).error().field, "absence.standIn");
  EXPECT_TRUE(work_.absences(kTestOrg)->empty());
}

TEST_F(AbsencesTest, WhatIsOverIsNotListed) {
  away("u2", 20261001, 20261116);
  away("u2", 20261117, 20261117);
  away("u1", 20261201, 0);
  away("u3", 20261001, 20261002);
  const auto all = *work_.absences(kTestOrg);
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].actor().id(), "u1");
  EXPECT_THAT(periods(all[1]), ElementsAre("20261117-20261117"));
}

}  // namespace
}  // namespace semafoor::work
